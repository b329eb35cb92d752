"""The regular hours of exchanges by their calendars: holidays, half days, lunch breaks, summer time.

They come from the package exchange_calendars, which knows exchanges by their MIC (XNYS, XLON) and some by name. It
brings pandas along, which takes most of a second to load, so that is done when a calendar is first asked for. Always
and everywhere the same years are asked for, whatever day it is: the same name must be the same hours in a backtest, a
bot and its replay.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from importlib import import_module
from typing import Any

from botswain.model.errors import BadInput, near

# A calendar without a last year of its own is worked out up to here: beyond that nobody has decreed any holiday.
FIRST, LAST = date(2009, 1, 1), date(2034, 12, 31)
ALWAYS = "24/7"
DAY_MS = 86_400_000
EPOCH = date(1970, 1, 1)
NO_TIME = -(1 << 63)  # as NumPy writes it


@dataclass(frozen=True, slots=True)
class Sessions:
    """When an exchange is open.

    name, zone  its code, and the zone of its clock
    spans       times (ms) at which it opens and closes, ascending
    first_ms, last_ms  the years that it is known for, up to and without the last
    """

    name: str
    zone: str
    spans: tuple[tuple[int, int], ...]
    first_ms: int
    last_ms: int


@lru_cache(maxsize=16)
def sessions_of(name: str) -> Sessions:
    """The hours of an exchange by its code or a name for it. Raises BadInput where there is none."""
    if name == ALWAYS:
        years = midnight(FIRST), midnight(LAST) + DAY_MS
        return Sessions(ALWAYS, "UTC", (years,), *years)
    package = import_module("exchange_calendars")
    code = known_code(package, name)
    usual = package.get_calendar(code)
    first = max(FIRST, bound_of(usual.bound_min()) or FIRST)
    last = min(LAST, bound_of(usual.bound_max()) or LAST)
    found = package.get_calendar(code, start=first.isoformat(), end=last.isoformat())
    return Sessions(code, str(found.tz), spans_of(found), midnight(first), midnight(last) + DAY_MS)


def known_code(package: Any, name: str) -> str:
    """The code behind a name, however its letters are written. Raises BadInput naming the near one."""
    names = {one.lower(): one for one in package.get_calendar_names(include_aliases=True)}
    if name.lower() not in names:
        raise BadInput(f"calendar {name!r} is unknown{near(name.upper(), (*names.values(), ALWAYS))}")
    return str(package.resolve_alias(names[name.lower()]))


def spans_of(calendar: Any) -> tuple[tuple[int, int], ...]:
    """A calendar's hours, without its lunch breaks; days that go into each other are one span."""
    columns = (calendar.opens, calendar.break_starts, calendar.break_ends, calendar.closes)
    found: list[tuple[int, int]] = []
    for opens, pauses, resumes, closes in zip(*(milliseconds(one) for one in columns), strict=True):
        parts = [(opens, closes)] if pauses is None or resumes is None else [(opens, pauses), (resumes, closes)]
        for begin, end in parts:
            if found and begin is not None and begin <= found[-1][1]:
                found[-1] = (found[-1][0], end)
            else:
                found.append((begin, end))
    return tuple(found)


def milliseconds(column: Any) -> list[Any]:
    """A column of times as milliseconds, None where there is none."""
    times = column.to_numpy(dtype="datetime64[ms]").astype("int64").tolist()
    return [None if one == NO_TIME else one for one in times]


def bound_of(found: Any) -> date | None:
    """The first or last day that a calendar knows, if it has one."""
    return None if found is None else date(found.year, found.month, found.day)


def midnight(day: date) -> int:
    """When a UTC day begins, in milliseconds."""
    return (day - EPOCH).days * DAY_MS
