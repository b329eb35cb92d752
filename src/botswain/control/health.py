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


@dataclass(frozen=True, slots=True)
class Part:
    """One thing that is needed. needed: without it nothing works."""

    name: str
    ok: bool
    detail: str
    needed: bool = False


async def database(store: Database) -> Part:
    """Whether it answers, within two seconds."""
    try:
        async with asyncio.timeout(DATABASE_S):
            async with store.reading(None) as tx:
                await meta.created_ms(tx)
    except (BotswainError, TimeoutError) as error:
        why = "it did not answer in time" if isinstance(error, TimeoutError) else type(error).__name__.lower()
        return Part("database", False, f"the database does not answer ({why}); look at its disk or server", needed=True)
    return Part("database", True, "answers", needed=True)


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


async def parts(store: Database, now_ms: int, dead: Callable[[str], bool]) -> list[Part]:
    """All of them."""
    found = [await database(store)]
    if found[0].ok:
        try:
            found.append(await engine(store, now_ms, dead))
        except BotswainError as error:
            found.append(Part("engine", False, f"cannot be looked at: {type(error).__name__.lower()}"))
    return found
