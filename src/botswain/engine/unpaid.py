"""Buys that all of a bot's own cash does not cover: said once for each want, and of fixed sizes by the market ended.

On a shared account the venue would let a bot spend the others' money, so what its own cash does not cover is never
sent (`offered.within_cash`). What only waits for cash that is reserved is no news. A size that is fixed does not
follow the cash: by the market it is refused then, as a backtest refuses it at its fill (SEMANTICS 2.5); what rests
waits. Other sizes were paid for when they were decided, and wait for a price that leaves enough.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence

from botswain.build.decider import field_of
from botswain.core.codes import MARKET
from botswain.core.records import State
from botswain.model.intents import Wanted, Working
from botswain.model.reasons import Reason

Name = tuple[int, int, int]


class Unpaid:
    """One bot's.

    says   False of a bot whose journal began before anything was said: its rows stay what they were
    fixed  its sizes do not follow its cash
    told   symbol, slot and rev of the wants of which it was said
    """

    def __init__(self, state: State, *, says: bool, fixed: bool) -> None:
        self.says = says
        self.fixed = fixed
        self.told: set[Name] = set()
        self._run = state
        self._count = field_of(state, "account", "notes")
        self._left: list[Wanted] = []
        self._refused: list[Wanted] = []

    def left_out(self, rows: Sequence[Wanted], paid: Collection[Wanted]) -> None:
        """Keep what was left out of the rows, unless a sale by the market that is wanted too will bring cash."""
        self._left = []
        if not self.says or len(paid) == len(rows):
            return
        if not any(one.side < 0 and one.kind == MARKET for one in rows):
            there = {(one.symbol, one.slot) for one in paid}
            self._left = [one for one in rows if (one.symbol, one.slot) not in there]

    def note(self, cash: int, reserve: Callable[[Wanted | Working], int], names: Callable[[], Iterable[Name]]) -> None:
        """Write down those that this cash does not cover, with what they need and what there is, in money units.

        Only what is planned comes here: who looks on, and asks what is wanted, changes nothing.
        """
        if self.told:
            self.told.intersection_update(names())
        for one in self._left:
            name, need = (one.symbol, one.slot, one.rev), reserve(one)
            if need <= cash or name in self.told:
                continue
            if one.kind != MARKET:
                self.write(one, need, cash)
            elif self.fixed:
                self.write(one, need, cash)
                self._refused.append(one)
        self._left = []

    def write(self, one: Wanted, need: int, cash: int) -> None:
        """A note, as the gate writes it."""
        self.told.add((one.symbol, one.slot, one.rev))
        count = int(self._count[0])
        entry = self._run.parts["notes"][count % self._run.note_room]
        entry.time_ms, entry.symbol, entry.slot = int(self._run.account.time_ms), one.symbol, one.slot
        entry.rev, entry.code, entry.value, entry.limit = one.rev, int(Reason.BALANCE), float(need), float(cash)
        self._count[0] = count + 1

    def refused(self) -> list[Wanted]:
        """Rows that end by that; each once."""
        found, self._refused = self._refused, []
        return found
