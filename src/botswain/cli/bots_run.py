"""Lists bots and writes what is wanted of them; makes a bot's row from a configuration."""

from __future__ import annotations

import asyncio
import sys
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

import click
from rich.console import Console
from rich.table import Table

from botswain.cli.context import Context
from botswain.cli.data_folder import make_folder
from botswain.cli.databases import now_ms
from botswain.cli.gateway_wiring import VENUES
from botswain.cli.halts_run import check_live, run
from botswain.cli.made_bots import made
from botswain.cli.own_names import warn_of_clash
from botswain.cli.processes import is_dead
from botswain.cli.trade_words import money
from botswain.control.config import BotConfig, MarketConfig, read_config
from botswain.engine.lease_owner import owner_of
from botswain.engine.not_stopped import left_of, unheeded, way_of, words
from botswain.model.bot_names import checked_bot_name
from botswain.model.errors import BadInput, near
from botswain.store import accounts, bots, halts, positions
from botswain.store.accounts import Account
from botswain.store.bots import Bot, DesiredState
from botswain.store.halts import Standing
from botswain.store.scope import Tx

WIDTH = 200


@dataclass(frozen=True, slots=True)
class Line:
    """A bot and what belongs to it."""

    bot: Bot
    account: Account
    realized: Decimal


def list_bots(context: Context, database: str | None) -> None:
    """Print the bots. Raises BadInput."""
    standing, found = run(context, database, lines_of)
    if standing.halted:
        click.echo(f"EVERYTHING IS HALTED by {standing.by}: {standing.reason} (botswain resume --all)")
    if not found:
        click.echo("there are no bots; make one with botswain start BOT --config FILE, or botswain trade")
        return
    table = Table("name", "wanted", "halted", "run by", "account", "realized", "strategy")
    for one in found:
        halted = "" if one.bot.halted_by is None else f"{one.bot.halted_by}: {one.bot.halted_reason}"
        where = f"{one.account.name} ({one.account.venue} {one.account.environment})"
        if one.account.offline:
            where = "paper"
        table.add_row(
            one.bot.name,
            wish(one.bot),
            halted,
            owner(one.bot),
            where,
            money(one.realized, True),
            one.bot.strategy,
        )
    Console(soft_wrap=True, width=None if sys.stdout.isatty() else WIDTH).print(table)


def wish(bot: Bot) -> str:
    """What is wanted of a bot. The wish is the engine's to fulfil; under trade a bot runs as long as its process."""
    if bot.desired_state is DesiredState.STOPPED and held(bot):
        return "running under trade, or stopping now"
    if bot.desired_state is DesiredState.STOPPED and bot.stop_due:
        return f"stopped ({words(way_of(bot))}) by the next engine"
    return str(bot.desired_state)


def held(bot: Bot) -> bool:
    """Whether a living process has a bot."""
    return bot.lease_owner is not None and bot.lease_until_ms > now_ms() and not is_dead(bot.lease_owner)


def owner(bot: Bot) -> str:
    """Who runs a bot now."""
    if not held(bot):
        return "nobody"
    found = owner_of(str(bot.lease_owner))
    return f"process {found.pid} on {found.host}" if found is not None else str(bot.lease_owner)


async def lines_of(tx: Tx) -> tuple[Standing, list[Line]]:
    """Every bot."""
    found = []
    for one in await bots.listed(tx):
        if one.archived_ms is not None:
            continue
        realized = sum((book.realized for book in await positions.of_bot(tx, one.id)), Decimal(0))
        found.append(Line(one, await accounts.get(tx, one.account_id), realized))
    return await halts.standing(tx), found


def stop_bot(context: Context, database: str | None, name: str, policy: str | None = None) -> None:
    """Want a bot to stop. Raises BadInput."""

    async def stopped(tx: Tx) -> tuple[Bot, str]:
        await check_live(tx, name)
        found = await halts.wish(tx, name, DesiredState.STOPPED, policy)
        return found, await left_of(tx, found)

    found, left = run(context, database, stopped)
    click.echo(f"bot {name!r} is wanted to stop; {running(found, unheeded(found, left))}")


def start_bot(context: Context, database: str | None, name: str, config: Path | None) -> None:
    """Want a bot to run, made from a configuration where there is none. Raises BadInput."""
    if config is not None:
        make_folder(context.data_dir)
        asyncio.run(made(context, database, *settings_of(config, name)))

    async def started(tx: Tx) -> Bot:
        await check_live(tx, name)
        return await halts.wish(tx, name, DesiredState.RUNNING)

    found = run(context, database, started)
    click.echo(f"bot {name!r} is wanted to run; {running(found, 'botswain engine starts it')}")
    if found.halted_by is not None:
        click.echo(f"it is halted by {found.halted_by}: {found.halted_reason}; it opens nothing until botswain resume")


def running(found: Bot, else_said: str) -> str:
    """Who has it, or what happens."""
    who = owner(found)
    return else_said if who == "nobody" else f"it is run by {who}"


def settings_of(path: Path, name: str) -> tuple[BotConfig, MarketConfig]:
    """One bot of a configuration, at a venue. Raises BadInput."""
    found = read_config(path)
    checked_bot_name(name)
    config = next((one for one in found.bots if one.name == name), None)
    if config is None:
        raise BadInput(f"configuration {path} has no bot {name!r}{near(name, [one.name for one in found.bots])}")
    if not found.market.venue:
        raise BadInput(f"configuration {path}: its market is paper, which botswain trade runs; write market: venue")
    if found.market.venue not in VENUES:
        raise BadInput(f"market: venue is {found.market.venue!r}{near(found.market.venue, VENUES)}")
    warn_of_clash(config.strategy)
    return config, found.market
