"""Columns of indicators that many runs read, computed once and kept as long as there is room.

Runs come in the order of a grid: what belongs to an axis that moves slowly is the same in the next run, and what
belongs to one that moves fast comes again in the same order. So a run's own columns are kept for the next one, and
beside them what came first, as long as there is room. The usual way, letting go of what was not used for the longest
time, would have nothing left of a fast axis that is longer than the room.
"""

from __future__ import annotations

from weakref import WeakKeyDictionary

from botswain.core.indicators import ColumnOf, Indicator, columns, symbols_of
from botswain.model.candles import Candles, FloatColumn

# Seven columns of a year of minutes; with it a worker on such a year stays below 250 MB.
ROOM_BYTES = 32 << 20

Columns = dict[Indicator, FloatColumn]


class KeptColumns:
    """Columns by candles and indicator: `room` bytes of them, and those of each candles' latest run."""

    def __init__(self, room: int = ROOM_BYTES) -> None:
        self._room = room
        self._first: WeakKeyDictionary[Candles, Columns] = WeakKeyDictionary()
        self._latest: WeakKeyDictionary[Candles, Columns] = WeakKeyDictionary()

    def columns(
        self, declared: dict[str, Indicator], candles: Candles, others: ColumnOf | None = None
    ) -> tuple[FloatColumn, ...]:
        """As `core.indicators.columns`; what is kept is not computed again.

        Of other symbols nothing is kept: where their history begins depends on what else a run reads.
        """
        first = self._first.setdefault(candles, {})
        known = first | self._latest.get(candles, {})
        missing = {name: one for name, one in declared.items() if one not in known}
        known |= zip(missing.values(), columns(missing, candles, others), strict=True)
        self._latest[candles] = {one: known[one] for one in declared.values() if not symbols_of((one,))}
        for one in missing.values():
            if known[one].nbytes <= self._room and not symbols_of((one,)):
                self._room -= known[one].nbytes
                first[one] = known[one]
        return tuple(known[one] for one in declared.values())
