"""The exchange's candle intervals: 1s to 1M, where each begins and ends (UTC; weeks on Monday, months by calendar)."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import cache

from botswain.model.timeframe import timeframe_ms

INTERVALS = ("1s", "1m", "3m", "5m", "15m", "30m", "1h", "2h", "4h", "6h", "8h", "12h", "1d", "3d", "1w", "1M")
MONTH = "1M"
MONDAY_MS = 4 * 86_400_000  # 1970-01-05


@cache
def length_ms(interval: str) -> int:
    """How long an interval is; a month counts as 31 days."""
    return 31 * 86_400_000 if interval == MONTH else timeframe_ms(interval)


def bucket_start(interval: str, time_ms: int) -> int:
    """The opening time of the candle that holds a time."""
    if interval == MONTH:
        day = datetime.fromtimestamp(time_ms // 1000, UTC)
        return int(datetime(day.year, day.month, 1, tzinfo=UTC).timestamp()) * 1000
    length = length_ms(interval)
    offset = MONDAY_MS if interval.endswith("w") else 0
    return (time_ms - offset) // length * length + offset


def bucket_end(interval: str, start_ms: int) -> int:
    """The opening time of the next candle."""
    if interval == MONTH:
        day = datetime.fromtimestamp(start_ms // 1000, UTC)
        year, month = (day.year + 1, 1) if day.month == 12 else (day.year, day.month + 1)
        return int(datetime(year, month, 1, tzinfo=UTC).timestamp()) * 1000
    return start_ms + length_ms(interval)
