"""What a strategy is tried on: candles of one symbol, the symbol's rules, and the money."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from decimal import Decimal

import numpy as np

from botswain.build.plan import Plan
from botswain.core.codes import SIZING_NAMES
from botswain.core.kelly import Odds
from botswain.core.scale import Sizing
from botswain.core.strategy import Strategy
from botswain.history.grid import default_instrument
from botswain.lab.market import Market, market_of
from botswain.lab.reads import read_only
from botswain.model.candles import Candles, FloatColumn
from botswain.model.errors import BadInput
from botswain.model.instrument import USUAL_FEE, Instrument
from botswain.model.timeframe import timeframe_ms

CAPITAL = Decimal(10_000)
# Of a symbol that is only read, each such candle by the time is missing.
MISSING = 37
# Of each kind of sizing, one that suits any price.
SIZES = {"percent": Decimal(1), "fixed_quote": Decimal(1_000), "fixed": Decimal(1), "risk": Decimal("0.01")} | {
    "kelly": Decimal(1),
    "volatility": Decimal("0.02"),
}
ODDS = Odds(Decimal("0.6"), Decimal(1))


@dataclass(frozen=True, slots=True, eq=False)
class Ground:
    """One symbol's candles and rules. middle: the price about which what stands for others is turned over."""

    candles: Candles
    instrument: Instrument
    middle: float

    def market(self, strategy: Strategy, first: int = 0) -> Market:
        """The candles made ready; decisions begin at the one at place `first`."""
        symbol = self.candles.symbol
        made = market_of({symbol: self.candles}, {symbol: self.instrument}, int(self.candles.ts[first]))
        return replace(made, reads={one: self.mirrored(one) for one in read_only(strategy, {symbol: self.candles})})

    def mirrored(self, symbol: str) -> Candles:
        """What stands for a symbol that is only read: it falls where these candles rise, and some candles are missing.

        Candle by candle, so that of candles that are cut off or turned over it is cut off or turned over too.
        """
        one = self.candles
        there = one.ts // timeframe_ms(one.timeframe) % MISSING != 0
        high, low = (self.middle * self.middle / column[there] for column in (one.low, one.high))
        first, last = (self.middle * self.middle / column[there] for column in (one.open, one.close))
        return Candles(symbol, one.timeframe, one.ts[there], first, high, low, last, one.volume[there])

    def until(self, last: int) -> Ground:
        """The same with nothing from the place `last` on."""
        return replace(self, candles=self.candles.slice(0, last))

    def since(self, first: int) -> Ground:
        """The same with nothing before the place `first`."""
        return replace(self, candles=self.candles.slice(first, len(self.candles)))

    def otherwise(self, place: int) -> Ground:
        """The same up to `place`, from there on turned over: what rose falls, on the same ticks."""
        one = self.candles
        tick = float(self.instrument.tick_size)
        middle = float(one.close[place - 1])

        decimals = max(-int(self.instrument.tick_size.as_tuple().exponent), 0)

        def turned(before: FloatColumn, after: FloatColumn) -> FloatColumn:
            """A column that goes on with what another one was, as far below the last price as it was above."""
            later = np.maximum(np.round(middle * middle / after[place:] / tick), 1.0) * tick
            return np.concatenate((before[:place], np.round(later, decimals)))

        volume = np.concatenate((one.volume[:place], 2.0 * one.volume[place:] + 1.0))
        columns = {
            "open": turned(one.open, one.open),
            "high": turned(one.high, one.low),
            "low": turned(one.low, one.high),
            "close": turned(one.close, one.close),
        }
        candles = Candles(one.symbol, one.timeframe, one.ts, **columns, volume=volume)
        return replace(self, candles=candles)


def ground_of(candles: Candles) -> Ground:
    """Candles with the rules that they show (SEMANTICS 4.8) and the usual fee."""
    return Ground(candles, default_instrument(candles, USUAL_FEE), float(candles.close[0]))


def plan_on(ground: Ground, strategy: Strategy, instrument: Instrument | None = None) -> Plan:
    """The plan of a run; its sizing is the first that the strategy's orders can have."""
    kind = first_allowed(SIZES, strategy.check_sizing)
    exits = {"stop_loss": Decimal("0.05")} if kind == "risk" else {}
    return Plan(
        strategy=strategy,
        instruments=(instrument or ground.instrument,),
        timeframe_ms=timeframe_ms(ground.candles.timeframe),
        capital=CAPITAL,
        sizing=Sizing(kind, SIZES[kind], odds=ODDS if kind == "kelly" else None),
        exits=exits,
    )


def first_allowed(kinds: dict[str, Decimal], check: Callable[[str], None]) -> str:
    """The first kind of sizing that is not refused; raises the refusal of the last."""
    assert set(kinds) == set(SIZING_NAMES)
    refused = None
    for kind in kinds:
        try:
            check(kind)
        except BadInput as error:
            refused = error
            continue
        return kind
    assert refused is not None
    raise refused
