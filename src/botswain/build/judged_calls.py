"""Calls in an author's function: of what is on the list, of his own functions, and of Botswain's.

One of his own was judged when it was compiled, and has said with its machine code what it takes and returns
(`Summary`).
"""

from __future__ import annotations

import ast
from dataclasses import dataclass
from typing import Any

import numpy as np
from numba import types

from botswain.build import access as instructions
from botswain.build.exact_numbers import TWIN_OF
from botswain.build.kinds import UNKNOWN, Kind, Unlisted, of_type, pure, spelt
from botswain.build.proven import hint
from botswain.build.step import MY, MY_CALLS, WANTED
from botswain.core import num, views

INTRINSICS = set(instructions.COMPILED.values())
TABLES = (np.zeros, np.ones)
# Of Botswain's own functions those that a step may call, and of which kinds each of its numbers may be. Each is proven
# with them (`tests/build/test_asked.py`); another is not for a step.
COMPARES = (num.above, num.below, num.exceeds, num.crossed_above, num.crossed_below)
TAKES = (
    (COMPARES, "ifjF"),
    ((views.write_mem,), "ifbjIFBs"),
    ((views.mem_index, views.cell_index, views.read_mem, views.column_before), "ifjFs"),
    ((*WANTED.values(), *MY.values(), *MY_CALLS.values()), "ifjFs"),
    ((WANTED["target"],), "ifjbFs"),
)
KINDS = {(one.__module__, one.__name__): kinds for functions, kinds in TAKES for one in functions}


@dataclass(frozen=True, slots=True)
class Summary:
    """What a judged function says of itself.

    takes    places of arguments that may be whole numbers or floats
    plain    the kind it returns where none of them is
    joined   and where one may be
    """

    takes: tuple[int, ...]
    plain: Kind
    joined: Kind

    def __str__(self) -> str:
        return repr((self.takes, self.plain, self.joined))


def summary_of(text: str) -> Summary:
    """A summary from its text, as it lies beside machine code. Raises ValueError where it is none."""
    return Summary(*ast.literal_eval(text))


class Calls:
    """What comes of calls in a function that is judged."""

    def __init__(self, judge: Any) -> None:
        self.judge = judge

    def function(self, value: Any) -> Any:
        """The function that is called, where it is one of a module and not the author's; a twin's own."""
        key = getattr(self.judge.typemap[value.func.name], "typing_key", None)
        if key is None or type(key).__hash__ is None:
            return None
        return TWIN_OF.get(key, key)

    def kind(self, value: Any) -> Kind:
        """The kind of what a call returns. Raises Unlisted."""
        called = self.judge.typemap[value.func.name]
        given = [self.judge.kind(one) for one in value.args]
        if value.vararg is not None:
            raise Unlisted("a call with * is not known to be the same in machine code; name its arguments")
        if isinstance(called, types.Dispatcher):
            return self.of_function(value, called.dispatcher)
        name, kinds = self.judge.operation(value)
        if value.kws:
            raise Unlisted(f"{name}() by keywords is not known to be the same in machine code; leave the names out")
        if isinstance(called, types.BoundFunction):
            return self.appended(called, self.judge.meant_list(value), given)
        if isinstance(called, types.ExceptionClass):
            return "x"
        function = self.function(value)
        result = of_type(self.judge.calltypes[value].return_type)
        if function in INTRINSICS and all(map(pure, given)):
            return result
        if function is len and len(given) == 1 and given[0][0] in ("list", "tuple", "array"):
            return "i"
        if function in TABLES and given == ["i"]:
            return result
        return self.judge.entry(name, kinds)

    def appended(self, called: Any, of: Kind, given: list[Kind]) -> Kind:
        """A number put at a list's end."""
        name = getattr(called.template, "key", "")
        if name in ("append", "list.append") and of is not None and of[0] == "list" and given == [of[1]]:
            return "n"
        if of is None:
            return None
        raise Unlisted(
            f"{name} of {', '.join(map(spelt, given))} to {spelt(of)} is not known to be the same in machine code"
        )

    def of_function(self, value: Any, dispatcher: Any) -> Kind:
        """A call of a function that is compiled with this one."""
        function = dispatcher.py_func
        names = function.__code__.co_varnames[: function.__code__.co_argcount]
        by_name = {name: self.judge.kind(one) for name, one in [*zip(names, value.args, strict=False), *value.kws]}
        if len(by_name) != len(value.args) + len(value.kws):
            raise Unlisted(f"{function.__name__}() with so many arguments is not known to be the same in machine code")
        signature = self.judge.calltypes[value]
        judged = getattr(dispatcher, "judged", False)
        if function.__module__.startswith("botswain.") and not judged:
            return self.of_botswain(function, by_name, of_type(signature.return_type))
        if not judged:
            raise Unlisted(f"{function.__name__}() is compiled by rules of its own; leave its decorator out")
        summary = summary_of(str(dispatcher.overloads[tuple(map(types.unliteral, signature.args))].type_annotation))
        either = False
        for place, name in enumerate(names):
            kind = by_name.get(name, "i")
            if kind == "j" and place in summary.takes:
                either = True
            elif not pure(kind):
                raise Unlisted(
                    f"{function.__name__}({name}=...) of {spelt(kind)} is not known to be the same in machine code; "
                    f"{hint('', (kind,))}"
                )
        return summary.joined if either else summary.plain

    def widened(self, value: Any) -> dict[str, Kind]:
        """The arguments of a call of Botswain's that it gets as other numbers, by variable: whole ones that are

        compared as floats, truth values as the whole numbers that they count as.
        """
        called = self.judge.typemap[value.func.name]
        function = called.dispatcher.py_func if isinstance(called, types.Dispatcher) else None
        if function is None or not taken_by(function) or function.__name__ == views.write_mem.__name__:
            return {}
        other = "i" if function.__module__ == num.__name__ else "b"
        given = [*value.args, *(one for _name, one in value.kws)]
        return {one.name: other for one in given if self.judge.kind(one) == other}

    def of_botswain(self, function: Any, given: dict[str, Kind], result: Kind) -> Kind:
        """A call of one of Botswain's own functions."""
        allowed = taken_by(function)
        if not allowed:
            raise Unlisted(
                f"{function.__name__}() is none of Botswain's functions that a step may call; write it in this module"
            )
        for name, kind in given.items():
            if not isinstance(kind, str) or kind not in allowed:
                raise Unlisted(
                    f"{function.__name__}({name}=...) of {spelt(kind)} is not known to be the same in machine code; "
                    f"{hint('', (kind,)) if kind in ('j', 'I', 'F', 'B', UNKNOWN) else 'write float(...)'}"
                )
        if function.__module__ == num.__name__ and "F" in given.values():
            return "B"
        return result


def taken_by(function: Any) -> str:
    """The kinds of numbers that a step may give one of Botswain's functions; empty for one that is not for it."""
    return KINDS.get((function.__module__, function.__name__), "")
