"""What an author's own code may not do as machine code, because it would do another thing there without a word.

It may leave a table's bounds (numba checks them only where it is asked to): that is checked. It may write a number as
text (which numba does in its own way), or catch errors (`build.exact_numbers` raises where 64 bits are not enough):
that is left in Python.
"""

from __future__ import annotations

import dis
from collections.abc import Iterator
from types import CodeType

from botswain.model.errors import BadInput

# What makes a text of a number, besides an f-string.
TEXT_MAKERS = {"str", "repr", "format", "ascii"}


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
    """Refuse a function that sets a name of its module or of the function it stands in: what runs has names of its own,

    so nobody else would see it. Functions inside it are looked at too. Raises BadInput with the line.
    """
    for line, name, owner in set_outside(code, frozenset(code.co_freevars)):
        raise BadInput(
            f"{code.co_filename}, line {line}: {code.co_name} sets {name} of {owner}, which would be another thing in "
            "every run; keep what a strategy remembers in my.mem"
        )


def set_outside(code: CodeType, given: frozenset[str]) -> Iterator[tuple[int, str, str]]:
    """Each name that code sets outside itself, with its line; `given` is what it has of the function it stands in."""
    line = code.co_firstlineno
    for one in dis.get_instructions(code):
        line = one.starts_line or line
        if one.opname in ("STORE_GLOBAL", "DELETE_GLOBAL"):
            yield line, one.argval, "its module"
        elif one.opname in ("STORE_DEREF", "DELETE_DEREF") and one.argval in given:
            yield line, one.argval, "the function it stands in"
    for inner in code.co_consts:
        if isinstance(inner, CodeType):
            yield from set_outside(inner, given & frozenset(inner.co_freevars))
