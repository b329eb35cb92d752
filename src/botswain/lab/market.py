"""Candles made ready for the core: whole ticks beside the floats, and one timeline for several symbols.

Made once and remembered as long as the candles live, so that a second run on the same data pays nothing for it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any
from weakref import WeakKeyDictionary

import numpy as np

from botswain.core.others import OtherColumns
from botswain.core.scale import to_ticks
from botswain.lab.actions import Actions, Placed
from botswain.lab.book_changes import BookChanges
from botswain.lab.charges import Charges, Ground
from botswain.lab.cuts import whole_of
from botswain.lab.finer import Finer, finer_of
from botswain.model.candles import Candles
from botswain.model.errors import BadInput
from botswain.model.instrument import Instrument
from botswain.model.timeframe import TICK, candle_ms

Ticks = tuple[Any, Any, Any, Any]
_TICKS: WeakKeyDictionary[Candles, dict[Decimal, Ticks]] = WeakKeyDictionary()
# Of candles that parts are cut from: the ticks of one part, where it begins and where it ends.
_PARTS: WeakKeyDictionary[Candles, dict[Decimal, tuple[int, int, Ticks]]] = WeakKeyDictionary()


@dataclass(frozen=True, slots=True, eq=False)
class Market:
    """Several symbols' candles on one timeline.

    times  int64[K], open times at which any symbol has a candle
    index  int64, symbol after symbol: its candle at each time, counted through all candles, or -1
    first  the instant that is decided first; what is before it only warms indicators up (SEMANTICS 4.5)
    finer  what orders are met by where that is not these candles, and when it is decided between their closes
    wished_s  decided so often between closes it was to be, and there are no finer candles for that
    actions  what companies do to their shares meanwhile
    charges  what is paid meanwhile for holding positions
    reads   candles of symbols that are only read, by symbol; they are on no timeline
    rooms  where orders get a share of the trades that they meet: the lots they may get of each, int64
    book   what is recorded of the order book beside the trades
    flat   every column with the symbols one after the other, kept from the first run on
    """

    instruments: tuple[Instrument, ...]
    candles: tuple[Candles, ...]
    ticks: tuple[Ticks, ...]
    times: Any
    index: Any
    timeframe_ms: int
    first: int = 0
    finer: Finer | None = None
    wished_s: int = 0
    rooms: Any = None
    book: BookChanges | None = None
    actions: Actions | None = None
    charges: Charges | None = None
    reads: Mapping[str, Candles] = field(default_factory=dict)
    flat: dict[str, Any] = field(default_factory=dict)

    @property
    def symbols(self) -> tuple[str, ...]:
        """The symbols, in order."""
        return tuple(one.symbol for one in self.instruments)

    def others(self) -> OtherColumns:
        """What indicators of other symbols are computed on: all candles that are decided on, and those only read."""
        return OtherColumns({one.symbol: one for one in self.candles} | dict(self.reads))

    @property
    def instants(self) -> Any:
        """Open times of the instants that are decided, int64."""
        return self.times[self.first :]

    @property
    def steps(self) -> Any:
        """Open times of what a run goes through, int64: these instants, or the finer ones."""
        return self.times if self.finer is None else self.finer.times

    @property
    def begin(self) -> int:
        """The first of the steps that a run goes through."""
        return self.first if self.finer is None else 0

    @property
    def placed(self) -> list[Placed]:
        """What comes before candles, in its order: what happens to shares, and what is paid for holding."""
        found = [*(self.actions.placed if self.actions else ()), *(self.charges.placed if self.charges else ())]
        return sorted(found, key=lambda one: one.order)

    def closes(self, column: Any) -> Any:
        """Of a column by step, the values at the closes that were decided."""
        if self.finer is None:
            return column[self.first :]
        return column[self.finer.closes] if isinstance(column, np.ndarray) else [column[k] for k in self.finer.closes]

    def first_candle(self, s: int) -> int:
        """The place of symbol s's first candle that is decided on."""
        return int(np.searchsorted(self.candles[s].ts, self.times[self.first]))


def market_of(
    candles: Mapping[str, Candles], instruments: Mapping[str, Instrument], start_ms: int | None = None
) -> Market:
    """Put candles on one timeline; decisions begin at `start_ms`, at the first candle where it is None.

    Raises BadInput for prices off the grid or timeframes that differ.
    """
    if not candles:
        raise BadInput("no candles were given; name a file or a symbol with candles")
    for symbol, one in candles.items():
        if len(one) == 0:
            raise BadInput(f"there are no candles of {symbol} in the range; widen it or import more")
    frames = {one.timeframe for one in candles.values()}
    if len(frames) > 1:
        raise BadInput(f"symbols have different timeframes ({', '.join(sorted(frames))}); give the same one for all")
    known = tuple(instruments[symbol] for symbol in candles)
    runs = tuple(candles.values())
    ticks = tuple(ticks_of(one, rules.tick_size) for one, rules in zip(runs, known, strict=True))
    times, index = timeline(runs)
    first = 0 if start_ms is None else int(np.searchsorted(times, start_ms))
    return Market(known, runs, ticks, times, index, candle_ms(frames.pop()), first)


def on_finer(market: Market, finer: Mapping[str, Candles], every_ms: int) -> Market:
    """A market whose orders are met by finer candles, and which is decided every so many milliseconds too.

    Raises BadInput for prices off the grid.
    """
    steps = {one.symbol: one.tick_size for one in market.instruments}
    beneath = finer_of(
        market.candles,
        tuple(finer[symbol] for symbol in market.symbols),
        lambda one: ticks_of(one, steps[one.symbol]),
        timeline,
        int(market.times[market.first]),
        every_ms,
    )
    return replace(market, finer=beneath)


def ground_of(market: Market) -> Ground:
    """A market as what it costs to hold something in it is put on: of finer candles where orders meet those."""
    if market.finer is None:
        return Ground(market.instruments, market.candles, market.steps, market.begin, market.timeframe_ms)
    met = market.finer.candles
    return Ground(market.instruments, met, market.steps, market.begin, candle_ms(met[0].timeframe))


def ticks_of(candles: Candles, tick: Decimal) -> Ticks:
    """Open, high, low and close in whole ticks."""
    kept = _TICKS.setdefault(candles, {})
    if tick not in kept:
        kept[tick] = ticks_within(candles, tick)
    return kept[tick]


def ticks_within(part: Candles, tick: Decimal) -> Ticks:
    """Those of candles, taken from those of a longer part of the same whole where there are such."""
    cut = whole_of(part)
    if cut is None:
        return new_ticks(part, tick)
    whole, first = cut
    last, parts = first + len(part), _PARTS.setdefault(whole, {})
    begin, end, known = parts.get(tick, (0, 0, None))
    if known is None or not begin <= first <= last <= end:
        known = new_ticks(part, tick)
        begin, end = first, last
        parts[tick] = begin, end, known
    opens, highs, lows, closes = (one[first - begin : last - begin] for one in known)
    return opens, highs, lows, closes


def new_ticks(candles: Candles, tick: Decimal) -> Ticks:
    """Prices in whole ticks. Raises BadInput for one off the grid."""
    if candles.timeframe == TICK:
        return (to_ticks(candles.close, tick, f"{candles.symbol} price"),) * 4
    opens, highs, lows, closes = (
        to_ticks(getattr(candles, name), tick, f"{candles.symbol} {name}") for name in ("open", "high", "low", "close")
    )
    return opens, highs, lows, closes


def timeline(runs: tuple[Candles, ...]) -> tuple[Any, Any]:
    """The union of all candle times, and where each symbol's candles stand in it."""
    if len(runs) == 1:
        return np.ascontiguousarray(runs[0].ts), np.zeros(1, np.int64)
    times = np.unique(np.concatenate([one.ts for one in runs]))
    index = np.full((len(runs), len(times)), -1, np.int64)
    first = 0
    for place, one in enumerate(runs):
        index[place, np.searchsorted(times, one.ts)] = np.arange(first, first + len(one))
        first += len(one)
    return times, index.ravel()
