"""How long nobody knew what became of an order: the longest such time of a run, and what happened meanwhile.

By the journal alone. An order is in doubt from the commit that asks for it, or for its end or its change, until a
commit says what became of that; no engine needs to live all the time. What went wrong in between is told with it: a
long doubt is either forced by that, or somebody has to look.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from botswain.simulation.database_rows import FINAL, Row

# States by what is not known in them; a fill says that an order is there, and nothing of its cancel.
ASKED = {"": "placed", "unknown": "placed", "pending_cancel": "taken off", "pending_replace": "changed"}
FILLED_SOME = "partially_filled"
MOST_TOLD = 6


@dataclass(frozen=True, slots=True)
class Doubt:
    """One that is over, or lasted until the run's end (`open`).

    asked    placed, taken off or changed
    away_ms  for so long of it no engine lived, which was started anew so many times (`lives`)
    faults   what went wrong meanwhile, by kind
    """

    name: str
    asked: str
    since_ms: int
    took_ms: int
    away_ms: int = 0
    lives: int = 0
    faults: Mapping[str, int] = field(default_factory=dict)
    open: bool = False

    def told(self) -> str:
        """In words."""
        found = f"{span(self.took_ms)} of an order that was to be {self.asked}"
        if self.open:
            found += ", not over at the end"
        if self.lives:
            found += f", {self.lives} restart{'' if self.lives == 1 else 's'} ({span(self.away_ms)} without an engine)"
        most = sorted(self.faults.items(), key=lambda one: (-one[1], one[0]))[:MOST_TOLD]
        return f"{found}; meanwhile {', '.join(f'{kind} {count}' for kind, count in most) or 'no fault'}"


@dataclass
class Doubts:
    """All doubts of a run.

    faults  what has gone wrong so far, by kind
    since   orders in doubt: what was asked, since when, and how things stood then
    """

    faults: Callable[[], Mapping[str, int]]
    since: dict[str, tuple[str, int, int, int, Mapping[str, int]]] = field(default_factory=dict)
    longest: Doubt | None = None
    lives: int = 0
    _away_ms: int = 0
    _gone_ms: int | None = None

    def began(self, now_ms: int) -> None:
        """An engine lives again."""
        if self._gone_ms is not None:
            self._away_ms += now_ms - self._gone_ms
            self.lives += 1
        self._gone_ms = None

    def gone(self, now_ms: int) -> None:
        """None lives any more."""
        self._gone_ms = now_ms

    def committed(self, rows: Iterable[Row], now_ms: int) -> None:
        """Orders that were asked for, or of which something was written."""
        for row in rows:
            before = self.since.get(row.client_id)
            asked = ASKED.get(row.state)
            if row.state == FILLED_SOME and before is not None and before[0] != ASKED[""]:
                continue
            if asked is None or row.state in FINAL:
                self.over(row.client_id, now_ms)
            elif before is None:
                self.since[row.client_id] = (asked, now_ms, self.away_ms(now_ms), self.lives, self.faults())
            elif before[0] != asked:
                self.since[row.client_id] = (asked, *before[1:])

    def away_ms(self, now_ms: int) -> int:
        """For how long no engine has lived so far."""
        return self._away_ms + (now_ms - self._gone_ms if self._gone_ms is not None else 0)

    def over(self, name: str, now_ms: int, *, still: bool = False) -> None:
        """One is over, or the run is."""
        found = self.since.pop(name, None)
        if found is None:
            return
        asked, since_ms, away_ms, lives, faults = found
        took_ms = now_ms - since_ms
        if self.longest is not None and took_ms <= self.longest.took_ms:
            return
        meanwhile = {kind: count - faults.get(kind, 0) for kind, count in self.faults().items()}
        self.longest = Doubt(
            name, asked, since_ms, took_ms, self.away_ms(now_ms) - away_ms, self.lives - lives,
            {kind: count for kind, count in meanwhile.items() if count}, still,
        )  # fmt: skip

    def end(self, now_ms: int) -> Doubt | None:
        """The run is over: the longest of all, those that are open too."""
        for name in list(self.since):
            self.over(name, now_ms, still=True)
        return self.longest


def span(took_ms: int) -> str:
    """A time that something took, for people."""
    minutes, seconds = divmod(took_ms / 1000, 60)
    return f"{int(minutes)} min {int(seconds)} s" if minutes else f"{seconds:.1f} s"
