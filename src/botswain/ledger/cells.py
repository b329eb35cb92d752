"""Round trips of a strategy whose rows are cells, such as a grid: what a cell bought, until it has sold it again.

Its position hardly ever comes back to nothing, so from flat to flat it would have no round trip at all; each of its
cells does all the time. A fill opens or closes the cell of its own slot. What comes from elsewhere (an exit, a close by
the market), and of a sale what is beyond its cell where nobody may be short, closes the others, the oldest first. What
is left of a cell under a lot is dust, which keeps no trip open and whose cost is in none; a sale of as much beyond what
came in costs what the rest did. One definition for backtests, which count integers, and for what is shown of live bots,
which counts decimals: only + - x and comparisons, and `share` for what is divided.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any

# Of an amount, the share of a part in a whole: any rounding, the rest goes to the last part.
Share = Callable[[Any, Any, Any], Any]


@dataclass
class Cell:
    """A trip of one slot. Numbers are of the caller's kind.

    first           the fill that opened it; came: what came in by opening it, in base (of a short, went out); held:
                    what of that it still has
    qty, worth      what was traded to open it, and price x that; exit_qty, exit_worth: to close it
    paid            fees of its fills but those in base, in money; base_paid: those in base at the price of their fill
    left            of worth, the share of what it holds when it has ended; nothing while it is open
    """

    slot: int
    direction: int
    first: Any
    came: Any
    held: Any
    qty: Any
    worth: Any
    paid: Any
    base_paid: Any
    exit_qty: Any
    exit_worth: Any
    left: Any

    @property
    def profit(self) -> Any:
        """After all fees: one in base is less that was held, so less came in for it. What is left is not lost."""
        return self.direction * (self.exit_worth - self.worth + self.left) - self.paid


@dataclass(frozen=True)
class Booked:
    """A fill as cells count it.

    key        what `first` of a cell is; side: +1 or -1
    units      of base that came in or went out, fees in base taken off; qty: what was traded
    worth      price x qty; paid, base_paid: its fee, as `Cell` has them
    """

    key: Any
    slot: int
    side: int
    units: Any
    qty: Any
    worth: Any
    paid: Any
    base_paid: Any


@dataclass
class Cells:
    """One symbol's cells.

    count   slots below are cells; shortable: whether a cell may begin with a sale
    lot     in base; share: see above
    """

    count: int
    shortable: bool
    lot: Any
    share: Share
    open: dict[int, Cell] = field(default_factory=dict)

    def take(self, fill: Booked) -> list[Cell]:
        """The next fill; the trips that it ended, in the order it ended them."""
        ended: list[Cell] = []
        own = self.open.get(fill.slot)
        if own is not None and own.direction == fill.side:
            self._extend(own, fill)
            return []
        left: Booked | None = fill
        if own is not None:
            left = self._close(own, fill, ended)
        elif fill.slot < self.count and (self.shortable or fill.side > 0):
            self._begin(fill)
            return []
        if left is not None and own is not None and self.shortable and fill.slot < self.count:
            self._begin(left)
            return ended
        for other in self._others(fill):
            if left is None:
                break
            left = self._close(other, left, ended)
        return ended

    def _others(self, fill: Booked) -> Iterator[Cell]:
        yield from [one for one in self.open.values() if one.direction != fill.side]

    def _begin(self, fill: Booked) -> None:
        none = fill.qty - fill.qty
        self.open[fill.slot] = Cell(
            fill.slot, fill.side, fill.key, fill.units, fill.units, fill.qty, fill.worth, fill.paid, fill.base_paid,
            none, none, none,
        )  # fmt: skip

    def _extend(self, cell: Cell, fill: Booked) -> None:
        cell.came += fill.units
        cell.held += fill.units
        cell.qty += fill.qty
        cell.worth += fill.worth
        cell.paid += fill.paid
        cell.base_paid += fill.base_paid

    def _close(self, cell: Cell, fill: Booked, ended: list[Cell]) -> Booked | None:
        """Close as much of a cell as a fill can; what is left of the fill, None where that is nothing."""
        part, rest = (fill, None) if fill.units - cell.held < self.lot else self._cut(fill, cell.held)
        cell.held -= part.units
        cell.exit_qty += part.qty
        cell.exit_worth += part.worth
        cell.paid += part.paid
        cell.base_paid += part.base_paid
        if cell.held < self.lot:
            cell.left = self.share(cell.worth, cell.held, cell.came) if cell.came else cell.worth
            del self.open[cell.slot]
            ended.append(cell)
        return rest

    def _cut(self, fill: Booked, units: Any) -> tuple[Booked, Booked]:
        """A fill in two: the first of them of so many units."""
        names = ("qty", "worth", "paid", "base_paid")
        part = {name: self.share(getattr(fill, name), units, fill.units) for name in names}
        rest = {name: getattr(fill, name) - value for name, value in part.items()}
        return replace(fill, units=units, **part), replace(fill, units=fill.units - units, **rest)
