"""A bot's decision, one event at a time: the same compiled functions as the simulator's, over a window of two candles.

Research gives the core whole columns; live gives it the last closed candle and the one before, with indicators from
streams. What comes out is bit for bit the same.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from copy import deepcopy
from dataclasses import dataclass
from fractions import Fraction
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np
from msgspec import Struct

from botswain.build.apart import apart, core_alone
from botswain.build.bridge import Bridge
from botswain.build.cache import ready_folder
from botswain.build.last_steps import last_steps
from botswain.build.layout import layout_of
from botswain.build.link import Linked, NotCompiled, call, link
from botswain.build.plan import Plan, new_state
from botswain.build.restated import Restated
from botswain.build.simulator import constants
from botswain.build.step import step_of
from botswain.core.access import call_back
from botswain.core.actions import split, split_orders
from botswain.core.codes import SPLIT
from botswain.core.indicators import symbols_of
from botswain.core.matching import arrive, opened, walk
from botswain.core.others import OtherStreams
from botswain.core.pipeline import apply_report
from botswain.core.records import LASTING, REPORT, TICKS, State
from botswain.core.resting import remove
from botswain.core.simulate import beat, close, turn
from botswain.core.streams import Streams
from botswain.model.candles import COLUMNS
from botswain.model.timeframe import opening_of
from botswain.model.venue_reports import VenueSplit

ENTRIES = (apply_report, close)
ROOM = 64
REPORT_FIELDS = REPORT.names or ()
WINDOWS = (*TICKS, *COLUMNS)


class Bar(Struct, frozen=True, gc=False):
    """One closed candle: whole ticks for the core, floats for the indicators."""

    open: int
    high: int
    low: int
    close: int
    values: tuple[float, float, float, float, float]


@dataclass(slots=True)
class Code:
    """What decides for a bot: the core's entries with its step, and the hash of their source.

    silent  the same entries without any step, once a bot that was halted has needed them
    """

    linked: tuple[Linked, ...]
    key: str
    silent: tuple[Linked, ...] = ()


class Decider:
    """A bot's memory and the events that change it: reports, closes and, where it decides between them, beats.

    plan    what the bot is
    folder  where compiled code is kept; None keeps it in memory
    code    that of another one of this very plan, where it was made already
    """

    def __init__(self, plan: Plan, folder: Path | None, *, compiled: bool = True, code: Code | None = None) -> None:
        layout = layout_of(plan.strategy)
        self.plan = plan
        self.in_python = ""
        self._label = plan.strategy.label()
        self._layout = layout
        beats: list[Callable[..., Any]] = [beat] if plan.frequency_ms else []
        splits: list[Callable[..., Any]] = [split] if plan.share_splits else []
        turns: list[Callable[..., Any]] = [turn] if plan.turns else []
        self._entries: tuple[Callable[..., Any], ...] = (*ENTRIES, *beats, *splits, *turns)
        self._names = constants(plan.features(curve=False), plan.strategy.events())
        self._bridge: Bridge | None = None
        self._place = ready_folder(folder)[0] if folder is not None and compiled else None
        # Of a split each order may end.
        room = ROOM + plan.strategy.slots() if splits else ROOM
        self.state = new_state(plan, layout, room, compiled=compiled)
        self.code = code if code is not None else self._made()
        self._linked, self.key = self.code.linked, self.code.key
        declared, self._others = plan.indicators(), others_of(plan)
        tell = None if self._others is None else self._others.value
        self._streams = [Streams(declared, plan.timeframe_ms, tell) for _ in plan.instruments]
        # Candles taken whose indicators wait for those of other symbols, until these are there or it must decide.
        self._taken: deque[tuple[int, int, Bar]] = deque()
        self._symbols = plan.symbols
        self._kept = [Restated(splits_of(plan, s)) if splits_of(plan, s) else None for s in range(self.state.symbols)]
        self._windows()

    def _windows(self) -> None:
        """Room for two candles a symbol, the older first."""
        count = 2 * len(self.plan.instruments)
        state = self.state
        for name in TICKS:
            state.put(name, np.zeros(count, np.int64))
        for name in COLUMNS:
            state.put(name, np.zeros(count))
        width = len(self.plan.indicators())
        self.columns: list[Any] = [np.full(count, np.nan) for _ in range(width)]
        if not state.compiled:
            self.columns = [column.tolist() for column in self.columns]
            state.put("columns", self.columns)
        else:
            state.put_columns(self.columns)
        # Python reads and writes single numbers of a memoryview in half the time of an array's.
        columns = (*(state.parts[name] for name in WINDOWS), *self.columns)
        self._window: tuple[Any, ...] = tuple(map(memoryview, columns)) if state.compiled else columns
        state.put("times", np.zeros(1, np.int64))
        # Where a candle would stand that comes next, by symbol: asked at a split alone.
        state.put("index", np.array([2 * s + 2 for s in range(len(self.plan.instruments))], np.int64))
        # One at a time; behind it none before the same candle.
        state.put("actions", state.records("actions", 2))
        state.parts["actions"][1].instant = -1
        state.put("curve", np.zeros(1, np.int64))
        for s, lane in enumerate(state.parts["lanes"]):
            lane.first = 2 * s + 1
        if state.compiled:
            self._lasting = one_block(state)
        self._open_ms = field_of(state, "account", "open_ms")
        self._lane = {name: field_of(state, "lanes", name) for name in ("i", "last", "first", "mark", "price")}
        self._time_ms = field_of(state, "account", "time_ms")
        self._shut, self._shuts = (field_of(state, "account", name) for name in ("window_shut", "window_end"))
        self._seen = [False] * len(self.plan.instruments)
        # When the last candle of each symbol that is traded opened; 0 before its first.
        self.seen_ms = [0] * len(self.plan.instruments)

    @property
    def open_ms(self) -> int:
        """When the last candles opened that it took; 0 before its first."""
        return int(self._open_ms[0])

    def report(self, values: Mapping[str, int]) -> None:
        """A venue's report: book it and let the strategy decide. Raises what the step raises."""
        state = self.state
        if state.compiled:
            state.parts["reports"].view(np.ndarray)[0] = tuple(values[name] for name in REPORT_FIELDS)
        else:
            vars(state.parts["reports"][0]).update(values)
        state.account.reports = 1
        # A run of years must not grow: research keeps the history of reports and round trips, live the journal does.
        if int(state.account.trips) >= len(state.parts["trips"]):
            state.account.trips = 0
        self._call(0, 0)

    def close(self, open_ms: int, bars: Mapping[int, Bar]) -> None:
        """Candles closed together: take them all, then decide. Raises what the step raises."""
        self.take(open_ms, bars)
        self.decide()

    def take(self, open_ms: int, bars: Mapping[int, Bar]) -> None:
        """Let closed candles, by symbol index, be the last ones. Once an instant: indicators move on by one candle.

        Without `decide` after it, it only warms indicators up. Symbols that are only read stand behind the others.
        """
        if self._others is not None:
            self._hear(self._others, open_ms, bars)
            bars = self.own(bars)
            if not bars:
                return
        self._open_ms[0] = open_ms
        row, first, price = self._lane["i"], self._lane["first"], self._lane["price"]
        for s in range(len(self.plan.instruments)):
            row[s] = -1
        for s, bar in bars.items():
            self._restate(s, open_ms)
            self._shift(s, bar)
            row[s], price[s] = 2 * s + 1, bar.close
            if self._seen[s]:
                first[s] = 2 * s
            self._seen[s] = True
            self.seen_ms[s] = open_ms

    def skip(self, open_ms: int, bars: Mapping[int, Bar]) -> None:
        """Let closed candles go by undecided: prices and indicators move on, and a fill is decided on by them."""
        self.take(open_ms, bars)
        last, mark = self._lane["last"], self._lane["mark"]
        for s, bar in self.own(bars).items():
            last[s], mark[s] = 2 * s + 1, bar.close

    def own(self, bars: Mapping[int, Bar]) -> Mapping[int, Bar]:
        """Of candles, by symbol index, those of the symbols that are traded."""
        if self._others is None:
            return bars
        return {s: bar for s, bar in bars.items() if s < len(self.plan.instruments)}

    def decide(self) -> None:
        """Decide on the candles taken; may be done again after `restore`. Raises what the step raises."""
        self._call(1, 0, len(self.plan.instruments))

    @contextmanager
    def formed(self, at_ms: int, bars: Mapping[int, Bar]) -> Iterator[None]:
        """For as long as it lasts candles that form, by symbol index, stand where the last closed ones do.

        The closed ones stand behind them, with indicators as they would be if these closed now; then all is as before.
        """
        self._catch_up()
        self._time_ms[0] = at_ms
        row, first, price = self._lane["i"], self._lane["first"], self._lane["price"]
        for s in range(len(self.plan.instruments)):
            row[s] = -1
        kept = {s: (int(first[s]), [(one[2 * s], one[2 * s + 1]) for one in self._window]) for s in bars}
        for s, bar in bars.items():
            self._push(s, bar, self._streams[s].peek(numbers_of(bar, opening_of(at_ms, self.plan.timeframe_ms))))
            row[s], price[s] = 2 * s + 1, bar.close
            if self._seen[s]:
                first[s] = 2 * s
        try:
            yield
        finally:
            for s, (was, pairs) in kept.items():
                first[s] = was
                for column, pair in zip(self._window, pairs, strict=True):
                    column[2 * s], column[2 * s + 1] = pair

    @contextmanager
    def marked(self, bars: Mapping[int, Bar]) -> Iterator[None]:
        """For as long as it lasts these candles' prices are the marks: what their orders may cost is worked out."""
        mark = self._lane["mark"]
        kept = {s: int(mark[s]) for s in bars}
        for s, bar in bars.items():
            mark[s] = bar.close
        try:
            yield
        finally:
            for s, was in kept.items():
                mark[s] = was

    def beat(self) -> None:
        """Decide on the candles that form; may be done again after `restore`. Raises what the step raises."""
        self._call(2, len(self.plan.instruments))

    @property
    def hours_end_ms(self) -> int:
        """When the hours end that lasted at the last decision."""
        return int(self._shuts[0])

    def over_by(self, time_ms: int) -> bool:
        """Whether hours end by then at whose end something is done, and nobody has."""
        return self.plan.turns and not self._shut[0] and 0 < int(self._shuts[0]) <= time_ms

    def turn(self, time_ms: int) -> None:
        """Hours are over at a time when no candle closed; may be done again after `restore`."""
        self._call(len(self._entries) - 1, time_ms, len(self.plan.instruments))

    def split(self, told: VenueSplit) -> None:
        """Shares were split before a candle that is not taken yet, or, of a bot that was away, before one that is.

        May be done again after `restore`. Raises what the step raises.
        """
        s, account = told.symbol, self.state.account
        self._restate(s, told.time_ms)
        record = self.state.parts["actions"][0]
        record.instant, record.symbol, record.kind, record.num, record.den = 0, s, SPLIT, told.num, told.den
        mark, now_ms = self._lane["mark"], int(self._open_ms[0])
        kept = int(mark[s])
        account.reports = 0
        if int(account.trips) >= len(self.state.parts["trips"]):
            account.trips = 0
        mark[s], self._open_ms[0], self._time_ms[0] = told.price, told.open_ms, told.open_ms
        self._call(self._entries.index(split), 0, s)
        self._open_ms[0] = now_ms
        if self.seen_ms[s] >= told.open_ms:
            mark[s] = kept

    def _restate(self, s: int, time_ms: int) -> None:
        """At a split, or before a candle that opens then: where shares were split since the last one, let those before

        it be of the new shares, and indicators as they would be if they always had been.
        """
        kept = self._kept[s]
        if kept is None or not kept.is_split_by(time_ms):
            return
        self._streams[s] = Streams(self.plan.indicators(), self.plan.timeframe_ms)
        last: deque[tuple[Bar, tuple[float, ...]]] = deque(maxlen=2)
        for at_ms, values in kept.seen():
            bar = Bar(1, 1, 1, 1, values)  # no order meets it again
            last.append((bar, self._streams[s].update(numbers_of(bar, at_ms))))
        for bar, found in last:
            self._push(s, bar, found)

    def call_back(self, why: str) -> None:
        """Leave the step in Python from here on: slower, but it need not compile, and says where it raised."""
        self.in_python = why
        self._linked = self._called()
        self._bridge = Bridge(self.plan.strategy, self._layout, self.state)

    def do_last(self, event: Callable[[], None]) -> Exception | None:
        """Do the event in which the strategy halts, to its end; returns what its failing call raised.

        That call is undone and none is made after it (`build.last_steps`).
        """
        kept, self._bridge = (self._linked, self._bridge), None
        self._linked = self._called()
        steps = last_steps(self.plan.strategy, self._layout, self.state)
        try:
            event()
        finally:
            self._linked, self._bridge = kept
        return steps.error if isinstance(steps.error, Exception) else None

    def silence(self) -> None:
        """Never call the strategy again: what it wanted stays, exits and the gate go on."""
        if not self.code.silent:
            names = constants(self.plan.features(curve=False), ())
            compiled, place = self.state.compiled, self._place
            self.code.silent = tuple(link(one, names, compiled=compiled, folder=place) for one in self._entries)
        self._linked = self.code.silent
        self._bridge = None

    def snapshot(self) -> Any:
        """A copy of what events change, to come back to."""
        if self.state.compiled:
            return self._lasting.copy()
        return deepcopy({name: self.state.parts[name] for name in LASTING})

    def restore(self, saved: Any) -> None:
        """Come back to a snapshot."""
        if self.state.compiled:
            self._lasting[...] = saved
            return
        for name, part in saved.items():
            self.state.put(name, part)

    def _hear(self, others: OtherStreams, open_ms: int, bars: Mapping[int, Bar]) -> None:
        """Let candles be known to the symbols that read them."""
        for s, bar in bars.items():
            if self._symbols[s] in others.symbols:
                others.take(self._symbols[s], numbers_of(bar, open_ms))
        self._catch_up(others.reached)

    def _shift(self, s: int, bar: Bar) -> None:
        """Make the last candle the one before, and this one the last; once others' are there, where it reads them."""
        if kept := self._kept[s]:
            kept.take(self.open_ms, bar.values)
        if self._others is None:
            self._push(s, bar, self._streams[s].update(numbers_of(bar, self.open_ms)))
            return
        self._taken.append((s, self.open_ms, bar))
        self._catch_up(self._others.reached)

    def _catch_up(self, reached: Callable[[int], bool] = lambda _open_ms: True) -> None:
        """Move indicators on over candles that were taken, as far as others' are known; at a decision over all."""
        while self._taken and reached(self._taken[0][1]):
            s, open_ms, bar = self._taken.popleft()
            self._push(s, bar, self._streams[s].update(numbers_of(bar, open_ms)))

    def _push(self, s: int, bar: Bar, found: tuple[float, ...]) -> None:
        """The same, given its indicators."""
        old, new = 2 * s, 2 * s + 1
        values = (bar.open, bar.high, bar.low, bar.close, *bar.values, *found)
        for column, value in zip(self._window, values, strict=True):
            column[old] = column[new]
            column[new] = value

    def _call(self, which: int, *given: int) -> None:
        """Call the core; a step that does not compile is called back from then on. Raises what the step raises."""
        self._catch_up()
        try:
            call(self._linked[which], self._label, self.state, *given)
        except NotCompiled as error:
            if self.in_python:
                raise
            self.call_back(str(error))
            call(self._linked[which], self._label, self.state, *given)
        if self._bridge is not None and self._bridge.error is not None:
            error_now, self._bridge.error = self._bridge.error, None
            self.state.account.code = 0
            raise error_now

    def _made(self) -> Code:
        """The core with this strategy's step."""
        linked = self._with_step()
        return Code(linked, key_of(linked) if self.state.compiled else self._plain_key())

    def _with_step(self) -> tuple[Linked, ...]:
        """The entries with the strategy's step: apart where compiled, for what a call costs is nothing here."""
        compiled = self.state.compiled
        decide = step_of(self.plan.strategy, self._layout, watched=not compiled)
        if compiled:
            return apart(self._entries, self._names, decide, self._place)
        return tuple(link(one, self._names | {"user_step": decide}, compiled=False) for one in self._entries)

    def _plain_key(self) -> str:
        """The hash of an interpreted bot's source: that of its compiled form, whose memory is another one."""
        plain = step_of(self.plan.strategy, self._layout)
        return f"{key_of(apart(self._entries, self._names, plain, None))}-python"

    def _called(self) -> tuple[Linked, ...]:
        """The entries that call back."""
        if self.state.compiled:
            return tuple(core_alone(one, self._names, self._place) for one in self._entries)
        return tuple(link(one, self._names | {"user_step": call_back}, compiled=False) for one in self._entries)


def others_of(plan: Plan) -> OtherStreams | None:
    """What tells a bot's indicators of other symbols; None where none asks."""
    declared = plan.indicators().values()
    return OtherStreams(declared, plan.timeframe_ms) if symbols_of(declared) else None


def numbers_of(bar: Bar, open_ms: int) -> dict[str, float]:
    """A candle as indicators take it, with the time at which it opened."""
    found = dict(zip(COLUMNS, bar.values, strict=True))
    found["ts"] = float(open_ms)
    return found


def key_of(linked: tuple[Linked, ...]) -> str:
    """The hash of a bot's source: that of all it is called by, for what a report leads to no close reaches."""
    return sha256(" ".join(one.key for one in linked).encode()).hexdigest()


def splits_of(plan: Plan, s: int) -> list[tuple[int, Fraction]]:
    """The splits of a symbol that a bot on paper is told of: times, and how many shares one became."""
    symbol = plan.instruments[s].symbol
    return [(one.time_ms, one.split) for one in plan.shares if one.symbol == symbol and one.split != 1]


def dividing(plan: Plan, folder: Path | None, *, compiled: bool = True) -> Any:
    """What a split does to a venue's orders, compiled or plain, as a callable on a State; None where there is none."""
    if not plan.share_splits:
        return None
    place = ready_folder(folder)[0] if folder is not None and compiled else None
    return link(split_orders, {}, compiled=compiled, folder=place).call


def one_block(state: State) -> Any:
    """Put what events change side by side, so that one copy is a copy of all of it; returns it as bytes."""
    block = np.zeros(sum(state.parts[name].nbytes for name in LASTING), np.uint8)
    at = 0
    for name in LASTING:
        part = state.parts[name]
        place = block[at : at + part.nbytes].view(part.dtype).view(type(part))
        place[...] = part
        state.put(name, place)
        at += part.nbytes
    return block


def field_of(state: State, part: str, name: str) -> Any:
    """One field of all records of a part, to be read and set by number: see `State.field`."""
    return state.field(part, name)


@dataclass(frozen=True, slots=True)
class Matching:
    """The venue's part of the core as callables on a State: see `core.matching`."""

    arrive: Any
    walk: Any
    remove: Any
    opened: Any


def matching(folder: Path | None, *, compiled: bool = True, slips: bool = False) -> Matching:
    """The matching rules, compiled or plain. slips: what fills by the market slips by closed candles."""
    place = ready_folder(folder)[0] if folder is not None and compiled else None
    names = {"SLIPS": int(slips)}
    return Matching(*(link(one, names, compiled=compiled, folder=place).call for one in (arrive, walk, remove, opened)))
