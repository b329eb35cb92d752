"""What a number is in Python, as far as its machine code may differ: a kind, one letter; and kinds of containers.

    i, f, b   a whole number, a float, a truth value
    j         a float of machine code that may be a whole number in Python: two ways of a branch came together
    I, F, B   the same three of numpy, out of an array: numpy's own arithmetic goes on from them in Python
    n, t, x   none; a text; a function, module or class. s: a run's memory, which only Botswain's functions read

A container is a tuple: ("tuple", kinds...), ("list", kind), ("array", kind, dimensions), ("range",), ("iter", kind),
("next", kind).
"""

from __future__ import annotations

from types import ModuleType
from typing import Any

import numpy as np
from numba import typeof, types

Kind = Any


class Unlisted(Exception):
    """Something that is not on the list; where it stands is added by whoever walks."""


class FollowsFromAnother(Unlisted):
    """Something that is not on the list only because a variable in it is not known: its own statement says why."""


# What no entry of the list is for: it is left in Python wherever it is used.
UNKNOWN = "?"
LETTERS = {types.int64: "i", types.float64: "f", types.boolean: "b", types.none: "n"}
# Of numpy by what it is in machine code, and back.
OF_NUMPY = {"i": "I", "f": "F", "b": "B"}
BASE = {"I": "i", "F": "f", "B": "b", "j": "f"}
TOGETHER = {
    **{frozenset(pair): "j" for pair in ("if", "ij", "fj")},
    **{frozenset(pair): pair[1] for pair in ("fF", "bB", "iI")},
}
# Whole numbers up to this are floats without loss.
EXACT_IN_FLOAT = 2**53


def of_type(given: Any) -> Kind:
    """What a type of machine code holds where it comes from plain Python numbers."""
    one = types.unliteral(given)
    if isinstance(one, types.Omitted):
        return of_value(one.value, typeof(one.value))
    if one in LETTERS:
        return LETTERS[one]
    if isinstance(one, types.BaseTuple) and not isinstance(one, types.BaseNamedTuple):
        return ("tuple", *map(of_type, one))
    if isinstance(one, types.List):
        return ("list", of_type(one.dtype))
    if isinstance(one, types.Array):
        return ("array", OF_NUMPY.get(of_type(one.dtype), UNKNOWN), one.ndim)
    if isinstance(one, types.RangeType):
        return ("range",)
    if isinstance(one, types.Record):
        return "s"
    if isinstance(one, types.UnicodeType | types.StringLiteral):
        return "t"
    if isinstance(one, types.Callable | types.Module | types.ExceptionClass | types.ExceptionInstance):
        return "x"
    return UNKNOWN


def of_value(value: Any, given: Any) -> Kind:
    """What a constant holds, given its type in machine code."""
    if type(value) in (bool, int, float, str) or value is None:
        return of_type(given)
    if isinstance(value, np.generic):
        return OF_NUMPY.get(of_type(given), UNKNOWN)
    if type(value) is tuple and isinstance(types.unliteral(given), types.BaseTuple):
        return ("tuple", *(of_value(one, kind) for one, kind in zip(value, given, strict=True)))
    if isinstance(value, np.ndarray):
        return of_type(given)
    if isinstance(value, ModuleType) or callable(value):
        return "x"
    return UNKNOWN


def base(kind: Kind) -> Kind:
    """What a kind is in machine code."""
    if isinstance(kind, str):
        return BASE.get(kind, kind)
    if kind[0] == "tuple":
        return ("tuple", *map(base, kind[1:]))
    return kind


def joined(one: Kind, other: Kind) -> Kind:
    """What a variable holds that is given the one or the other."""
    if one == other or other is None:
        return one
    if one is None:
        return other
    if isinstance(one, str) and isinstance(other, str):
        return TOGETHER.get(frozenset((one, other)), UNKNOWN)
    if one[0] == other[0] == "tuple" and len(one) == len(other):
        return ("tuple", *(joined(a, b) for a, b in zip(one[1:], other[1:], strict=True)))
    return UNKNOWN


def put_into(kind: Kind, given: Any) -> Kind:
    """What a variable of a type holds once it is given a kind: a whole number put where floats are is one that may be

    either, in a tuple too; anything else has to be what it is.
    """
    return put(kind, of_type(given))


def put(kind: Kind, holds: Kind) -> Kind:
    """The same of what the variable's type holds."""
    if base(kind) == base(holds) or holds == UNKNOWN:
        return kind
    if kind[0] == holds[0] == "tuple" and len(kind) == len(holds) and all(one in ("i", "f", "j") for one in kind[1:]):
        found = [put(one, into) for one, into in zip(kind[1:], holds[1:], strict=True)]
        return UNKNOWN if UNKNOWN in found else ("tuple", *found)
    return "j" if (kind, holds) == ("i", "f") else UNKNOWN


def pure(kind: Kind) -> bool:
    """Whether a kind is the same in machine code and in Python."""
    if isinstance(kind, str):
        return kind in "ifbnst"
    return all(pure(one) for one in kind[1:]) if kind[0] == "tuple" else kind[0] in ("list", "array")


WORDS = {
    "i": "int", "f": "float", "b": "bool", "j": "int or float", "I": "numpy int", "F": "numpy float", "B": "numpy bool",
    "n": "None", "t": "text", "x": "function", "s": "the run", UNKNOWN: "something else",
}  # fmt: skip


def spelt(kind: Kind) -> str:
    """A kind for a person."""
    if isinstance(kind, str):
        return WORDS[kind]
    inner = ", ".join(spelt(one) for one in kind[1:] if not isinstance(one, int))
    return f"{kind[0]} of {inner}" if inner else kind[0]
