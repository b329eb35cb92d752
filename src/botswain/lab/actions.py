"""Splits and dividends on the timeline of a run, and the candles as they look after each split.

A strategy must not take a split for a fall of prices. So after a split it sees all candles before it restated, and
indicators that were begun anew on those, from the same first candle; what comes later never changes what it saw. The
columns of a run hold each candle as it was when it was new, and before the first candle after a split the two before it
once more, restated: they are the last closed candle, and the one before, until another closes. Of several splits before
one candle each has two of its own, for what is told between them is told of the candles of its shares.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy as np

from botswain.build.plan import Plan
from botswain.core.codes import AGAIN, DIVIDEND, FUNDING, SPLIT
from botswain.core.indicators import Indicator, columns
from botswain.core.records import State
from botswain.history.instants import iso
from botswain.model.actions import ShareAction, check_shares
from botswain.model.candles import COLUMNS, Candles
from botswain.model.charges import BORROW_YEAR
from botswain.model.errors import BadInput, near
from botswain.model.instrument import Instrument
from botswain.model.restated import restated

# What an instant is that never comes.
NEVER = 1 << 62
NAN = float("nan")
ONE = Fraction(1)
Ticks = tuple[Any, Any, Any, Any]


@dataclass(frozen=True, slots=True)
class Placed:
    """What comes before the candles of an instant, of the s-th symbol: by its kind a split, a dividend, or a rate.

    rate  of funding a part of what is held, of a borrow fee such a part a year
    """

    instant: int
    symbol: int
    time_ms: int
    kind: int
    split: Fraction = ONE
    dividend: Decimal = Decimal(0)
    rate: Decimal = Decimal(0)

    @property
    def order(self) -> tuple[int, int, int, int]:
        """By what they are put in order: of one time splits are first, then dividends, fundings and borrow fees."""
        return self.instant, self.symbol, self.time_ms, self.kind

    def ratio(self, lot: Fraction) -> Fraction:
        """What it does: shares for one, money for a lot that is worth so much of it a quote, or what part is paid."""
        if self.kind == SPLIT:
            return self.split
        if self.kind == DIVIDEND:
            return Fraction(self.dividend) * lot
        # What shorts pay, and longs would get.
        return Fraction(self.rate) if self.kind == FUNDING else -Fraction(self.rate) / BORROW_YEAR


@dataclass(frozen=True, slots=True, eq=False)
class Actions:
    """What happens to shares in a run.

    placed  what comes in the run
    splits  of each symbol, in their order: the place of the first candle after each, and how many shares one became
    given   how many there were, those before the first decision and after the last candle included
    """

    placed: tuple[Placed, ...]
    splits: tuple[tuple[tuple[int, Fraction], ...], ...]
    given: int

    def put(self, state: State, candles: Sequence[Candles], ticks: Sequence[Ticks], times: Any, plan: Plan) -> None:
        """Give a run its candles, restated where that is called for, and its indicators on them."""
        shown = [Shown.of(one, splits, plan.indicators()) for one, splits in zip(candles, self.splits, strict=True)]
        rows = [restated_ticks(one, shown_one) for one, shown_one in zip(ticks, shown, strict=True)]
        index = np.full((len(candles), len(times)), -1, np.int64)
        base = 0
        for place, (one, seen) in enumerate(zip(candles, shown, strict=True)):
            index[place, np.searchsorted(times, one.ts)] = base + seen.rows
            base += len(seen.candles)
        state.put_candles([one.candles for one in shown], rows, times, index.ravel())
        by_symbol = [one.columns for one in shown]
        state.put_columns([np.concatenate(parts) for parts in zip(*by_symbol, strict=True)])

    def factor_since(self, s: int, place: int) -> Fraction:
        """How many shares of the last candle one share of a candle of symbol s has become."""
        found = ONE
        for first, split in self.splits[s]:
            found *= split if first > place else 1
        return found


@dataclass(frozen=True, slots=True, eq=False)
class Shown:
    """One symbol's candles as a run holds them.

    candles  each as it was when it was new, and before the first one after a split those AGAIN before it, restated
    rows     int64, where each candle stands among these
    columns  the indicators, likewise
    """

    candles: Candles
    rows: Any
    columns: list[Any]

    @staticmethod
    def of(candles: Candles, splits: Sequence[tuple[int, Fraction]], declared: dict[str, Indicator]) -> Shown:
        """Candles through their splits."""
        ends = [*(place for place, _ in splits), len(candles)]
        parts: list[list[Any]] = []
        start = 0
        for number, end in enumerate(ends):
            history = restated(candles.slice(0, end), splits[:number])
            first = start - AGAIN if number else 0
            whole = [history.ts, *(getattr(history, name) for name in COLUMNS), *columns(declared, history)]
            parts.append([cut(column, first) for column in whole])
            start = end
        ts, *rest = (np.concatenate(pieces) for pieces in zip(*parts, strict=True))
        rows = np.arange(len(candles), dtype=np.int64)
        for place, _ in splits:
            rows[place:] += AGAIN
        opens, highs, lows, closes, volumes, *found = rest
        shown = Candles(candles.symbol, candles.timeframe, ts, opens, highs, lows, closes, volumes)
        return Shown(shown, rows, found)


def cut(column: Any, first: int) -> Any:
    """A column from a place on; where that is before its beginning there is nothing, of times the first."""
    if first >= 0:
        return column[first:]
    before = np.full(-first, column[0]) if column.dtype == np.int64 else np.full(-first, NAN)
    return np.concatenate([before, column])


def restated_ticks(ticks: Ticks, shown: Shown) -> Ticks:
    """Prices in ticks by the rows that are shown; no order meets a candle that is there once more, so it has none."""
    found = []
    for column in ticks:
        whole = np.ones(len(shown.candles), np.int64)
        whole[shown.rows] = column
        found.append(whole)
    return found[0], found[1], found[2], found[3]


def put_actions(state: State, placed: Sequence[Placed], plan: Plan) -> None:
    """Give a run what comes before its candles; after the last one comes one that never does."""
    state.put("actions", state.records("actions", len(placed) + 1))
    records = state.parts["actions"]
    for record, one in zip(records, placed, strict=False):
        ratio = one.ratio(Fraction(plan.instruments[one.symbol].lot_size) / plan.unit)
        record.instant, record.symbol, record.kind = one.instant, one.symbol, one.kind
        fits = not state.compiled or ratio.numerator <= NEVER
        # More than 64 bits of money for one lot: whoever holds one has the run done again with longer integers.
        record.num, record.den = (ratio.numerator, ratio.denominator) if fits else (NEVER, 1)
    records[len(placed)].instant = NEVER


def actions_on(
    given: Iterable[ShareAction], instruments: Sequence[Instrument], candles: Sequence[Candles], times: Any, first: int
) -> Actions:
    """Put actions on the timeline of a run that decides from instant `first` on. Raises BadInput."""
    symbols = [one.symbol for one in instruments]
    ordered = sorted(given, key=lambda one: one.time_ms)
    placed: list[Placed] = []
    splits: list[list[tuple[int, Fraction]]] = [[] for _ in symbols]
    seen: set[ShareAction] = set()
    split_at: set[tuple[str, int]] = set()
    for one in ordered:
        if one in seen:
            raise BadInput(f"an action of {one.symbol}, of {iso(one.time_ms)}, is given twice; give it once")
        seen.add(one)
        if one.symbol not in symbols:
            raise BadInput(f"an action is of {one.symbol}, which is not traded{near(one.symbol, symbols)}")
        s = symbols.index(one.symbol)
        check_shares(instruments[s], one)
        place = int(np.searchsorted(candles[s].ts, one.time_ms))
        if not 0 < place < len(candles[s]):
            continue  # before the first candle, or after the last: nothing is held, and nothing to restate
        if one.split != 1:
            if (one.symbol, one.time_ms) in split_at:
                raise BadInput(
                    f"two splits of {one.symbol} are of one time, {iso(one.time_ms)}, and nothing says which comes "
                    "first; give them as one, of both multiplied, or at two times"
                )
            split_at.add((one.symbol, one.time_ms))
            splits[s].append((place, one.split))
        instant = int(np.searchsorted(times, candles[s].ts[place]))
        parts = [Placed(instant, s, one.time_ms, SPLIT, split=one.split)] if one.split != 1 else []
        parts += [Placed(instant, s, one.time_ms, DIVIDEND, dividend=one.dividend)] if one.dividend else []
        placed += parts if instant >= first else []
    return Actions(tuple(placed), tuple(tuple(one) for one in splits), len(ordered))
