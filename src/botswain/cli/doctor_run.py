"""Runs the doctor over the accounts of a database and prints what it finds."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

import click

from botswain.cli.context import REFUSED, Context
from botswain.cli.databases import must_exist
from botswain.cli.live_wiring import Places
from botswain.cli.paper_wiring import side_of
from botswain.cli.processes import is_dead
from botswain.cli.trade_words import counted
from botswain.cli.wiring import engine_parts
from botswain.control.config import MarketConfig, bot_of
from botswain.engine.doctor import Finding, compare, lasting
from botswain.engine.doctor_reads import Sweep, books_of, unread
from botswain.engine.doctor_venue import feeds_of, remembered, strangeness
from botswain.engine.fleet import Parts
from botswain.engine.live_fleet import Side
from botswain.engine.recovery import local_tenant
from botswain.model.errors import BadInput, BotswainError, near
from botswain.model.outcomes import Answer
from botswain.store import accounts, bots
from botswain.store.accounts import Account, Environment
from botswain.store.bots import Bot

DAY_MS = 86_400_000
# Between two looks: what is on its way arrives, what is wrong stays.
AGAIN_S = 2.0
UNEXPLAINED = 1


@dataclass(frozen=True, slots=True)
class Asked:
    """The command's options."""

    account: str | None
    days: int
    database: str | None


def run_doctor(context: Context, asked: Asked) -> int:
    """Look at the accounts asked for; returns the exit code. Raises BadInput."""
    must_exist(context.data_dir, asked.database)
    if asked.days < 1:
        raise BadInput(f"days is {asked.days}; write 1 or more")
    return asyncio.run(looked(context, asked))


async def looked(context: Context, asked: Asked) -> int:
    """One account after the other; one that cannot be read keeps no other from being looked at."""
    async with engine_parts(context.data_dir, context.cache_dir, asked.database, lambda _point: None) as parts:
        places = Places(context.data_dir, asked.database)
        codes = []
        for account in await wanted(parts, asked.account):
            try:
                codes.append(await examined(parts, places, account, asked.days))
            except BotswainError as error:
                click.echo(f"account {account.name}: {error}", err=True)
                codes.append(REFUSED)
    return max(codes, default=0)


async def wanted(parts: Parts, name: str | None) -> list[Account]:
    """The accounts at venues. Raises BadInput."""
    async with parts.store.reading(await local_tenant(parts)) as tx:
        known = [one for one in await accounts.listed(tx) if not one.offline]
    found = [one for one in known if name is None or one.name == name]
    if name is not None and not found:
        raise BadInput(f"there is no account {name!r} at a venue{near(name, [one.name for one in known])}")
    if not found:
        click.echo("there is no account at a venue; nothing to compare")
    return found


async def examined(parts: Parts, places: Places, account: Account, days: int) -> int:
    """Look at one account and print it. Raises BadInput, Unavailable."""
    tenant = await local_tenant(parts)
    async with parts.store.reading(tenant) as tx:
        own = [one for one in await bots.listed(tx) if one.account_id == account.id]
    port = account.port if account.environment is Environment.SANDBOX and account.port else 0
    config = MarketConfig(venue=account.venue, environment=account.environment, account=account.name, port=port)
    remarks: list[str] = []
    async with side_of(parts, places, config, remarks.append, reading=True) as side:
        look = partial(differences, parts, side, account, own, days)
        findings = await look()
        if any(one.rule is None for one in findings):
            await parts.sleep(AGAIN_S)
            findings = lasting(findings, await look())
    alive = [one.name for one in own if held(parts, one)]
    state = f"{', '.join(alive)} running" if alive else "none is running"
    click.echo(f"account {account.name} ({account.venue} {account.environment}): {counted(len(own), 'bot')}, {state}")
    for line in [*(f"note: {one}" for one in remarks), *(one.line() for one in findings)]:
        click.echo(f"  {line}")
    bad = sum(one.rule is None for one in findings)
    click.echo(f"{counted(len(findings), 'difference')}, {bad} unexplained")
    return UNEXPLAINED if bad else 0


async def differences(parts: Parts, side: Side, account: Account, own: Sequence[Bot], days: int) -> list[Finding]:
    """One look. The journal is read after the venue, so that what it tells is not behind what the venue told."""
    tenant = await local_tenant(parts)
    symbols = {symbol for one in own for symbol in bot_of(one.config)[0].symbols}
    async with parts.store.reading(tenant) as tx:
        before = await books_of(tx, account.id, lambda one: held(parts, one))
    sweep = Sweep(side.gateway, account.id, await market_ms(side, symbols) - days * DAY_MS)
    shown = await sweep.read(symbols, before.orders.values())
    async with parts.store.reading(tenant) as tx:
        books = await books_of(tx, account.id, lambda one: held(parts, one))
    async with parts.store.reading(None) as tx:
        known = await remembered(tx, own, feeds_of(side, own), account.id)
    strange = await strangeness(known, side, account.id, books, shown)
    return [*strange, *compare(books, shown, parts.tag_keys)]


async def market_ms(side: Side, symbols: set[str]) -> int:
    """The time that orders at the venue carry: a sandbox may replay another year. Raises Unavailable."""
    now_ms = side.venue_ms()
    for symbol in sorted(symbols):
        found = await side.source.newest(symbol, "1m")
        if not isinstance(found, Answer):
            raise unread(found.why)
        now_ms = min(now_ms, found.data.open_ms)
    return now_ms


def held(parts: Parts, one: Bot) -> bool:
    """Whether a living process runs a bot."""
    return one.lease_owner is not None and one.lease_until_ms > parts.now_ms() and not is_dead(one.lease_owner)
