"""What a function and the values it reads are worth to the hash that machine code is kept by.

A function is its bytecode and constants, not its line numbers or comments; a value is all that is in it, a module what
stands there under the names that are read, a class its functions and values. A value that cannot be written out in
full (an author's own object, a `partial`) is another one in every process: its machine code is made anew there, never
found stale.
"""

from __future__ import annotations

import dis
import hashlib
import sys
import sysconfig
from enum import Enum, EnumType
from functools import lru_cache
from pathlib import Path
from types import BuiltinFunctionType, CodeType, EllipsisType, FunctionType, MethodType, ModuleType, NoneType
from typing import Any
from uuid import uuid4

import llvmlite
import numba
import numpy as np
from numba.core.dispatcher import Dispatcher

from botswain.build.misuse import Watched

Chain = tuple[str, ...]
Uses = tuple[Chain, ...]
STARTS = ("LOAD_GLOBAL", "LOAD_NAME", "LOAD_DEREF", "LOAD_CLASSDEREF")
ATTRIBUTES = ("LOAD_ATTR", "LOAD_METHOD")
# Types whose repr says all there is.
PLAIN = (NoneType, EllipsisType, bool, int, float, complex, str, bytes, range)
SIMPLE = (bool, int, float, complex, str, bytes, tuple, np.ndarray, np.generic)
# Their functions go by name: an edit of them is another version, which is in the key already.
LIBRARIES = sys.stdlib_module_names | {"numpy", "numba", "llvmlite"}
# Where they lie: an author's file may be called trace.py or statistics.py, too.
FOLDERS = ("<", sysconfig.get_path("stdlib"), *(str(Path(str(one.__file__)).parent) for one in (np, numba, llvmlite)))
BY_NAME = (BuiltinFunctionType, np.ufunc, type(np.mean))
# What has no full text, kept so that no other value takes its place in memory.
WITHOUT_TEXT: dict[int, Any] = {}
PROCESS = uuid4().hex


class Missing:
    """The absence of a global: a builtin, or an attribute's name."""

    def __repr__(self) -> str:
        return "missing"


MISSING = Missing()
EXTENDED_ARG, LOAD_GLOBAL, LOAD_NAME = (dis.opmap[name] for name in ("EXTENDED_ARG", "LOAD_GLOBAL", "LOAD_NAME"))


@lru_cache(maxsize=4096)
def named(code: CodeType) -> tuple[str, ...]:
    """Global names a function's code reads, nested code included.

    Read from the bytes: `dis` makes an object of each instruction, a tenth of a start.
    """
    names: dict[str, None] = {}
    bytecode, more = code.co_code, 0
    for k in range(0, len(bytecode), 2):
        op, arg = bytecode[k], bytecode[k + 1] | more
        more = arg << 8 if op == EXTENDED_ARG else 0
        if op == LOAD_GLOBAL:
            names[code.co_names[arg >> 1]] = None
        elif op == LOAD_NAME:
            names[code.co_names[arg]] = None
    for one in code.co_consts:
        if isinstance(one, CodeType):
            names |= dict.fromkeys(named(one))
    return tuple(names)


@lru_cache(maxsize=4096)
def uses(code: CodeType) -> dict[str, Uses]:
    """What follows each name that is not local wherever the code reads it, nested code included:

    for `lib.settings.UP` ("settings", "UP") of "lib"; () where it is used as it is.
    """
    found: dict[str, dict[Chain, None]] = {}
    name = ""
    chain: Chain = ()
    for one in dis.get_instructions(code):
        if name and one.opname in ATTRIBUTES:
            chain = (*chain, one.argval)
        elif one.opname != "EXTENDED_ARG":
            if name:
                found.setdefault(name, {})[chain] = None
            name, chain = (one.argval, ()) if one.opname in STARTS else ("", ())
    for inner in code.co_consts:
        if isinstance(inner, CodeType):
            for name, chains in uses(inner).items():
                found.setdefault(name, {}).update(dict.fromkeys(chains))
    return {name: tuple(chains) for name, chains in found.items()}


@lru_cache(maxsize=4096)
def words(code: CodeType) -> frozenset[str]:
    """Every name that the code could read of a module it has in hand, nested code and text (getattr) included."""
    found = {*code.co_names, *(one for one in code.co_consts if isinstance(one, str))}
    return frozenset(found.union(*(words(one) for one in code.co_consts if isinstance(one, CodeType))))


@lru_cache(maxsize=4096)
def code_hash(code: CodeType) -> str:
    """A hash of what a function does: bytecode, names and constants, but not its line numbers or comments."""
    counts = (code.co_argcount, code.co_posonlyargcount, code.co_kwonlyargcount, code.co_flags)
    names = (code.co_names, code.co_varnames, code.co_freevars, code.co_cellvars)
    # Where a `try` begins and ends stands in a table of its own.
    parts = [code.co_code.hex(), code.co_exceptiontable.hex(), repr(names), repr(counts)]
    parts += [code_hash(one) if isinstance(one, CodeType) else repr(one) for one in code.co_consts]
    return hashlib.sha256("|".join(parts).encode()).hexdigest()


def read_by(code: CodeType, name: str, value: Any, seen: tuple[Any, ...] = ()) -> str:
    """What a value that stands under a global's or a cell's name is worth to the hash of code that reads it."""
    if not isinstance(value, ModuleType):
        return constant(value, seen)
    inside = [f"{'.'.join(chain)}={reached(value, chain, words(code), seen)}" for chain in uses(code).get(name, ((),))]
    return f"{titled(value)} {inside}"


def reached(module: ModuleType, chain: Chain, names: frozenset[str], seen: tuple[Any, ...]) -> str:
    """What an attribute of a module, or of a module in it, is worth. A module that is handed on could be read under

    any of `names`: there it is these, and all its numbers, texts and tables.
    """
    value: Any = module
    for name in chain:
        if not isinstance(value, ModuleType):
            break
        value = attribute(value, name)
    return handed_on(value, names, seen) if isinstance(value, ModuleType) else constant(value, seen)


def handed_on(module: ModuleType, names: frozenset[str], seen: tuple[Any, ...]) -> str:
    """A module of which it cannot be told what is read."""
    if any(one is module for one in seen):
        return titled(module)
    seen = (*seen, module)
    found = []
    there = vars(module) | {name: attribute(module, name) for name in names if name not in vars(module)}
    for name, value in sorted(there.items()):
        if isinstance(value, ModuleType):
            if name in names:
                found.append(f"{name}={handed_on(value, names, seen)}")
        elif not name.startswith("__") and (name in names or isinstance(value, SIMPLE)):
            found.append(f"{name}={constant(value, seen)}")
    return f"{titled(module)} {found}"


def attribute(module: ModuleType, name: str) -> Any:
    """What stands under a name of a module; where it makes it when it is asked for (PEP 562), what it makes now."""
    try:
        return getattr(module, name, MISSING)
    except (LookupError, ImportError, TypeError, ValueError):  # an author's own __getattr__, asked for what it has not
        return MISSING


def titled(module: ModuleType) -> str:
    """A module by name and version."""
    return f"module {module.__name__} {vars(module).get('__version__', '')}"


def constant(value: Any, seen: tuple[Any, ...] = ()) -> str:
    """What a value is worth to the hash: all of it.

    seen  functions, modules and containers that are being hashed already
    """
    if type(value) in PLAIN or isinstance(value, Missing | np.dtype | numba.types.Type):
        return repr(value)
    if isinstance(value, ModuleType):
        return handed_on(value, frozenset(), seen)
    if isinstance(value, EnumType):
        members: list[tuple[str, Any]] = list(value.__members__.items())
        return f"enum {value.__module__}.{value.__qualname__} {members}{body_of(value, seen)}"
    if isinstance(value, Enum):
        kind = type(value)
        return f"{kind.__module__}.{kind.__qualname__}.{value.name} {constant(value.value, seen)}{body_of(kind, seen)}"
    if isinstance(value, type) and not hasattr(value, "class_type"):  # that is numba's jitclass, which has methods
        return f"type {value.__module__}.{value.__qualname__} {fields_of(value)}{body_of(value, seen)}"
    if isinstance(value, np.ndarray | np.generic) and not value.dtype.hasobject:
        return f"{value.dtype} {value.shape} {hashlib.sha256(value.tobytes()).hexdigest()}"
    if isinstance(value, tuple | list | set | frozenset | dict):
        return elements(value, seen)
    # By its type: what an author's object says of a name that it has not, nobody knows.
    compiled = value if isinstance(value, Dispatcher) else None
    function = value if compiled is None else compiled.py_func
    if isinstance(function, FunctionType) and not of_library(function):
        return source_of(function, seen) + (constant(compiled.targetoptions, seen) if compiled is not None else "")
    if isinstance(value, (FunctionType, *BY_NAME)):
        return f"{getattr(value, '__module__', '')}.{getattr(value, '__qualname__', value.__name__)}"
    if isinstance(value, MethodType) and isinstance(value.__self__, Watched):
        return f"wanted.{value.__self__.name}"
    WITHOUT_TEXT[id(value)] = value
    return f"{type(value).__qualname__} {PROCESS} {id(value)}"


def of_library(function: FunctionType) -> bool:
    """Whether a function is one of Python's own or numba's, and not of an author's file that has such a name."""
    name = (function.__module__ or "").partition(".")[0]
    return name in LIBRARIES and function.__code__.co_filename.startswith(FOLDERS)


def fields_of(cls: type) -> str:
    """What of a class goes into machine code: a named tuple's fields, in their order, and their defaults."""
    if not issubclass(cls, tuple) or not hasattr(cls, "_fields"):
        return ""
    return f"{cls._fields} {constant(getattr(cls, '_field_defaults', {}))}"


def body_of(cls: type, seen: tuple[Any, ...]) -> str:
    """What a class of an author's says beside its name: functions and values, those of its bases too. A step may read

    them, and in a notebook a class is written anew under the same name. Empty where there is nothing.
    """
    if any(one is cls for one in seen):
        return ""
    every = [pair for one in cls.__mro__ if not installed(one) for pair in vars(one).items()]
    own = [(name, value) for name, value in every if not isinstance(value, cls)]  # an enum's members are in it already
    return "".join(f" {name}={worth}" for name, value in own if (worth := in_class(name, value, (*seen, cls))))


def installed(cls: type) -> bool:
    """Whether a class is none of an author's own files: of Python, of Botswain, or of another package."""
    file = getattr(sys.modules.get(cls.__module__), "__file__", None) or ""
    if cls.__module__.partition(".")[0] in LIBRARIES and (not file or file.startswith(FOLDERS)):
        return True
    return cls.__module__.startswith("botswain.") or "site-packages" in file


def in_class(name: str, value: Any, seen: tuple[Any, ...]) -> str:
    """What stands under a name of a class is worth; empty for what Python puts there itself."""
    inner = value.__func__ if isinstance(value, staticmethod | classmethod) else value
    inner = inner.fget if isinstance(inner, property) else inner
    if isinstance(inner, FunctionType):
        return "" if of_library(inner) else source_of(inner, seen)
    if name.startswith("_") and (name.endswith("_") or not isinstance(value, SIMPLE)):
        return ""
    return "" if hasattr(type(value), "__get__") else constant(value, seen)


def elements(value: Any, seen: tuple[Any, ...]) -> str:
    """A container, element by element; a set in the order of its elements' texts."""
    if any(one is value for one in seen):
        return "itself"
    seen = (*seen, value)
    if isinstance(value, dict):
        found = [f"{constant(key, seen)}: {constant(one, seen)}" for key, one in value.items()]
    else:
        found = [constant(one, seen) for one in value]
    if isinstance(value, set | frozenset):
        found.sort()
    if type(value) is tuple:
        return f"({', '.join(found)}{',' * (len(found) == 1)})"
    kind = type(value)
    return f"{kind.__qualname__}{fields_of(kind)}{body_of(kind, seen)}{found}"


def source_of(function: FunctionType, seen: tuple[Any, ...]) -> str:
    """The hash of a function that is compiled in as it is: the author's own @njit, or one kept in a closure."""
    if any(one is function for one in seen):
        return function.__qualname__
    code, seen = function.__code__, (*seen, function)
    parts = [code_hash(code), *bound(function, seen)]
    for name in named(code):
        parts.append(f"{name}={read_by(code, name, function.__globals__.get(name, MISSING), seen)}")
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def bound(function: FunctionType, seen: tuple[Any, ...] = ()) -> list[str]:
    """What a function has with it besides its code: defaults, and what its closure holds."""
    parts = [constant(function.__defaults__, seen)]
    if function.__kwdefaults__:
        parts.append(constant(function.__kwdefaults__, seen))
    cells = zip(function.__code__.co_freevars, function.__closure__ or (), strict=True)
    return parts + [read_by(function.__code__, name, cell.cell_contents, seen) for name, cell in cells]
