"""The linker: plain functions, with some names replaced, as one compiled or one interpreted callable.

Starting from an entry function it follows every function named in its globals, gives each copy its own globals (so
that features and the step can be put in by name), and hashes all of it. Compiled machine code is kept by that hash:
an edited helper or constant is a different hash, so a stale result cannot be found. Numba's own cache is not used
for finding, only its format for keeping.
"""

from __future__ import annotations

import dis
import hashlib
import sys
import warnings
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import EnumType
from functools import lru_cache
from pathlib import Path
from types import CodeType, FunctionType, ModuleType
from typing import Any

import llvmlite
import numba
import numpy as np
from llvmlite import binding
from numba import types
from numba.core.errors import NumbaError, NumbaWarning

from botswain.build import access as instructions
from botswain.build.cache import KeptOverloads
from botswain.core import access
from botswain.core.records import RECORDS, SIM
from botswain.ledger import exact
from botswain.model.errors import BadInput

# Functions that become machine instructions when compiled.
INSTRUCTIONS: dict[Any, Any] = {
    getattr(exact if name == "compare" else access, name): value for name, value in instructions.COMPILED.items()
}


# Functions of the core that run on every candle or fill and are called from one place: there a call costs more than it
# saves.
INLINED = {
    "above",
    "apply_report",
    "arrive",
    "below",
    "bring_changed",
    "bring_orders",
    "cancel_changed",
    "close",
    "close_candle",
    "fill_row",
    "follow_trip",
    "mark_account",
    "match",
    "post",
    "trade",
    "untouched",
    "walk",
    "want_target",
    "write_changed",
    "write_order",
    "arrive_limit",
    "cash_change",
    "execute",
    "fee_of",
    "fit_limits",
    "judge",
    "mark_dirty",
    "post_fee",
    "put_row",
    "reduce",
    "reduces",
    "remove",
    "renew",
    "report",
    "rest",
    "rounded_fee",
    "want_row",
    "wanted_leaves",
}


@dataclass(slots=True)
class Linked:
    """A function with its names replaced: the callable, and the hash of all source it depends on."""

    call: Callable[..., Any]
    key: str


@dataclass(slots=True)
class Links:
    """One linking under way: what replaces what, where machine code is kept, and what is done."""

    replaced: dict[str, Any]
    compiled: bool
    folder: str | None
    done: dict[FunctionType, Linked] = field(default_factory=dict)
    begun: set[FunctionType] = field(default_factory=set)


def link(entry: Callable[..., Any], replaced: dict[str, Any], *, compiled: bool, folder: str | None = None) -> Linked:
    """Link `entry` with the globals in `replaced` put in wherever they are named.

    compiled  machine code through numba, kept in `folder` by hash (None: in memory); otherwise plain Python
    Raises BadInput where something a compiled function names cannot be compiled.
    """
    assert isinstance(entry, FunctionType)
    return linked(entry, Links(replaced, compiled, folder))


def linked(function: FunctionType, work: Links) -> Linked:
    """One function, its own functions first. Its key covers them all."""
    if function in work.done:
        return work.done[function]
    if function in work.begun:
        code = function.__code__
        raise BadInput(
            f"{code.co_filename}, line {code.co_firstlineno}: {function.__name__} calls itself; write it as a loop"
        )
    outermost = not work.begun
    work.begun.add(function)
    scope: dict[str, Any] = {"__builtins__": __builtins__, "__name__": function.__module__}
    parts = [function.__module__, code_hash(function.__code__), repr(function.__defaults__)]
    parts += [constant(cell.cell_contents) for cell in function.__closure__ or ()]
    # An author's constant may happen to be called GATE; only the core's own is replaced.
    replaced = work.replaced if function.__module__.startswith("botswain.core.") else {}
    for name in named(function.__code__):
        value = replaced.get(name, function.__globals__.get(name, MISSING))
        if value is MISSING:
            continue
        if not isinstance(value, FunctionType):
            scope[name] = value
            parts.append(f"{name}={constant(value, function.__code__.co_names)}")
        elif work.compiled and value in INSTRUCTIONS:
            scope[name] = INSTRUCTIONS[value]
        else:
            inner = linked(value, work)
            scope[name] = inner.call
            parts.append(f"{name}:{inner.key}")
    copy = FunctionType(function.__code__, scope, function.__name__, function.__defaults__, function.__closure__)
    copy.__kwdefaults__ = function.__kwdefaults__
    copy.__module__ = function.__module__
    key = hashlib.sha256("\n".join([*parts, str(outermost), machine()]).encode()).hexdigest()
    work.done[function] = Linked(made(copy, key, work, outermost), key)
    return work.done[function]


def made(copy: FunctionType, key: str, work: Links, outermost: bool) -> Any:
    """The copy as it will be called: itself, or compiled when first called and kept under its key.

    Only the outermost function is called from Python; for the others the way in from there is not even compiled.
    """
    if not work.compiled:
        return copy
    # The author's code keeps Python's division by zero; the core guards its own and need not pay for the check.
    model = "numpy" if copy.__module__.startswith("botswain.") else "python"
    hot = (
        copy.__name__ in INLINED and copy.__module__.startswith(("botswain.core.", "botswain.ledger."))
    ) or copy.__name__ == "user_step"
    entry: dict[str, Any] = {} if outermost else {"no_cpython_wrapper": True, "no_cfunc_wrapper": True}
    dispatcher: Any = numba.njit(copy, error_model=model, nogil=True, forceinline=hot, **entry)
    by_type = dispatcher.get_call_template

    def once(args: Any, kws: Any) -> Any:
        """Compile for int, not again for each constant that is passed."""
        return by_type(tuple(map(types.unliteral, args)), {name: types.unliteral(one) for name, one in kws.items()})

    dispatcher.get_call_template = once
    if work.folder is not None:
        dispatcher._cache = KeptOverloads(copy, work.folder, key)
    return dispatcher


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


@lru_cache(maxsize=1)
def machine() -> str:
    """What machine code depends on beside its source: versions, processor, the layout of memory."""
    parts = (sys.version, numba.__version__, llvmlite.__version__, np.__version__, SIM, *RECORDS.values())
    features = binding.get_host_cpu_features().flatten()
    return repr((*parts, binding.get_host_cpu_name(), features, Path(instructions.__file__).read_bytes()))


class NotCompiled(BadInput):
    """A step does not compile; the message says where. It is called back instead (`build.bridge`)."""


# What the compiler refused in this process, by key: it is not asked twice.
REFUSED: dict[str, NotCompiled] = {}


def call(one: Linked, owner: str, *given: Any) -> Any:
    """Call a linked function, compiling it first if need be.

    Raises NotCompiled in the name of `owner`, and what the step raises.
    """
    if one.key in REFUSED:
        raise REFUSED[one.key]
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", NumbaWarning)
            return one.call(*given)
    except NumbaError as error:
        REFUSED[one.key] = compile_error(error, owner)
        raise REFUSED[one.key] from None


def compile_error(error: Exception, owner: str) -> NotCompiled:
    """Numba's refusal as a message with the author's line."""
    text = str(error)
    place = next((line.strip() for line in text.splitlines() if line.strip().startswith("File ")), "")
    first = next((line.strip() for line in text.splitlines() if line.strip() and "pipeline" not in line), "")
    return NotCompiled(f"step of {owner} does not compile: {first} {place}".strip())
