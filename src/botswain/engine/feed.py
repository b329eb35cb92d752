"""Where candles come from: files replayed, or a market made up from a seed. One stream of instants for all bots.

An instant is every symbol's candle of one open time. Nothing here knows a clock: pacing is the caller's.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

import numpy as np

from botswain.build.decider import Bar
from botswain.build.plan import Plan
from botswain.control.config import MarketConfig
from botswain.control.typed_numbers import number
from botswain.core.scale import to_ticks
from botswain.model.candles import Candles
from botswain.model.errors import BadInput, OffGrid
from botswain.model.instrument import Instrument
from botswain.model.timeframe import timeframe_ms
from botswain.store.bot_records import Candle

MADE_UP_START_MS = 1_767_225_600_000  # 2026-01-01
STEPS = 6  # moves inside a made-up candle, which give it its high and low
YEAR_MS = 31_536_000_000
BLOCK = 1024
SHOWN_DIGITS = 5
MOST_PLAIN = 1_000_000_000
ON_GRID = 1e-7


# By symbol: its place in a bot's list, and its tick; None of one that is only read.
Places = dict[str, tuple[int, Decimal | None]]


@dataclass(frozen=True, slots=True)
class Instant:
    """Candles of one open time, in the market's order of symbols."""

    open_ms: int
    candles: tuple[Candle, ...]


@dataclass(frozen=True)
class Market:
    """A market: its symbols' rules, its timeframe, and its instants from the first.

    name  what people are shown
    feed  what it is recorded under: the same for the same market. Files of the same symbols and timeframe share one;
          whether they are the same market is seen by their candles (`engine/market_record.py`)
    """

    name: str
    instruments: dict[str, Instrument]
    timeframe_ms: int
    source: Mapping[str, Candles] | MarketConfig
    feed: str = ""

    def instants(self, after_ms: int) -> Iterator[Instant]:
        """All instants whose open time is after `after_ms`."""
        made = made_up(self.source) if isinstance(self.source, MarketConfig) else replayed(self.source)
        return (one for one in made if one.open_ms > after_ms)

    def check_grid(self, one: Instrument) -> None:
        """Refuse rules whose tick the market's prices are not multiples of. Raises BadInput."""
        wrong = f"tick_size {one.tick_size} does not fit the candles of {one.symbol}"
        if isinstance(self.source, MarketConfig):
            if self.instruments[one.symbol].tick_size % one.tick_size:
                raise BadInput(f"{wrong}, whose tick is {self.instruments[one.symbol].tick_size}; leave it out")
            return
        run = self.source[one.symbol]
        try:
            for column in (run.open, run.high, run.low, run.close):
                to_ticks(column, one.tick_size, one.symbol)
        except BadInput as error:
            raise BadInput(
                f"{wrong} ({str(error).partition(';')[0]}); leave it out, or give the market's own"
            ) from None

    def first_closes(self, after_ms: int, symbols: Sequence[str]) -> tuple[Decimal, ...]:
        """Each symbol's first close after `after_ms`; fewer than asked for where the market ends before."""
        found: dict[str, Decimal] = {}
        for instant in self.instants(after_ms):
            for one in instant.candles:
                tick = self.instruments[one.symbol].tick_size
                found.setdefault(one.symbol, round(one.close / float(tick)) * tick)
            if all(symbol in found for symbol in symbols):
                break
        return tuple(found[symbol] for symbol in symbols if symbol in found)


def replayed(runs: Mapping[str, Candles]) -> Iterator[Instant]:
    """Files' candles on one timeline."""
    times = np.unique(np.concatenate([run.ts for run in runs.values()])).tolist()
    places = dict.fromkeys(runs, 0)
    for open_ms in times:
        found = []
        for symbol, run in runs.items():
            i = places[symbol]
            if i < len(run) and int(run.ts[i]) == open_ms:
                first, high, low, last, volume = (
                    float(column[i]) for column in (run.open, run.high, run.low, run.close, run.volume)
                )
                found.append(Candle(symbol, open_ms, first, high, low, last, volume, last=False))
                places[symbol] = i + 1
        yield closed(open_ms, found)


def closed(open_ms: int, found: list[Candle]) -> Instant:
    """An instant whose last candle says so."""
    last = found[-1]
    found[-1] = Candle(last.symbol, last.open_ms, last.open, last.high, last.low, last.close, last.volume, last=True)
    return Instant(open_ms, tuple(found))


def made_up(config: MarketConfig) -> Iterator[Instant]:
    """Candles of a seeded market without end: log-normal moves whose size and drift change in regimes."""
    chance = np.random.default_rng(config.seed)
    length = timeframe_ms(config.frame)
    scale = config.volatility * (length / YEAR_MS) ** 0.5
    ticks = {symbol: float(made_up_instrument(symbol, price).tick_size) for symbol, price in starts(config).items()}
    at = {symbol: float(price) for symbol, price in starts(config).items()}
    open_ms = MADE_UP_START_MS
    count = 0
    while config.candles == 0 or count < config.candles:
        moods = {symbol: (chance.lognormal(0.0, 0.5), chance.normal(0.0, 0.04)) for symbol in at}
        for _ in range(BLOCK):
            if config.candles and count >= config.candles:
                return
            found = []
            for symbol, start in at.items():
                loud, drift = moods[symbol]
                moves = scale / STEPS**0.5 * (loud * chance.standard_normal(STEPS) + drift)
                path = np.rint(start * np.exp(np.concatenate(([0.0], np.cumsum(moves)))) / ticks[symbol])
                path = np.maximum(path, 1.0) * ticks[symbol]
                low, high = float(path.min()), float(path.max())
                volume = round(float(chance.lognormal(1.0, 1.0)), 5)
                found.append(Candle(symbol, open_ms, float(path[0]), high, low, float(path[-1]), volume, last=False))
                at[symbol] = float(path[-1])
            yield closed(open_ms, found)
            open_ms += length
            count += 1


def made_up_instrument(symbol: str, price: Decimal) -> Instrument:
    """Rules of a made-up symbol: a tick of about a hundred-thousandth of its price."""
    if price <= 0:
        raise BadInput(f"the price of {symbol} is {price}; it must be above zero")
    tick = Decimal(1).scaleb(price.adjusted() - SHOWN_DIGITS)
    return Instrument(symbol, tick_size=tick, lot_size=Decimal("0.00001"))


def starts(config: MarketConfig) -> dict[str, Decimal]:
    """Starting prices by symbol, in one order however they were written: the order decides who gets which chance."""
    return {symbol: number(symbol, config.prices[symbol]) for symbol in sorted(config.prices)}


def places_of(plan: Plan) -> Places:
    """The symbols that a plan needs candles of: place in its list, and tick."""
    ticks = {one.symbol: one.tick_size for one in plan.instruments}
    return {symbol: (s, ticks.get(symbol)) for s, symbol in enumerate(plan.symbols)}


def bar_of(candle: Candle, tick: Decimal | None) -> Bar:
    """A candle as the core takes it. Raises BadInput where a price is off the grid.

    tick  None of a symbol that is only read, whose prices are for indicators alone
    """
    prices = (candle.open, candle.high, candle.low, candle.close)
    if tick is None:
        return Bar(0, 0, 0, 0, (*prices, candle.volume))
    ticks = plain_ticks(prices, float(tick)) or to_ticks(np.array(prices), tick, f"{candle.symbol} candle").tolist()
    first, high, low, last = ticks
    return Bar(first, high, low, last, (*prices, candle.volume))


def counted(candle: Candle, tick: Decimal | None) -> Bar | None:
    """A candle as the core takes it; None where a price lies between a bot's own steps (its venue's have changed)."""
    try:
        return bar_of(candle, tick)
    except OffGrid:
        return None


def plain_ticks(prices: tuple[float, ...], tick: float) -> list[int] | None:
    """What `to_ticks` makes of prices that are well on the grid, without arrays; None where it must have a look."""
    found, most = [], MOST_PLAIN * tick
    for one in prices:  # written out: every bot does it with every candle
        if not tick <= one < most:
            return None
        ticks = one / tick
        whole = round(ticks)
        if not abs(ticks - whole) < ON_GRID:
            return None
        found.append(whole)
    return found
