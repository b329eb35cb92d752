"""Writes halts and what bots are wanted to do into the database, in the name of whoever asked."""

from __future__ import annotations

import asyncio
import os
import pwd
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import TypeVar

import click

from botswain.cli.context import Context
from botswain.cli.gateway_wiring import database_of
from botswain.cli.keys_run import opened
from botswain.cli.processes import host
from botswain.cli.wiring import must_exist, now_ms
from botswain.model.errors import BadInput
from botswain.store import accounts, bots, halts
from botswain.store.accounts import Environment
from botswain.store.bots import Bot
from botswain.store.database import Database
from botswain.store.scope import Tx

T = TypeVar("T")


def halted(context: Context, database: str | None, bot: str | None, reason: str, *, everything: bool) -> None:
    """Halt a bot or everything. Raises BadInput."""
    check_whom(bot, everything=everything)
    why, by, at_ms = reason or "a person asked for it", person(), now_ms()
    if bot is not None:
        name = bot

        async def one(tx: Tx) -> Bot:
            await check_live(tx, name)
            return await halts.halt_bot(tx, name, why, by, at_ms)

        found = run(context, database, one)
        click.echo(f"bot {found.name!r} is halted by {found.halted_by}: {found.halted_reason}")
        return
    stands = run(context, database, lambda tx: halts.halt_all(tx, why, by, at_ms))
    already = "" if stands.at_ms == at_ms else " already"
    click.echo(f"everything is halted{already} by {stands.by}: {stands.reason}")


def resumed(context: Context, database: str | None, bot: str | None, *, everything: bool) -> None:
    """Lift a halt. Raises BadInput."""
    check_whom(bot, everything=everything)
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
        if one.halted_by is not None:
            click.echo(f"bot {one.name!r} stays halted by {one.halted_by}: {one.halted_reason}")


def check_whom(bot: str | None, *, everything: bool) -> None:
    """Raises BadInput unless exactly one of the two was named."""
    if (bot is None) is not everything:
        said = "a bot and --all were both given" if everything else "nobody was named"
        raise BadInput(f"{said}; write the name of one bot, or --all")


async def check_live(tx: Tx, name: str) -> Bot:
    """A bot at a venue. Raises BadInput for one on paper, which no engine looks after."""
    found = await bots.by_name(tx, name)
    account = await accounts.get(tx, found.account_id)
    if account.environment is Environment.PAPER:
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
