"""Time zones by the names that people write: those of the tz database, or a city of it, such as New York."""

from __future__ import annotations

import difflib
from functools import lru_cache
from zoneinfo import ZoneInfo, available_timezones

MOST_NAME = 64
USUAL = ("UTC", "America/New_York", "Europe/London", "Asia/Tokyo")


def known_zone(name: str) -> bool:
    """Whether the tz database has it."""
    try:
        return len(name) <= MOST_NAME and bool(ZoneInfo(name).key)
    except (KeyError, ValueError, OSError):  # no such name, a path that leads elsewhere, a folder of names
        return False


def zone_named(text: str) -> str:
    """The database's name of a zone as it is written, case and blanks aside, or of its city; "" where there is none."""
    if known_zone(text):
        return text
    wanted = folded(text)
    if not wanted:
        return ""
    found = [one for one in all_zones() if folded(one) == wanted]
    cities = found or [one for one in all_zones() if "/" in one and folded(one.rpartition("/")[2]) == wanted]
    # A city may stand there by several names (US/..., posix/...): the continents' is the one that is kept.
    usual = [one for one in cities if one.partition("/")[0] in CONTINENTS] or cities
    return min(usual, key=lambda one: (one.count("/"), one), default="")


def near_zone(text: str) -> str:
    """Words for a message: the zone that may have been meant, or some that there are."""
    places = {folded(one.rpartition("/")[2]): one for one in sorted(all_zones(), reverse=True)}
    places |= {folded(one): one for one in all_zones()}
    close = difflib.get_close_matches(folded(text), list(places), n=1, cutoff=0.8)
    return f"did you mean {places[close[0]]!r}?" if close else "write a name such as UTC or America/New_York"


def folded(text: str) -> str:
    """A name without case and blanks."""
    return "_".join(text.replace("_", " ").split()).lower()


@lru_cache(maxsize=1)
def all_zones() -> tuple[str, ...]:
    """Every name that the tz database has."""
    return tuple(sorted(available_timezones()))


CONTINENTS = frozenset(
    ("Africa", "America", "Antarctica", "Arctic", "Asia", "Atlantic", "Australia", "Europe", "Indian", "Pacific")
)
