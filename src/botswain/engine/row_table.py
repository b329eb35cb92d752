"""A run's rows and positions as plain integers, for the core's plain functions to look at outside of a run.

Of a compiled run, reading a field of a NumPy record costs a microsecond, and a bot with forty rows reads a thousand of
them at a close. Here a row is read at once, as a tuple with names.
"""

from __future__ import annotations

from collections import namedtuple
from dataclasses import dataclass
from typing import Any

import numpy as np

from botswain.core.codes import WORKING
from botswain.core.records import ROW, State
from botswain.engine.own_view import Held, Positions
from botswain.ledger.books import BOOK

NAMES: tuple[str, ...] = ROW.names or ()
Row = namedtuple("Row", NAMES)  # type: ignore[misc]
STATE = NAMES.index("state")
POS, DUST = ((BOOK.names or ()).index(name) for name in ("pos", "dust"))


@dataclass(frozen=True, slots=True)
class Terms:
    """What of a symbol's terms is asked for."""

    lot_units: int
    shortable: int


def table_of(state: State) -> RowTable | PlainTable:
    """The table of a run in either form."""
    return RowTable(state) if state.compiled else PlainTable(state)


class RowTable:
    """A compiled State for plain functions: `rows`, `lanes` and `terms` by place, as `core.access` reads them."""

    def __init__(self, state: State) -> None:
        self.width = state.width
        self.terms = [Terms(int(one.lot_units), int(one.shortable)) for one in state.parts["terms"]]
        self._rows = state.parts["rows"].view(np.ndarray).view(np.int64).reshape(-1, len(NAMES))
        self._books = state.parts["books"].view(np.ndarray).view(np.int64).reshape(-1, len(BOOK.names or ()))
        self.rows = Rows(self._rows)
        self.lanes = Lanes(self._books)

    def seen(self, s: int) -> Seen:
        """A symbol's rows that want something working, read once, for several functions to look at."""
        first = s * self.width
        rows = {first + slot: self.rows[first + slot] for slot in self.working(s)}
        return Seen(self.width, rows, {s: self.lanes[s]}, self.terms)

    def working(self, s: int) -> list[int]:
        """Slots of a symbol whose rows want something working."""
        first = s * self.width
        found: list[int] = np.flatnonzero(self._rows[first : first + self.width, STATE] == WORKING).tolist()
        return found


class PlainTable:
    """The same of an interpreted State, whose rows are Python objects as they are."""

    def __init__(self, state: State) -> None:
        self.width = state.width
        self.terms = [Terms(int(one.lot_units), int(one.shortable)) for one in state.parts["terms"]]
        self.rows: Any = state.parts["rows"]
        self.lanes = Positions(state)

    def seen(self, s: int) -> Seen:
        """A symbol's rows that want something working, as they are now."""
        rows = {k: Row(*(getattr(self.rows[k], name) for name in NAMES)) for k in self._places(s)}
        return Seen(self.width, rows, {s: self.lanes[s]}, self.terms)

    def working(self, s: int) -> list[int]:
        """Slots of a symbol whose rows want something working."""
        return [k - s * self.width for k in self._places(s)]

    def _places(self, s: int) -> list[int]:
        """Their places."""
        return [k for k in range(s * self.width, (s + 1) * self.width) if self.rows[k].state == WORKING]


@dataclass(frozen=True, slots=True)
class Seen:
    """Some rows and positions of a table as they were when it was made; otherwise as the table itself."""

    width: int
    rows: dict[int, Any]
    lanes: dict[int, Held]
    terms: list[Terms]


class Rows:
    """Rows by place."""

    def __init__(self, table: Any) -> None:
        self._table = table

    def __getitem__(self, k: int) -> Any:
        return Row(*self._table[k].tolist())


class Lanes:
    """Positions by symbol, dust included."""

    def __init__(self, table: Any) -> None:
        self._table = table

    def __getitem__(self, s: int) -> Held:
        return Held(int(self._table[s, POS]) + int(self._table[s, DUST]))
