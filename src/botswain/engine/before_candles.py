"""What a paper venue does before candles: it charges for holding, and does what companies do to their shares.

Times and amounts follow from a bot's settings and its candles alone, so that whoever recomputes it comes to the same
(docs/rules.md sections 11 and 12, docs/decisions/0026). No I/O.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from fractions import Fraction
from functools import partial

from botswain.build.decider import Decider
from botswain.build.plan import Plan
from botswain.ledger.dues import FUNDING, due
from botswain.model.ports import CandleVenue
from botswain.model.venue_reports import VenueCharge, VenueSplit

Coming = tuple[int, int, Callable[[], VenueCharge | VenueSplit | None]]


class BeforeCandles:
    """From where a bot stands on: what its venue does before each candle that it is given."""

    def __init__(self, plan: Plan, venue: CandleVenue, decider: Decider) -> None:
        self.plan = plan
        self.venue = venue
        self.after_ms = decider.open_ms
        self.seen_ms = list(decider.seen_ms)

    def next(self, open_ms: int, symbols: Collection[int]) -> list[VenueCharge | VenueSplit]:
        """What comes before the candles of the bot's own symbols that open then: by symbol, of a symbol by time, of one

        time the split, then the dividend, then funding and borrow fee.
        """
        if not self.plan.holding.any and not self.plan.shares:
            return []
        found = []
        for s in range(len(self.plan.instruments)):
            coming = [*self._charges(s, open_ms), *(self._actions(s, open_ms) if s in symbols else ())]
            for _, _, done in sorted(coming, key=lambda one: one[:2]):
                told = done()
                found += [] if told is None else [told]
        self.after_ms = open_ms
        return found

    def _charges(self, s: int, open_ms: int) -> Iterator[Coming]:
        """What came due for holding since the candles before. Before its first nothing was held."""
        holding = self.plan.holding
        if holding.any and self.after_ms:
            for at_ms, kind in due(holding, self.after_ms, open_ms):
                order = 2 if kind == FUNDING else 3
                yield at_ms, order, partial(self.venue.charged, s, at_ms, kind, holding)

    def _actions(self, s: int, open_ms: int) -> Iterator[Coming]:
        """What was done to a symbol's shares between its candle before and this one; before its first it is nothing."""
        instrument, since_ms, venue = self.plan.instruments[s], self.seen_ms[s], self.venue
        self.seen_ms[s] = open_ms
        unit = Fraction(instrument.lot_size) / self.plan.unit
        for one in self.plan.shares if since_ms else ():
            if one.symbol != instrument.symbol or not since_ms < one.time_ms <= open_ms:
                continue
            if one.split != 1:
                yield one.time_ms, 0, partial(venue.split, one, s, open_ms)
            if one.dividend:
                yield one.time_ms, 1, partial(venue.pay, one, s, unit)
