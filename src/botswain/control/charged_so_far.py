"""What holding has cost bots so far, from the charges in their journals: each is read once. Dividends are none."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from decimal import Decimal

from botswain.control.bot_terms import KnownTerms
from botswain.ledger.dues import DIVIDEND
from botswain.model.journal import RecordKind
from botswain.store import journal
from botswain.store.bot_records import TYPES
from botswain.store.scope import Tx

MOST_KEPT = 5_000


@dataclass
class ChargedSoFar:
    """kept: by bot the last row that was counted, and the sum up to it, in money units. It may forget at any time."""

    kept: dict[str, tuple[int, int]] = field(default_factory=dict)
    terms: KnownTerms = field(default_factory=KnownTerms)

    async def of(self, tx: Tx, bot_ids: Collection[str]) -> dict[str, Decimal]:
        """In quote, what was paid less what came in. bot_ids: bots in view that are charged for holding."""
        return {one: await self._one(tx, one) for one in bot_ids}

    async def _one(self, tx: Tx, bot_id: str) -> Decimal:
        last, paid = self.kept.get(bot_id, (0, 0))
        while page := await journal.of_kind(tx, bot_id, RecordKind.CHARGED, after_seq=last):
            last = page[-1].seq
            found = (TYPES.read(one.kind, one.version, one.payload) for one in page)
            paid -= sum(int(one.cash) for one in found if one.kind != DIVIDEND)
        if len(self.kept) >= MOST_KEPT and bot_id not in self.kept:
            self.kept.clear()
        self.kept[bot_id] = (last, paid)
        terms = await self.terms.of(tx, bot_id, own=True) if paid else None
        return paid * terms.money if terms is not None else Decimal(0)
