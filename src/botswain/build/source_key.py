"""What a function and the values it reads are worth to the hash that machine code is kept by.

A function is its bytecode and constants, not its line numbers or comments; a value is what it says of itself, a module
what stands in it under the names that are read.
"""

from __future__ import annotations

import dis
import hashlib
from enum import EnumType
from functools import lru_cache
from types import CodeType, FunctionType, ModuleType
from typing import Any

import numpy as np


class Missing:
    """The absence of a global: a builtin, or an attribute's name."""

    def __repr__(self) -> str:
        return "missing"


MISSING = Missing()


@lru_cache(maxsize=4096)
def named(code: CodeType) -> tuple[str, ...]:
    """Global names a function's code reads, nested code included."""
    names = dict.fromkeys(
        one.argval for one in dis.get_instructions(code) if one.opname in ("LOAD_GLOBAL", "LOAD_NAME")
    )
    for one in code.co_consts:
        if isinstance(one, CodeType):
            names |= dict.fromkeys(named(one))
    return tuple(names)


@lru_cache(maxsize=4096)
def code_hash(code: CodeType) -> str:
    """A hash of what a function does: bytecode, names and constants, but not its line numbers or comments."""
    parts = [code.co_code.hex(), repr(code.co_names), repr(code.co_varnames), repr(code.co_argcount)]
    parts += [code_hash(one) if isinstance(one, CodeType) else repr(one) for one in code.co_consts]
    return hashlib.sha256("|".join(parts).encode()).hexdigest()


def constant(value: Any, read: tuple[str, ...] = (), seen: tuple[Any, ...] = ()) -> str:
    """What a global that is no function is worth to the hash.

    read  names that the code reads: of a module, what stands there under such a name is compiled in too
    seen  functions that are being hashed already
    """
    if isinstance(value, ModuleType):
        inside = [f"{name}={constant(vars(value)[name], (), seen)}" for name in read if name in vars(value)]
        return f"module {value.__name__} {getattr(value, '__version__', '')} {inside}"
    if isinstance(value, EnumType):
        return f"enum {value.__module__}.{value.__qualname__} {list(value.__members__.items())}"
    if isinstance(value, type):
        return f"type {value.__module__}.{value.__qualname__}"
    if isinstance(value, np.ndarray):
        return f"{value.dtype} {value.shape} {hashlib.sha256(value.tobytes()).hexdigest()}"
    function = getattr(value, "py_func", value)
    return source_of(function, seen) if isinstance(function, FunctionType) else repr(value)


def source_of(function: FunctionType, seen: tuple[Any, ...]) -> str:
    """The hash of a function that is compiled in as it is: the author's own @njit, or one kept in a closure."""
    if function in seen:
        return function.__qualname__
    code = function.__code__
    parts = [code_hash(code), repr(function.__defaults__)]
    for name in named(code):
        value = function.__globals__.get(name, MISSING)
        parts.append(f"{name}={constant(value, code.co_names, (*seen, function))}")
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()
