"""Columns of indicators that many runs read, computed once and kept as long as there is room.

The one that was not read for the longest time goes first. On a grid whose last axis is longer than the room that would
be each column just before it is read again; so a search tries its combinations in an order that this room serves
(`order.py`).
"""

from __future__ import annotations

from weakref import WeakKeyDictionary

from botswain.core.indicators import ColumnOf, Indicator, columns, symbols_of
from botswain.model.candles import Candles, FloatColumn

# Seven columns of a year of minutes, so that an axis of ten is gone along in two strips and not in three; with it a
# worker on such a year stays below 250 MB.
ROOM_BYTES = 29 << 20
NUMBER_BYTES = 8


def room_for(candles: int, room: int = ROOM_BYTES) -> int:
    """How many columns over so many candles are kept."""
    return room // (NUMBER_BYTES * max(candles, 1))


class KeptColumns:
    """Columns by candles and indicator: `room` bytes, shared out among the candles, or what the latest run read."""

    def __init__(self, room: int = ROOM_BYTES) -> None:
        self._room = room
        # Each candles' columns in the order in which they were read last.
        self._kept: WeakKeyDictionary[Candles, dict[Indicator, FloatColumn]] = WeakKeyDictionary()

    def columns(
        self, declared: dict[str, Indicator], candles: Candles, others: ColumnOf | None = None
    ) -> tuple[FloatColumn, ...]:
        """As `core.indicators.columns`; what is kept is not computed again.

        Of other symbols nothing is kept: where their history begins depends on what else a run reads.
        """
        kept = self._kept.setdefault(candles, {})
        missing = {name: one for name, one in declared.items() if one not in kept}
        made = dict(zip(missing.values(), columns(missing, candles, others), strict=True))
        found = {one: made[one] if one in made else kept[one] for one in declared.values()}
        own = {one: column for one, column in found.items() if not symbols_of((one,))}
        for one, column in own.items():
            kept.pop(one, None)
            kept[one] = column
        most = max(room_for(len(candles) * len(self._kept), self._room), len(own))
        for one in list(kept)[: max(len(kept) - most, 0)]:
            del kept[one]
        return tuple(found[one] for one in declared.values())
