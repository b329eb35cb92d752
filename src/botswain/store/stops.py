"""Stops that people have asked for. One stands in the bot's row until whoever runs the bot has carried it out.

Where nobody runs it the next engine does so, before anything else of that bot: what is wanted of it is a level, which
outlives every process.
"""

from __future__ import annotations

from botswain.store import orders, positions
from botswain.store.bots import DesiredState
from botswain.store.scope import Tx
from botswain.store.tables import bots

# What `stop_due` says: nobody has begun it, or somebody has and did not see at the venue that it was done.
DUE, BEGUN = 1, 2


async def has_left(tx: Tx, bot_id: str) -> bool:
    """Whether a bot has anything at the venue by its books: orders without an end, or a position."""
    if await orders.unfinished(tx, bot_id, limit=1):
        return True
    return any(one.qty for one in await positions.of_bot(tx, bot_id))


async def begun(tx: Tx, bot_id: str) -> bool:
    """A stop that is due begins: what its bot's books have left says from now on nothing of whether it is done.

    Returns whether it had begun before. Of a bot under `trade` none is due: the next one has all its orders again.
    """
    row = await tx.row(tx.select(bots, bots.c.stop_due).where(bots.c.id == bot_id))
    if row is None or row.stop_due != DUE:
        return row is not None and row.stop_due == BEGUN
    due = bots.c.stop_due == DUE
    await tx.change(tx.update(bots).where(bots.c.id == bot_id, due).values(stop_due=BEGUN))
    return False


async def carried_out(tx: Tx, bot_id: str, stop_mode: str | None) -> None:
    """A stop was carried out in this way; one that was asked for in another way meanwhile is not."""
    here = tx.update(bots).where(bots.c.id == bot_id, bots.c.desired_state == DesiredState.STOPPED)
    here = here.where(bots.c.stop_mode.is_(None) if stop_mode is None else bots.c.stop_mode == stop_mode)
    await tx.change(here.values(stop_due=0))


async def overtaken(tx: Tx, bot_id: str) -> None:
    """Somebody has started the bot since: a stop from before that is not wanted any more."""
    await tx.change(tx.update(bots).where(bots.c.id == bot_id).values(stop_due=0))
