"""The end of the outbox, for who publishes it: which bots' messages moved, and what is new of them.

Who asks is the platform. Bots are few and each is one look-up in an index, however long the outbox is.
"""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import func

from botswain.store.listing import within
from botswain.store.outbox import Message
from botswain.store.scope import Tx, values_of
from botswain.store.tables import bots, outbox
from botswain.store.types import INT64_MAX

PAGE = 1_000


async def heads(tx: Tx) -> dict[str, int]:
    """The number of the last journal row with a message, by bot; bots without one are left out."""
    newest = tx.select(outbox, func.max(outbox.c.seq)).where(outbox.c.bot_id == bots.c.id)
    last = newest.correlate(bots).scalar_subquery().label("seq")
    rows = await tx.rows(tx.select(bots, bots.c.id, last))
    return {str(row.id): int(row.seq) for row in rows if row.seq is not None}


async def since(tx: Tx, after: Mapping[str, int], *, limit: int = PAGE) -> list[Message]:
    """The messages of these bots' journal rows after a number each, bot by bot, oldest first."""
    these, given = within(outbox, [(bot_id, seq + 1, INT64_MAX) for bot_id, seq in sorted(after.items())])
    found = tx.select(outbox).where(these).order_by(outbox.c.bot_id, outbox.c.seq, outbox.c.part)
    return [Message(**values_of(row)) for row in await tx.rows(found.limit(limit), given)]
