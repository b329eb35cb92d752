"""Bots as people change them at the doors: found, listed, wanted otherwise, and succeeded by another edition.

A bot's settings are never changed under its journal: another edition is another bot, which takes over the name. The
one before is archived under a name that says so, stopped for good, with all it did.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import msgspec
from sqlalchemy import Row, func

from botswain.model.errors import BadInput
from botswain.store import bots as rows
from botswain.store.bots import Bot, DesiredState, NewBot
from botswain.store.failures import naming
from botswain.store.listing import among
from botswain.store.orders import unfinished
from botswain.store.scope import Tx, values_of
from botswain.store.tables import bots

LIST_LIMIT = 10_000
SHOWN_DIGITS = 6
FIELDS = Bot.__struct_fields__
WISH = FIELDS.index("desired_state")
STATES = {one.value: one for one in DesiredState}


async def find(tx: Tx, bot_id: str) -> Bot | None:
    """The bot of an id, archived ones too; None where the tenant has none."""
    row = await tx.row(tx.select(bots).where(bots.c.id == bot_id))
    return None if row is None else msgspec.convert(values_of(row), Bot)


async def some(tx: Tx, bot_ids: Collection[str]) -> list[Bot]:
    """The bots of these ids that the tenant has, archived ones too."""
    found = await tx.rows(tx.select(bots).where(among(bots.c.id, bot_ids)))
    return [msgspec.convert(values_of(row), Bot) for row in found]


async def named(tx: Tx, name: str) -> Bot | None:
    """The bot of a name, None where the tenant has none."""
    row = await tx.row(tx.select(bots).where(bots.c.name == name))
    return None if row is None else msgspec.convert(values_of(row), Bot)


async def called_like(tx: Tx, name: str, *, but: str | None = None) -> str | None:
    """The name of another bot that differs from this one in upper and lower case at most. but: a bot to leave out."""
    folded = name.casefold()
    # By the rules of Unicode, which a database has its own of.
    found = await tx.rows(tx.select(bots, bots.c.id, bots.c.name).where(bots.c.archived_ms.is_(None)))
    return next((row.name for row in found if row.id != but and row.name.casefold() == folded), None)


async def present(tx: Tx, *, strategy: str | None = None) -> list[Bot]:
    """The tenant's bots that are not archived, by name, at most 10,000."""
    statement = tx.select(bots, *(bots.c[name] for name in FIELDS)).where(bots.c.archived_ms.is_(None))
    if strategy is not None:
        statement = statement.where(bots.c.strategy == strategy)
    found = await tx.rows(statement.order_by(bots.c.name, bots.c.id).limit(LIST_LIMIT))
    return [_by_place(row) for row in found]


async def of_lineage(tx: Tx, lineage: str) -> list[Bot]:
    """All editions, the newest first."""
    statement = tx.select(bots).where((bots.c.lineage == lineage) | (bots.c.id == lineage))
    found = await tx.rows(statement.order_by(bots.c.edition.desc()).limit(LIST_LIMIT))
    return [msgspec.convert(values_of(row), Bot) for row in found]


async def counts_by_account(tx: Tx) -> dict[str, int]:
    """How many bots that are not archived each account has."""
    counted = tx.select(bots, bots.c.account_id, func.count(bots.c.id).label("bots")).where(
        bots.c.archived_ms.is_(None)
    )
    return {str(row.account_id): int(row.bots) for row in await tx.rows(counted.group_by(bots.c.account_id))}


async def change(tx: Tx, before: Bot, **values: Any) -> Bot | None:
    """Change a row that is still as it was seen; None where somebody changed it since. Raises NameTaken."""
    here = tx.update(bots).where(bots.c.id == before.id, bots.c.version == before.version)
    name = values.get("name", before.name)
    if values.get("archived_ms") is not None:
        here = here.values(folded=None)
    elif name != before.name:
        here = here.values(folded=name.casefold())
    with naming(name):
        if await tx.change(here.values(**values, version=before.version + 1)) == 0:
            return None
    return msgspec.structs.replace(before, **values, version=before.version + 1)


async def archive(tx: Tx, before: Bot, now_ms: int) -> Bot | None:
    """Put a bot away, which frees its name; None where somebody changed it since."""
    return await change(tx, before, name=archived_name(before), archived_ms=now_ms)


async def succeed(tx: Tx, before: Bot, new: NewBot) -> Bot | None:
    """Archive a bot and make its next edition; None where somebody changed it since. Raises as `bots.create` does."""
    if await archive(tx, before, new.created_ms) is None:
        return None
    made = await rows.create(tx, new)
    found = await change(tx, made, edition=before.edition + 1, lineage=before.lineage or before.id)
    if found is None:
        raise BadInput(f"bot {new.name!r} was changed while it was made; try again")
    return found


def archived_name(bot: Bot) -> str:
    """What an archived bot is called: names are unique, and so is the end of its id."""
    return f"{bot.name} (edition {bot.edition}, {bot.id[-SHOWN_DIGITS:]})"


async def has_working(tx: Tx, bot_id: str) -> bool:
    """Whether there is an order of it whose end is not known."""
    return bool(await unfinished(tx, bot_id, limit=1))


def _by_place(row: Row[Any]) -> Bot:
    """A bot of FIELDS. Taking hundreds of rows by name takes longer than reading them."""
    values: list[Any] = list(row)
    values[WISH] = STATES[values[WISH]]
    return Bot(*values)
