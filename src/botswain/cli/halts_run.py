"""Writes halts and what bots are wanted to do into the database, in the name of whoever asked."""

from __future__ import annotations

import asyncio
import os
import pwd
import secrets
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import TypeVar

import click

from botswain.cli.context import Context
from botswain.cli.databases import EPOCH_BYTES, database_of, must_exist, now_ms, opened
from botswain.cli.processes import host
from botswain.control.noted_halts import written
from botswain.model.errors import BadInput, BotswainError, FailClosed
from botswain.store import accounts, bots, halts
from botswain.store.bots import Bot
from botswain.store.database import Database, open_database
from botswain.store.emergency import EmergencyFile, Halting, emergency_path
from botswain.store.scope import Tx

T = TypeVar("T")
# A halt is not held up by a database that is locked.
WAIT_MS = 1_000


def halted(
    context: Context, database: str | None, bot: str | None, reason: str, *, everything: bool, flatten: bool = False
) -> None:
    """Halt a bot or everything. Raises BadInput."""
    check_whom(bot, everything=everything)
    if flatten and everything:
        raise BadInput("--flatten closes the position of one bot; write its name instead of --all")
    mode = "flatten" if flatten else None
    why, by, at_ms = reason or "a person asked for it", person(), now_ms()
    fault = unusable(context, database)
    if fault is not None:
        noted(context, database, Halting(bot or "", why[: bots.REASON_LENGTH], by, at_ms, mode or ""), fault)
        return
    if bot is not None:
        name = bot

        async def one(tx: Tx) -> Bot:
            await check_live(tx, name)
            return await halts.halt_bot(tx, name, why, by, at_ms, mode)

        found = run(context, database, one)
        flat = "; its position is closed by the market" if flatten else ""
        click.echo(f"bot {found.name!r} is halted by {found.halted_by}: {found.halted_reason}{flat}")
        return
    stands = run(context, database, lambda tx: halts.halt_all(tx, why, by, at_ms))
    already = "" if stands.at_ms == at_ms else " already"
    click.echo(f"everything is halted{already} by {stands.by}: {stands.reason}")


def resumed(context: Context, database: str | None, bot: str | None, *, everything: bool) -> None:
    """Lift a halt. Raises BadInput, and Unavailable where the database does not answer."""
    check_whom(bot, everything=everything)
    brought_in(context, database)
    if bot is not None:
        name = bot
        was = run(context, database, lambda tx: halts.resume_bot(tx, name))
        click.echo(f"bot {name!r} is no longer halted by {was.halted_by} ({was.halted_reason})")
        stands = run(context, database, halts.standing)
        if stands.halted:
            click.echo(f"everything is halted by {stands.by}, this bot too: {stands.reason}")
        return
    before = run(context, database, halts.resume_all)
    if not before.halted:
        click.echo("the platform was not halted")
    else:
        click.echo(f"the platform is no longer halted by {before.by} ({before.reason})")
    for one in run(context, database, bots.listed):
        if one.halted_by is not None and one.archived_ms is None:
            click.echo(f"bot {one.name!r} stays halted by {one.halted_by}: {one.halted_reason}")


def unusable(context: Context, database: str | None) -> BotswainError | None:
    """Why nothing can be written into the database now; None where it can. A halt does not wait for it.

    Raises BadInput where there is neither a database nor the emergency file of one.
    """
    where = database_of(context.data_dir, database)[0]
    file = EmergencyFile(emergency_path(where, context.data_dir))
    if not file.path.exists():
        must_exist(context.data_dir, database)

    async def tried() -> None:
        store = await open_database(where, epoch=secrets.token_bytes(EPOCH_BYTES), now_ms=now_ms(), wait_ms=WAIT_MS)
        try:
            async with store.transaction(None) as tx:
                await halts.told(tx)
        finally:
            await store.close()

    try:
        must_exist(context.data_dir, database)
        asyncio.run(tried())
    except FailClosed:
        return None  # what is wrong with the row of halts is mended by writing it anew
    except BotswainError as error:
        return error
    return None


def noted(context: Context, database: str | None, one: Halting, fault: BotswainError) -> None:
    """Keep a halt beside a database that does not take it. Raises Unavailable where that cannot be written either."""
    file = EmergencyFile(emergency_path(database_of(context.data_dir, database)[0], context.data_dir))
    file.append(one)
    click.echo(
        f"{f'bot {one.bot!r}' if one.bot else 'everything'} is halted by {one.by}: {one.reason}. The database does not "
        f"take it ({str(fault).rstrip('.')}), so it stands in {file.path}: running engines obey it, and it goes into "
        "the database before anything trades again"
    )


def brought_in(context: Context, database: str | None) -> None:
    """Move what stands in the emergency file into the database, so that it can be lifted there."""
    file = EmergencyFile(emergency_path(database_of(context.data_dir, database)[0], context.data_dir))
    waiting = file.pending().halts()
    if waiting:
        run(context, database, lambda tx: written(tx, waiting.values(), click.echo))
        file.done(list(waiting), now_ms())


def check_whom(bot: str | None, *, everything: bool) -> None:
    """Raises BadInput unless exactly one of the two was named."""
    if (bot is None) is not everything:
        said = "a bot and --all were both given" if everything else "nobody was named"
        raise BadInput(f"{said}; write the name of one bot, or --all")


async def check_live(tx: Tx, name: str) -> Bot:
    """A bot at a venue. Raises BadInput for one on paper, which no engine looks after."""
    found = await halts.current(tx, name)
    account = await accounts.get(tx, found.account_id)
    if account.offline:
        raise BadInput(f"bot {name!r} trades on paper; stop its botswain trade instead")
    return found


def person() -> str:
    """Who asks: the user of this machine."""
    try:
        name = pwd.getpwuid(os.getuid()).pw_name
    except KeyError:
        name = f"user {os.getuid()}"
    return f"{name} on {host()}"


def run(context: Context, database: str | None, work: Callable[[Tx], Awaitable[T]]) -> T:
    """Do something in one transaction of the platform. Raises BadInput where there is no database."""
    must_exist(context.data_dir, database)

    async def done() -> T:
        async with platform(context, database) as store, store.transaction(None) as tx:
            return await work(tx)

    return asyncio.run(done())


@asynccontextmanager
async def platform(context: Context, database: str | None) -> AsyncIterator[Database]:
    """The database, closed again afterwards."""
    async with opened(database_of(context.data_dir, database)[0]) as store:
        yield store
