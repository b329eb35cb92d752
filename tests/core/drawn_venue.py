"""A venue that does anything at all: part fills, ends that nobody asked for, and news of orders that were taken off.

It has one order a slot at most, as it was asked for; what changes is cancelled first, and while that is on its way the
order may fill or end. Of an order that is over a fill may still be told.
"""

from __future__ import annotations

from dataclasses import dataclass
from random import Random
from typing import Any

from botswain.core.codes import MARKET
from botswain.core.rows import wanted_leaves, works_only
from botswain.model.reasons import Reason

ENDS = (Reason.VENUE_CANCELED, Reason.EXPIRED, Reason.REFUSED, Reason.INSUFFICIENT_BALANCE)


@dataclass
class Order:
    """One order at the venue. `only`: it is sent to do nothing but close. `late`: nobody wants it any more."""

    symbol: int
    slot: int
    rev: int
    side: int
    kind: int
    price: int
    trigger: int
    lots: int
    link: int
    only: bool
    late: bool = False


@dataclass(frozen=True)
class News:
    """What the venue tells of an order: lots filled, or with none the reason of its end."""

    order: Order
    lots: int
    reason: int
    final: bool


class Venue:
    """Orders by symbol and slot, and those that are over and may yet be told of."""

    def __init__(self, chance: Random, sim: Any, slots: int, *, shortable: bool) -> None:
        self.chance, self.sim, self.slots, self.shortable = chance, sim, slots, shortable
        self.orders: dict[tuple[int, int], Order] = {}
        self.over: list[Order] = []

    def follow(self, s: int, rows: list[Any]) -> None:
        """Bring a symbol's orders to what is wanted."""
        for slot, row in enumerate(rows):
            asked = self.asked(s, slot, row)
            order = self.orders.get((s, slot))
            if order is not None and order != asked:
                order.late = True
                if self.chance.random() < 0.6:
                    self.drop(order)
                    order = None
            if order is None and asked is not None:
                self.orders[s, slot] = asked

    def asked(self, s: int, slot: int, row: Any) -> Order | None:
        """The order that a row wants."""
        lots = int(wanted_leaves(self.sim, s, slot))
        if lots <= 0:
            return None
        only = bool(works_only(self.sim, s, slot))
        names = ("rev", "side", "kind", "price", "trigger", "link")
        return Order(s, slot, lots=lots, only=only, **{name: int(getattr(row, name)) for name in names})

    def drop(self, order: Order) -> None:
        """It is over; some of those are told of later."""
        del self.orders[order.symbol, order.slot]
        order.late = True
        if self.chance.random() < 0.3:
            self.over.append(order)

    def news(self, held: list[int]) -> list[News]:
        """What happens to one order or its group next, given the positions."""
        draw = self.chance
        if self.over and draw.random() < 0.15:
            order = self.over.pop(draw.randrange(len(self.over)))
            lots = self.fillable(order, held)
            return [News(order, lots, 0, final=True)] if lots else []
        if not self.orders:
            return []
        order = draw.choice(list(self.orders.values()))
        if order.late and draw.random() < 0.3:
            self.drop(order)  # the cancel came through
            return []
        lots = self.fillable(order, held)
        if lots == 0 or draw.random() < 0.15:
            self.drop(order)
            return [News(order, 0, int(Reason.NOTHING_TO_REDUCE if lots == 0 else draw.choice(ENDS)), final=True)]
        return self.filled(order, lots, held)

    def fillable(self, order: Order, held: list[int]) -> int:
        """Lots of an order that fill now: often all that can, none where it may only close and nothing is there."""
        most = order.lots
        if order.only or (order.side < 0 and not self.shortable):
            most = min(most, max(-order.side * held[order.symbol], 0))
        return most if most == 0 or self.chance.random() < 0.6 else self.chance.randint(1, most)

    def filled(self, order: Order, lots: int, held: list[int]) -> list[News]:
        """A fill, and the ends of the others of its group."""
        order.lots -= lots
        final = order.lots == 0 or (order.only and lots == -order.side * held[order.symbol])
        if final:
            del self.orders[order.symbol, order.slot]
        others = [
            one for one in self.orders.values()
            if one is not order and order.link and (one.symbol, one.link) == (order.symbol, order.link)
        ]  # fmt: skip
        for one in others:
            del self.orders[one.symbol, one.slot]
        ends = [News(one, 0, int(Reason.LINKED), final=True) for one in others]
        return [News(order, lots, 0, final=final), *ends]

    def price_of(self, order: Order, last: int) -> int:
        """What it fills at."""
        return last if order.kind == MARKET else order.price or order.trigger
