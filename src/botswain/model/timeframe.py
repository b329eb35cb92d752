"""Timeframes: the length of a candle, spelled as people and venues spell it (`1m`, `4h`, `1d`).

Only fixed lengths exist here; a calendar month is not a timeframe because its candles differ in length.
"""

from __future__ import annotations

import re

from botswain.model.errors import BadInput

UNIT_MS = {"s": 1_000, "m": 60_000, "h": 3_600_000, "d": 86_400_000, "w": 604_800_000}
DAY_MS = UNIT_MS["d"]
# One trade, taken for a candle of its millisecond.
TICK = "tick"
TICK_MS = 1
MONDAY_MS = 4 * DAY_MS  # the first one of the epoch
_SPELLING = re.compile(r"([1-9][0-9]{0,3})([smhdw])")


def timeframe_ms(timeframe: str) -> int:
    """Milliseconds in one candle of `timeframe`. Raises BadInput where it is not a number and one of s m h d w."""
    match = _SPELLING.fullmatch(timeframe)
    if match is None:
        raise BadInput(
            f"timeframe {timeframe!r} is not understood; write a number and a unit, such as 1m, 15m, 4h or 1d"
        )
    return int(match[1]) * UNIT_MS[match[2]]


def candle_ms(timeframe: str) -> int:
    """The same where a candle may also be a single trade, which has its millisecond."""
    return TICK_MS if timeframe == TICK else timeframe_ms(timeframe)


def beat_after(time_ms: int, every_ms: int) -> int:
    """The first time after `time_ms` that is a multiple of `every_ms` from the beginning of its UTC day.

    A day begins one in any case, so that the same times come every day.
    """
    day = time_ms - time_ms % DAY_MS
    return min(day + ((time_ms - day) // every_ms + 1) * every_ms, day + DAY_MS)


def is_beat(time_ms: int, every_ms: int) -> bool:
    """Whether a time is a multiple of `every_ms` from the beginning of its UTC day."""
    return time_ms % DAY_MS % every_ms == 0


def opening_of(time_ms: int, length_ms: int) -> int:
    """When the candle of a length opened that holds a time. Weeks begin on Mondays."""
    return time_ms - (time_ms - (MONDAY_MS if length_ms % UNIT_MS["w"] == 0 else 0)) % length_ms


def timeframe_of(length_ms: int) -> str:
    """The shortest spelling of a candle length in milliseconds. Raises BadInput below one second."""
    for unit in ("w", "d", "h", "m", "s"):
        if length_ms >= UNIT_MS[unit] and length_ms % UNIT_MS[unit] == 0:
            if unit == "w" and length_ms != UNIT_MS["w"]:
                continue
            return f"{length_ms // UNIT_MS[unit]}{unit}"
    raise BadInput(f"candles {length_ms} ms apart have no timeframe; name one, such as 1m")
