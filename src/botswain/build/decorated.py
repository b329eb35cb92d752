"""An author's functions that he had numba compile himself, and those that a step does not read by a name of its module.

Numba's numbers are not Python's, so none of them is called as it is: what runs, compiled or in Python, is the function
beneath the decorator, linked like any other helper. One that asks for rules of its own (types, fastmath) is left in
Python; one that is called another way than the function beneath (element by element) is refused.
"""

from __future__ import annotations

import dis
from collections.abc import Callable, Iterator
from pathlib import Path
from types import CellType, CodeType, FunctionType, ModuleType
from typing import Any

from numba.core.ccallback import CFunc
from numba.core.dispatcher import Dispatcher
from numba.experimental.jitclass._box import Box
from numba.experimental.jitclass.base import JitClassType
from numba.np.ufunc.dufunc import DUFunc
from numba.np.ufunc.gufunc import GUFunc
from numba.stencils.stencil import StencilFunc

from botswain.build.source_key import MISSING, Chain, Uses, attribute, named, of_library, uses
from botswain.model.errors import BadInput

# What an author's @njit may be given without being another function than the one beneath it.
ASKS_NOTHING = {"nopython", "boundscheck", "nogil", "inline", "debug"}
# What numba makes that is no function of the arguments of the one beneath.
ANOTHER = (DUFunc, GUFunc, StencilFunc, JitClassType, Box)
# What becomes of a function that is found.
Take = Callable[[Any], Any]


def beneath(value: Any) -> FunctionType | None:
    """The author's function beneath numba's decorator; None where there is none."""
    function = getattr(value, "__wrapped__", None)
    if isinstance(value, Dispatcher | CFunc) and isinstance(function, FunctionType) and not of_library(function):
        return function
    return None


def own_rules(value: Any) -> str:
    """Why what numba compiled for its author is not compiled with his step; empty where it may be, or is none."""
    function = beneath(value)
    if function is None:
        return ""
    options: dict[str, Any] = getattr(value, "targetoptions", {})
    asked = sorted(options.keys() - ASKS_NOTHING)
    if not asked and not typed_by_hand(value):
        return ""
    what = " and ".join(asked) or "types"
    return (
        f"{function.__code__.co_filename}, line {function.__code__.co_firstlineno}: {function.__name__}() is compiled "
        f"by rules of its own (its decorator names {what}); leave its decorator out"
    )


def typed_by_hand(value: Any) -> bool:
    """Whether a decorator names types, of arguments or of locals."""
    return isinstance(value, CFunc) or not value._can_compile or bool(value.locals)


def check_decorated(function: FunctionType, name: str, value: Any, shown: str = "") -> None:
    """Refuse what numba made and what cannot be called as the function beneath it is. Raises BadInput with the line.

    name, shown  the name that stands for it or for what it was found in, and how it is written
    """
    inside = value if isinstance(value, tuple | list) else value.values() if isinstance(value, dict) else ()
    code = function.__code__
    place = f"{code.co_filename}, line {line_of(code, name)}: {function.__name__} uses {shown or name}"
    if isinstance(value, ANOTHER):
        raise BadInput(
            f"{place}, which numba made ({kind_of(value)}) and which can be neither judged nor done in Python; write "
            "it as a plain function, it is compiled with the step"
        )
    if any(beneath(one) is not None or isinstance(one, ANOTHER) for one in inside):
        raise BadInput(
            f"{place}, in which functions are kept that numba compiled by themselves; leave their decorators out"
        )


def kind_of(value: Any) -> str:
    """What an author wrote to have it."""
    kinds = {DUFunc: "@vectorize", GUFunc: "@guvectorize", StencilFunc: "@stencil"}
    return next((word for one, word in kinds.items() if isinstance(value, one)), "@jitclass")


def line_of(code: CodeType, name: str) -> int:
    """The first line on which code reads a name, nested code included."""
    line = code.co_firstlineno
    for one in dis.get_instructions(code):
        line = one.starts_line or line
        if one.argval == name and one.opname.startswith("LOAD_"):
            return line
    inner = [one for one in code.co_consts if isinstance(one, CodeType) and name in (*named(one), *one.co_freevars)]
    return line_of(inner[0], name) if inner else code.co_firstlineno


def cells_of(function: FunctionType, take: Take) -> tuple[CellType, ...] | None:
    """A function's closure, with what `take` makes of the functions in it."""
    if function.__closure__ is None:
        return None
    made = []
    for name, cell in zip(function.__code__.co_freevars, function.__closure__, strict=True):
        value = cell.cell_contents
        check_decorated(function, name, value)
        made.append(cell if reached_function(function, value) is None else CellType(take(value)))
    return tuple(made)


def module_for(function: FunctionType, name: str, module: ModuleType, take: Take) -> ModuleType:
    """A module that a function reads: itself, or a copy with what `take` makes of functions that are read of it."""
    return copied(function, (name,), module, uses(function.__code__).get(name, ()), take)


def copied(function: FunctionType, way: Chain, module: ModuleType, chains: Uses, take: Take) -> ModuleType:
    """The same, for a module that is reached over some words, and the words that follow it."""
    put: dict[str, Any] = {}
    for word, rest in followed(chains):
        value = attribute(module, word)
        if isinstance(value, ModuleType):
            inner = copied(function, (*way, word), value, rest, take)
            if inner is not value:
                put[word] = inner
        elif value is not MISSING:
            check_decorated(function, way[0], value, ".".join((*way, word)))
            if reached_function(function, value) is not None:
                put[word] = take(value)
    if not put:
        return module
    made = ModuleType(module.__name__, module.__doc__)
    vars(made).update(vars(module) | put)
    return made


def followed(chains: Uses) -> Iterator[tuple[str, Uses]]:
    """Each first word of chains, with what follows it."""
    for word in dict.fromkeys(chain[0] for chain in chains if chain):
        yield word, tuple(chain[1:] for chain in chains if chain[:1] == (word,))


def reached_function(function: FunctionType, value: Any) -> FunctionType | None:
    """What is linked of a value that a function does not read by a name of its module: what numba compiled, and

    functions that stand beside it. Those of libraries stay what they are, and so does one that calls itself.
    """
    if isinstance(value, FunctionType):
        return value if beside(function, value) and not recursive(value, ()) else None
    return beneath(value)


def beside(function: FunctionType, other: FunctionType) -> bool:
    """Whether two functions are of one author: of one package, or from one folder."""
    package = (function.__module__ or "").partition(".")[0]
    if (other.__module__ or "").partition(".")[0] == package:
        return package != "botswain"
    return Path(function.__code__.co_filename).parent == Path(other.__code__.co_filename).parent


def recursive(function: FunctionType, seen: tuple[FunctionType, ...]) -> bool:
    """Whether it comes back to itself through what it calls by name."""
    if function in seen:
        return True
    called = [function.__globals__.get(name) for name in named(function.__code__)]
    called += [cell.cell_contents for cell in function.__closure__ or ()]
    inner = (one if isinstance(one, FunctionType) else beneath(one) for one in called)
    return any(recursive(one, (*seen, function)) for one in inner if one is not None and not of_library(one))
