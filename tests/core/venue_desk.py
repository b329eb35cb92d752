"""A venue to put orders on by hand: one symbol, ticks and lots, its reports as plain tuples."""

from botswain.core.codes import LIMIT, MARKET
from botswain.core.matching import arrive, walk
from botswain.core.records import State
from botswain.core.resting import remove
from botswain.model.reasons import Reason

BUY, SELL = 1, -1


class Desk:
    """The matching functions on plain memory. Money is 1 a tick x lot; fees are none unless terms say otherwise."""

    def __init__(self, slots=6, cash=10_000, position=0, **terms):
        self.state = State(1, slots - 2, 0, 100, compiled=False)
        self.sim = self.state.handle
        self.state.account.venue_cash = cash
        self.state.parts["lanes"][0].venue_pos = position
        values = {"lot_units": 1, "lot_money": 1, "unit_money": 1, "quote_quantum": 1, "base_quantum": 1}
        for name, value in (values | {"third_quantum": 1} | terms).items():
            setattr(self.state.parts["terms"][0], name, value)
        self.told = 0

    def send(self, slot, side, lots, kind=MARKET, price=0, trigger=0, at=100, **more):
        """An order reaches the book while it stands at `at`; returns what the venue reports."""
        order = self.state.parts["orders"][slot]
        values = {"active": 1, "rev": 1, "side": side, "leaves": lots, "kind": kind, "price": price}
        values |= {"trigger": trigger, "tif": 0, "flag_bits": 0, "link": 0, "tag": 0} | more
        for name, value in values.items():
            setattr(order, name, value)
        arrive(self.sim, 0, slot, at)
        return self.news()

    def limit(self, slot, side, lots, price, at=100, **more):
        """A limit order."""
        return self.send(slot, side, lots, LIMIT, price=price, at=at, **more)

    def cancel(self, slot):
        """Take an order off the book."""
        remove(self.sim, 0, slot)

    def candle(self, first, high, low, last):
        """A candle passes over what rests."""
        names = ("open_ticks", "high_ticks", "low_ticks", "close_ticks")
        for name, value in zip(names, (first, high, low, last), strict=True):
            setattr(self.sim, name, [value])
        walk(self.sim, 0, 0)
        return self.news()

    def news(self):
        """Reports since the last time: (slot, lots, price, "maker" or "taker") or (slot, reason)."""
        account, found = self.state.account, []
        for entry in self.state.parts["reports"][self.told : account.reports]:
            if entry.lots:
                found.append((entry.slot, entry.lots, entry.price, "maker" if entry.maker else "taker"))
            else:
                found.append((entry.slot, Reason(entry.reason).name))
        self.told = account.reports
        return found

    @property
    def cash(self):
        return self.state.account.venue_cash

    @property
    def position(self):
        return self.state.parts["lanes"][0].venue_pos

    def resting(self):
        """Slots with an order on the book."""
        return [slot for slot, order in enumerate(self.state.parts["orders"]) if order.active]
