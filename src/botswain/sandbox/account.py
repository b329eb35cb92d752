"""An account: what it holds free and locked, its orders and its trades.

Every amount enters and leaves through `move`, which books the other side on the house, so that the sum of all accounts
and the house is zero for every asset at any time.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

from botswain.sandbox.order import ALGO, Order, Trade

KEPT_ORDERS = 50_000
KEPT_TRADES = 100_000
KEPT_MOVES = 4_000
# When on the server's clock, of which asset, and how much became free and locked.
Move = tuple[int, str, int, int]


@dataclass
class House:
    """The other side of everything: all that accounts gained, the house lost."""

    held: dict[str, int] = field(default_factory=dict)


@dataclass
class Account:
    """One owner. Amounts in units by asset; counts of open orders by market and whether they wait for a trigger.

    rights  what its key may beyond trading from one address: withdraw, transfer, any_address
    moved   the latest changes of what it holds, the newest last; clock: the server's time
    """

    name: str
    uid: int
    house: House
    free: dict[str, int] = field(default_factory=dict)
    locked: dict[str, int] = field(default_factory=dict)
    update_ms: int = 0
    open: dict[int, Order] = field(default_factory=dict)
    open_names: dict[str, Order] = field(default_factory=dict)
    orders: dict[int, Order] = field(default_factory=dict)
    names: dict[tuple[str, str], Order] = field(default_factory=dict)
    counts: dict[tuple[str, bool], int] = field(default_factory=dict)
    trades: deque[Trade] = field(default_factory=lambda: deque(maxlen=KEPT_TRADES))
    touched: dict[str, None] = field(default_factory=dict)
    can_trade: bool = True
    rights: frozenset[str] = frozenset()
    clock: Callable[[], int] = lambda: 0
    moved: deque[Move] = field(default_factory=lambda: deque(maxlen=KEPT_MOVES))

    def move(self, asset: str, units: int) -> None:
        """Give (or, negative, take) an amount, on the house's account."""
        self.free[asset] = self.free.get(asset, 0) + units
        self.house.held[asset] = self.house.held.get(asset, 0) - units
        self.touched[asset] = None
        self.moved.append((self.clock(), asset, units, 0))

    def hold(self, asset: str, units: int) -> None:
        """Lock an amount, or, negative, free it again."""
        self.free[asset] = self.free.get(asset, 0) - units
        self.locked[asset] = self.locked.get(asset, 0) + units
        self.touched[asset] = None
        self.moved.append((self.clock(), asset, -units, units))

    def before(self, since_ms: int) -> tuple[dict[str, int], dict[str, int]]:
        """What it held free and locked at a time of the server's, as far back as is kept."""
        free, locked = dict(self.free), dict(self.locked)
        for at_ms, asset, freed, held in reversed(self.moved):
            if at_ms < since_ms:
                break
            free[asset] = free.get(asset, 0) - freed
            locked[asset] = locked.get(asset, 0) - held
        return free, locked

    def add(self, order: Order) -> None:
        """An order was accepted."""
        self.orders[order.order_id] = order
        self.names[order.pair_id, order.client_id] = order
        self.open[order.order_id] = order
        self.open_names[order.client_id] = order
        self.count(order, 1)
        if len(self.orders) > KEPT_ORDERS:
            self.prune(KEPT_ORDERS // 10)

    def drop(self, order: Order) -> None:
        """An order is not open any more."""
        if self.open.pop(order.order_id, None) is not None:
            self.count(order, -1)
        if self.open_names.get(order.client_id) is order:
            del self.open_names[order.client_id]

    def count(self, order: Order, change: int) -> None:
        """Keep the number of open orders, by market and whether they wait for a trigger."""
        key = (order.pair_id, order.terms.type in ALGO)
        self.counts[key] = self.counts.get(key, 0) + change

    def prune(self, count: int) -> None:
        """Forget the oldest finished orders."""
        finished = (number for number in self.orders if number not in self.open)
        for number in [one for one, _ in zip(finished, range(count), strict=False)]:
            gone = self.orders.pop(number)
            if self.names.get((gone.pair_id, gone.client_id)) is gone:
                del self.names[gone.pair_id, gone.client_id]

    def total(self, asset: str) -> int:
        """Free and locked."""
        return self.free.get(asset, 0) + self.locked.get(asset, 0)

    def assets(self) -> list[str]:
        """Every asset it ever held, by name."""
        return sorted({*self.free, *self.locked})
