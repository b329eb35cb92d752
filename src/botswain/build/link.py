"""The linker: plain functions, with some names replaced, as one compiled or one interpreted callable.

Starting from an entry function it follows every function named in its globals, gives each copy its own globals (so
that features and the step can be put in by name), and hashes all of it. Compiled machine code is kept by that hash:
an edited helper or constant is a different hash, so a stale result cannot be found. Numba's own cache is not used
for finding, only its format for keeping.
"""

from __future__ import annotations

import gc
import hashlib
import time
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import FunctionType, ModuleType
from typing import Any
from weakref import WeakValueDictionary

import numba
import numpy as np
from numba import types
from numba.core.errors import NumbaError, NumbaWarning

from botswain.build import access as instructions
from botswain.build.author_code import check_globals, unlike_python
from botswain.build.cache import KeptOverloads, prune
from botswain.build.decorated import beneath, cells_of, check_decorated, module_for, own_rules
from botswain.build.exact_whole import OtherNumbers
from botswain.build.judged import unset
from botswain.build.like_python import AuthorPiece, AuthorWhole
from botswain.build.machine import machine
from botswain.build.pieces import HotCompiler, PieceCompiler, WholeCompiler, in_reach
from botswain.build.source_key import MISSING, bound, code_hash, named, read_by
from botswain.core import access
from botswain.core.records import OPAQUE, State
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
    "apply_fill",
    "apply_report",
    "arrive",
    "below",
    "bring_changed",
    "bring_orders",
    "cancel_changed",
    "close",
    "close_candle",
    "judge_candle",
    "fill_row",
    "follow_trip",
    "has_candle",
    "mark_account",
    "match",
    "opened",
    "post",
    "reached",
    "trade",
    "walk",
    "tell_report",
    "want_target",
    "watch_account",
    "write_changed",
    "write_order",
    "arrive_limit",
    "cash_change",
    "cell_index",
    "clamp",
    "differs",
    "execute",
    "fee_of",
    "fit_limits",
    "judge",
    "mark_dirty",
    "mem_index",
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


# Botswain's own functions, as numba names their files: from where the process stands, or in full.
OWN_FOLDER = "botswain/core/"
# How much of a key is in the names of its machine code.
SYMBOL_DIGITS = 24
# How numba begins to tell of a variable that may be unset.
UNSET = "Detected uninitialized variable"
# Outermost functions that go over all candles of a run in one call.
OVER_CANDLES = {"simulate", "simulate_quietly"}
# A strategy's own, called on every candle.
OF_AUTHOR = {"user_step", "user_asks"}
# Outermost functions that are only called from other machine code, by their address: no way in from Python.
BY_ADDRESS = {"step_apart"}
# Whose names are replaced: an author's constant may happen to be called GATE.
OURS = ("botswain.core.", "botswain.build.")
# Shipped strategies and what they share.
SHIPPED = "botswain.strategies."
# The core's inner functions in this process, by key and folder, as long as something linked holds them.
PIECES: WeakValueDictionary[tuple[str, str | None], Any] = WeakValueDictionary()


@dataclass(slots=True)
class Linked:
    """A function with its names replaced: the callable, and the hash of all source it depends on.

    refused  why it is not to be compiled although it could be; empty where it may
    step     the strategy's step, where the callable is the core alone and calls it by its address (`build.apart`)
    address  that of the step, once it is prepared
    spent_s  processor time that was spent in such a callable
    """

    call: Callable[..., Any]
    key: str
    folder: str | None = None
    prepared: bool = False
    refused: str = ""
    step: Linked | None = None
    address: int = 0
    spent_s: float = 0.0


@dataclass(slots=True)
class Links:
    """One linking under way: what replaces what, where machine code is kept, and what is done."""

    replaced: dict[str, Any]
    compiled: bool
    folder: str | None
    done: dict[FunctionType, Linked] = field(default_factory=dict)
    begun: set[FunctionType] = field(default_factory=set)

    @property
    def of_author(self) -> bool:
        """Whether what is linked has a step that is none of those that ship."""
        step = self.replaced.get("user_step")
        return step is not None and not step.__module__.startswith("botswain.")


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
    parts = [function.__module__, code_hash(function.__code__), *bound(function)]
    replaced = work.replaced if function.__module__.startswith(OURS) else {}
    ours = trusted(function, work)
    if not ours:
        check_globals(function.__code__)
        check_decorated(function, function.__name__, function.__defaults__ or (), "its defaults")
    if not ours and function.__module__.startswith("botswain."):
        parts.append("judged")
    refused = [unlike_python(function.__code__) if work.compiled and not ours else ""]

    def take(value: Any) -> Any:
        """A function that numba compiled for its author, or that is not read by a name of the module."""
        inner, why = linked(beneath(value) or value, work), own_rules(value)
        refused.extend((why, inner.refused))
        parts.append(f"{inner.key} {bool(why)}")
        return inner.call

    for name in named(function.__code__):
        value = replaced.get(name, function.__globals__.get(name, MISSING))
        if value is MISSING:
            continue
        if not ours:
            check_decorated(function, name, value)
        if isinstance(value, ModuleType) and not ours:
            scope[name] = module_for(function, name, value, take)
            parts.append(f"{name}={read_by(function.__code__, name, value)}")
        elif beneath(value) is not None:
            scope[name] = take(value)
            parts.append(f"{name}={read_by(function.__code__, name, value)}")
        elif not isinstance(value, FunctionType):
            scope[name] = value
            parts.append(f"{name}={read_by(function.__code__, name, value)}")
        elif work.compiled and value in INSTRUCTIONS:
            scope[name] = INSTRUCTIONS[value]
        else:
            inner = linked(value, work)
            scope[name] = inner.call
            refused.append(inner.refused)
            parts.append(f"{name}:{inner.key}")
    closure = function.__closure__ if ours else cells_of(function, take)
    copy = FunctionType(function.__code__, scope, function.__name__, function.__defaults__, closure)
    copy.__kwdefaults__ = function.__kwdefaults__
    copy.__module__ = function.__module__
    key = hashlib.sha256("\n".join([*parts, str(outermost), machine()]).encode()).hexdigest()
    # Numba finds machine code by a name made of this and a number that each process counts from 1: without the key,
    # code of two functions that two processes compiled may have one name, and here the one loaded last is called.
    copy.__qualname__ = f"{function.__name__}_{key[:SYMBOL_DIGITS]}"
    why = next((one for one in refused if one), "")
    work.done[function] = Linked(made(copy, key, work, outermost), key, work.folder, refused=why)
    return work.done[function]


def trusted(function: FunctionType, work: Links) -> bool:
    """Whether a function is compiled as it stands: the core, and shipped strategies with what they share. In an

    author's step what strategies share is held against the list as the step is (`listed`).
    """
    home = function.__module__
    return home.startswith("botswain.") and not (work.of_author and home.startswith(SHIPPED))


def made(copy: FunctionType, key: str, work: Links, outermost: bool) -> Any:
    """The copy as it will be called: itself, or compiled when first called and kept under its key.

    Only the outermost function is called from Python; for the others the way in from there is not even compiled.
    """
    if not work.compiled:
        return copy
    if numba.config.DISABLE_JIT:
        raise BadInput("NUMBA_DISABLE_JIT is set in the environment, so that nothing can be compiled; unset it")
    numba.config.BOUNDSCHECK = None  # NUMBA_BOUNDSCHECK in the environment would overrule what is asked for below
    # The author's code keeps Python's division by zero and its IndexError; the core guards its own and need not pay.
    ours = trusted(copy, work)
    hot = (
        copy.__name__ in INLINED and copy.__module__.startswith(("botswain.core.", "botswain.ledger."))
    ) or copy.__name__ in OF_AUTHOR
    known = PIECES.get((key, work.folder)) if not outermost else None
    if known is not None:
        return known
    entry: dict[str, Any] = {"pipeline_class": HotCompiler if copy.__name__ in OVER_CANDLES else WholeCompiler}
    if not outermost:
        entry["pipeline_class"] = PieceCompiler if ours else AuthorPiece
    elif not ours:
        entry["pipeline_class"] = AuthorWhole
    if not outermost or copy.__name__ in BY_ADDRESS:
        entry |= {"no_cpython_wrapper": True, "no_cfunc_wrapper": True}
    if not ours:
        entry |= {"boundscheck": True}
    model = "numpy" if ours else "python"
    dispatcher: Any = numba.njit(copy, error_model=model, nogil=True, forceinline=hot, **entry)
    by_type = dispatcher.get_call_template

    def once(args: Any, kws: Any) -> Any:
        """Compile for int, not again for each constant that is passed."""
        return by_type(tuple(map(types.unliteral, args)), {name: types.unliteral(one) for name, one in kws.items()})

    dispatcher.get_call_template = once
    dispatcher.judged = not ours  # by `listed`, for those that call it
    if work.folder is not None:
        dispatcher._cache = KeptOverloads(copy, work.folder, key, piece=not outermost)
    if not outermost and ours:
        PIECES[key, work.folder] = dispatcher
    return dispatcher


class NotCompiled(BadInput):
    """A step does not compile; the message says where. It is called back instead (`build.bridge`)."""


# Something of the type of a run's memory, to compile for.
HANDLE = np.zeros(1, OPAQUE)[0]
# What the compiler refused in this process, by key: it is not asked twice.
REFUSED: dict[str, NotCompiled] = {}


def call(one: Linked, owner: str, state: State, *given: int) -> Any:
    """Call a linked function on a run's memory, compiling it first if need be.

    Raises NotCompiled in the name of `owner`, and what the step raises.
    """
    if not one.prepared:
        prepare(one, owner)
    if one.step is not None:
        state.call_at(one.address)  # each time: what called back in between left its own there
    return one.call(state.handle, *given)


def call_timed(one: Linked, owner: str, state: State, *given: int) -> Any:
    """The same, and note the processor time that it took where the step is called by its address."""
    if not one.prepared:
        prepare(one, owner)
    if one.step is None:
        return one.call(state.handle, *given)
    start = time.thread_time()
    try:
        return call(one, owner, state, *given)
    finally:
        one.spent_s += time.thread_time() - start


def prepare(one: Linked, owner: str) -> None:
    """Compile a linked function of the core for the memory of a run, or load it, its step too. Raises NotCompiled."""
    if one.key in REFUSED:
        raise REFUSED[one.key]
    refused = one.refused or (one.step.refused if one.step is not None else "")
    if refused:
        raise NotCompiled(f"step of {owner} is left in Python: {refused}")
    try:
        compile_or_load(one)
        if one.step is not None:
            compile_or_load(one.step)
            one.address = address_of(one.step.call)
    except Exception as error:  # noqa: BLE001 - the outer wall of the compiler: of code it cannot read it raises anything
        REFUSED[one.key] = compile_error(error, owner)
        raise REFUSED[one.key] from None
    one.prepared = True


def compile_or_load(one: Linked) -> None:
    """The machine code of one dispatcher. Raises NumbaError, and now and then another error, where numba refuses it."""
    dispatcher: Any = one.call
    if isinstance(dispatcher, FunctionType):
        return
    whole = [types.int64] * (dispatcher.py_func.__code__.co_argcount - 1)
    new = not in_reach(dispatcher)
    with warnings.catch_warnings(), collecting_later(), telling_unset():
        warnings.simplefilter("ignore", NumbaWarning)
        warnings.filterwarnings("error", UNSET, NumbaWarning)
        dispatcher.compile((numba.typeof(HANDLE), *whole))
    if new and one.folder is not None:
        prune(Path(one.folder))


def address_of(dispatcher: Any) -> int:
    """Where the machine code of the only overload begins."""
    (made,) = dispatcher.overloads.values()
    return int(made.library.get_pointer_to_function(made.fndesc.llvm_func_name))


def ready(one: Linked) -> bool:
    """Whether a compiled function's machine code, and that of its step, is in this process or in the cache folder."""
    return in_reach(one.call) and (one.step is None or in_reach(one.step.call))


@contextmanager
def telling_unset() -> Iterator[None]:
    """Have numba tell of variables that may be read before they are set: it would take them for 0."""
    before = numba.config.ALWAYS_WARN_UNINIT_VAR
    numba.config.ALWAYS_WARN_UNINIT_VAR = 1
    try:
        yield
    finally:
        numba.config.ALWAYS_WARN_UNINIT_VAR = before


@contextmanager
def collecting_later() -> Iterator[None]:
    """No garbage collection for a while: a compile makes millions of objects that live, and going through them again

    and again is a fourteenth of its time.
    """
    on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if on:
            gc.enable()


def compile_error(error: Exception, owner: str) -> NotCompiled:
    """Numba's refusal as a message with the author's line."""
    text = (
        str(error)
        if isinstance(error, NumbaError | NumbaWarning | OtherNumbers)
        else f"{type(error).__name__}: {error}"
    )
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    places = [line for line in lines if line.startswith('File "')]
    # What is given to Botswain's functions fails in them, and is to be mended where they are called.
    place = next((one for one in places if OWN_FOLDER not in one), next(iter(places), ""))
    first = next((line for line in lines if "pipeline" not in line), "")
    kinds = next((line.removeprefix(">>> ") for line in lines if line.startswith(">>> ")), "")
    if kinds:
        first = f"{kinds} has no machine code; docs/strategies.md, What compiles, says what does."
    if UNSET in first:
        first = unset(first.removeprefix(UNSET).strip(" .").removeprefix("variable").strip()) + "."
    return NotCompiled(f"step of {owner} does not compile: {first} {place}".strip())
