"""Two runs of candles of one symbol made into one, and where they contradict each other.

Pure. What was seen first is kept, because decisions were made on it (SEMANTICS 4.1); a later candle that
differs is a revision, told to the person, and wins only where the person said so.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from botswain.history.instants import instant
from botswain.model.candles import COLUMNS, Candles


@dataclass(frozen=True, slots=True)
class Revision:
    """A candle that arrived again with another value in `column`."""

    time_ms: int
    column: str
    old: float
    new: float

    @property
    def message(self) -> str:
        """When, which column, and both values."""
        return f"{instant(self.time_ms)}: {self.column} was {self.old!r}, now {self.new!r}"


@dataclass(frozen=True, slots=True, eq=False)
class Merge:
    """The union of old and new: how many candles are new, how many were equal, and which differ."""

    candles: Candles
    added: int
    equal: int
    revisions: tuple[Revision, ...]
    replaced: bool


def merge(old: Candles, new: Candles, replace: bool) -> Merge:
    """Unite two runs of candles, each with strictly rising `ts`, of the same symbol and timeframe.

    Where both have a candle and it differs, `replace` says whether the new one wins; it is a revision either way.
    """
    at = np.searchsorted(old.ts, new.ts)
    at_most = np.minimum(at, max(0, len(old) - 1))
    known = old.ts[at_most] == new.ts if len(old) else np.zeros(len(new), dtype=np.bool_)
    both_old, both_new = at_most[known], np.flatnonzero(known)
    revisions, differing = _revisions(old, new, both_old, both_new)
    columns = []
    for name in ("ts", *COLUMNS):
        kept, fresh = getattr(old, name), getattr(new, name)
        if replace and len(differing):
            kept = kept.copy()
            kept[both_old[differing]] = fresh[both_new[differing]]
        columns.append(np.insert(kept, at[~known], fresh[~known]))
    return Merge(
        candles=Candles(old.symbol, old.timeframe, *columns),
        added=int(np.count_nonzero(~known)),
        equal=len(both_new) - len(differing),
        revisions=revisions,
        replaced=replace,
    )


def _revisions(
    old: Candles, new: Candles, both_old: npt.NDArray[np.intp], both_new: npt.NDArray[np.intp]
) -> tuple[tuple[Revision, ...], npt.NDArray[np.intp]]:
    """The first differing column of each candle in both, and the positions of those candles among them."""
    unequal = np.stack([getattr(old, name)[both_old] != getattr(new, name)[both_new] for name in COLUMNS])
    differing = np.flatnonzero(unequal.any(axis=0))
    found = []
    for position in differing.tolist():
        name = COLUMNS[int(unequal[:, position].argmax())]
        before, after = getattr(old, name)[both_old[position]], getattr(new, name)[both_new[position]]
        found.append(Revision(int(old.ts[both_old[position]]), name, float(before), float(after)))
    return tuple(found), differing
