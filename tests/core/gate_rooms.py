"""What keeps a row waiting must still be so: what waits is judged as if new after each report (docs/rules.md 7).

Limits are worked out from positions, prices and the leaves of other entries; where those changed in the judgement
itself, in the way that leaves the waiting row less.
"""

from __future__ import annotations

import math
from typing import Any

from botswain.core.codes import ENTRY, WAITING, WORKING
from botswain.model.reasons import Reason


class Broken(AssertionError):
    """A promise that was not kept."""


def leaves(row: Any) -> int:
    """What works of a row."""
    return int(row.eff - row.filled)


class Rooms:
    """Entries of each symbol as they stood before, and whether something was reported since it was judged."""

    def __init__(self, symbols: int) -> None:
        self.heard = [True] * symbols
        self.before: list[dict[int, tuple[int, int]]] = [{} for _ in range(symbols)]
        self.looked = 0

    def news(self) -> None:
        """A report is coming, or a risk day began: all that waits is judged again."""
        self.heard = [True] * len(self.heard)

    def look(self, drawing: Any, s: int, promises: Any) -> None:
        """A symbol was judged."""
        rows = drawing.rows(s)[: promises.slots]
        now = {slot: (int(r.side), leaves(r)) for slot, r in enumerate(rows) if r.state == WORKING
               and r.reducing == ENTRY and leaves(r) > 0}  # fmt: skip
        if self.heard[s] and not promises.blocked[s] and drawing.gated:
            for slot, row in enumerate(rows):
                if row.state == WAITING:
                    self.looked += 1
                    self.reason(drawing, s, slot, row, now, promises)
        self.heard[s], self.before[s] = False, now

    def reason(self, drawing: Any, s: int, slot: int, row: Any, now: dict[int, tuple[int, int]], promises: Any) -> None:
        """What this row waits for, and whether it must."""
        where = f"symbol {s} slot {slot} waits for {Reason(row.ended).name}"
        held = drawing.held(s)
        if row.ended == Reason.MAX_ORDERS and len(promises.day.orders) < int(drawing.limits["max_orders_day"]):
            # Those of this judgement are not among them yet: they were let in before it, or after.
            fresh = [k for k in now if (s, k, int(drawing.rows(s)[k].rev)) not in promises.day.orders]
            if len(promises.day.orders) + len(fresh) < int(drawing.limits["max_orders_day"]):
                raise Broken(f"{where}, and only {len(promises.day.orders)} were let in")
        elif row.ended == Reason.MAX_OPEN_POSITIONS:
            others = [k for k in range(drawing.symbols) if k != s and (drawing.held(k) or promises.entries(drawing, k))]
            if len(others) < int(drawing.limits["max_open_positions"]):
                raise Broken(f"{where}, and open are only {others}")
        elif row.ended == Reason.MAX_POSITION and row.side * held >= 0:
            most = math.floor(promises.numbers.limit("max_position") * promises.numbers.equity / drawing.price[s])
            taken = sum(self.most(s, k, row.side, now) for k in range(promises.slots) if k != slot)
            room = most - abs(held) - taken
            price = row.price or row.trigger or drawing.price[s]
            if room >= 1 and room * price >= int(drawing.state.parts["terms"][s].min_notional):
                raise Broken(f"{where}, and {room} have room: {most} less {held} held and {taken} others")

    def most(self, s: int, slot: int, side: int, now: dict[int, tuple[int, int]]) -> int:
        """Leaves of an entry of a side, before the judgement or after it, whichever are more."""
        return max(one[slot][1] if one.get(slot, (0, 0))[0] == side else 0 for one in (self.before[s], now))
