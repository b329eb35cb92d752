"""The exchange's own books, read from its memory: every order and every fill, also what it was told to forget.

The truth that everything is compared with. Amounts are whole numbers of 1e-18.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from botswain.sandbox.amounts import UNIT
from botswain.sandbox.exchange import Exchange
from botswain.sandbox.order import Order, Trade

BY_HAND = "hand-"


@dataclass
class VenueBooks:
    """Orders by client order id, in the order they were accepted, and fills as they happen."""

    exchange: Exchange
    orders: dict[str, list[Order]] = field(default_factory=dict)
    by_number: dict[tuple[str, int], Order] = field(default_factory=dict)
    foreign: dict[int, Order] = field(default_factory=dict)
    _last_order: dict[str, int] = field(default_factory=dict)
    _last_trade: dict[str, Trade] = field(default_factory=dict)

    @property
    def stamp(self) -> int:
        """Changes with everything that happens to an order."""
        return self.exchange.floor.numbers.get("execution", 0)

    def read(self) -> tuple[list[Order], list[tuple[Order, Trade]]]:
        """Take in what happened since: new orders that are not somebody else's, and new fills of ours."""
        fresh: list[Order] = []
        fills: list[tuple[Order, Trade]] = []
        for name, account in self.exchange.floor.accounts.items():
            last = self._last_order.get(name, 0)
            found = []
            for number in reversed(account.orders):
                if number <= last:
                    break
                found.append(account.orders[number])
            for order in reversed(found):
                self._last_order[name] = order.order_id
                self.by_number[name, order.order_id] = order
                if order.client_id.startswith(BY_HAND):
                    self.foreign[order.order_id] = order
                else:
                    self.orders.setdefault(order.client_id, []).append(order)
                    fresh.append(order)
            seen = self._last_trade.get(name)
            done = []
            for trade in reversed(account.trades):
                if trade is seen:
                    break
                done.append(trade)
            if done:
                self._last_trade[name] = done[0]
            for trade in reversed(done):
                order = self.by_number[name, trade.order_id]
                if order.order_id not in self.foreign:
                    fills.append((order, trade))
        return fresh, fills

    def live(self) -> list[Order]:
        """Our orders that can still fill."""
        return [
            order
            for account in self.exchange.floor.accounts.values()
            for order in account.open.values()
            if order.live and order.order_id not in self.foreign
        ]

    def listed(self, list_client_id: str) -> list[str]:
        """Our ids of the orders of a list."""
        lists = self.exchange.floor.lists.values()
        return [one.client_id for found in lists if found.client_id == list_client_id for one in found.orders]

    def zero_sum(self) -> dict[str, int]:
        """What accounts and house together hold too much or too little, by asset; empty where it is right."""
        floor = self.exchange.floor
        found = {}
        for asset in floor.house.held:
            total = sum(one.total(asset) for one in floor.accounts.values()) + floor.house.held[asset]
            if total:
                found[asset] = total
        return found


def executed(order: Order) -> int:
    """Filled so far."""
    return order.executed * order.facts.lot


def leaves(order: Order) -> int:
    """What can still fill."""
    return max(order.leaves, 0) * order.facts.lot


def price_of(order: Order) -> int:
    """Its limit or trigger; 0 for none."""
    return (order.terms.price or order.terms.stop) * order.facts.tick


def value(qty: int, price: int) -> int:
    """Quantity times price."""
    return int(qty * price // UNIT)


def moves(order: Order, trade: Trade) -> tuple[int, int]:
    """What a fill did to the base and to the quote, fees included where they are in these."""
    base = trade.side * trade.lots * order.facts.lot
    quote = -trade.side * trade.quote
    if trade.fee_asset == order.facts.base:
        base -= trade.fee
    if trade.fee_asset == order.facts.quote:
        quote -= trade.fee
    return base, quote
