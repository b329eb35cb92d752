"""One listed symbol: its facts, filters and status, the resting orders, the public book and the tape."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

from botswain.sandbox.facts import Facts, Filters
from botswain.sandbox.ladder import Ladder
from botswain.sandbox.lane import Lane
from botswain.sandbox.order import Order
from botswain.sandbox.tape import Tape

TRADING = "TRADING"
STATUSES = ("TRADING", "END_OF_DAY", "HALT", "BREAK", "CANCEL_ONLY")
# Fills of accounts are numbered apart from the public prints, which they are not part of.
FIRST_FILL = 1_000_000_000


@dataclass
class Pair:
    """A symbol on the exchange."""

    facts: Facts
    filters: Filters
    lane: Lane
    tape: Tape
    ladder: Ladder = field(default_factory=Ladder)
    status: str = TRADING
    listed: bool = True
    resting: dict[int, Order] = field(default_factory=dict)
    # Stop-limits that have not fired: the core tells of them only by what they have become.
    armed: dict[int, Order] = field(default_factory=dict)
    fill_number: int = FIRST_FILL
    # Behind candles: the opening time of the candle at whose open the book stands.
    at_ms: int = 0

    @property
    def pair_id(self) -> str:
        """The market's own name."""
        return self.facts.market_id

    @cached_property
    def stream(self) -> str:
        """The market's name as streams spell it."""
        return self.facts.market_id.lower()

    @property
    def last(self) -> int:
        """The price a trigger is compared with: where a candle market's book stands, else the last print; in ticks."""
        if self.ladder.stands:
            return self.ladder.stands
        return self.tape.last.price if self.tape.last else self.ladder.best(1)

    def next_fill(self) -> int:
        """The number of the next fill."""
        self.fill_number += 1
        return self.fill_number
