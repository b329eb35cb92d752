"""Offer to buy a little below the price, sell what was bought a little above its cost, again and again.

Makes money in a market that goes to and fro by more than its fees: each round earns the distance less two fees. Loses
it where the price goes on in the direction that filled its orders, for those are filled first that are about to be
worth less; a stop or the time then closes at a loss that eats many gains. At 0.1 % a side, as Binance takes from most,
a round costs 0.2 %: it needs wide quotes, fills seldom, and on minutes of BTC/USDT nearly all that was tried lost. It
is for venues whose makers pay little or are paid. A candle shows no spread: what is thin shows only as range and
volume. docs/rules.md section 8.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import ClassVar

from botswain.core.codes import CLOSE, FILL
from botswain.core.drawing import Drawing
from botswain.core.indicators import Indicator, candle_column, ta
from botswain.core.num import below
from botswain.core.strategy import ON, Param, Strategy
from botswain.core.strategy import step as decision
from botswain.model.errors import BadInput
from botswain.model.instrument import Instrument
from botswain.strategies.scalper_checks import check_market, check_sizes, check_together
from botswain.strategies.scalper_drawing import drawn
from botswain.strategies.scalper_exits import look_after, take_fill
from botswain.strategies.scalper_plan import Lots, distances, edge, exit_rows, parts, sides
from botswain.strategies.scalper_quotes import count_refused, quote

DAY_MS, HOUR_MS = 86_400_000, 3_600_000


class Scalper(Strategy):
    """Entries in the first slots, a ladder each side; then the limits that close, their stops, and the way out."""

    name = "scalper"
    tags = ("quote", "profit", "stop", "time", "close")
    fractions = (
        "position_profit", "position_stop", "max_base", "target_base", "min_base", "least_size", "min_volatility",
        "max_volatility",
    )  # fmt: skip
    sections: ClassVar = {
        "Quotes": (
            "direction", "fair", "fair_period", "unit", "volatility_period", "levels", "spread", "step", "step_scale",
            "amount_scale", "post_only",
        ),
        "When they move": ("refresh", "tolerance", "settle", "keep", "orders_hour"),
        "Closing": (
            "exit", "take_profit", "stop", "tighten", "hold", "above_cost", "position_profit", "position_stop",
        ),
        "How much is held": ("max_base", "target_base", "min_base", "least_size", "price_skew"),
        "What it costs": ("min_edge_bps", "slippage_bps"),
        "Not quoting": (
            "min_volatility", "max_volatility", "min_volume", "volume_period", "buy_cooldown", "sell_cooldown",
            "loss_cooldown", "trades_day", "losses", "pause",
        ),
    }  # fmt: skip
    depends: ClassVar = {
        ("fair_period",): {"fair": "average"},
        ("take_profit", "tighten"): {"exit": ("fills", "position")},
        ("above_cost", "min_base"): {"exit": "quotes"},
        ("volume_period",): {"min_volume": ON},
        ("pause",): {"losses": ON},
    }

    direction = Param(
        "long", choices=("long", "short", "both"),
        help="buy first, sell first where the venue allows it, or quote both sides while nothing is held",
    )  # fmt: skip
    fair = Param("close", choices=("close", "average"), help="the price that quotes stand around")
    fair_period = Param(10, 2, 1000, help="candles in the exponential average of the close", search=(3, 50))
    unit = Param(
        "percent", choices=("percent", "volatility", "ticks"),
        help="what a distance of 1 is: 1 % of the price, the usual range of a candle (ATR), or a tick",
    )  # fmt: skip
    volatility_period = Param(60, 1, 5000, help="candles in the usual range", search=(14, 240))
    levels = Param(3, 1, 10, help="orders on a side", search=(1, 5))
    spread = Param(0.6, 0.001, 100_000.0, help="distance of the first order from the fair price", search=(0.2, 2))
    step = Param(0.6, 0.01, 100.0, help="distance to the next order, as a multiple of the first", search=(0.2, 2))
    step_scale = Param(1.0, 0.1, 10.0, help="each further step is so many times the one before", search=(0.8, 2))
    amount_scale = Param(1.0, 0.1, 10.0, help="each further order is so many times the one before", search=(0.8, 2))
    post_only = Param(True, help="an order that would pay the taker fee is turned away by the venue instead")
    refresh = Param(30, 0, 100_000, help="candles after which quotes are laid anew; 0: not by age", search=(5, 120))
    tolerance = Param(
        0.8, 0.0, 100.0, help="move of the fair price, in first distances, beyond which they are laid anew",
        search=(0.1, 1),
    )  # fmt: skip
    settle = Param(1, 0, 10_000, help="candles that they stand at least, however the price moves", search=(0, 10))
    keep = Param(
        0.1, 0.0, 10.0, help="an order that would move by no more than this, in first distances, stays",
        search=(0, 0.5),
    )  # fmt: skip
    orders_hour = Param(0, 0, 100_000, help="entries laid or moved in a clock hour at most; 0: any number")
    exit = Param(
        "fills", choices=("fills", "position", "quotes"),
        help="each fill is closed by itself, all by their average price, or by a ladder on the other side",
    )  # fmt: skip
    take_profit = Param(0.6, 0.001, 100_000.0, help="distance at which a fill or position is closed", search=(0.3, 3))
    stop = Param(2.0, 0.0, 100_000.0, help="distance of its stop; 0: none", search=(0.5, 5))
    tighten = Param(
        120, 0, 100_000, help="candles after which it is closed at what just pays; 0: never", search=(10, 500)
    )
    hold = Param(360, 0, 1_000_000, help="candles after which it is closed by the market; 0: never", search=(30, 2000))
    above_cost = Param(True, help="never quotes the closing side for less than cost, fees and edge")
    position_profit = Param(
        0.0, 0.0, 10.0, help="gain of a close over the average price at which all is closed by the market; 0: off",
        search=(0, 0.05),
    )  # fmt: skip
    position_stop = Param(0.0, 0.0, 0.99, help="loss of a close at which it is; 0: off", search=(0, 0.1))
    max_base = Param(1.0, 0.01, 1.0, help="part of the equity that is held at most", search=(0.2, 1))
    target_base = Param(0.0, 0.0, 1.0, help="part up to which entries have their whole size", search=(0, 0.5))
    min_base = Param(0.0, 0.0, 1.0, help="part that is not sold by quotes")
    least_size = Param(0.3, 0.0, 1.0, help="smallest part of its size that an entry shrinks to", search=(0, 1))
    price_skew = Param(
        0.0, 0.0, 10.0, help="how far quotes move against what is held when it is the most, in first distances",
        search=(0, 2),
    )  # fmt: skip
    min_edge_bps = Param(5.0, 0.0, 1000.0, help="what is left of each trade, in hundredths of a percent")
    slippage_bps = Param(0.0, 0.0, 1000.0, help="what its way out is expected to slip, in hundredths of a percent")
    min_volatility = Param(0.0, 0.0, 1.0, help="no entries while the usual range is a smaller part of the price")
    max_volatility = Param(
        0.0, 0.0, 1.0, help="no entries while the usual range is a larger part of the price; 0: off", search=(0, 0.01)
    )
    min_volume = Param(
        0.0, 0.0, 100.0, help="no entries after a candle of less than so many times the usual volume; 0: off",
        search=(0, 1),
    )  # fmt: skip
    volume_period = Param(60, 2, 5000, help="candles in the usual volume", search=(20, 500))
    buy_cooldown = Param(0, 0, 100_000, help="closes from a buy that opens to the next quotes", search=(0, 30))
    sell_cooldown = Param(0, 0, 100_000, help="closes from a sale that opens to the next quotes", search=(0, 30))
    loss_cooldown = Param(15, 0, 100_000, help="closes without entries after a loss", search=(0, 120))
    trades_day = Param(0, 0, 100_000, help="entries filled in a UTC day at most; 0: any number", search=(0, 50))
    losses = Param(0, 0, 1000, help="losses in a row after which it pauses; 0: any number", search=(0, 6))
    pause = Param(240, 1, 1_000_000, help="closes of that pause", search=(60, 1440))

    def validate(self) -> None:
        """Refuse what contradicts itself whatever the market."""
        check_together(self)

    def events(self) -> tuple[int, ...]:
        """Closes quote, fills close; of an order that was turned away the next close takes care, so none is looped."""
        return (CLOSE, FILL)

    def entries(self) -> int:
        """Slots of entries."""
        return int(self.levels) * sides(self)

    def slots(self) -> int:
        """Entries, limits that close, a stop for each, and the way out."""
        return self.entries() + 2 * exit_rows(self) + 1

    def most_resting(self) -> int:
        """A level has its entry, or what closes its fill; the other side's entries rest only while nothing is held."""
        closing = exit_rows(self) * (1 if self.exit == "quotes" or self.stop == 0 else 2)
        held = closing if self.exit == "fills" else int(self.levels) + closing
        return max(held, self.entries())

    def memory(self) -> dict[str, int]:
        """Where quotes were laid; waits of each side; line and pause of each entry; what each part holds."""
        plain = (
            "laid", "size", "age", "orders", "hour", "trades", "day", "fees", "quiet", "pause", "streak", "side",
            "average", "closing", "relay", "one", "left", "left_rest",
            "left_cost",
        )  # fmt: skip
        # One more than there are: of a single one there would be a number, not a list.
        held = dict.fromkeys(("lots", "lots_rest", "cost", "unit", "since"), int(self.levels) + 1)
        slots = dict.fromkeys(("line", "rests", "refused"), self.entries() + 1)
        return dict.fromkeys(plain, 1) | held | slots | {"wait": 2, "stale": 2}

    def derived(self) -> dict[str, float | Sequence[float]]:
        """Distances and shares of the levels, the ladders and their first side, slots, and the edge."""
        return {
            "far": distances(self), "part": parts(self), "sides": float(sides(self)), "edge": edge(self),
            "first_side": -1.0 if self.direction == "short" else 1.0, "entries": float(self.entries()),
            "rows": float(exit_rows(self)), "cells": float(self.levels if self.exit == "fills" else 1),
        }  # fmt: skip

    def indicators(self) -> dict[str, Indicator]:
        """The fair price, the usual range and volume; what is not asked for is the close."""
        close = candle_column("close")
        ranged = self.unit == "volatility" or self.min_volatility > 0 or self.max_volatility > 0
        return {
            "fair": ta.EMA(self.fair_period) if self.fair == "average" else close,
            "range": ta.ATR(self.volatility_period) if ranged else close,
            "usual": ta.SMA(self.volume_period, of="volume") if self.min_volume > 0 else close,
        }

    def check_sizing(self, kind: str) -> None:
        """Risk and volatility size a whole position; a ladder is many orders."""
        if kind in ("risk", "volatility"):
            raise BadInput(
                f"sizing {kind} does not fit scalper, which divides its money among several orders; use percent, fixed "
                "or fixed_quote"
            )

    def check(self, instrument: Instrument, price: Decimal) -> None:
        """Refuse gains that do not pay their costs, shorts where there are none, and levels that share a tick."""
        check_market(self, instrument, price)

    def check_money(self, instrument: Instrument, price: Decimal, lots: Lots) -> None:
        """Refuse a ladder of which any order is too small for the venue."""
        check_sizes(self, instrument, price, lots)

    def drawing(self, instrument: Instrument, price: Decimal, lots: Lots) -> Drawing:
        """Its ladders around the price, and where the first fill would be closed."""
        return drawn(self, instrument, price, lots)

    @decision
    def decide(now, was, p, candle, my, wanted):
        if my.event == FILL:
            take_fill(now, p, my, wanted)
        elif now.fair == now.fair and now.range == now.range and now.usual == now.usual:
            if my.event == CLOSE:
                turn_clocks(now, p, candle, my, wanted)
            heed_fees(my)
            look_after(p, candle, my, wanted)
            if my.mem.closing == 0:
                quote(now, p, candle, my, wanted)


def turn_clocks(now, p, candle, my, wanted):
    """What is counted by closes, hours and days, and what became of the entries since the last close."""
    my.mem.age += 1
    my.mem.pause = max(my.mem.pause - 1, 0)
    for place in range(int(p.sides)):
        my.mem.wait[place] = max(my.mem.wait[place] - 1, 0)
    count_refused(p, my, wanted)
    day = my.time_ms // DAY_MS
    if day != my.mem.day:
        my.mem.day = day
        my.mem.trades = 0
    hour = my.time_ms // HOUR_MS
    if hour != my.mem.hour:
        my.mem.hour = hour
        my.mem.orders = 0
    my.mem.quiet = 0
    if p.min_volume > 0.0 and below(candle.volume, p.min_volume * now.usual):
        my.mem.quiet = 1


def heed_fees(my):
    """Other fees than before: all quotes and exits are laid anew by them."""
    fees = my.maker_fee + my.taker_fee
    if fees != my.mem.fees:
        my.mem.fees = fees
        my.mem.laid = 0
        my.mem.relay = 1
