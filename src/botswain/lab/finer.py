"""The finer candles beneath a market, for a bot that decides between closes too: prices move on them, it sees its own.

Orders are met by the finer candles. After one at whose end a beat is due the bot sees its own candle as it has formed,
with indicators as they would be if it closed there; after the last one of its own candle it decides at the close. A
beat at which a symbol's candle is as it was at the last one is none, in live trading as here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from botswain.core.indicators import Indicator, columns
from botswain.core.others import OtherColumns
from botswain.core.records import State
from botswain.core.streams import Streams
from botswain.lab.coarser import OPENINGS, Formed, formed
from botswain.model.candles import COLUMNS, Candles, IntColumn
from botswain.model.errors import BadInput
from botswain.model.timeframe import DAY_MS, candle_ms

NAN = float("nan")
NEVER = 1 << 62


@dataclass(frozen=True, slots=True, eq=False)
class Seen:
    """What one symbol is decided on.

    closed   its own candles, warm-up included
    window   int64, the place in `closed` of the candle of each decision
    at_close bool, whether that is its close
    figures  float64[5, D], the candle as it stood
    """

    closed: Candles
    window: IntColumn
    at_close: Any
    figures: Any

    def columns(self) -> list[Any]:
        """Open, high, low, close and volume in pairs: of the candle before, and of the one decided on."""
        return [
            pairs(self.before(getattr(self.closed, name)), one) for name, one in zip(COLUMNS, self.figures, strict=True)
        ]

    def before(self, column: Any) -> Any:
        """A column of the closed candles at the one before each decision's; NaN where there is none."""
        return np.where(self.window > 0, column[np.maximum(self.window - 1, 0)], NAN)

    def indicators(self, declared: dict[str, Indicator], others: OtherColumns) -> list[Any]:
        """The same of indicators: at a close their columns' values, between closes peeked at on streams."""
        found = columns(declared, self.closed, others.column)
        now = [np.array(one[self.window]) for one in found]
        streams, done = Streams(declared, candle_ms(self.closed.timeframe), others.value), 0
        for d in np.flatnonzero(~self.at_close).tolist() if found else ():
            while done < int(self.window[d]):
                streams.update({name: float(getattr(self.closed, name)[done]) for name in ("ts", *COLUMNS)})
                done += 1
            forms = dict(zip(COLUMNS, map(float, self.figures[:, d]), strict=True))
            values = streams.peek(forms | {"ts": float(self.closed.ts[self.window[d]])})
            for column, value in zip(now, values, strict=True):
                column[d] = value
        return [pairs(self.before(column), values) for column, values in zip(found, now, strict=True)]


@dataclass(frozen=True, slots=True, eq=False)
class Finer:
    """Finer candles on one timeline, from the first candle that is decided on.

    candles  all that the bot's own ones are made of
    runs     those that orders are met by
    times    int64[K], their open times; index, as of a market
    beats    int64[K]: when it is decided after each: a time between closes, less than 0 at a close, 0 never
    views    int64, symbol after symbol: the row that it is decided on after each, or -1
    closes   int64, the instant of each of the bot's own that are decided on
    """

    candles: tuple[Candles, ...]
    runs: tuple[Candles, ...]
    ticks: tuple[Any, ...]
    times: IntColumn
    index: IntColumn
    beats: IntColumn
    views: IntColumn
    closes: IntColumn
    seen: tuple[Seen, ...]

    def put(self, state: State, declared: dict[str, Indicator], others: OtherColumns) -> None:
        """Give a run these candles and what is decided on."""
        state.put_candles(list(self.runs), list(self.ticks), self.times, self.index)
        by_symbol = [one.columns() for one in self.seen]
        for name, parts in zip(COLUMNS, zip(*by_symbol, strict=True), strict=True):
            state.put(name, np.concatenate(parts))
        found = [one.indicators(declared, others) for one in self.seen]
        state.put_columns([np.concatenate(parts) for parts in zip(*found, strict=True)])
        state.put("beats", self.beats)
        state.put("views", self.views)
        first = 0
        for lane, one in zip(state.parts["lanes"], self.seen, strict=True):
            lane.first = first
            first += 2 * len(one.window)


def check_pieces(finer: Mapping[str, Candles], timeframe: str, every_ms: int) -> None:
    """Refuse finer candles whose ends are no beats. Raises BadInput."""
    for one in finer.values():
        if every_ms % candle_ms(one.timeframe):
            raise BadInput(
                f"trading frequency is {every_ms // 1_000} s, which is no multiple of the candles' {one.timeframe}: a "
                f"candle of {timeframe} is known as it formed at their ends only; give a multiple, or finer candles"
            )


def beats_of(times: IntColumn, piece_ms: int, length_ms: int, every_ms: int) -> IntColumn:
    """When it is decided after each instant: at the last one of a longer candle, and where a beat is due before the

    next one begins. every_ms 0: at closes only.
    """
    opened = OPENINGS(times, length_ms)
    ends = times + piece_ms
    following = np.append(times[1:], NEVER)
    last = np.append(opened[1:] != opened[:-1], True)
    if not every_ms:
        return np.where(last, -(opened + length_ms), 0)
    into = ends % DAY_MS
    due = np.minimum(ends + (-into) % every_ms, ends - into + np.where(into > 0, DAY_MS, 0))
    between = np.where((due <= following) & (due < opened + length_ms), due, 0)
    found: IntColumn = np.where(last, -(opened + length_ms), between)
    return found


def seen_of(own: Candles, run: Candles, made: Formed, times: IntColumn, beats: IntColumn) -> tuple[Seen, IntColumn]:
    """What a symbol is decided on, and its rows by instant, from 0 on."""
    length = candle_ms(own.timeframe)
    row = np.searchsorted(run.ts, times, side="right") - 1  # the newest finer candle after each instant
    here = (row >= 0) & (beats != 0)
    here &= made.opened[np.maximum(row, 0)] == OPENINGS(times, length)
    figures = np.array([made.open, made.high, made.low, made.close, made.volume])
    decided = np.flatnonzero(here)
    rows, at_close = row[decided], beats[decided] < 0
    # Between closes only where something of it has moved since it was last decided on.
    same = (figures[:, rows[1:]] == figures[:, rows[:-1]]).all(axis=0) & (
        made.opened[rows[1:]] == made.opened[rows[:-1]]
    )
    kept = at_close | ~np.append(False, same)
    decided, rows, at_close = decided[kept], rows[kept], at_close[kept]
    views = np.full(len(times), -1, np.int64)
    views[decided] = 2 * np.arange(len(decided)) + 1
    window = np.searchsorted(own.ts, made.opened[rows])
    return Seen(own, window, at_close, figures[:, rows]), views


def pairs(before: Any, now: Any) -> Any:
    """Two columns as one, by turns."""
    return np.column_stack([before, now]).ravel()


def finer_of(
    own: tuple[Candles, ...], finer: tuple[Candles, ...], ticks: Any, timeline: Any, first_ms: int, every_ms: int
) -> Finer:
    """Put finer candles beneath a market's own, which decides from the candle at first_ms on.

    ticks, timeline  what makes whole ticks of candles, and one timeline of several (`lab.market`)
    """
    length, piece = candle_ms(own[0].timeframe), candle_ms(finer[0].timeframe)
    ends = [(int(whole.ts[0]), int(whole.ts[-1]) + length) for whole in own]
    used = [one.slice(*np.searchsorted(one.ts, pair).tolist()) for one, pair in zip(finer, ends, strict=True)]
    runs = tuple(one.slice(int(np.searchsorted(one.ts, first_ms)), len(one)) for one in used)
    times, index = timeline(runs)
    beats = beats_of(times, piece, length, every_ms)
    seen, views, base = [], [], 0
    for whole, run in zip(own, runs, strict=True):
        one, rows = seen_of(whole, run, formed(run, whole.timeframe), times, beats)
        seen.append(one)
        views.append(np.where(rows >= 0, rows + base, -1))
        base += 2 * len(one.window)
    return Finer(
        tuple(used), runs, tuple(map(ticks, runs)), times, index, beats, np.concatenate(views),
        np.flatnonzero(beats < 0), tuple(seen),
    )  # fmt: skip
