"""The text of an author's function, as it was when it was imported.

A step is rewritten from its text, which Python does not keep: it is read from the file, and the file may have been
edited since. Then the text at those lines is another function's, or the same with other numbers, and what runs would
not be what was imported. So the file is compiled once more and held against the function that is there.
"""

from __future__ import annotations

import ast
import inspect
import linecache
import textwrap
from functools import lru_cache
from types import CodeType
from typing import Any

from botswain.model.errors import BadInput

# How pytest names what it puts into an `assert`: there the text is not what was compiled.
OF_PYTEST = "@py"
BEGINNINGS = ("def ", "@")
FUTURE = 0x1000000  # from __future__ import annotations


@lru_cache(maxsize=4096)
def as_imported(code: CodeType, path: str, lines: bytes, qualname: str) -> tuple[str, int]:  # noqa: ARG001 - of the key
    """The text of a function written with `def`, and its first line. Read once: what is edited later is not it.

    Raises BadInput where it cannot be read, is written in another way, or is not what was imported.
    """
    try:
        every, found, first = lines_of(code)
    except OSError:
        raise BadInput(
            f"the source of {qualname} cannot be read; put the strategy into a file and load it from there"
        ) from None
    place = f"{path}, line {code.co_firstlineno}"
    if not as_compiled("".join(every), code, path):
        raise BadInput(
            f"{place}: {code.co_name} is not what was imported, the file has been edited since; import it anew "
            "(importlib.reload), or start a new process"
        )
    text = textwrap.dedent("".join(found))
    if not written_with_def(text):
        raise BadInput(f"{place}: {code.co_name} takes some of the six names; write it with def")
    return text, first


def lines_of(code: CodeType) -> tuple[list[str], list[str], int]:
    """All lines of a function's file, its own, and the number of its first one. Raises OSError where there are none.

    What begins with `def` where its code says is cut out at once; `inspect` looks through all modules each time.
    """
    linecache.checkcache(code.co_filename)
    every, first = linecache.getlines(code.co_filename), code.co_firstlineno
    if first <= len(every) and every[first - 1].lstrip().startswith(BEGINNINGS):
        return every, inspect.getblock(every[first - 1 :]), first
    every, _ = inspect.findsource(code)
    return (list(every), *inspect.getsourcelines(code))


def written_with_def(text: str) -> bool:
    """Whether a text is a function and nothing else; of a lambda it is the statement that it stands in."""
    try:
        body = ast.parse(text).body
    except SyntaxError:
        return False
    return len(body) == 1 and isinstance(body[0], ast.FunctionDef)


def as_compiled(text: str, code: CodeType, path: str) -> bool:
    """Whether a file's text is what a function's code was made of, at the line where it stands."""
    if any(one.startswith(OF_PYTEST) for one in code.co_varnames):
        return True
    try:
        every = all_codes(text, path, code.co_flags & FUTURE)
    except (SyntaxError, ValueError):
        return False
    return any(one.co_firstlineno == code.co_firstlineno and does(one) == does(code) for one in every)


@lru_cache(maxsize=64)
def all_codes(text: str, path: str, flags: int) -> list[CodeType]:
    """All code that a file's text makes. Raises SyntaxError and ValueError where it makes none."""
    return codes(compile(text, path, "exec", flags=flags, dont_inherit=True))


def codes(code: CodeType) -> list[CodeType]:
    """All code within a code."""
    inner = [one for one in code.co_consts if isinstance(one, CodeType)]
    return inner + [one for other in inner for one in codes(other)]


def does(code: CodeType) -> tuple[Any, ...]:
    """What a code does, wherever it stands."""
    constants = tuple(does(one) if isinstance(one, CodeType) else repr(one) for one in code.co_consts)
    return (code.co_name, code.co_code, code.co_names, code.co_varnames, code.co_argcount, constants)
