"""The limits of the whole account that bots reached last, of many bots in one statement."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from decimal import Decimal

import msgspec

from botswain.store.exact import to_decimal
from botswain.store.listing import among
from botswain.store.made_tables import blocks
from botswain.store.scope import Tx


class Block(msgspec.Struct, frozen=True, kw_only=True):
    """A row of `blocks`: a bot has at most one of each reason, the last. until_ms None: it does not end by itself."""

    reason: int
    value: Decimal
    limit: Decimal
    since_ms: int
    until_ms: int | None


async def of_bots(tx: Tx, bot_ids: Collection[str]) -> dict[str, list[Block]]:
    """The blocks of each bot that has any, whether they stand or are over."""
    found: dict[str, list[Block]] = defaultdict(list)
    for row in await tx.rows(tx.select(blocks, by_key=True).where(among(blocks.c.bot_id, bot_ids))):
        one = Block(
            reason=row.reason,
            value=to_decimal(int(row.value_units), row.scale),
            limit=to_decimal(int(row.limit_units), row.scale),
            since_ms=row.since_ms,
            until_ms=row.until_ms,
        )
        found[row.bot_id].append(one)
    return found
