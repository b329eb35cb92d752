"""Identifiers: UUID version 7, as the canonical text that databases, APIs and venues all take.

An id begins with its millisecond, so rows made together lie together in an index and sort by age. Text, not a UUID
object, because the rooms that may not know chance may not import `uuid` either; the store packs it into 16 bytes.
Time and randomness come in as arguments: a simulation makes the same ids every time it is run.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from botswain.model.errors import BadInput

ENTROPY_BYTES = 10
_TAIL_BITS = 74
_TAIL_MASK = (1 << _TAIL_BITS) - 1
_LATEST_MS = (1 << 48) - 1
_SHAPE = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")


def uuid7(time_ms: int, tail: int) -> str:
    """The UUIDv7 of a millisecond (0 to 2^48 - 1, UTC) and a tail of 74 bits, random or counted. Raises BadInput."""
    if not 0 <= time_ms <= _LATEST_MS:
        raise BadInput(f"time {time_ms} ms does not fit an id; give milliseconds since 1970, 0 to {_LATEST_MS}")
    high, low = (tail & _TAIL_MASK) >> 62, tail & ((1 << 62) - 1)
    number = time_ms << 80 | 0x7 << 76 | high << 64 | 0b10 << 62 | low
    digits = f"{number:032x}"
    return f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}"


def id_time_ms(identifier: str) -> int:
    """The millisecond a UUIDv7 was made in. Raises BadInput for anything else."""
    if not is_id(identifier) or identifier[14] != "7":
        raise BadInput(f"{identifier!r} is not a UUID of version 7; copy the whole id")
    return int(identifier[:8] + identifier[9:13], 16)


def is_id(text: str) -> bool:
    """Whether `text` is a UUID in canonical spelling: 36 characters, lower case, with dashes."""
    return _SHAPE.fullmatch(text) is not None


class IdMaker:
    """Makes ids that always increase, also within one millisecond and when the clock steps back.

    now_ms    the time, in milliseconds since 1970 UTC
    entropy   n random bytes; asked for once in every new millisecond
    """

    def __init__(self, now_ms: Callable[[], int], entropy: Callable[[int], bytes]) -> None:
        self._now_ms = now_ms
        self._entropy = entropy
        self._last_ms = -1
        self._tail = 0

    def __call__(self) -> str:
        """The next id."""
        now = self._now_ms()
        if now > self._last_ms or self._tail == _TAIL_MASK:
            self._last_ms = max(now, self._last_ms + 1)
            # The top bit stays clear, so that counting on within the millisecond has room.
            self._tail = int.from_bytes(self._entropy(ENTROPY_BYTES), "big") & (_TAIL_MASK >> 1)
        else:
            self._tail += 1
        return uuid7(self._last_ms, self._tail)
