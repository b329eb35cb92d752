"""Round trips of a strategy whose rows are cells, gathered from a run's fills by the ledger's rule for cells."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from botswain.lab.trip_details import FEE_KIND, TripDetail, whole
from botswain.ledger.books import FEE_BASE, FEE_QUOTE
from botswain.ledger.cells import Booked, Cell, Cells

COLUMNS = ("symbol", "slot", "side", "lots", "price", "fee")


@dataclass(frozen=True, slots=True)
class CellTrip:
    """A trip that ended: its symbol, the reports that opened and ended it, and what it came to."""

    symbol: int
    first: int
    last: int
    cell: Cell
    detail: TripDetail


def cell_trips(reports: Mapping[str, Any], terms: Sequence[Any], count: int) -> list[CellTrip]:
    """Every trip in the order they ended. reports: the core's as columns; count: slots that are cells."""
    cells = [Cells(count, bool(one.shortable), int(one.lot_units), share) for one in terms]
    found = []
    for place, (s, slot, side, lots, price, fee) in enumerate(
        zip(*(whole(reports[name]) for name in COLUMNS), strict=True)
    ):
        if lots:
            fill = booked(place, slot, side, lots, price, fee, terms[s])
            found += [CellTrip(s, one.first, place, one, detail_of(one, terms[s])) for one in cells[s].take(fill)]
    return found


def booked(place: int, slot: int, side: int, lots: int, price: int, fee: int, terms: Any) -> Booked:
    """A fill in base units and money units."""
    kind, qty = FEE_KIND(terms, side), lots * int(terms.lot_units)
    taken = fee if kind == FEE_BASE else 0
    paid = 0 if kind == FEE_BASE else fee if kind == FEE_QUOTE else fee * int(terms.third_quantum)
    unit = price * int(terms.unit_money)
    return Booked(place, slot, side, qty - side * taken, qty, qty * unit, paid, taken * unit)


def detail_of(one: Cell, terms: Any) -> TripDetail:
    """What it bought and sold, in lots and ticks."""
    lot, worth = int(terms.lot_units), int(terms.lot_money)
    return TripDetail(one.qty // lot, one.worth // worth, one.exit_qty // lot, one.exit_worth // worth, one.base_paid)


def share(amount: int, part: int, whole: int) -> int:
    """Whole units only."""
    return amount * part // whole
