"""When a bot decides and when it may open positions: as a person sets it, checked, without a clock.

The clock of a window is that of a place, summer time included, so an exchange's hours can be written as its own people
say them.
"""

from __future__ import annotations

import re
from zoneinfo import ZoneInfo

import msgspec

from botswain.control.refusals import Wrong, pointer

EVERY_DAY = (1, 2, 3, 4, 5, 6, 7)
TIME = re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9]")
MOST_NAME = 64
MOST_FREQUENCY_S = 86_400
FREQUENCY = "/trading_frequency_s"


class TradingWindow(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """When positions may be opened; what reduces and protects works at all times.

    start, end  HH:MM by the clock of time_zone; one that ends before it starts goes over midnight
    days        1 (Monday) to 7, the days it starts on
    time_zone   a name of the tz database
    """

    start: str
    end: str
    days: tuple[int, ...] = EVERY_DAY
    time_zone: str = "UTC"


def checked_frequency(seconds: int, frame_ms: int) -> int:
    """How often it is decided between closes of candles of a length. Raises Wrong where that cannot be."""
    if not 0 <= seconds <= MOST_FREQUENCY_S:
        raise Wrong(
            f"trading_frequency_s is {seconds}; write 1 to {MOST_FREQUENCY_S} seconds, or 0 to decide at closes only",
            field=FREQUENCY,
        )
    if seconds * 1_000 >= frame_ms:
        raise Wrong(
            f"trading_frequency_s is {seconds}, and a candle lasts {frame_ms // 1_000} s: no such time is in it; "
            "write a shorter time, choose a longer timeframe, or write 0 to decide at closes only",
            field=FREQUENCY,
        )
    return seconds


def checked_window(window: TradingWindow | None) -> None:
    """Raises Wrong for times, days or a time zone that there are not."""
    if window is None:
        return
    for name in ("start", "end"):
        value = getattr(window, name)
        if TIME.fullmatch(value) is None:
            raise Wrong(f"trading_window: {name} is {value!r}; write a time such as 09:30", field=at(name))
    if window.start == window.end:
        raise Wrong(
            f"trading_window starts and ends at {window.end}; leave it out to trade at all times, or write two "
            "different times",
            field=at("end"),
        )
    if not window.days:
        raise Wrong("trading_window has no day, so nothing would ever be opened; name one", field=at("days"))
    odd = next((one for one in window.days if not 1 <= one <= 7), None)
    if odd is not None:
        raise Wrong(f"trading_window: day {odd} is none; write 1 (Monday) to 7 (Sunday)", field=at("days"))
    if not known_zone(window.time_zone):
        raise Wrong(
            f"trading_window: time_zone {window.time_zone!r} is unknown; write a name such as UTC or America/New_York",
            field=at("time_zone"),
        )


def known_zone(name: str) -> bool:
    """Whether the tz database has it."""
    try:
        return len(name) <= MOST_NAME and bool(ZoneInfo(name).key)
    except (KeyError, ValueError, OSError):  # no such name, a path that leads elsewhere, a folder of names
        return False


def at(name: str) -> str:
    """Where something of the window stands."""
    return pointer("trading_window", name)
