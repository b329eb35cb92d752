"""How far apart candles stand, and the timeframe that follows from it.

The numbers decide; a name or a person's word is held against them, because a wrong timeframe silently moves
every decision. Candles may be absent, so the common step is the timeframe, not the only step.
"""

from __future__ import annotations

import numpy as np

from botswain.model.candles import IntColumn
from botswain.model.errors import BadInput
from botswain.model.timeframe import UNIT_MS, timeframe_ms, timeframe_of

_MONDAY_MS = 4 * UNIT_MS["d"]  # 1970-01-05, the first week that opens on a Monday
_MOST = 0.9
_CANDIDATES = 16
_SAMPLE = 65_536


def common_step_ms(ts: IntColumn) -> int | None:
    """The distance candles stand apart where none is absent, in any order of rows. None for fewer than two candles.

    It is the most common distance of which nine in ten distances are multiples (in a market where most minutes
    have no trade, two minutes may be more common than one); the smallest of equally common ones.
    """
    steps = np.diff(ts)
    if len(steps) and steps.min() <= 0:
        steps = np.diff(np.unique(ts))
    if not len(steps):
        return None
    middle = int(np.median(steps[:_SAMPLE]))
    if int(np.count_nonzero(steps == middle)) >= _MOST * len(steps):
        return middle
    distances, counts = np.unique(steps, return_counts=True)
    common = distances[np.argsort(-counts, kind="stable")][:_CANDIDATES].tolist()
    fitting = (one for one in common if int(counts[distances % one == 0].sum()) >= _MOST * len(steps))
    return int(next(fitting, common[0]))


def timeframe_for(ts: IntColumn, asked: str | None, named: str | None, origin: str) -> tuple[str, tuple[str, ...]]:
    """The timeframe of candles opening at `ts`, and notes about how it was found.

    `asked` is a person's word and is refused where the candles contradict it; `named` is the file name's and is
    only dropped. `origin` names the file in messages. Raises BadInput where nothing gives a timeframe.
    """
    step = common_step_ms(ts)
    if asked is not None:
        if step is not None and step % timeframe_ms(asked):
            raise BadInput(
                f"{origin}: candles are {spelled(step)} apart, so timeframe {asked} cannot be right; "
                f"leave it out or name {spelled(step)}"
            )
        apart = np.diff(np.sort(ts))
        if step is None or step == timeframe_ms(asked):
            return asked, ()
        if not np.any(np.mod(apart[apart > 0], step)):
            raise BadInput(
                f"{origin}: all candles are {spelled(step)} apart or more, so they are not of timeframe {asked}; "
                f"leave it out or name {spelled(step)}"
            )
        return asked, (f"most candles are {spelled(step)} apart; they are taken as {asked} with gaps, as was said",)
    if step is None:
        if named is None:
            raise BadInput(f"{origin}: one candle does not show its timeframe; name it with --timeframe, such as 1h")
        return named, ()
    if named is not None and step % timeframe_ms(named) == 0:
        return named, ()
    found = timeframe_of(step)
    timeframe_ms(found)
    if named is not None:
        return found, (f"the name says {named}, but candles are {found} apart: {found} is used",)
    return found, ()


def grid_phase_ms(length_ms: int) -> int:
    """Where the grid of a candle length begins: weeks open on Monday, all else counts from 1970-01-01T00:00Z."""
    return _MONDAY_MS if length_ms % UNIT_MS["w"] == 0 else 0


def floor_to_grid(time_ms: int, length_ms: int) -> int:
    """The opening time of the candle of `length_ms` that holds `time_ms`."""
    return time_ms - (time_ms - grid_phase_ms(length_ms)) % length_ms


def spelled(step_ms: int) -> str:
    """A distance as a timeframe where it is one (`5m`), else in milliseconds (`90 ms`)."""
    return timeframe_of(step_ms) if step_ms >= 1_000 and step_ms % 1_000 == 0 else f"{step_ms} ms"
