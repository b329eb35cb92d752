"""What a person is told where orders of a bot ended at the venue without its doing: which, and what to do.

A bot of which somebody took all orders off at the exchange stands still, and agrees with itself about everything. What
ends together is told together, a moment later, when it is known what the bot asks for again by itself.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence

from botswain.build.plan import Units
from botswain.core.codes import ENDED, KIND_NAMES
from botswain.engine.asked_again import OUTSIDE
from botswain.engine.bot import Outcome
from botswain.engine.live_bot import LiveBot
from botswain.model.intents import Working
from botswain.model.reasons import Reason
from botswain.store.bot_records import Ended

TOGETHER_S = 2.0
NAMED = 5
WORDS = {
    Reason.VENUE_CANCELED: "somebody else cancelled {} at the venue",
    Reason.EXPIRED: "the venue ended {} by itself",
    Reason.REFUSED: "the venue did not take {}",
    Reason.INSUFFICIENT_BALANCE: "the account could not pay for {}",
}
# What is asked for again after these need not be told: it is told where that goes on.
TOLD_LATER = frozenset((Reason.REFUSED, Reason.INSUFFICIENT_BALANCE))


class EndNotes:
    """One bot's. say: tells people; there: whether it still runs, and the bot."""

    def __init__(
        self, name: str, units: Sequence[Units], there: Callable[[], LiveBot | None], say: Callable[[str], None]
    ) -> None:
        self.name = name
        self.units = units
        self.there = there
        self.say = say
        self.ended: dict[str, tuple[Working, Reason]] = {}

    def took(self, outcome: Outcome) -> None:
        """Look for such ends among what news led to."""
        bot = self.there()
        for one in outcome.records:
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
        for text in self.lines(bot, ended):
            self.say(text)

    def lines(self, bot: LiveBot, ended: Sequence[tuple[Working, Reason]]) -> list[str]:
        """One for each way in which some ended."""
        found = []
        for reason, words in WORDS.items():
            mine = [order for order, why in ended if why is reason]
            off = [order for order in mine if stays_off(bot, order)]
            again = [] if reason in TOLD_LATER else [order for order in mine if order not in off]
            if again:
                found.append(f"{words.format(self.orders(again))}; the bot goes on by its own rules")
            if off:
                found.append(
                    f"{words.format(self.orders(off))}; {'it stays' if len(off) == 1 else 'they stay'} off until a "
                    f"person has paused and resumed the bot (botswain halt {self.name}, botswain resume {self.name})"
                )
        if found and bot.asked.wants_nothing():
            found[-1] += ". Nothing of this bot works any more"
        return [f"orders of {self.name}: {one}" for one in found]

    def orders(self, found: Sequence[Working]) -> str:
        """Some of them in words, the first by name."""
        count = f"{len(found)} orders" if len(found) > 1 else "an order"
        more = f", and {len(found) - NAMED} more" if len(found) > NAMED else ""
        return f"{count} ({', '.join(map(self.order, found[:NAMED]))}{more})"

    def order(self, one: Working) -> str:
        """What it was to do."""
        units = self.units[one.symbol]
        side, price = "buy" if one.side > 0 else "sell", one.price or one.trigger
        where = f" at {(price * units.tick).normalize():f}" if price else ""
        kind = "" if price and not one.trigger else f" ({KIND_NAMES[one.kind]})"
        return f"{side} {(one.leaves * units.lot).normalize():f} {units.symbol}{where}{kind}"


def stays_off(bot: LiveBot, order: Working) -> bool:
    """Whether its row is over by that."""
    row = bot.row(order.symbol, order.slot)
    return bool(row.rev == order.rev and row.state == ENDED)
