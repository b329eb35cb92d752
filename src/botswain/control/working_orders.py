"""How many orders work, remembered per tenant and brought up to date with what was written since."""

from __future__ import annotations

from dataclasses import dataclass, field

from botswain.store import working_orders
from botswain.store.scope import Tx

# Orders of several bots reach the database in another order than their times say, but not by so much.
OVERLAP_MS = 600_000


@dataclass
class Remembered:
    """What was known at the last look."""

    newest_ms: int = -1
    working: set[str] = field(default_factory=set)


@dataclass
class WorkingOrders:
    """One for a process. The first look of a tenant goes through all its orders, the others do not."""

    known: dict[str | None, Remembered] = field(default_factory=dict)

    async def count(self, tx: Tx) -> int:
        """How many orders of the transaction's tenant work, or may."""
        mine = self.known.get(tx.tenant_id, Remembered())
        newest_ms = await working_orders.newest_ms(tx)
        fresh = await working_orders.since(tx, max(min(mine.newest_ms, newest_ms) - OVERLAP_MS, 0))
        before = mine.working - fresh.keys()
        working = (before - await working_orders.ended(tx, before)) | fresh.keys()
        self.known[tx.tenant_id] = Remembered(newest_ms, working)
        return len(working)
