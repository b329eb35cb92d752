"""The ledger: cash, positions at average cost, dust, fees and round trips (docs/rules.md, 2).

It books fills and nothing else; it does not know why they happened. Money is whole money units, positions whole base
units, both signed; a cost is a magnitude, for a short what was received for it.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from .units import BUY, Fee, Market


@dataclass(frozen=True)
class Trip:
    """One round trip from flat to flat, its profit in money units, fees taken off."""

    symbol: str
    direction: int
    entry_ms: int
    exit_ms: int
    profit: int


@dataclass
class Book:
    """One symbol's position. `trips` counts how often one was opened; `best` belongs to the open one."""

    market: Market
    position: int = 0
    cost: int = 0
    dust: int = 0
    dust_cost: int = 0
    third: int = 0
    close: int = 0
    trips: int = 0
    direction: int = 0
    entry_ms: int = 0
    realized: int = 0
    fees: int = 0
    best: int = 0

    @property
    def lots(self) -> int:
        """The position's whole lots, with its sign."""
        return whole_lots(self.position, self.market.units_per_lot)

    @property
    def lots_with_dust(self) -> int:
        """The same as a buy finds it, which takes the dust back first."""
        return whole_lots(self.position + self.dust, self.market.units_per_lot)


@dataclass
class Account:
    """Everything the symbols share. `cash` is money units."""

    cash: int
    books: dict[str, Book] = field(default_factory=dict)
    trips: list[Trip] = field(default_factory=list)

    def equity(self) -> int:
        """Cash, positions and dust at their last close, and third fee assets at their price."""
        total = self.cash
        for b in self.books.values():
            total += (b.position + b.dust) * b.close * b.market.value + b.third * b.market.third_value
        return total

    def post(self, symbol: str, side: int, lots: int, ticks: int, fee: Fee, time_ms: int) -> Trip | None:
        """Book one fill; return the round trip that it ended, if it did."""
        b = self.books[symbol]
        paid = b.market.notional(ticks, lots)
        self.cash -= side * paid + fee.money
        b.third -= fee.third_units
        moved = side * lots * b.market.units_per_lot - fee.base_units
        cost_of_fees = fee.money + fee.third_units * b.market.third_value
        was = b.position
        if side == BUY and b.dust:
            _take_back_dust(b)
        reducing = b.position * side < 0 and abs(moved) <= abs(b.position)
        given = b.position * side < 0 and abs(b.position) * ticks * b.market.value >= paid
        _move(b, moved, paid, ticks)
        if (reducing or given) and abs(b.position) < b.market.units_per_lot:
            _to_dust(b)
        if was == 0:
            b.fees = cost_of_fees
            return self._opened(b, ticks, time_ms)
        b.fees += cost_of_fees
        if b.position * was > 0:
            b.best = max(b.best, ticks) if b.direction > 0 else min(b.best, ticks)
            return None
        trip = Trip(symbol, b.direction, b.entry_ms, time_ms, b.realized - b.fees)
        self.trips.append(trip)
        b.realized = b.fees = 0
        self._opened(b, ticks, time_ms)
        return trip

    @staticmethod
    def _opened(b: Book, ticks: int, time_ms: int) -> None:
        b.direction = (b.position > 0) - (b.position < 0)
        if not b.direction:
            b.realized = b.fees = 0
            return
        b.trips += 1
        b.entry_ms, b.best = time_ms, ticks


def remembered(lots: int) -> int:
    """Lots as a bot's memory has them: down to 53 bits."""
    more = max(lots.bit_length() - 53, 0)
    return lots >> more << more


def whole_lots(units: int, units_per_lot: int) -> int:
    """Base units as whole lots, towards zero."""
    return units // units_per_lot if units >= 0 else -(-units // units_per_lot)


def _take_back_dust(b: Book) -> None:
    dust, cost = b.dust, b.dust_cost
    b.dust = b.dust_cost = 0
    if b.position * dust >= 0:
        b.position += dust
        b.cost += cost
        return
    closed = min(abs(dust), abs(b.position))
    share = cost * closed // abs(dust)
    _close(b, closed, share)
    if abs(dust) > closed:
        b.position = dust + (closed if dust < 0 else -closed)
        b.cost = cost - share


def _move(b: Book, moved: int, paid: int, ticks: int) -> None:
    if b.position * moved >= 0:
        b.position += moved
        b.cost += paid
        return
    held = abs(b.position)
    if abs(moved) <= held:
        _close(b, abs(moved), paid)
        return
    closing = min(held * ticks * b.market.value, paid)
    _close(b, held, closing)
    b.position = (abs(moved) - held) * (1 if moved > 0 else -1)
    b.cost = paid - closing


def _close(b: Book, units: int, money: int) -> None:
    direction = 1 if b.position > 0 else -1
    taken = b.cost * units // abs(b.position)
    b.realized += direction * (money - taken)
    b.cost -= taken
    b.position -= direction * units


def _to_dust(b: Book) -> None:
    b.dust += b.position
    b.dust_cost += b.cost
    b.position = b.cost = 0
