"""Halts that were ordered while the database did not answer: noted beside it, and brought in when it does."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from botswain.model.errors import BadInput
from botswain.store import bots, halts
from botswain.store.database import Database
from botswain.store.emergency import EmergencyFile, Halting
from botswain.store.scope import Tx


async def brought_in(store: Database, file: EmergencyFile, now_ms: int, say: Callable[[str], None]) -> None:
    """Move what waits in the file into the database, so that it can be lifted there. Raises Unavailable, Deferred."""
    waiting = file.pending().halts()
    if waiting:
        async with store.transaction(None) as tx:
            await written(tx, waiting.values(), say)
        file.done(list(waiting), now_ms)


async def written(tx: Tx, waiting: Iterable[Halting], say: Callable[[str], None]) -> None:
    """Write halts of the file into the database; one that stands there already keeps its reason. tx: the platform's."""
    for one in waiting:
        if not one.bot:
            await halts.halt_all(tx, one.reason, one.by, one.at_ms)
        else:
            try:
                row = await bots.by_name(tx, one.bot)
            except BadInput as error:
                say(f"a halt by {one.by} cannot be obeyed: {error}")
                continue
            await bots.halt(tx, row.id, one.reason, one.by, one.at_ms, one.mode or None)
        say(f"{one.bot or 'everything'} was halted by {one.by} while the database did not answer: {one.reason}")
    await halts.told(tx)
