"""A strategy's step compiled apart from the core, which calls it by its address.

The core's entries with a hole where the step belongs are compiled once for each set of features and events, and then
serve every strategy; an edited one costs its step alone, a tenth of compiling all of it as one. What is paid is a
call, some 15 ns, on every candle. The step is the same rewritten function, typed and lowered once for both forms
(`pieces`), so what comes out is the same bit for bit, an exception too: docs/decisions/0004.
"""

from __future__ import annotations

from collections.abc import Callable
from types import FunctionType
from typing import Any

from botswain.build.link import Linked, link
from botswain.core.access import call_back
from botswain.core.pipeline import user_step

_CORES: dict[Any, Linked] = {}
_STEPS: dict[tuple[str, str | None], Linked] = {}


def step_apart(sim: Any, s: int, i: int) -> None:
    """The outermost function of a step alone; whatever the step returns, this returns nothing, as the core expects."""
    user_step(sim, s, i)  # type: ignore[no-untyped-call]


def apart(
    entries: tuple[Callable[..., Any], ...], names: dict[str, Any], step: FunctionType, folder: str | None
) -> tuple[Linked, ...]:
    """Entries of the core, one after the other, with one step at its address.

    Each has the key of its inlined form: which form decides is no part of what a bot's code is.
    """
    linked = link(step_apart, {"user_step": step}, compiled=True, folder=folder)
    # Two hundred bots of one strategy hold its machine code once.
    alone = _STEPS.setdefault((linked.key, folder), linked)
    keys = (link(one, names | {"user_step": step}, compiled=True, folder=folder).key for one in entries)
    cores = (core_alone(one, names, folder) for one in entries)
    return tuple(Linked(core.call, key, folder, step=alone) for core, key in zip(cores, keys, strict=True))


def core_alone(entry: Callable[..., Any], names: dict[str, Any], folder: str | None) -> Linked:
    """An entry that calls whatever step its run's memory has the address of. Linked once in a process."""
    kept = (entry, tuple(names.items()), folder)
    if kept not in _CORES:
        _CORES[kept] = link(entry, names | {"user_step": call_back}, compiled=True, folder=folder)
    return _CORES[kept]


def forget_cores() -> None:
    """Drop what is kept in this process."""
    _CORES.clear()
