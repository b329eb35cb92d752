"""Parts of candles that run after run is made on: the same part is the same object, so what was made of it is kept.

Columns and whole ticks are remembered by the candles they were made of. A part that was cut anew for each run would be
new candles each time.
"""

from __future__ import annotations

from dataclasses import dataclass
from weakref import ReferenceType, WeakKeyDictionary, ref

from botswain.model.candles import Candles


@dataclass(frozen=True, slots=True, eq=False)
class Cut:
    """What a part was cut from (as long as that lives), and the place where it begins in it."""

    whole: ReferenceType[Candles]
    first: int


# Of each candles the part that was cut last. It shares their memory, so it costs nothing to keep.
_LAST: WeakKeyDictionary[Candles, tuple[int, int, Candles]] = WeakKeyDictionary()
_CUTS: WeakKeyDictionary[Candles, Cut] = WeakKeyDictionary()


def part_of(candles: Candles, first: int, last: int) -> Candles:
    """Candles `first` up to but not including `last`: the same object as the time before where these are the same."""
    known = _LAST.get(candles)
    if known is not None and known[:2] == (first, last):
        return known[2]
    found = candles.slice(first, last)
    _LAST[candles] = first, last, found
    _CUTS[found] = Cut(ref(candles), first)
    return found


def whole_of(part: Candles) -> tuple[Candles, int] | None:
    """What a part was cut from, and where it begins in it; None where it is no part, or the whole is gone."""
    cut = _CUTS.get(part)
    whole = None if cut is None else cut.whole()
    return None if cut is None or whole is None else (whole, cut.first)
