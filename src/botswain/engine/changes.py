"""What an instant changed in a bot's rows, notes and memory: the journal's Step.

It remembers what was written last and looks for differences as bytes, because most instants change nothing and a look
at records would cost more than the decision.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from botswain.build.decider import field_of
from botswain.core.records import ROW, State
from botswain.model.journal import MarketRef
from botswain.store.bot_records import NoteNow, RowNow, Step

# RowNow's fields as the core's record names them (NumPy has a `flags` of its own); one is a float.
ROW_FIELDS = tuple({"flags": "flag_bits"}.get(name, name) for name in RowNow.__struct_fields__[2:])
ROW_PLACES = [(ROW.names or ()).index(name) for name in ROW_FIELDS]
REAL = ROW_FIELDS.index("x")


class Changes:
    """Differences of a run's memory, from one call of `step` to the next."""

    def __init__(self, state: State) -> None:
        self.state = state
        self._plain = self._values()
        if state.compiled:
            self._table = state.parts["rows"].view(np.ndarray).view(np.int64).reshape(-1, len(ROW.names or ()))
            self._kept = self._table[:, ROW_PLACES]
            self._raw = self._table.tobytes()
        self._memory = self._memory_now()
        self._note_count = field_of(state, "account", "notes")
        self._notes = int(self._note_count[0])

    def step(self, event: MarketRef, instant_ms: int) -> Step | None:
        """What changed since the last call; None where nothing did."""
        changed, notes, raw = self.rows(), self.notes(), self._memory_now()
        kept = tuple(map(float, self.state.parts["mem"])) if raw != self._memory else ()
        if not changed and not notes and not kept:
            return None
        self._memory = raw
        return Step(event, instant_ms, changed, notes, kept)

    def rows(self) -> tuple[RowNow, ...]:
        """The rows that are not what they were. Most instants change none, which a look at their bytes tells."""
        if not self.state.compiled:
            return self._plain_rows()
        raw = self._table.tobytes()
        if raw == self._raw:
            return ()
        rows = self._table[:, ROW_PLACES]
        moved = np.flatnonzero((rows != self._kept).any(axis=1)).tolist()
        self._raw, self._kept = raw, rows
        return tuple(self.row(k, rows[k]) for k in moved)

    def row(self, k: int, values: np.ndarray[tuple[int], np.dtype[np.int64]]) -> RowNow:
        """One row by its place in the table."""
        found: list[Any] = values.tolist()
        found[REAL] = float(values[REAL : REAL + 1].view(np.float64)[0])
        return RowNow(*divmod(k, self.state.width), *found)

    def _plain_rows(self) -> tuple[RowNow, ...]:
        """The same of an interpreted run."""
        was, self._plain = self._plain, self._values()
        moved = [(k, now) for k, (old, now) in enumerate(zip(was, self._plain, strict=True)) if now != old]
        return tuple(self._plain_row([*divmod(k, self.state.width), *now]) for k, now in moved)

    def _plain_row(self, values: list[Any]) -> RowNow:
        """One of them."""
        return RowNow(*values)

    def _values(self) -> list[tuple[Any, ...]]:
        """What is kept of an interpreted run's rows."""
        if self.state.compiled:
            return []
        return [tuple(getattr(row, name) for name in ROW_FIELDS) for row in self.state.parts["rows"]]

    def _memory_now(self) -> bytes:
        """The strategy's memory, to be compared."""
        return self.state.saved("mem")

    def notes(self) -> tuple[NoteNow, ...]:
        """Notes written since the last step."""
        count = int(self._note_count[0])
        if count == self._notes:
            return ()
        room = self.state.note_room
        first = max(self._notes, count - room)
        self._notes = count
        found = (self.state.parts["notes"][k % room] for k in range(first, count))
        return tuple(NoteNow(int(n.symbol), int(n.slot), int(n.code), float(n.value), float(n.limit)) for n in found)
