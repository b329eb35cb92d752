"""A bot's decision, one event at a time: the same compiled functions as the simulator's, over a window of two candles.

Research gives the core whole columns; live gives it the last closed candle and the one before, with indicators from
streams. What comes out is bit for bit the same.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from botswain.build.bridge import Bridge
from botswain.build.cache import ready_folder
from botswain.build.link import Linked, NotCompiled, call, link
from botswain.build.plan import Plan, new_state
from botswain.build.simulator import constants
from botswain.build.step import layout_of, step_of
from botswain.core.access import call_back
from botswain.core.indicators import Streams
from botswain.core.matching import arrive, remove, walk
from botswain.core.pipeline import apply_report
from botswain.core.records import LASTING, REPORT
from botswain.core.simulate import close
from botswain.model.candles import COLUMNS

FIRST_ROOM = 1024
REPORT_FIELDS = REPORT.names or ()


@dataclass(frozen=True, slots=True)
class Bar:
    """One closed candle: whole ticks for the core, floats for the indicators."""

    open: int
    high: int
    low: int
    close: int
    values: tuple[float, float, float, float, float]


class Decider:
    """A bot's memory and the two events that change it.

    plan    what the bot is
    folder  where compiled code is kept; None keeps it in memory
    """

    def __init__(self, plan: Plan, folder: Path | None, *, compiled: bool = True) -> None:
        layout = layout_of(plan.strategy)
        self.plan = plan
        self.in_python = ""
        self._layout = layout
        self._bridge: Bridge | None = None
        self._place = ready_folder(folder)[0] if folder is not None and compiled else None
        self.state = new_state(plan, layout, FIRST_ROOM, compiled=compiled)
        self._linked = self._link({"user_step": step_of(plan.strategy, layout)}, plan.strategy.events())
        self.key = self._linked[1].key
        self._streams = [Streams(plan.strategy.indicators()) for _ in plan.instruments]
        self._windows()

    def _windows(self) -> None:
        """Room for two candles a symbol, the older first."""
        count = 2 * len(self.plan.instruments)
        state = self.state
        for name in ("open_ticks", "high_ticks", "low_ticks", "close_ticks"):
            state.put(name, np.zeros(count, np.int64))
        for name in COLUMNS:
            state.put(name, np.zeros(count))
        width = len(self.plan.strategy.indicators())
        self.columns: list[Any] = [np.full(count, np.nan) for _ in range(width)]
        if not state.compiled:
            self.columns = [column.tolist() for column in self.columns]
            state.put("columns", self.columns)
        else:
            state.put_columns(self.columns)
        state.put("times", np.zeros(1, np.int64))
        state.put("index", np.zeros(1, np.int64))
        state.put("curve", np.zeros(1, np.int64))
        for s, lane in enumerate(state.parts["lanes"]):
            lane.first = 2 * s + 1

    def report(self, values: Mapping[str, int]) -> None:
        """A venue's report: book it and let the strategy decide. Raises what the step raises."""
        state = self.state
        at = int(state.account.reports)
        if at >= len(state.parts["reports"]):
            state.more_reports()
            if self._bridge is not None:
                self._bridge.attach()
        entry = state.parts["reports"][at]
        for name in REPORT_FIELDS:
            setattr(entry, name, values[name])
        state.account.reports = at + 1
        self._call(0, at)

    def close(self, open_ms: int, bars: Mapping[int, Bar]) -> None:
        """Candles closed together: take them all, then decide. Raises what the step raises."""
        self.take(open_ms, bars)
        self.decide()

    def take(self, open_ms: int, bars: Mapping[int, Bar]) -> None:
        """Let closed candles, by symbol index, be the last ones. Once an instant: indicators move on by one candle."""
        state = self.state
        state.account.open_ms = open_ms
        for s, lane in enumerate(state.parts["lanes"]):
            lane.i = -1
            if s in bars:
                self._shift(s, bars[s])
                lane.i = 2 * s + 1
                if lane.last >= 0:
                    lane.first = 2 * s

    def decide(self) -> None:
        """Decide on the candles taken; may be done again after `restore`. Raises what the step raises."""
        self._call(1, 0, len(self.plan.instruments))

    def silence(self) -> None:
        """Never call the strategy again: what it wanted stays, exits and the gate go on."""
        self._linked = self._link({}, ())
        self._bridge = None

    def snapshot(self) -> dict[str, Any]:
        """A copy of what events change, to come back to."""
        return {name: self.state.parts[name].copy() for name in LASTING}

    def restore(self, saved: dict[str, Any]) -> None:
        """Come back to a snapshot."""
        for name, part in saved.items():
            self.state.parts[name][...] = part

    def _shift(self, s: int, bar: Bar) -> None:
        """Make the last candle the one before, and this one the last."""
        old, new = 2 * s, 2 * s + 1
        parts = self.state.parts
        for name in ("open", "high", "low", "close"):
            column = parts[f"{name}_ticks"]
            column[old], column[new] = column[new], getattr(bar, name)
        for name, value in zip(COLUMNS, bar.values, strict=True):
            parts[name][old], parts[name][new] = parts[name][new], value
        found = self._streams[s].update(dict(zip(COLUMNS, bar.values, strict=True)))
        for column, value in zip(self.columns, found, strict=True):
            column[old], column[new] = column[new], value

    def _call(self, which: int, *given: int) -> None:
        """Call the core; a step that does not compile is called back from then on. Raises what the step raises."""
        try:
            call(self._linked[which], self.plan.strategy.label(), self.state.handle, *given)
        except NotCompiled as error:
            if self.in_python:
                raise
            self.in_python = str(error)
            self._linked = self._link({"user_step": call_back}, self.plan.strategy.events())
            self._bridge = Bridge(self.plan.strategy, self._layout, self.state)
            call(self._linked[which], self.plan.strategy.label(), self.state.handle, *given)
        if self._bridge is not None and self._bridge.error is not None:
            error_now, self._bridge.error = self._bridge.error, None
            self.state.account.code = 0
            raise error_now

    def _link(self, replaced: dict[str, Any], events: tuple[int, ...]) -> tuple[Linked, Linked]:
        """The two entries, with these names replaced."""
        names = constants(self.plan.features(curve=False), events) | replaced
        compiled, place = self.state.compiled, self._place
        return tuple(link(one, names, compiled=compiled, folder=place) for one in (apply_report, close))  # type: ignore[return-value]


@dataclass(frozen=True, slots=True)
class Matching:
    """The venue's part of the core as callables on a State: see `core.matching`."""

    arrive: Any
    walk: Any
    remove: Any


def matching(folder: Path | None, *, compiled: bool = True) -> Matching:
    """The matching rules, compiled or plain."""
    place = ready_folder(folder)[0] if folder is not None and compiled else None
    return Matching(*(link(one, {}, compiled=compiled, folder=place).call for one in (arrive, walk, remove)))
