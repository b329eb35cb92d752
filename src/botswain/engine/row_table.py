"""A compiled run's rows and positions as plain integers, for the core's plain functions to look at outside of a run.

Reading a field of a NumPy record costs a microsecond, and a bot with forty rows reads a thousand of them at a close.
Here a row is read at once, as a tuple with names.
"""

from __future__ import annotations

from collections import namedtuple
from dataclasses import dataclass
from typing import Any

import numpy as np

from botswain.core.codes import WORKING
from botswain.core.records import ROW, State
from botswain.ledger.books import BOOK

Row = namedtuple("Row", ROW.names or ())  # type: ignore[misc]
STATE = (ROW.names or ()).index("state")
POS, DUST = ((BOOK.names or ()).index(name) for name in ("pos", "dust"))


@dataclass(frozen=True, slots=True)
class Held:
    """A position where the core looks for the venue's."""

    venue_pos: int


@dataclass(frozen=True, slots=True)
class Terms:
    """What of a symbol's terms is asked for."""

    lot_units: int
    shortable: int


class RowTable:
    """A State for plain functions: `rows`, `lanes` and `terms` by place, as `core.access` reads them."""

    def __init__(self, state: State) -> None:
        self.width = state.width
        self.terms = [Terms(int(one.lot_units), int(one.shortable)) for one in state.parts["terms"]]
        self._rows = state.parts["rows"].view(np.ndarray).view(np.int64).reshape(-1, len(ROW.names or ()))
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
