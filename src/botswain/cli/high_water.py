"""Whether a database is older than what was once written into it, because somebody put a backup back.

A small file beside it remembers how far its bots' journals went. It follows the database by some seconds and is only
ever behind, so what it knows more of than the database was there and is gone. A backup of the whole folder takes it
along, and then nothing is noticed here: the venue's own orders tell of it (`engine.account`, `engine.doctor`).
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import msgspec

from botswain.engine.fleet import Store
from botswain.engine.restored import last_rows
from botswain.model.errors import BadInput, Deferred, Unavailable
from botswain.store import bots, meta

EVERY_S = 20.0
SUFFIX = ".seen"


class Mark(msgspec.Struct, frozen=True):
    """Which database it is, by when it was made, its journal epoch, and the last journal row of every bot by id."""

    created_ms: int
    epoch: str
    rows: Mapping[str, int]


@asynccontextmanager
async def high_water(store: Store, where: str | Path) -> AsyncIterator[None]:
    """Refuse a database that was put back, and remember how far this one comes. Raises BadInput.

    where  its file; of one on a server nothing is remembered
    """
    place = place_of(where)
    if place is None:
        yield
        return
    await check(store, place)
    await remember(store, place)
    keeping = asyncio.create_task(keep(store, place), name="high water")
    try:
        yield
    finally:
        keeping.cancel()
        await asyncio.gather(keeping, return_exceptions=True)
        await remember(store, place)


def place_of(where: str | Path) -> Path | None:
    """The file beside a database; None for one on a server."""
    if isinstance(where, str) and "://" in where:
        return None
    path = Path(where)
    return path.with_name(path.name + SUFFIX)


async def keep(store: Store, place: Path) -> None:
    """Remember every so often, until cancelled."""
    while True:
        await asyncio.sleep(EVERY_S)
        await remember(store, place)


async def check(store: Store, place: Path) -> None:
    """Raises BadInput where the file knows of rows, or of an epoch, that the database does not have."""
    known = read(place)
    now = await mark_of(store)
    if known is None or known.created_ms != now.created_ms:
        return
    missing = {bot: last for bot, last in known.rows.items() if last > now.rows.get(bot, 0)}
    if known.epoch == now.epoch and not missing:
        return
    what = "its order ids were renewed once and are the old ones again"
    if missing:
        bot, last = max(missing.items(), key=lambda one: one[1])
        what = f"{await name_of(store, bot)} had written {last} journal rows and has {now.rows.get(bot, 0)}"
    raise BadInput(
        f"the database beside {place} was put back from a backup: {what}. Nothing was started, because its bots would "
        "name orders as others were named that the venue has seen; run botswain restored first"
    )


async def name_of(store: Store, bot_id: str) -> str:
    """A bot in words; one that was made after the backup is not there any more."""
    async with store.reading(None) as tx:
        found = [one.name for one in await bots.listed(tx) if one.id == bot_id]
    return f"bot {found[0]!r}" if found else f"a bot that is not in it ({bot_id})"


async def remember(store: Store, place: Path) -> None:
    """Write the file. It is a help and no record: where it cannot be written now, so be it."""
    with suppress(Unavailable, Deferred, OSError):
        write(place, await mark_of(store))


async def mark_of(store: Store) -> Mark:
    """How far a database is."""
    async with store.reading(None) as tx:
        return Mark(await meta.created_ms(tx), (await meta.journal_epoch(tx)).hex(), await last_rows(tx))


def read(place: Path) -> Mark | None:
    """What the file says; None where there is none that can be read."""
    try:
        return msgspec.json.decode(place.read_bytes(), type=Mark)
    except (OSError, msgspec.DecodeError):
        return None


def write(place: Path, mark: Mark) -> None:
    """The file, whole or as it was."""
    draft = place.with_name(f"{place.name}.{os.getpid()}")
    draft.write_bytes(msgspec.json.encode(mark))
    draft.replace(place)
