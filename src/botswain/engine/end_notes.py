"""What a person is told where orders of a bot ended at the venue without its doing: which, and what to do.

A bot of which somebody took all orders off at the exchange stands still, and agrees with itself about everything. What
ends together is told together, a moment later, when it is known what the bot asks for again by itself. Whether it asks
again at a close only its strategy knows, so nothing is promised of that: where it has, and the same ended again, that
is said once, and then not at every candle.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum, auto

from botswain.build.plan import Units
from botswain.core.codes import ENDED, KIND_NAMES
from botswain.engine.asked_again import OUTSIDE
from botswain.engine.bot import Outcome
from botswain.engine.live_bot import LiveBot
from botswain.model.intents import Working
from botswain.model.news import Command
from botswain.model.reasons import Reason
from botswain.store.bot_records import Ended, Filled

TOGETHER_S = 2.0
NAMED = 5
# What goes on as it was told to go on is told again after so long.
QUIET_S = 3600.0
WORDS = {
    Reason.VENUE_CANCELED: "somebody else cancelled {} at the venue",
    Reason.EXPIRED: "the venue ended {} by itself",
    Reason.REFUSED: "the venue did not take {}",
    Reason.INSUFFICIENT_BALANCE: "the account could not pay for {}",
}


class Way(Enum):
    """How a bot goes on after an order's end: it wants something at once, nothing for now, or has wanted it anew."""

    GOES_ON = auto()
    OFF = auto()
    ANEW = auto()


@dataclass
class Said:
    """What was told of the ends of a row: when, how it goes on, and how often it has ended since without a word."""

    at_s: float
    way: Way
    untold: int = 0


class EndNotes:
    """One bot's.

    there   the bot, as long as it runs; say: tells people
    number  the venue's number of an order by our name, empty where it has none
    """

    def __init__(
        self,
        name: str,
        units: Sequence[Units],
        there: Callable[[], LiveBot | None],
        say: Callable[[str], None],
        number: Callable[[str], str],
    ) -> None:
        self.name = name
        self.units = units
        self.there = there
        self.say = say
        self.number = number
        self.ended: dict[str, tuple[Working, Reason]] = {}
        self.before: dict[tuple[Reason, int, int], Said] = {}

    def took(self, outcome: Outcome) -> None:
        """Look for such ends among what news led to.

        What has filled since, or was asked for again by a person, is another story when it ends again.
        """
        bot = self.there()
        for one in outcome.records:
            if isinstance(one, Filled):
                for reason in WORDS:
                    self.before.pop((reason, one.symbol, one.slot), None)
            elif isinstance(one, Command) and one.again:
                self.before.clear()
            if not isinstance(one, Ended) or one.reason not in OUTSIDE or bot is None:
                continue
            if one.client_order_id in bot.past:
                if not self.ended:
                    asyncio.get_running_loop().call_later(TOGETHER_S, self.tell)
                self.ended[one.client_order_id] = bot.past[one.client_order_id], Reason(one.reason)

    def tell(self) -> None:
        """Say what ended."""
        ended, self.ended, bot = list(self.ended.values()), {}, self.there()
        if bot is None:
            return
        for text in self.lines(bot, ended, asyncio.get_running_loop().time()):
            self.say(text)

    def lines(self, bot: LiveBot, ended: Sequence[tuple[Working, Reason]], now_s: float) -> list[str]:
        """One for each reason and way of going on."""
        found = []
        for reason, words in WORDS.items():
            ways: dict[Way, list[Working]] = {}
            untold = 0
            for order in [one for one, why in ended if why is reason]:
                key = (reason, order.symbol, order.slot)
                before = self.before.get(key)
                way = Way.ANEW if before is not None else Way.OFF if stays_off(bot, order) else Way.GOES_ON
                if before is not None and before.way is not Way.OFF and now_s - before.at_s < QUIET_S:
                    before.untold += 1
                    continue
                untold = max(untold, before.untold if before is not None else 0)
                self.before[key] = Said(now_s, way)
                ways.setdefault(way, []).append(order)
            for way, mine in ways.items():
                needs = f", {self.needs(mine)}" if reason is Reason.INSUFFICIENT_BALANCE else ""
                found.append(f"{words.format(self.orders(mine))}{needs}; {self.then(way, mine, untold)}")
        if found and bot.asked.wants_nothing():
            found[-1] += ". Nothing of this bot works any more"
        return [f"orders of {self.name}: {one}" for one in found]

    def then(self, way: Way, mine: Sequence[Working], untold: int) -> str:
        """How it goes on."""
        if way is Way.GOES_ON:
            return "the bot goes on by its own rules"
        them, they_stay = ("it", "it stays") if len(mine) == 1 else ("them", "they stay")
        if way is Way.ANEW:
            more = f", and {untold} times untold since" if untold else ""
            return (
                f"so it was before{more}: the bot has asked for {them} anew by its own rules. While that goes on it is "
                f"told once in {QUIET_S / 60:g} minutes"
            )
        return (
            f"{they_stay} off unless the bot asks for {them} anew at its next close, or a person pauses and resumes it "
            f"(botswain halt {self.name}, botswain resume {self.name})"
        )

    def needs(self, found: Sequence[Working]) -> str:
        """Of which asset they need how much, and what to do. A buy without a price needs what the market asks."""
        sums: dict[str, Decimal] = {}
        for one in found:
            units, price = self.units[one.symbol], one.price or one.trigger
            coin, _, quote = units.symbol.partition("/")
            qty = one.leaves * units.lot
            asset, much = (coin, qty) if one.side < 0 else (quote, qty * price * units.tick)
            sums[asset] = sums.get(asset, Decimal(0)) + much
        amounts = " and ".join(f"{much.normalize():f} {asset}" if much else asset for asset, much in sums.items())
        return f"which needs {amounts} besides fees, more than is free there: pay in, or free what other orders bind"

    def orders(self, found: Sequence[Working]) -> str:
        """Some of them in words, the first by name."""
        count = f"{len(found)} orders" if len(found) > 1 else "an order"
        more = f", and {len(found) - NAMED} more" if len(found) > NAMED else ""
        return f"{count} ({', '.join(map(self.order, found[:NAMED]))}{more})"

    def order(self, one: Working) -> str:
        """What it was to do, and its number at the venue."""
        units = self.units[one.symbol]
        side, price = "buy" if one.side > 0 else "sell", one.price or one.trigger
        where = f" at {(price * units.tick).normalize():f}" if price else ""
        kind = "" if price and not one.trigger else f" ({KIND_NAMES[one.kind]})"
        number = self.number(one.client_order_id)
        numbered = f", number {number}" if number else ""
        return f"{side} {(one.leaves * units.lot).normalize():f} {units.symbol}{where}{kind}{numbered}"


def stays_off(bot: LiveBot, order: Working) -> bool:
    """Whether its row is over by that, unless its strategy or a person wants it anew."""
    row = bot.row(order.symbol, order.slot)
    return bool(row.rev == order.rev and row.state == ENDED)
