"""What an author's own code may not do as machine code, because it would do another thing there without a word.

It may leave a table's bounds (numba checks them only where it is asked to): that is checked. It may write a number as
text (which numba does in its own way), or catch errors (`build.exact_numbers` raises where 64 bits are not enough):
that is left in Python.
"""

from __future__ import annotations

import dis
from types import CodeType, FunctionType
from typing import Any
from weakref import WeakKeyDictionary

import numba

from botswain.build.source_key import named, of_library, typed_by_hand
from botswain.model.errors import BadInput

# What makes a text of a number, besides an f-string.
TEXT_MAKERS = {"str", "repr", "format", "ascii"}
# What an author's @njit may be given without being another function than the one beneath it.
ASKS_NOTHING = {"nopython", "boundscheck", "nogil", "inline", "debug"}
# An author's own dispatchers, with their places checked.
CHECKED: WeakKeyDictionary[Any, Any] = WeakKeyDictionary()


def unlike_python(code: CodeType) -> str:
    """Where a function writes a number as text, which machine code writes otherwise, or catches errors, of which

    machine code has some of its own; empty where it does neither.
    """
    line = code.co_firstlineno
    for one in dis.get_instructions(code):
        if one.opname == "PUSH_EXC_INFO":
            return f"{code.co_filename}, line {line} catches errors, of which machine code has some of its own"
        line = one.starts_line or line
        if one.opname == "FORMAT_VALUE" or (one.opname in ("LOAD_GLOBAL", "LOAD_METHOD") and one.argval in TEXT_MAKERS):
            return f"{code.co_filename}, line {line} makes a text, which machine code would write otherwise"
    return ""


def check_globals(code: CodeType) -> None:
    """Refuse a function that sets a name of its module: what runs has names of its own, so nobody else would see it.

    Raises BadInput with the line.
    """
    line = code.co_firstlineno
    for one in dis.get_instructions(code):
        line = one.starts_line or line
        if one.opname in ("STORE_GLOBAL", "DELETE_GLOBAL"):
            raise BadInput(
                f"{code.co_filename}, line {line}: {code.co_name} sets {one.argval} of its module, which would be "
                "another thing in every run; keep what a strategy remembers in my.mem"
            )


def undecorated(value: Any) -> Any:
    """The function behind an author's plain @njit, to be linked like any other: then its places are checked, too.

    One that is compiled by rules of its own is another function than the one beneath, and is made again with its places
    checked; one that names types or calls itself stays what its author made it.
    """
    function = getattr(value, "py_func", None)
    if not isinstance(function, FunctionType) or of_library(function):
        return value
    options: dict[str, Any] | None = getattr(value, "targetoptions", None)
    if options is None or typed_by_hand(value) or recursive(function, ()):
        return value
    if options.keys() <= ASKS_NOTHING:
        return function
    if value not in CHECKED:
        CHECKED[value] = numba.jit(**options | {"boundscheck": True})(function)
    return CHECKED[value]


def recursive(function: FunctionType, seen: tuple[FunctionType, ...]) -> bool:
    """Whether it comes back to itself through what it calls."""
    if function in seen:
        return True
    called = (function.__globals__.get(name) for name in named(function.__code__))
    inner = (getattr(one, "py_func", one) for one in called)
    return any(recursive(one, (*seen, function)) for one in inner if isinstance(one, FunctionType))
