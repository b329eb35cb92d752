"""Whether the installation can work: each part by itself, in words that say what to do."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

from botswain.control.bot_state import is_held
from botswain.model.errors import BotswainError
from botswain.store import bots, halts, meta
from botswain.store.bots import DesiredState
from botswain.store.database import Database

DATABASE_S = 2.0
WRITTEN_MS = 5_000
UNWRITABLE = (
    "the database answers, but takes no write ({why}): bots decide nothing, and nobody can sign in; look at the room "
    "on its disk, and whether it may be written"
)


@dataclass(frozen=True, slots=True)
class Part:
    """One thing that is needed. needed: without it nothing works."""

    name: str
    ok: bool
    detail: str
    needed: bool = False


class Writing:
    """Whether the database takes a write. One is made for it every five seconds at most, however many ask."""

    def __init__(self) -> None:
        self._turn = asyncio.Lock()
        self._tried_ms: int | None = None
        self._refused: str | None = None

    async def refused(self, store: Database, now_ms: int) -> str | None:
        """Words where it takes none, within two seconds; None where it does."""
        async with self._turn:
            if self._tried_ms is None or not 0 <= now_ms - self._tried_ms < WRITTEN_MS:
                self._refused = await written(store, now_ms)
                self._tried_ms = now_ms
            return self._refused


async def written(store: Database, now_ms: int) -> str | None:
    """Write the time down, durably; words where that fails. A full disk shows only where something is kept."""
    try:
        async with asyncio.timeout(DATABASE_S), store.transaction(None) as tx:
            await meta.put(tx, "written_ms", str(now_ms))
    except (BotswainError, TimeoutError) as error:
        return UNWRITABLE.format(why=reason(error))
    return None


def reason(error: BotswainError | TimeoutError) -> str:
    """Why the database did not, without what is anybody's own."""
    return "not within two seconds" if isinstance(error, TimeoutError) else type(error).__name__.lower()


async def database(store: Database, now_ms: int, writing: Writing) -> Part:
    """Whether it answers and takes a write, each within two seconds."""
    try:
        async with asyncio.timeout(DATABASE_S):
            async with store.reading(None) as tx:
                await meta.created_ms(tx)
    except (BotswainError, TimeoutError) as error:
        said = f"the database does not answer ({reason(error)}); look at its disk or server"
        return Part("database", False, said, needed=True)
    refused = await writing.refused(store, now_ms)
    return Part("database", refused is None, refused or "answers, and can be written", needed=True)


async def engine(store: Database, now_ms: int, dead: Callable[[str], bool]) -> Part:
    """Whether what is wanted to run is run by somebody."""
    async with store.reading(None) as tx:
        wanted = [one for one in await bots.listed(tx) if one.desired_state is DesiredState.RUNNING]
        everything = await halts.standing(tx)
    held = sum(is_held(one, now_ms, dead=False) and not dead(str(one.lease_owner)) for one in wanted)
    if held < len(wanted):
        said = f"{len(wanted) - held} of {len(wanted)} bots that are wanted to run are run by nobody; start the engine"
        return Part("engine", False, said)
    return Part("engine", True, "everything is halted" if everything.halted else f"runs {held} bots")


async def parts(store: Database, now_ms: int, dead: Callable[[str], bool], writing: Writing) -> list[Part]:
    """All of them."""
    found = [await database(store, now_ms, writing)]
    if found[0].ok:
        try:
            found.append(await engine(store, now_ms, dead))
        except BotswainError as error:
            found.append(Part("engine", False, f"cannot be looked at: {type(error).__name__.lower()}"))
    return found
