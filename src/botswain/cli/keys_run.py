"""Adds, lists and revokes venue keys. Sealing needs the public half of the key pair only; nothing here opens a key."""

from __future__ import annotations

import asyncio
import secrets
import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from functools import partial
from pathlib import Path

import click
from msgspec.structs import replace
from rich.console import Console
from rich.table import Table

from botswain.cli.data_folder import make_folder
from botswain.cli.databases import database_of, now_ms, opened
from botswain.cli.gateway_wiring import VENUES
from botswain.cli.key_pair import sealing_key
from botswain.cli.key_rights import checked
from botswain.model.caps import Caps, caps_of, caps_text, checked_caps
from botswain.model.errors import BadInput, near
from botswain.model.ids import IdMaker
from botswain.store import accounts, credentials, meta, tenants
from botswain.store.accounts import Account, Environment
from botswain.store.credentials import Credential, binding_of
from botswain.store.scope import Tx
from botswain.store.sealed import Secret, fingerprint, seal

MOST_NAME = 128
# What is noted of a key stands among the installation's facts under this and its id.
NOTE = "key note "


@dataclass(frozen=True, slots=True)
class Asked:
    """What is to be added."""

    name: str
    venue: str
    environment: str
    account: str
    caps: Caps
    unchecked: bool = False


def caps_asked(symbols: str | None, max_notional: str | None, orders_per_minute: int | None) -> Caps:
    """The caps of the options. Raises BadInput."""
    listed = tuple(one.strip() for one in symbols.split(",")) if symbols else ()
    try:
        most = None if max_notional is None else Decimal(max_notional)
    except InvalidOperation:
        raise BadInput(f"the most an order may be worth is {max_notional!r}, not a number; write it as 250") from None
    return checked_caps(Caps(listed, most, orders_per_minute))


def add_key(data_dir: Path, database: str | None, asked: Asked, api_key: str | None) -> None:
    """Ask for what is missing, seal and keep a key. Raises BadInput."""
    if asked.venue not in VENUES:
        raise BadInput(f"venue {asked.venue!r} is unknown{near(asked.venue, VENUES)}")
    if not asked.name.strip() or len(asked.name) > MOST_NAME:
        raise BadInput(f"name {asked.name!r} is not 1 to {MOST_NAME} characters; give another")
    where, folder = database_of(data_dir, database)
    make_folder(data_dir)
    key, secret = entered(api_key)
    note = asyncio.run(checked(asked.name, Environment(asked.environment), (key, secret), unchecked=asked.unchecked))
    asyncio.run(added(where, partial(sealing_key, folder), asked, (key, secret), note))
    if note:
        click.echo(f"warning: {note}", err=True)
    click.echo(f"key {asked.name} ({fingerprint(key)}) is sealed for {asked.venue} {asked.environment}")
    if asked.environment == Environment.LIVE:
        click.echo("it trades real money: at the venue, allow it trading only and this machine's address only")


def entered(api_key: str | None) -> tuple[str, str]:
    """Key and secret as they were typed, or as they came on stdin: the key's line first where it was not given."""
    if sys.stdin.isatty():
        key = api_key or click.prompt("key")
        return key, click.prompt("secret", hide_input=True)
    text = sys.stdin.read()
    if api_key is None:
        api_key, _, text = text.partition("\n")
    return api_key.strip(), text.strip()


async def added(
    where: str | Path, sealing: Callable[[], bytes], asked: Asked, pair: tuple[str, str], note: str = ""
) -> None:
    """Keep a key, making its account where there is none.

    sealing  tells the public half that seals now
    note     what people are to know of the key
    """
    public, new_id = sealing(), IdMaker(now_ms, secrets.token_bytes)
    async with opened(where) as store:
        async with store.transaction(None) as tx:
            owner = (await tenants.ensure(tx, tenants.Tenant(new_id(), tenants.LOCAL, now_ms()))).id
        async with store.transaction(owner) as tx:
            account = await account_of(tx, asked, new_id())
            row = Credential(
                id=new_id(),
                tenant_id=owner,
                account_id=account.id,
                name=asked.name,
                venue=asked.venue,
                environment=Environment(asked.environment),
                sealed=b"",
                fingerprint=fingerprint(pair[0]),
                caps=caps_text(asked.caps),
                created_ms=now_ms(),
            )
            box = seal(public, Secret(binding_of(row), *pair))
            await credentials.add(tx, replace(row, sealed=box))
            if sealing() != public:
                raise BadInput("the installation's key pair was rotated just now; add the key again")
        if note:
            async with store.transaction(None) as tx:
                await meta.put(tx, NOTE + row.id, note)


async def account_of(tx: Tx, asked: Asked, new_id: str) -> Account:
    """The account of a name, made where there is none."""
    for one in await accounts.listed(tx):
        if one.name == asked.account:
            return one
    made = Account(new_id, asked.account, asked.venue, Environment(asked.environment), now_ms())
    await accounts.create(tx, made)
    return made


def list_keys(data_dir: Path, database: str | None) -> None:
    """Print the keys. Raises BadInput."""
    found = asyncio.run(listed(existing(data_dir, database)))
    if not found:
        click.echo("there are no keys; add one with botswain keys add")
        return
    table = Table("name", "venue", "environment", "account", "fingerprint", "caps", "added", "revoked", "note")
    for one, account, note in found:
        revoked = "" if one.revoked_ms is None else shown_time(one.revoked_ms)
        caps = shown_caps(caps_of(one.caps))
        added_at = shown_time(one.created_ms)
        table.add_row(one.name, one.venue, one.environment, account, one.fingerprint, caps, added_at, revoked, note)
    Console(soft_wrap=True, width=None if sys.stdout.isatty() else 200).print(table)


async def listed(where: str | Path) -> list[tuple[Credential, str, str]]:
    """Keys, the names of their accounts, and what is noted of them."""
    async with opened(where) as store, store.reading(None) as tx:
        owner = await tenants.by_name(tx, tenants.LOCAL)
        if owner is None:
            return []
        names = {one.id: one.name for one in await accounts.listed(tx)}
        found = await credentials.listed(tx)
        own = [one for one in found if one.tenant_id == owner.id]
        return [(one, names[one.account_id], await meta.get(tx, NOTE + one.id) or "") for one in own]


def revoke_key(data_dir: Path, database: str | None, name: str) -> None:
    """Revoke a key. Raises BadInput."""
    found = asyncio.run(revoked(existing(data_dir, database), name))
    click.echo(f"key {found.name} ({found.fingerprint}) is revoked here; delete it at {found.venue} too")


async def revoked(where: str | Path, name: str) -> Credential:
    """The key, revoked."""
    async with opened(where) as store:
        async with store.reading(None) as tx:
            owner = await tenants.by_name(tx, tenants.LOCAL)
        if owner is None:
            raise BadInput(f"there is no key {name!r}; add one with botswain keys add")
        async with store.transaction(owner.id) as tx:
            return await credentials.revoke(tx, name, now_ms())


def existing(data_dir: Path, database: str | None) -> str | Path:
    """The database, which must be there. Raises BadInput."""
    where, _ = database_of(data_dir, database)
    if isinstance(where, Path) and not where.is_file():
        raise BadInput(f"there is no database at {where}; add a key with botswain keys add, or name another database")
    return where


def shown_caps(caps: Caps) -> str:
    """Caps in words."""
    parts = [", ".join(caps.symbols) or "all symbols"]
    if caps.max_notional is not None:
        parts.append(f"up to {caps.max_notional} an order")
    if caps.orders_per_minute is not None:
        parts.append(f"{caps.orders_per_minute} orders a minute")
    return "; ".join(parts)


def shown_time(time_ms: int) -> str:
    """A time in UTC."""
    return datetime.fromtimestamp(time_ms / 1_000, UTC).strftime("%Y-%m-%d %H:%M")
