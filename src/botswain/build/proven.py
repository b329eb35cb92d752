"""The list of what an author's code may do as machine code: each operation with the kinds of what it is given.

Nothing else is compiled (docs/decisions/0010). A test takes every entry with numbers that are hard for it and holds
machine code against Python bit for bit (`tests/build/test_proven.py`): that is what lets an entry stand here.
"""

from __future__ import annotations

import builtins
import math
import operator
from itertools import product
from typing import Any

PLAIN = "ii ib bi bb"
MIXED = "ff fi if fb bf fj jf"
EITHER = "jj ji ij"
COMPARED = "lt le gt ge eq ne"
ONE_FLOAT = (
    "math.sqrt math.exp math.expm1 math.log math.log10 math.log1p math.log2 math.sin math.cos math.tan math.asin "
    "math.acos math.atan math.sinh math.cosh math.tanh math.asinh math.acosh math.fabs"
)
# Of two numbers, and of three: those that are of one kind, and those that are not.
THREE = ["".join(one) for one in product("ifj", repeat=3)]
UNLIKE = " ".join(["fi if fj jf ij ji jj jjj", *(one for one in THREE if len(set(one)) > 1)])

# Operations, kinds of what they are given, and the kind that comes of it.
ROWS = (
    ("add sub mul", PLAIN, "i"),
    ("add sub mul", MIXED, "f"),
    ("add sub mul floordiv mod", EITHER, "j"),
    ("add sub mul truediv", "FF Ff fF Fi iF Fj jF", "F"),
    ("truediv", f"{PLAIN} {MIXED} {EITHER}", "f"),
    ("floordiv mod", PLAIN, "i"),
    ("floordiv mod", MIXED, "f"),
    ("pow", "ii", "i"),
    ("pow", "ff fi if", "f"),
    ("math.pow", "ff fi if ii", "f"),
    ("lshift rshift", "ii", "i"),
    ("and_ or_ xor", "ii", "i"),
    ("and_ or_ xor", "bb", "b"),
    ("and_ or_ xor", "BB Bb bB", "B"),
    (COMPARED, f"{PLAIN} {MIXED} {EITHER}", "b"),
    (COMPARED, "FF Ff fF Fi iF Fj jF II Ii iI", "B"),
    ("neg", "i b", "i"),
    ("neg pos abs", "f", "f"),
    ("neg abs", "j", "j"),
    ("neg abs", "F", "F"),
    ("pos abs", "i", "i"),
    ("invert", "i b", "i"),
    ("not_ bool", "i f b j I F B", "b"),
    ("int", "i f b j I F B", "i"),
    ("float", "i f b j I F B", "f"),
    ("round math.floor math.ceil math.trunc", "f j", "i"),
    ("math.floor math.ceil math.trunc", "F", "i"),
    ("max min", "ii iii", "i"),
    ("max min", "ff fff", "f"),
    ("max min", UNLIKE, "j"),
    ("max min", "FF Ff fF", "F"),
    (ONE_FLOAT, "f i j F", "f"),
    ("math.atanh", "f F", "f"),
    ("math.isnan math.isinf math.isfinite", "f i j F", "b"),
    ("math.atan2", "ff fi if ii", "f"),
    ("range", "i ii iii", "range"),
)  # fmt: skip
PROVEN: dict[str, dict[str, str]] = {}
for _names, _kinds, _result in ROWS:
    for _name in _names.split():
        PROVEN.setdefault(_name, {}).update(dict.fromkeys(_kinds.split(), _result))
# Whose twin has to be the one for numbers that may be whole or not (`exact_joins`).
JOINING = {"add", "sub", "mul", "floordiv", "mod", "truediv", "neg"}


def function_named(name: str) -> Any:
    """The function or operation that an entry is about."""
    if name.startswith("math."):
        return getattr(math, name.removeprefix("math."))
    return getattr(operator, name) if hasattr(operator, name) and name not in IN_BUILTINS else getattr(builtins, name)


IN_BUILTINS = {"abs", "pow"}
NAMES: dict[Any, str] = {function_named(name): name for name in PROVEN}
NAMES |= {operator.pow: "pow"}
NAMES |= {
    getattr(operator, f"i{name.rstrip('_')}"): name
    for name in ("add", "sub", "mul", "truediv", "floordiv", "mod", "pow", "lshift", "rshift", "and_", "or_", "xor")
}
# What to write instead.
HINTS = {
    "contains": "compare with == one by one",
    "is_": "compare with ==",
    "is_not": "compare with !=",
    "sum": "add in a loop",
    "slice": "go over its places in a loop: for k in range(first, last)",
    "enumerate": "write for k in range(len(x)) and x[k]",
    "zip": "write for k in range(len(x)) and x[k], y[k]",
    "reversed": "write for k in range(len(x) - 1, -1, -1) and x[k]",
    "sorted": "max() and min() of two or three compile",
    "iter": "write a for loop",
    "numpy.array": "write np.zeros(n) and put the numbers in, or a list",
    "numpy.empty": "write np.zeros(n)",
    "numpy.full": "write np.zeros(n) and put the numbers in",
    "numpy.arange": "write range(...)",
    "round": "round(x) of one float compiles, and round(x / unit) * unit",
    "print": "a step tells nothing; look at its orders in the report",
}
OF_KINDS = {
    "j": "a number that is an int on one way and a float on another: write float(...) or 0.0 where it is made",
    "IFB": "what is read of an array is numpy's number: write float(...), int(...) or bool(...) around it",
    "?": "a variable that is one thing here and another there, or None: keep it of one kind",
}


def hint(name: str, kinds: tuple[Any, ...]) -> str:
    """What to write instead of an operation of such kinds."""
    if name in HINTS:
        return HINTS[name]
    if name in ("float", "int") and "t" in kinds:
        return "write math.inf, math.nan or the number itself"
    if name in ("max", "min") and not isinstance(kinds[0], str):
        return f"write {name}(a, b), in a loop where there are more"
    if name == "bool" and not isinstance(kinds[0], str):
        return "write len(x) > 0"
    if name.startswith("numpy.") and hasattr(math, name.removeprefix("numpy.")):
        return f"write math.{name.removeprefix('numpy.')}(...)"
    for letters, text in OF_KINDS.items():
        if any(isinstance(one, str) and one in letters for one in kinds):
            return text
    return "docs/strategies.md, What compiles, says what does"
