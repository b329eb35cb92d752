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

INTRINSICS = set(instructions.COMPILED.values())
# Of Botswain's functions, what they may be given beside pure numbers.
COMPARES, REMEMBERS, ASKS = "botswain.core.num", "write_mem", ("botswain.core.wanted", "botswain.core.views")
TABLES = (np.zeros, np.ones)


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
        if key is None or getattr(key, "__hash__", None) is None:
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
        if function.__module__.startswith("botswain."):
            return self.of_botswain(function, by_name, of_type(signature.return_type))
        if not getattr(dispatcher, "judged", False):
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

    def of_botswain(self, function: Any, given: dict[str, Kind], result: Kind) -> Kind:
        """A call of one of Botswain's own functions."""
        allowed = "ifbs"
        if function.__module__ == COMPARES:
            allowed = "fjF"
        elif function.__name__ == REMEMBERS:
            allowed = "ifbjIFBs"
        elif function.__module__ in ASKS:
            allowed = "ifjFs"
        for name, kind in given.items():
            if not isinstance(kind, str) or kind not in allowed:
                raise Unlisted(
                    f"{function.__name__}({name}=...) of {spelt(kind)} is not known to be the same in machine code; "
                    f"{hint('', (kind,)) if kind in ('j', 'I', 'F', 'B', UNKNOWN) else 'write float(...)'}"
                )
        if function.__module__ == COMPARES and "F" in given.values():
            return "B"
        return result
