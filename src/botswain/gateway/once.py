"""What may pass only once or only forwards: a journaled write, and a bot's lease epoch.

A second placement under a client order id buys twice on Binance (faults F09), so an id places once, whatever row asks
for it. A cancel or an amendment may be needed again, from a new row of the journal, and passes once a row. An errand
under an older lease than one seen is a worker's that has lost its bot (F73). The memory ends with the process and, for
writes, after MOST of them; the journal (`journaled`) is what remembers longer.
"""

from __future__ import annotations

from botswain.gateway.verdicts import Objection
from botswain.model.errands import Errand
from botswain.model.outcomes import Cause

MOST = 200_000


class Once:
    """The writes that have passed."""

    def __init__(self, most: int = MOST) -> None:
        self._passed: dict[tuple[str | int, ...], None] = {}
        self._most = most

    def repeats(self, errand: Errand) -> Objection | None:
        """Why this errand may not pass; where it may, it has passed now."""
        marks = marks_of(errand)
        for mark in marks:
            if mark in self._passed:
                why = (
                    f"a request to {mark[0]} order {mark[1]} has come here before; a repeat is never sent. Ask the "
                    "venue what became of the first, then decide again"
                )
                return Objection(why, Cause.OTHER)
        for mark in marks:
            self._passed[mark] = None
        while len(self._passed) > self._most:
            del self._passed[next(iter(self._passed))]
        return None


def marks_of(errand: Errand) -> list[tuple[str | int, ...]]:
    """What an errand does, each thing by what may not happen twice."""
    marks: list[tuple[str | int, ...]] = []
    for request in errand.requests:
        if request.amends:
            marks.append(("amend", request.places, errand.bot_id, errand.seq))
            continue
        if request.places:
            marks.append(("place", request.places))
        if request.cancels:
            marks.append(("cancel", request.cancels, errand.bot_id, errand.seq))
    return marks


class Epochs:
    """The newest lease epoch seen of each bot."""

    def __init__(self) -> None:
        self._seen: dict[str, int] = {}

    def behind(self, errand: Errand) -> Objection | None:
        """Why this errand's lease is over; a newer epoch than any before is remembered."""
        found = self.older(errand)
        if found is None:
            self._seen[errand.bot_id] = errand.lease_epoch
        return found

    def older(self, errand: Errand) -> Objection | None:
        """Why this errand's lease is over, by what was remembered."""
        seen = self._seen.get(errand.bot_id, errand.lease_epoch)
        if errand.lease_epoch < seen:
            return Objection(
                f"bot {errand.bot_id} is held under lease epoch {seen} by now and this request carries "
                f"{errand.lease_epoch}; another process has the bot, let it go"
            )
        return None
