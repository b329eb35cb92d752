"""Half-open ranges of time, and what is left of one when others are taken out.

It knows nothing of candles or files. The downloader asks with it what is still to be asked, the shelf writes
down with it what has been.
"""

from __future__ import annotations

from collections.abc import Iterable

Range = tuple[int, int]


def united(ranges: Iterable[Range]) -> tuple[Range, ...]:
    """The same times in the fewest ranges [first_ms, end_ms), in order; empty ones vanish."""
    found: list[Range] = []
    for first, end in sorted(one for one in ranges if one[0] < one[1]):
        if found and first <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], end))
        else:
            found.append((first, end))
    return tuple(found)


def left_of(whole: Range, known: Iterable[Range]) -> tuple[Range, ...]:
    """The parts of `whole` that no range of `known` covers, in order."""
    found: list[Range] = []
    first, end = whole
    for known_first, known_end in united(known):
        if first < min(known_first, end):
            found.append((first, min(known_first, end)))
        first = max(first, known_end)
    if first < end:
        found.append((first, end))
    return tuple(found)


def joined(ranges: Iterable[Range], within_ms: int) -> tuple[Range, ...]:
    """Ranges, with neighbours at most `within_ms` apart made one: fewer, longer requests."""
    found: list[Range] = []
    for first, end in united(ranges):
        if found and first - found[-1][1] <= within_ms:
            found[-1] = (found[-1][0], end)
        else:
            found.append((first, end))
    return tuple(found)
