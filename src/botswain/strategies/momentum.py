"""Buy what has risen by much over some candles, and leave when it rises no more; short it is the mirror.

Makes money in markets that go on in the direction they went, for some few long moves pay for many small losses. Loses
it in chop: what has just risen falls back, and each change of mind costs two fees. The filters (strength of the trend,
volatility, place in the bands, MACD, the trend of another market such as BTC/USDT) are there to stay out of chop; all
are off unless set. docs/rules.md section 8.
"""

from __future__ import annotations

from decimal import Decimal
from typing import ClassVar

from botswain.core.codes import FILL, TIMER
from botswain.core.indicators import Indicator, candle_column, other, ta
from botswain.core.num import above, below, exceeds
from botswain.core.strategy import ON, Param, SymbolName, step
from botswain.model.errors import BadInput
from botswain.model.instrument import Instrument
from botswain.model.parts import in_percent, part
from botswain.strategies.signals import SignalBot, filled, side_of


class Momentum(SignalBot):
    """Long while the close has risen enough over `lookback` candles and every filter that is on agrees."""

    name = "momentum"
    fractions = ("enter", "leave", "min_volatility", "add_step")
    memory_units: ClassVar = SignalBot.memory_units | {"added": "plain", "last": "price"}
    sections: ClassVar = {
        "Entering and leaving": ("lookback", "enter", "leave"),
        "Filters": (
            "min_strength", "strength_period", "min_volatility", "volatility_period", "band", "band_period",
            "band_width", "macd", "filter_symbol", "filter_trend",
        ),
        "Adding": ("adds", "add_step"),
        **SignalBot.sections,
    }  # fmt: skip
    depends: ClassVar = {
        ("strength_period",): {"min_strength": ON},
        ("volatility_period",): {"min_volatility": ON},
        ("band_period", "band_width"): {"band": ON},
        ("filter_trend",): {"filter_symbol": ON},
        ("add_step",): {"adds": ON},
    }

    lookback = Param(24, 1, 2000, help="candles over which the close's change is measured", search=(6, 120))
    enter = Param(
        0.02, 0.0, 1.0, help="change of the close above which it is bought; short: as far below",
        search=(0.005, 0.1),
    )  # fmt: skip
    leave = Param(0.0, -1.0, 1.0, help="change below which a long is left; short: the mirror", search=(-0.02, 0.02))
    min_strength = Param(
        0.0, 0.0, 100.0, help="trend strength (ADX) below which nothing is entered; 0: off", search=(0, 40)
    )
    strength_period = Param(14, 2, 500, help="candles in the trend strength", search=(7, 30))
    min_volatility = Param(
        0.0, 0.0, 1.0, help="average true range, as a part of the close, below which nothing is entered; 0: off",
        search=(0, 0.02),
    )  # fmt: skip
    volatility_period = Param(14, 1, 500, help="candles in the average true range", search=(7, 30))
    band = Param(
        0.0, 0.0, 2.0, help="place in the Bollinger bands above which it is bought: 0.5 the average, 1 the upper band; "
        "short: as far from the upper band; 0: off", search=(0, 1),
    )  # fmt: skip
    band_period = Param(20, 2, 2000, help="candles in the bands", search=(10, 60))
    band_width = Param(2.0, 0.1, 10.0, help="distance of the bands from their average, in deviations", search=(1, 3))
    macd = Param(False, help="enter only where the MACD (12, 26, 9) is on the same side of its signal line")
    filter_symbol = SymbolName(
        help="another market that must agree, such as BTC/USDT: a long is entered only while it is above its average, "
        "a short only below; empty: off"
    )
    filter_trend = Param(200, 2, 5000, help="candles in the average of that market", search=(50, 300))
    adds = Param(
        0, 0, 10, help="purchases after the first one, as the position gains; all share the size equally; 0: none",
        search=(0, 4),
    )  # fmt: skip
    add_step = Param(
        0.02, 0.0001, 1.0, help="gain since the last purchase after which the next is made",
        search=(0.005, 0.1),
    )  # fmt: skip

    def validate(self) -> None:
        """A position must not be left at a change at which it is entered."""
        if self.leave > self.enter:
            raise BadInput(
                f"parameter leave is {part(self.leave)} and enter is {part(self.enter)}; leave must not be above enter"
            )
        if self.adds * self.add_step >= 1:
            raise BadInput(
                f"parameters adds {self.adds} and add_step {part(self.add_step)}: the last purchases would come after "
                "the price has run so far that the position is worth more than they make it; use fewer or a smaller "
                "step"
            )

    def check(self, instrument: Instrument, price: Decimal) -> None:
        """Refuse a change, and a step between purchases, that is not even what a round trip costs."""
        cost = 2 * instrument.taker_fee
        for name in ("enter", "add_step") if self.adds > 0 else ("enter",):
            if Decimal(repr(self.values[name])) <= cost:
                raise BadInput(
                    f"parameter {name} is {part(self.values[name])}, which does not pay the round-trip fee of "
                    f"{in_percent(cost)}; give one above {part(cost)}"
                )

    def memory(self) -> dict[str, int]:
        """How many purchases were asked for after the first, and the price of the last one."""
        return super().memory() | {"added": 1, "last": 1}

    def indicators(self) -> dict[str, Indicator]:
        """The change, what the filters read, and the trend filter's average; a filter that is off reads the change."""
        rate: Indicator = ta.ROCP(self.lookback)
        bands = {"nbdevup": self.band_width, "nbdevdn": self.band_width}
        banded = self.band > 0
        market, mean = candle_column("close"), ta.SMA(self.filter_trend)
        return {
            "rate": rate,
            "strength": ta.ADX(self.strength_period) if self.min_strength > 0 else rate,
            "reach": ta.ATR(self.volatility_period) if self.min_volatility > 0 else rate,
            "upper": ta.BBANDS(self.band_period, out="upperband", **bands) if banded else rate,
            "lower": ta.BBANDS(self.band_period, out="lowerband", **bands) if banded else rate,
            "macd": ta.MACD(12, 26, 9, out="macd") if self.macd else rate,
            "signal": ta.MACD(12, 26, 9, out="macdsignal") if self.macd else rate,
            "trend": self.trend_average(rate),
            "market": other(market, self.filter_symbol) if self.filter_symbol else rate,
            "market_mean": other(mean, self.filter_symbol) if self.filter_symbol else rate,
        }

    @step
    def decide(now, was, p, candle, my, wanted):
        if my.event == FILL:
            if my.slot < my.slots and my.side == my.mem.side:
                my.mem.last = my.fill_price
            filled(p, my)
        elif known(now):
            up = above(now.rate, p.enter) and moves(now, p, candle) and agree(now, p, candle, 1)
            down = below(now.rate, -p.enter) and moves(now, p, candle) and agree(now, p, candle, -1)
            before = my.mem.side
            side = side_of(now, p, candle, my, up, down, below(now.rate, p.leave), above(now.rate, -p.leave))
            if side != 0 and side != before and p.filter_symbol > 0.0 and not market_agrees(now, side):
                side = 0.0
                my.mem.side = 0.0
            if side == 0 or side != before:
                my.mem.added = 0
            elif my.event != TIMER and gained(p, candle, my, side):
                my.mem.added += 1
                my.mem.last = candle.close
            wanted.target(side * (1.0 + my.mem.added) / (1.0 + p.adds))


def known(now):
    """Whether the change and everything that a filter reads have values."""
    return (
        now.rate == now.rate and now.strength == now.strength and now.reach == now.reach
        and now.upper == now.upper and now.signal == now.signal
    )  # fmt: skip


def moves(now, p, candle):
    """Whether the market trends and moves enough for either side."""
    trends = p.min_strength == 0.0 or not below(now.strength, p.min_strength)
    return trends and (p.min_volatility == 0.0 or not below(now.reach, p.min_volatility * candle.close))


def agree(now, p, candle, side):
    """Whether the place in the bands and the MACD speak for a side."""
    far = p.band * (now.upper - now.lower)
    if side > 0:
        placed = p.band == 0.0 or above(candle.close, now.lower + far)
        return placed and (p.macd == 0 or exceeds(now.macd, now.signal, candle.close))
    placed = p.band == 0.0 or below(candle.close, now.upper - far)
    return placed and (p.macd == 0 or exceeds(now.signal, now.macd, candle.close))


def market_agrees(now, side):
    """Whether the other market is known to be on a side of its average."""
    if side > 0:
        return above(now.market, now.market_mean)
    return below(now.market, now.market_mean)


def gained(p, candle, my, side):
    """Whether there is a purchase to come and the close is the step beyond the last one, on a position that stands.

    The last one is the last asked for where it was refused: the next then waits for another step.
    """
    if my.mem.added >= p.adds or my.lots * side <= 0:
        return False
    if side > 0:
        return above(candle.close, my.mem.last * (1.0 + p.add_step))
    return below(candle.close, my.mem.last * (1.0 - p.add_step))
