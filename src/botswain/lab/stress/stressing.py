"""`stress(...)`: what a bot can lose, asked of the bot itself.

It is run on candles that go on from the last real ones in one straight fall (and, where it may be short, in one
straight rise), at several speeds, since orders that move along with the price are met by a sudden fall only, and those
that wait for one another by a slow one. Cells above the price of a grid may have to be passed before they buy, so it is
also asked by a rise and a fall after it. What loses most is told. Then it is run on the worst times that the candles
have seen. Nothing is worked out from its parameters, so a bot of one's own is asked in the same way as those that ship.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from itertools import pairwise
from typing import Any

import numpy as np

from botswain.core.strategy import Strategy
from botswain.lab.backtest import Options, backtest, decimal_of, instruments_of, made_strategy
from botswain.lab.result import Result, as_list
from botswain.lab.run import money
from botswain.lab.stress.ladder import Ladder, ladder_of
from botswain.lab.stress.made_move import moved_on
from botswain.lab.stress.windows import Window, deepest_places, worst_windows
from botswain.model.candles import Candles
from botswain.model.errors import BadInput
from botswain.model.instrument import Instrument

# Where nobody says how deep, half, or as deep as these candles fell.
USUAL_FALL, DEEPEST_FALL = Decimal("0.5"), Decimal("0.99")
PLACES = Decimal("0.0001")
# What a stress says itself.
OWN = ("start", "end", "trading_frequency", "timeframe")
# Of the real world, which a made move knows nothing of.
REAL = ("window", "actions", "funding", "borrow")
# Sizes that do not go by what there is: with so many times the money it shows what all orders would take.
FIXED, MUCH = ("fixed", "fixed_quote"), 1_000
LEAST = 2
# In so many candles the price gets there: suddenly, quickly, and so slowly that each order has its time.
SPEEDS = (2, 50, 2_000)


@dataclass(frozen=True, slots=True, eq=False)
class Replayed:
    """One window, and the run on it; result None where it could not be run, and why.

    start_equity is the capital; least: the lowest equity at a close
    """

    window: Window
    result: Result | None
    why: str = ""

    @property
    def least(self) -> Decimal | None:
        """The lowest equity at any close."""
        return None if self.result is None else least_of(self.result)

    @property
    def total_return(self) -> float | None:
        """What it came to."""
        return None if self.result is None else self.result.curve_figures.total_return


@dataclass(frozen=True, eq=False)
class Stress:
    """What was found. Money in quote.

    price   the last close, at which the move begins; end: where it ends, candles: after how many; top: where it went
            first, None: straight there
    made    the run on it; ladder: its orders
    needed  what all orders together cost, were there money for them: more than capital where sizes are fixed
    replayed  the worst windows
    """

    price: Decimal
    end: Decimal
    top: Decimal | None
    candles: int
    made: Result
    ladder: Ladder
    needed: Decimal
    replayed: tuple[Replayed, ...]

    @property
    def rules(self) -> Instrument:
        """The instrument."""
        return self.made.plan.instruments[0]

    @property
    def capital(self) -> Decimal:
        """The money it begins with."""
        return self.made.plan.capital

    @property
    def used(self) -> Decimal:
        """What was in the market when all orders that there was money for had filled: at prices paid, with fees."""
        return max((one.total_money + self.fees(one.number) for one in self.ladder.rungs), default=Decimal(0))

    def fees(self, number: int) -> Decimal:
        """Fees of the first orders."""
        return sum((one.fee for one in self.ladder.rungs[:number]), Decimal(0))

    @cached_property
    def loss(self) -> Decimal:
        """What is lost at the end of the move."""
        return self.capital - self.made.final_equity

    @property
    def least(self) -> Decimal:
        """The lowest equity at any close of the move."""
        return least_of(self.made)

    @property
    def round_trip(self) -> Decimal:
        """How far the price must move between two resting orders for both fees: (1 + fee) / (1 - fee) - 1."""
        fee = self.rules.maker_fee
        return (1 + fee) / (1 - fee) - 1

    @property
    def step(self) -> Decimal | None:
        """The smallest distance between two orders one after the other, as a part of the higher price; None of one."""
        prices = [one.price for one in self.ladder.rungs]
        far = [abs(a - b) / max(a, b) for a, b in pairwise(prices) if a != b]
        return min(far, default=None)

    @property
    def ruin(self) -> Decimal | None:
        """The price at which nothing is left of the account, with what it holds at the end of the move; None: never.

        Bought with cash there is none: at a price of zero the cash that was not spent is left.
        """
        held, cash = self.made.position(self.rules.symbol), self.made.cash
        if held < 0 < cash:
            return (cash / -held).quantize(self.rules.tick_size)
        return None

    @property
    def worst(self) -> Replayed | None:
        """The window in which it lost most."""
        known = [one for one in self.replayed if one.total_return is not None]
        return min(known, key=lambda one: one.total_return or 0.0, default=None)


def stress(
    strategy: str | Strategy | type[Strategy],
    candles: Candles,
    *,
    params: Mapping[str, Any] | None = None,
    fall: Any = None,
    options: Options | None = None,
    **settings: Any,
) -> Stress:
    """Ask a bot what it can lose, before it starts at the last of these candles.

    fall      how far the price falls in one go, a fraction; None: half, or as far as it fell in these candles. Where
              the bot may be short it also rises by as much (a fall of a half is a rise to the double), a grid rises
              so far before it falls too, and what loses most is told
    settings  as `backtest` takes them, but for start and end

    Raises BadInput for what cannot be run, and of more than one symbol.
    """
    if not isinstance(candles, Candles):
        raise BadInput("stress is of one symbol; give its candles")
    if len(candles) < LEAST:
        raise BadInput(f"there are {len(candles)} candles of {candles.symbol}; give {LEAST} or more")
    for name in OWN:
        if settings.pop(name, None):
            raise BadInput(f"{name} is given, and stress decides at closes, from the last candle on; leave it out")
    how, made = options or Options(), made_strategy(strategy, dict(params or {}))
    fee = settings.get("fee")
    given = {candles.symbol: candles}
    known = instruments_of(given, settings.get("instrument"), None if fee is None else decimal_of("fee", fee))
    rules = known[candles.symbol]
    depth = depth_of(candles, fall)
    price = (Decimal(repr(float(candles.close[-1]))) / rules.tick_size).to_integral_value() * rules.tick_size
    low, high = price * (1 - depth), price / (1 - depth)
    turns = [[low], *([[high]] if rules.shortable else []), *([[high, low]] if made.cells else [])]
    told = {name: value for name, value in settings.items() if name not in REAL}
    moves = [moved_on(candles, rules.tick_size, one, steps) for one in turns for steps in SPEEDS]
    runs = [on_move(made, one, len(candles), rules, told, how) for one in moves]
    move, worst = min(zip(moves, runs, strict=True), key=lambda pair: pair[1].final_equity)
    end, top = (int(one) * rules.tick_size for one in (move_ticks(worst)[-1], max(move_ticks(worst))))
    ladder = ladder_of(worst.fills, rules, end)
    return Stress(
        price=price,
        end=end,
        top=top if top > max(price, end) else None,
        candles=len(move) - len(candles) - 1,
        made=worst,
        ladder=ladder,
        needed=needed_of(made, move, len(candles), rules, told, how, ladder),
        replayed=tuple(
            replayed(made, candles, window, settings, how) for window in worst_windows(candles, rises=rules.shortable)
        ),
    )


def least_of(result: Result) -> Decimal:
    """The lowest equity at any close of a run."""
    return money(min(as_list(result.curve)), result.unit)


def move_ticks(result: Result) -> list[int]:
    """The closes of the made candles, in ticks."""
    found: list[int] = result.market.ticks[0][3][result.market.first :].tolist()
    return found


def depth_of(candles: Candles, fall: Any) -> Decimal:
    """How far the price is to fall. Raises BadInput."""
    if fall is not None:
        found = decimal_of("fall", fall)
        if not 0 < found < 1:
            raise BadInput(f"fall is {fall}; write a fraction above 0 and below 1, such as 0.5 for half")
        return found
    places = deepest_places(np.asarray(candles.close))
    if places is None:
        return USUAL_FALL
    peak, trough = (Decimal(repr(float(candles.close[place]))) for place in places)
    return min(max(USUAL_FALL, (1 - trough / peak).quantize(PLACES)), DEEPEST_FALL)


def on_move(
    strategy: Strategy, move: Candles, first: int, rules: Instrument, settings: Mapping[str, Any], how: Options
) -> Result:
    """The bot on a straight move, begun at its first candle, which is that at `first`."""
    more = {**settings, "instrument": rules, "fee": None}
    return backtest(strategy, move, start=int(move.ts[first]), options=how, **more)


def needed_of(
    strategy: Strategy,
    move: Candles,
    first: int,
    rules: Instrument,
    settings: Mapping[str, Any],
    how: Options,
    ladder: Ladder,
) -> Decimal:
    """What all orders together cost, fees among it."""
    if settings.get("sizing", "percent") in FIXED:
        rich = {**settings, "capital": decimal_of("capital", settings.get("capital", 10_000)) * MUCH}
        result = on_move(strategy, move, first, rules, rich, how)
        ladder = ladder_of(result.fills, rules, Decimal(0))
    if not ladder.rungs:
        return Decimal(0)
    return ladder.rungs[-1].total_money + sum((one.fee for one in ladder.rungs), Decimal(0))


def replayed(
    strategy: Strategy, candles: Candles, window: Window, settings: Mapping[str, Any], how: Options
) -> Replayed:
    """The bot begun at the first candle of a window."""
    try:
        result = backtest(strategy, candles, start=window.start_ms, end=window.end_ms, options=how, **settings)
    except BadInput as error:
        return Replayed(window, None, str(error))
    return Replayed(window, result)
