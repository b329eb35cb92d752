"""What a backtesting.py strategy asks for and holds: its orders and trades, between its next() and our simulator.

A strategy's next() leaves commands, each one slot of the bot's; fills come back and are booked to trades here, the
oldest first, as backtesting.py does it. Quantities are in base, prices in quote.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from botswain.model.errors import BadInput

SLOTS = 48
ENTRY, CLOSING, LOSS, GAIN = range(4)
# Under this part of a lot nothing is left.
LEAST = 1e-12
# Of a share of the account, what is left for a move until the next open.
RESERVE = 0.995


@dataclass(slots=True, eq=False)
class Order:
    """An order: a slot, what it does, and for which trade where it closes one."""

    desk: Any
    slot: int
    what: int
    side: int
    size: float
    limit: float | None = None
    stop: float | None = None
    sl: float | None = None
    tp: float | None = None
    tag: Any = None
    parent_trade: Any = None

    @property
    def is_long(self) -> bool:
        """Whether it buys."""
        return self.side > 0

    @property
    def is_short(self) -> bool:
        """Whether it sells."""
        return self.side < 0

    @property
    def is_contingent(self) -> bool:
        """Whether it is a trade's stop or target."""
        return self.what in (LOSS, GAIN)

    def cancel(self) -> None:
        """Take it off."""
        self.desk.take_off(self)


@dataclass(slots=True, eq=False)
class Trade:
    """A trade: an entry that was filled, and what is left of it; size is below zero when short."""

    desk: Any
    size: float
    entry_price: float
    entry_bar: int
    tag: Any
    exit_price: float | None = None
    exit_bar: int | None = None
    guards: dict[int, Order] = field(default_factory=dict)

    @property
    def is_long(self) -> bool:
        """Whether it gains when the price rises."""
        return self.size > 0

    @property
    def is_short(self) -> bool:
        """Whether it gains when the price falls."""
        return self.size < 0

    @property
    def entry_time(self) -> Any:
        """When its candle opened."""
        return self.desk.times[self.entry_bar]

    @property
    def pl(self) -> float:
        """What it has gained, in quote."""
        return self.size * ((self.exit_price or self.desk.close) - self.entry_price)

    @property
    def pl_pct(self) -> float:
        """The same as a part of the entry."""
        way = 1 if self.size > 0 else -1
        return way * ((self.exit_price or self.desk.close) / self.entry_price - 1)

    @property
    def value(self) -> float:
        """What it is worth, in quote."""
        return abs(self.size) * (self.exit_price or self.desk.close)

    @property
    def sl(self) -> float | None:
        """Its stop."""
        return self.guards[LOSS].stop if LOSS in self.guards else None

    @sl.setter
    def sl(self, price: float | None) -> None:
        self.desk.guard(self, LOSS, price)

    @property
    def tp(self) -> float | None:
        """Its target."""
        return self.guards[GAIN].limit if GAIN in self.guards else None

    @tp.setter
    def tp(self, price: float | None) -> None:
        self.desk.guard(self, GAIN, price)

    def close(self, portion: float = 1.0) -> None:
        """Close it, or a part, by the market."""
        self.desk.close_part(self, portion)


@dataclass(slots=True)
class Position:
    """All open trades together."""

    desk: Any

    def __bool__(self) -> bool:
        return bool(self.desk.trades)

    @property
    def size(self) -> float:
        """What is held; below zero when short."""
        return float(sum(one.size for one in self.desk.trades))

    @property
    def is_long(self) -> bool:
        """Whether it gains when the price rises."""
        return self.size > 0

    @property
    def is_short(self) -> bool:
        """Whether it gains when the price falls."""
        return self.size < 0

    @property
    def pl(self) -> float:
        """What it has gained, in quote."""
        return float(sum(one.pl for one in self.desk.trades))

    @property
    def pl_pct(self) -> float:
        """The same in percent of what was paid."""
        paid = sum(abs(one.size) * one.entry_price for one in self.desk.trades)
        return 100.0 * self.pl / paid if paid else 0.0

    def close(self, portion: float = 1.0) -> None:
        """Close every trade, or a part of each."""
        for one in list(self.desk.trades):
            one.close(portion)


class Desk:
    """Orders and trades of one run, and the commands that the bot is still to be told: (slot, order, or None: off)."""

    def __init__(self, times: Any) -> None:
        self.times = times
        self.indicators: list[Any] = []
        self.trades: list[Trade] = []
        self.closed: list[Trade] = []
        self.position = Position(self)
        self.orders: dict[int, Order] = {}
        self.commands: list[tuple[int, Order | None]] = []
        self.close, self.equity, self.fee, self.bar = 0.0, 0.0, 0.0, 0

    def live(self) -> list[Order]:
        """Orders that wait or rest."""
        return list(self.orders.values())

    def order(self, side: int, size: float, limit: Any, stop: Any, sl: Any, tp: Any, tag: Any) -> Order:
        """An entry as a strategy asks for it. Raises BadInput where it cannot be."""
        if not (0 < size < 1 or (size >= 1 and round(size) == size)):
            raise BadInput(f"size is {size}; write a part of the account between 0 and 1, or whole units")
        around = limit or stop or self.close
        if (sl is not None and side * (around - sl) <= 0) or (tp is not None and side * (tp - around) <= 0):
            raise BadInput(
                f"an order at {around} with sl {sl} and tp {tp}; a stop is behind the price, a target before it"
            )
        qty = float(size)
        if size < 1:
            free = self.equity - sum(one.value for one in self.trades)
            qty = max(free, 0.0) * size * RESERVE / (around * (1 + self.fee))
        return self.put(Order(self, self.free_slot(), ENTRY, side, qty, number(limit), number(stop), sl, tp, tag))

    def free_slot(self) -> int:
        """A slot that nothing uses. Raises BadInput."""
        found = next((slot for slot in range(SLOTS) if slot not in self.orders), None)
        if found is None:
            raise BadInput(f"it has {SLOTS} orders at once, stops and targets among them; cancel some")
        return found

    def put(self, one: Order) -> Order:
        """Have an order asked for; what its slot was told before in this call is over."""
        self.orders[one.slot] = one
        self.commands.append((one.slot, one))
        return one

    def take_off(self, one: Order) -> None:
        """Have an order taken off."""
        if self.orders.get(one.slot) is one:
            del self.orders[one.slot]
            self.commands.append((one.slot, None))
        if one.parent_trade is not None and one.parent_trade.guards.get(one.what) is one:
            del one.parent_trade.guards[one.what]

    def guard(self, trade: Trade, what: int, price: float | None) -> None:
        """Give a trade a stop or a target, move it, or take it off."""
        kept = trade.guards.get(what)
        if price is None:
            if kept is not None:
                self.take_off(kept)
            return
        side = -1 if trade.size > 0 else 1
        slot = kept.slot if kept is not None else self.free_slot()
        level = {"stop": float(price)} if what == LOSS else {"limit": float(price)}
        trade.guards[what] = self.put(
            Order(self, slot, what, side, abs(trade.size), tag=trade.tag, parent_trade=trade, **level)
        )

    def close_part(self, trade: Trade, portion: float) -> None:
        """Close a part of a trade by the market. Raises BadInput."""
        if not 0 < portion <= 1:
            raise BadInput(f"close() is asked for the part {portion}; write one above 0, at most 1")
        if trade not in self.trades:
            return
        asked = [one for one in self.orders.values() if one.what == CLOSING and one.parent_trade is trade]
        left = abs(trade.size) - sum(one.size for one in asked)
        if left > LEAST:
            side = -1 if trade.size > 0 else 1
            self.put(
                Order(self, self.free_slot(), CLOSING, side, min(abs(trade.size) * portion, left), parent_trade=trade)
            )

    def filled(self, slot: int, side: int, qty: float, price: float, bar: int) -> None:
        """Book a fill of a slot's order."""
        one = self.orders.get(slot)
        if one is None:
            return
        one.size -= qty
        if one.size <= LEAST * max(qty, 1.0):
            del self.orders[slot]
            if one.parent_trade is not None:
                one.parent_trade.guards.pop(one.what, None)
        against = [one.parent_trade] if one.parent_trade is not None else [t for t in self.trades if t.size * side < 0]
        for trade in against:
            part = min(abs(trade.size), qty)
            qty -= part
            self.reduced(trade, part, price, bar)
        if one.what == ENTRY and qty > LEAST:
            trade = Trade(self, side * qty, price, bar, one.tag)
            self.trades.append(trade)
            for what, level in ((LOSS, one.sl), (GAIN, one.tp)):
                if level is not None:
                    self.guard(trade, what, level)

    def reduced(self, trade: Trade, part: float, price: float, bar: int) -> None:
        """A part of a trade is closed: what guards it is for what is left."""
        left = abs(trade.size) - part
        done = Trade(self, part if trade.size > 0 else -part, trade.entry_price, trade.entry_bar, trade.tag, price, bar)
        self.closed.append(done)
        if left > LEAST * max(part, 1.0):
            trade.size = left if trade.size > 0 else -left
            for guard in list(trade.guards.values()):
                guard.size = left
                self.commands.append((guard.slot, guard))
            return
        for one in [one for one in self.orders.values() if one.parent_trade is trade]:
            self.take_off(one)
        if trade in self.trades:
            self.trades.remove(trade)

    def ended(self, slot: int) -> None:
        """An order of a slot was ended by the venue."""
        one = self.orders.get(slot)
        if one is not None:
            self.take_off(one)


def number(value: Any) -> float | None:
    """A price that may be left out."""
    return None if value is None else float(value)
