"""The exchange's candle intervals: 1s to 1M, where each begins and ends (weeks on Monday, months by calendar).

They are counted in UTC, or by a clock that is `ahead_ms` of it.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from functools import cache

from botswain.model.timeframe import timeframe_ms

INTERVALS = ("1s", "1m", "3m", "5m", "15m", "30m", "1h", "2h", "4h", "6h", "8h", "12h", "1d", "3d", "1w", "1M")
MONTH = "1M"
MONDAY_MS = 4 * 86_400_000  # 1970-01-05
MINUTE_MS, HOUR_MS = 60_000, 3_600_000
# How far a time zone may be from UTC.
BEHIND_MS, AHEAD_MS = -12 * HOUR_MS, 14 * HOUR_MS
_ZONE = re.compile(r"([+-]?)([0-9]{1,2})(?::([0-5][0-9]))?")


@cache
def length_ms(interval: str) -> int:
    """How long an interval is; a month counts as 31 days."""
    return 31 * 86_400_000 if interval == MONTH else timeframe_ms(interval)


def zone_ms(text: str) -> int | None:
    """How far ahead of UTC a time zone such as 8, +08:00 or -3:30 is; None where that is none."""
    found = _ZONE.fullmatch(text)
    if found is None:
        return None
    ahead_ms = int(found[2]) * HOUR_MS + int(found[3] or 0) * MINUTE_MS
    ahead_ms = -ahead_ms if found[1] == "-" else ahead_ms
    return ahead_ms if BEHIND_MS <= ahead_ms <= AHEAD_MS else None


def bucket_start(interval: str, time_ms: int, ahead_ms: int = 0) -> int:
    """The opening time of the candle that holds a time."""
    if ahead_ms:
        return bucket_start(interval, time_ms + ahead_ms) - ahead_ms
    if interval == MONTH:
        day = datetime.fromtimestamp(time_ms // 1000, UTC)
        return int(datetime(day.year, day.month, 1, tzinfo=UTC).timestamp()) * 1000
    length = length_ms(interval)
    offset = MONDAY_MS if interval.endswith("w") else 0
    return (time_ms - offset) // length * length + offset


def bucket_end(interval: str, start_ms: int, ahead_ms: int = 0) -> int:
    """The opening time of the next candle."""
    if ahead_ms:
        return bucket_end(interval, start_ms + ahead_ms) - ahead_ms
    if interval == MONTH:
        day = datetime.fromtimestamp(start_ms // 1000, UTC)
        year, month = (day.year + 1, 1) if day.month == 12 else (day.year, day.month + 1)
        return int(datetime(year, month, 1, tzinfo=UTC).timestamp()) * 1000
    return start_ms + length_ms(interval)
