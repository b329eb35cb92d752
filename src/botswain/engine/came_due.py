"""What holding costs a bot whose venue charges nothing for it: a bot on a paper account at a venue's prices.

There no venue tells it: the account is one for all bots, and at what rates each of them holds is their own setting. So
the bot charges itself, of its own books, at times that follow from its rates and its candles alone; whoever recomputes
it comes to the same (docs/rules.md section 12, docs/decisions/0026). No I/O.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from botswain.build.decider import Decider, field_of
from botswain.ledger.dues import charge_of, due
from botswain.model.errors import FailClosed
from botswain.model.venue_reports import VenueCharge


class CameDue:
    """upto_ms: until when a bot was charged; 0 before its first candle. terms: of each symbol, units among them."""

    def __init__(self, decider: Decider, terms: list[Any]) -> None:
        self.upto_ms = 0
        self._holding = decider.plan.holding
        self._length_ms = decider.plan.timeframe_ms
        self._account = decider.state.account
        self._units = [int(one.unit_money) for one in terms]
        self._pos, self._mark = field_of(decider.state, "books", "pos"), field_of(decider.state, "lanes", "mark")

    def before_fill(self, time_ms: int) -> Iterator[VenueCharge]:
        """What came due before the candle in which an order filled, of what was held before it."""
        return self.before(time_ms - time_ms % self._length_ms) if self.upto_ms else iter(())

    def before(self, open_ms: int) -> Iterator[VenueCharge]:
        """What came due since the last time and until candles opened, one by one: each is to be booked before the

        next is asked for. Before the first candle nothing was held. Raises FailClosed for cash beyond what is counted.
        """
        if not self._holding.any or open_ms <= self.upto_ms:
            return
        since_ms, self.upto_ms = self.upto_ms, open_ms
        if not since_ms:
            return
        times = list(due(self._holding, since_ms, open_ms))
        for s, unit in enumerate(self._units):
            for at_ms, kind in times:
                made = charge_of(self._holding, at_ms, kind, s, int(self._pos[s]), int(self._mark[s]), unit)
                if made is None:
                    continue
                if abs(float(int(self._account.cash) + made.cash)) > self._account.money_limit:
                    raise FailClosed(
                        f"the {kind} of {made.rate} at {at_ms} ms is more than an account's money is counted with; "
                        "start the bot with less capital or coarser lots under another name"
                    )
                yield made
