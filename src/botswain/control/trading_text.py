"""Trading hours as a person types them: "09:30-12:00, 13:00-16:00 New York mon-fri; 18:00-20:00 UTC sat".

Parts stand between semicolons, each with one or more times, then a time zone or a city, then days; of the last two
either may be left out.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from botswain.control.zones import near_zone, zone_named
from botswain.model.errors import BadInput, near

EVERY_DAY = (1, 2, 3, 4, 5, 6, 7)
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
HOW = 'write it as "09:30-16:00 America/New_York mon-fri"'
TIME = re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9]")
MOST_TEXT = 400
MOST_SPANS = 48


@dataclass(frozen=True, slots=True)
class Span:
    """Hours of some days of the week by a place's clock; one that ends before it starts goes over midnight."""

    start: str
    end: str
    days: tuple[int, ...]
    zone: str


def spans_of(text: str, zone: str = "UTC") -> tuple[Span, ...]:
    """The hours that a text names; those without a zone are by the clock of `zone`. Raises BadInput."""
    parts = [one.strip() for one in text.split(";") if one.strip()]
    if not parts or len(text) > MOST_TEXT:
        raise BadInput(f"hours {text[:MOST_TEXT]!r} are not understood; {HOW}")
    found = [span for part in parts for span in part_of(part, zone)]
    if len(found) > MOST_SPANS:
        raise BadInput(f"hours name {len(found)} times of a day; name {MOST_SPANS} or fewer")
    return tuple(found)


def part_of(text: str, zone: str) -> list[Span]:
    """The hours of one part."""
    words = text.replace(",", " , ").split()
    times: list[tuple[str, str]] = []
    while words and (words[0] == "," or words[0][:1].isdigit()):
        word = words.pop(0)
        if word != ",":
            times.append(times_of(word, text))
    days: list[str] = []
    while words and (words[-1] == "," or is_days(words[-1])):
        days.insert(0, words.pop())
    if not times or "," in words:
        raise BadInput(f"hours {text!r} are not understood; {HOW}")
    if words:
        name = " ".join(words)
        zone = zone_named(name)
        if not zone:
            raise BadInput(f"hours {text!r}: time zone {name!r} is unknown; {near_zone(name)}")
    on = days_of("".join(days).strip(",")) if days else EVERY_DAY
    return [Span(start, end, on, zone) for start, end in times]


def times_of(word: str, text: str) -> tuple[str, str]:
    """From and to."""
    start, dash, end = word.partition("-")
    if not dash:
        raise BadInput(f"hours {text!r}: {word!r} has no end; {HOW}")
    for one in (start, end):
        if TIME.fullmatch(one) is None:
            raise BadInput(f"hours {text!r}: {one!r} is no time; write one such as 09:30")
    if start == end:
        raise BadInput(f"hours {text!r} start and end at {start}; write two different times, or 00:00-23:59")
    return start, end


def is_days(word: str) -> bool:
    """Whether a word is about days, well written or not."""
    return re.split("[-,]", word.lower())[0] in DAYS


def days_of(text: str) -> tuple[int, ...]:
    """Days as they are typed: mon-fri, sat,sun."""
    found: set[int] = set()
    for part in text.lower().split(","):
        first, dash, last = part.partition("-")
        odd = next((one for one in (first, *([last] if dash else [])) if one not in DAYS), None)
        if odd is not None:
            raise BadInput(f"hours: day {odd!r} is none{near(odd, DAYS)}")
        begin, count = DAYS.index(first), (DAYS.index(last) - DAYS.index(first)) % 7 if dash else 0
        found |= {(begin + k) % 7 + 1 for k in range(count + 1)}
    return tuple(sorted(found))


def days_text(days: tuple[int, ...]) -> str:
    """Days in words."""
    return "every day" if set(days) == set(EVERY_DAY) else ", ".join(DAYS[one - 1] for one in days)
