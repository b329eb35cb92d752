"""What was ended at the venue, asked for once more because a person said so.

An order that its strategy asks for no more by itself (somebody took it off at the exchange, the venue would not take it
for want of money) stays off, however long. A person who resumes the bot has all of those asked for again, in their rev:
of each what it has left, judged by the gate like any other, at the bot's next decision. What the strategy has withdrawn
since (a grid that is over by now) is no part of that: core.wanted.withdraw. docs/rules.md section 5.
"""

from __future__ import annotations

from botswain.build.decider import field_of
from botswain.core.codes import ASKED, ENDED, WAITING, WORKING
from botswain.core.records import State
from botswain.model.news import Command
from botswain.model.reasons import Reason

# Ends that came from outside, where things may be otherwise by now. What the gate ended it would end again.
OUTSIDE = frozenset((Reason.VENUE_CANCELED, Reason.EXPIRED, Reason.REFUSED, Reason.INSUFFICIENT_BALANCE))
# States of rows that want something.
WANTING = frozenset((ASKED, WORKING, WAITING))


class AskedAgain:
    """One bot's.

    waiting  something was asked for that the gate has not judged yet
    orders   up to which order of people's it has obeyed them (`store.halts` counts them); -1 where nobody has told it
    """

    def __init__(self, state: State, orders: int = -1) -> None:
        self.orders = orders
        self._run = state
        self._width = state.width
        self._states, self._ended, self._marks = (field_of(state, "rows", name) for name in ("state", "ended", "dirty"))
        self._counts = field_of(state, "lanes", "dirty")
        self.waiting = ASKED in self._states.tolist()

    def told(self, one: Command) -> None:
        """Want again whatever was ended from outside, where that is ordered."""
        self.orders = max(self.orders, one.orders)
        for k in self.ended() if one.again else ():
            self._states[k], self._ended[k] = ASKED, 0
            self.waiting = True

    def ended(self) -> list[int]:
        """Places of the rows that were."""
        rows = enumerate(zip(self._states.tolist(), self._ended.tolist(), strict=True))
        return [k for k, (state, reason) in rows if state == ENDED and reason in OUTSIDE]

    def wants_nothing(self) -> bool:
        """Whether no row wants anything."""
        return WANTING.isdisjoint(self._states.tolist())

    def show(self) -> None:
        """Before a decision: have the gate look at what it has not judged yet.

        Requests that went out since have made it forget that those rows changed.
        """
        if not self.waiting:
            return
        states = self._states.tolist()
        self.waiting = ASKED in states
        for s in range(len(states) // self._width):
            first = s * self._width
            places = range(first, first + self._width)
            changed = [k for k in places if states[k] == ASKED or self._marks[k]]
            for place, k in enumerate(changed):
                self._marks[k] = 1
                self._run.parts["dirty"][first + place] = k - first
            self._counts[s] = len(changed)
