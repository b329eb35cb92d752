"""A market made up from a seed: regimes that change, volatility that comes in clusters, spreads and volume that follow.

It moves in steps of a few seconds. A step is a handful of trades that hit the book as it stood, and then a new book;
everything else - candles, tickers - is made of those trades, so that nothing can disagree. The same seed, the same
market, to the last byte.
"""

from __future__ import annotations

import math
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import partial

from botswain.model.errors import BadInput
from botswain.model.instrument import Instrument
from botswain.sandbox import streams
from botswain.sandbox.floor import Floor
from botswain.sandbox.ladder import Sides
from botswain.sandbox.pair import TRADING, Pair
from botswain.sandbox.printed import close_minutes, print_one

START_MS = 1_767_225_600_000  # 2026-01-01
STEP_MS = 5_000
MINUTE_MS = 60_000
YEAR_MS = 31_536_000_000
LEVELS = 20
TICK_DIGITS = 5
LOT = Decimal("0.00001")
# Regimes: how loud, how much drift (in standard deviations a step), how wide the spread (ticks), how much is traded.
REGIMES = ((0.5, 0.0, 1, 0.6), (1.0, 0.02, 1, 1.0), (1.0, -0.02, 1, 1.0), (2.2, 0.0, 3, 2.0), (4.0, -0.05, 8, 4.0))
CHANGE = 1 / 400
SHOCK, MEMORY = 0.08, 0.9


@dataclass
class Mood:
    """Where a made-up symbol stands: its fair price, its variance against the usual, its regime."""

    chance: random.Random
    fair: float
    tick: float
    variance: float = 1.0
    regime: int = 1
    # The trade worth about 2,000 of the quote, in lots.
    size: float = 1.0
    # The best prices when the book was made; an order may have swept that side since.
    bid: int = 0
    ask: int = 0
    # What the book's levels are drawn from: who looks at a book must not change the market.
    name: str = ""
    books: int = 0


class SeedMarket:
    """A made-up market.

    prices      starting price by symbol
    volatility  a year's, as a fraction
    step_ms     how often it moves; longer steps cost less and make coarser candles
    """

    base = "1m"

    def __init__(
        self,
        seed: int,
        prices: Mapping[str, Decimal],
        instruments: Mapping[str, Instrument] | None = None,
        volatility: float = 0.8,
        start_ms: int = START_MS,
        step_ms: int = STEP_MS,
    ) -> None:
        if not prices:
            raise BadInput("the made-up market has no prices; name symbols as BTC/USDT=60000")
        if not 0 < step_ms <= MINUTE_MS or MINUTE_MS % step_ms:
            raise BadInput(f"a step of {step_ms} ms does not divide a minute; give 1000, 5000, 20000 or the like")
        self.step_ms = step_ms
        given = instruments or {}
        rules = {symbol: given.get(symbol) or made_up(symbol, price) for symbol, price in prices.items()}
        self.instruments: Sequence[Instrument] = list(rules.values())
        self.scale = volatility * (step_ms / YEAR_MS) ** 0.5
        self.time_ms = start_ms
        self.moods = {
            symbol: Mood(
                random.Random(f"{seed} {symbol}"),
                float(prices[symbol]),
                float(one.tick_size),
                size=max(2_000 / float(prices[symbol]) / float(one.lot_size), 1.0),
                name=f"{seed} {symbol} book",
            )
            for symbol, one in rules.items()
        }

    def begin(self, floor: Floor, pairs: Mapping[str, Pair]) -> None:
        """Open the books."""
        self.floor, self.pairs = floor, pairs
        floor.market_ms = self.time_ms
        for symbol, pair in pairs.items():
            mood = self.moods[symbol]
            stand(pair, mood, max(round(mood.fair / mood.tick), 2))
            pair.ladder.take_changes()

    def next_ms(self) -> int | None:
        """The next step; there is no end."""
        return self.time_ms + self.step_ms

    def advance(self) -> int:
        """One step of every symbol."""
        self.time_ms += self.step_ms
        floor = self.floor
        ended = close_minutes(floor, list(self.pairs.values()), self.time_ms)
        floor.market_ms = self.time_ms
        for symbol, pair in self.pairs.items():
            if pair.status == TRADING:
                self.move(pair, self.moods[symbol])
        floor.settle_up()
        return ended

    def move(self, pair: Pair, mood: Mood) -> None:
        """Trades that hit the standing book on the way to a new price, and the book there."""
        target = max(round(next_fair(mood, self.scale) / mood.tick), 2)
        chance = mood.chance
        middle = (mood.bid + mood.ask) / 2
        up = target > middle if target != middle else chance.random() < 0.5
        last = max(target, mood.ask) if up else min(target, mood.bid)
        first = mood.ask if up else mood.bid
        busy = REGIMES[mood.regime][3] * math.sqrt(mood.variance)
        count = 1 + min(int(chance.expovariate(1 / busy)), 5)
        for k in range(count):
            price = first + (last - first) * (k + 1) // count
            lots = max(int(mood.size * busy * chance.lognormvariate(0.0, 1.0)), 1)
            print_one(self.floor, pair, price, lots * pair.facts.lot, not up, last=k == count - 1)
        # The last trade's price becomes the best of the side that was hit.
        spread = REGIMES[mood.regime][2]
        bid = last - spread if up else last
        stand(pair, mood, max(bid, 1))
        streams.book(self.floor, pair, self.floor.market_ms)


def next_fair(mood: Mood, scale: float) -> float:
    """Move the fair price once: regimes change now and then, and a large move makes the next ones larger."""
    chance = mood.chance
    if chance.random() < CHANGE:
        mood.regime = chance.randrange(len(REGIMES))
    loud, drift, _, _ = REGIMES[mood.regime]
    shock = chance.gauss(0.0, 1.0)
    size = scale * loud * math.sqrt(mood.variance)
    mood.fair *= math.exp(size * (shock + drift))
    mood.variance = 1.0 - MEMORY - SHOCK + mood.variance * (MEMORY + SHOCK * shock * shock)
    mood.variance = min(max(mood.variance, 0.1), 25.0)
    return mood.fair


def stand(pair: Pair, mood: Mood, bid: int) -> None:
    """Put a new book around a best bid; its levels are only drawn for who looks."""
    ask = bid + REGIMES[mood.regime][2]
    mood.bid, mood.ask = bid, ask
    mood.books += 1
    pair.ladder.put_later(bid, ask, partial(book, f"{mood.name} {mood.books}", mood.size, bid, ask))


def book(name: str, size: float, bid: int, ask: int) -> Sides:
    """Levels from the best prices on, thicker away from them; the same name, the same levels."""
    chance = random.Random(name)
    sides = []
    for best, step in ((bid, -1), (ask, 1)):
        price, levels = best, []
        for k in range(LEVELS):
            if price < 1:
                break
            levels.append((price, max(int(size * (1 + k) * chance.lognormvariate(0.7, 0.6)), 1)))
            price += step * (1 + int(chance.random() < 0.3))
        sides.append(levels)
    return sides[0], sides[1]


def made_up(symbol: str, price: Decimal) -> Instrument:
    """Rules of a made-up symbol: a tick of about a millionth of its price, fees of a tenth of a percent."""
    if price <= 0:
        raise BadInput(f"the price of {symbol} is {price}; it must be above zero")
    tick = Decimal(1).scaleb(price.adjusted() - TICK_DIGITS)
    rate = Decimal("0.001")
    return Instrument(
        symbol, tick, LOT, min_qty=LOT, min_notional=Decimal(5), maker_fee=rate, taker_fee=rate,
        fee_asset=symbol.partition("/")[0], fee_precision=8,
    )  # fmt: skip
