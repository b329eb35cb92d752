"""A trading window as the times at which it begins and ends: the clock of a place turned into milliseconds, once.

The list is the same in every process for the same window, and long enough for whatever is traded or tested. What a
newer tz database says of the future may be another thing than what a bot was started with; what has passed stays.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from botswain.control.trading_times import EVERY_DAY, TradingWindow, checked_window
from botswain.model.errors import BadInput, near

FIRST, LAST = date(2009, 1, 1), date(2050, 1, 1)
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
HOW = 'write it as "09:30-16:00 America/New_York mon-fri"'


@lru_cache(maxsize=64)
def boundaries(window: TradingWindow) -> tuple[int, ...]:
    """The times, ascending, at which the window opens and closes in turn. Raises BadInput where it is none."""
    checked_window(window)
    zone = ZoneInfo(window.time_zone)
    start, end = time.fromisoformat(window.start), time.fromisoformat(window.end)
    later = timedelta(days=int(end <= start))
    found: list[int] = []
    for number in range(FIRST.toordinal(), LAST.toordinal()):
        day = date.fromordinal(number)
        if day.isoweekday() not in window.days:
            continue
        opens, closes = at(day, start, zone), at(day + later, end, zone)
        if found and opens <= found[-1]:
            found[-1] = max(found[-1], closes)  # a change of the clocks has moved it into the one before
        elif closes > opens:
            found += (opens, closes)
    return tuple(found)


def at(day: date, clock: time, zone: ZoneInfo) -> int:
    """When a place's clock shows that on a day, in milliseconds; the first time where it does so twice."""
    return int(datetime.combine(day, clock, zone).timestamp()) * 1000


def window_of(text: str) -> TradingWindow:
    """A window as it is typed: hours, then a time zone and days where they are other than UTC and every day."""
    hours, *rest = text.split() or [""]
    start, dash, end = hours.partition("-")
    if not dash or len(rest) > 2:
        raise BadInput(f"window {text!r} is not understood; {HOW}")
    named = [one for one in rest if one.split("-")[0].split(",")[0] in DAYS]
    zones = [one for one in rest if one not in named]
    if len(named) > 1 or len(zones) > 1:
        raise BadInput(f"window {text!r} is not understood; {HOW}")
    days = days_of(named[0]) if named else EVERY_DAY
    window = TradingWindow(start, end, days, zones[0] if zones else "UTC")
    checked_window(window)
    return window


def days_of(text: str) -> tuple[int, ...]:
    """Days as they are typed: mon-fri, sat,sun."""
    found: set[int] = set()
    for part in text.split(","):
        first, dash, last = part.partition("-")
        odd = next((one for one in (first, *([last] if dash else [])) if one not in DAYS), None)
        if odd is not None:
            raise BadInput(f"window: day {odd!r} is none{near(odd, DAYS)}")
        begin, count = DAYS.index(first), (DAYS.index(last) - DAYS.index(first)) % 7 if dash else 0
        found |= {(begin + k) % 7 + 1 for k in range(count + 1)}
    return tuple(sorted(found))


def shown(window: TradingWindow) -> str:
    """The same in words."""
    days = "every day" if set(window.days) == set(EVERY_DAY) else ", ".join(DAYS[one - 1] for one in window.days)
    return f"{window.start} to {window.end} {window.time_zone}, {days}"
