"""Bots: what a person asked for, whether it is halted, and who runs it now.

A row is changed, never replaced: what a person wants (`desired_state`), a halt, and the lease. Changes that two people
could make at once carry the version they were based on. The lease's epoch only grows; every commit of the journal
compares it (`batch`), so a process that lost the bot cannot write another row for it.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from enum import StrEnum
from typing import Any

import msgspec
from sqlalchemy import Row, Select

from botswain.model.errors import BadInput, Deferred, FailClosed, near
from botswain.model.news import HALTS, POLICIES
from botswain.store import accounts, meta
from botswain.store.failures import LeaseLost, naming
from botswain.store.scope import Tx, values_of
from botswain.store.tables import bots

LIST_LIMIT = 1_000
ON_ACCOUNT_LIMIT = 10_000
REASON_LENGTH = 512


class DesiredState(StrEnum):
    """What the owner wants; the supervisor makes it so."""

    RUNNING = "running"
    STOPPED = "stopped"


class NewBot(msgspec.Struct, frozen=True):
    """What a bot is made of. id is a UUIDv7; name is unique per tenant; config is JSON text."""

    id: str
    account_id: str
    name: str
    strategy: str
    config: str
    created_ms: int


class Bot(msgspec.Struct, frozen=True):
    """A row of `bots`.

    stop_mode    how it is to be stopped, a word of POLICIES; None: as its settings say
    stop_due     not 0 where it is to be stopped and nobody has carried that out yet (`stops`): 2 once that has begun
    halt_mode    what it may have working while it is halted, a word of HALTS; None: what reduces
    archived_ms  when another edition took its place: it is never run again
    """

    id: str
    tenant_id: str
    account_id: str
    name: str
    strategy: str
    config: str
    desired_state: DesiredState
    halted_reason: str | None
    halted_by: str | None
    halted_ms: int | None
    journal_epoch: bytes
    lease_owner: str | None
    lease_epoch: int
    lease_until_ms: int
    created_ms: int
    version: int
    stop_mode: str | None = None
    halt_mode: str | None = None
    edition: int = 1
    lineage: str | None = None
    archived_ms: int | None = None
    stop_due: int = 0


async def create(tx: Tx, new: NewBot) -> Bot:
    """Add a bot, stopped and without a lease, under the journal epoch in force.

    Raises BadInput (no such account, config not JSON), NameTaken (the tenant has a bot called so, in any case).
    """
    try:
        msgspec.json.decode(new.config)
    except msgspec.DecodeError as error:
        raise BadInput(f"bot {new.name!r}: its configuration is not JSON ({error}); write it as JSON text") from error
    await accounts.get(tx, new.account_id)
    values = {
        **msgspec.structs.asdict(new),
        "desired_state": DesiredState.STOPPED,
        "journal_epoch": await meta.journal_epoch(tx),
        "lease_epoch": 0,
        "lease_until_ms": 0,
        "version": 1,
        "edition": 1,
        "folded": new.name.casefold(),
    }
    with naming(new.name):
        await tx.insert(bots, values)
    return await get(tx, new.id)


async def get(tx: Tx, bot_id: str) -> Bot:
    """The bot of an id. Raises BadInput when the tenant has none."""
    row = await tx.row(tx.select(bots).where(bots.c.id == bot_id))
    if row is None:
        raise BadInput(f"there is no bot {bot_id}; list the bots to see their ids")
    return _bot(row)


async def by_name(tx: Tx, name: str) -> Bot:
    """The bot of a name. Raises BadInput, naming the nearest, when the tenant has none."""
    row = await tx.row(tx.select(bots).where(bots.c.name == name))
    if row is None:
        raise BadInput(f"there is no bot {name!r}{near(name, [one.name for one in await listed(tx)])}")
    return _bot(row)


async def listed(tx: Tx, *, limit: int = LIST_LIMIT, offset: int = 0) -> list[Bot]:
    """The tenant's bots (the platform's transaction: everybody's) by name, `limit` of them after `offset`."""
    rows = await tx.rows(tx.select(bots).order_by(bots.c.name, bots.c.id).limit(limit).offset(offset))
    return [_bot(row) for row in rows]


async def settings_on(tx: Tx, account_ids: Collection[str]) -> list[tuple[str, str, str]]:
    """All that ever was on these accounts, put away or not: of each its id, its account's and its settings."""
    found = tx.select(bots, bots.c.id, bots.c.account_id, bots.c.config)
    rows = await tx.rows(found.where(bots.c.account_id.in_(sorted(account_ids))).limit(ON_ACCOUNT_LIMIT))
    return [(row.id, row.account_id, row.config) for row in rows]


def of_account(tx: Tx, account_id: str) -> Select[Any]:
    """What `holders` asks, to be kept by whoever asks it over and over: making it takes longer than answering it."""
    columns = (bots.c.id, bots.c.lease_owner, bots.c.lease_epoch)
    statement = tx.select(bots, *columns).where(bots.c.account_id == account_id)
    return statement.order_by(bots.c.id).limit(ON_ACCOUNT_LIMIT)


async def holders(tx: Tx, asked: Select[Any]) -> dict[str, tuple[str | None, int]]:
    """Who has the lease of each bot of an account, at most 10,000 by id, its epoch, and nothing else of them."""
    return {row.id: (row.lease_owner, row.lease_epoch) for row in await tx.rows(asked)}


async def set_desired_state(
    tx: Tx, bot_id: str, state: DesiredState, *, version: int, stop_mode: str | None = None, stop_due: bool = False
) -> Bot:
    """Ask for a state. `version` is that of the row the decision was made on.

    stop_mode  how to stop it this once; None: as its settings say
    stop_due   whether there is anything to be done for that
    Raises BadInput when there is no such bot, no such way to stop, or somebody changed it since.
    """
    if stop_mode is not None and (state is not DesiredState.STOPPED or stop_mode not in POLICIES):
        raise BadInput(f"stop_mode is {stop_mode!r} for a bot to be {state}{near(stop_mode, POLICIES)}")
    await _change(tx, bot_id, version, desired_state=state, stop_mode=stop_mode, stop_due=int(stop_due))
    return await get(tx, bot_id)


async def clear_halt(tx: Tx, bot_id: str, *, version: int) -> Bot:
    """Lift a halt (the engine journals it when it takes the bot up again). Raises as `set_desired_state` does."""
    await _change(tx, bot_id, version, halted_reason=None, halted_by=None, halted_ms=None, halt_mode=None)
    return await get(tx, bot_id)


async def halt(tx: Tx, bot_id: str, reason: str, by: str, now_ms: int, mode: str | None = None) -> None:
    """Mark a bot as halted: why, in at most 512 characters, and who or what did it. The first reason stays.

    mode  what it may have working meanwhile; None leaves that as it is
    Raises BadInput for a mode that is none.
    """
    if mode is not None:
        if mode not in HALTS:
            raise BadInput(f"halt_mode is {mode!r}{near(mode, HALTS)}")
        changed = tx.update(bots).where(bots.c.id == bot_id)
        await tx.change(changed.values(halt_mode=mode, version=bots.c.version + 1))
    here = tx.update(bots).where(bots.c.id == bot_id, bots.c.halted_reason.is_(None))
    values = {"halted_reason": reason[:REASON_LENGTH], "halted_by": by, "halted_ms": now_ms}
    await tx.change(here.values(**values, version=bots.c.version + 1))


async def lift_halt(tx: Tx, bot_id: str, by: str) -> None:
    """Lift a halt that `by` set and that no longer stands; one by anybody else stays."""
    here = tx.update(bots).where(bots.c.id == bot_id, bots.c.halted_by == by)
    values = {"halted_reason": None, "halted_by": None, "halted_ms": None, "halt_mode": None}
    await tx.change(here.values(**values, version=bots.c.version + 1))


async def name_anew(tx: Tx, bot_id: str, epoch: bytes) -> None:
    """Give a bot that has no journal yet another journal epoch; one that has gets it with a row of that."""
    await tx.change(tx.update(bots).where(bots.c.id == bot_id).values(journal_epoch=epoch, version=bots.c.version + 1))


async def set_up_anew(tx: Tx, bot_id: str, account_id: str, strategy: str, config: str) -> Bot:
    """Give a bot that has no journal yet other settings: nothing has happened that they could belie."""
    values = {"account_id": account_id, "strategy": strategy, "config": config}
    await tx.change(tx.update(bots).where(bots.c.id == bot_id).values(**values, version=bots.c.version + 1))
    return await get(tx, bot_id)


async def take_lease(tx: Tx, bot_id: str, owner: str, *, now_ms: int, until_ms: int, take_over: bool = False) -> int:
    """Become the bot's only writer until `until_ms`; returns the new lease epoch, which every step must carry.

    take_over    take it although another owner's lease has not run out (that owner is known to be dead)
    Raises BadInput (no such bot), Deferred (somebody else holds it).
    """
    bot = await get(tx, bot_id)
    statement = tx.update(bots).where(bots.c.id == bot_id, bots.c.lease_epoch == bot.lease_epoch)
    held = bot.lease_owner is not None and bot.lease_owner != owner and bot.lease_until_ms > now_ms
    epoch = bot.lease_epoch + 1
    values = {"lease_owner": owner, "lease_epoch": epoch, "lease_until_ms": until_ms}
    if (held and not take_over) or await tx.change(statement.values(**values)) == 0:
        raise Deferred(
            f"bot {bot.name!r} is run by {bot.lease_owner} until {bot.lease_until_ms} ms; stop that process, or wait"
        )
    return epoch


async def renew_lease(tx: Tx, bot_id: str, *, epoch: int, until_ms: int) -> None:
    """Hold the bot for longer. Raises LeaseLost when its epoch is another by now."""
    here = tx.update(bots).where(bots.c.id == bot_id, bots.c.lease_epoch == epoch)
    if await tx.change(here.values(lease_until_ms=until_ms)) == 0:
        raise LeaseLost(f"bot {bot_id}: the lease of epoch {epoch} is gone. Another process has the bot; let it go")


async def renew_leases(tx: Tx, epochs: Mapping[str, int], *, until_ms: int) -> list[str]:
    """Hold many bots for longer; returns those that are in other hands by now."""
    held = tx.select(bots, bots.c.id, bots.c.lease_epoch).where(bots.c.id.in_(sorted(epochs)))
    now = {str(row.id): int(row.lease_epoch) for row in await tx.rows(held)}
    mine = sorted(one for one, epoch in epochs.items() if now.get(one) == epoch)
    if mine:
        await tx.change(tx.update(bots).where(bots.c.id.in_(mine)).values(lease_until_ms=until_ms))
    return [one for one in epochs if one not in mine]


async def release_lease(tx: Tx, bot_id: str, *, epoch: int) -> None:
    """Give the bot back. Does nothing when the lease is somebody else's by now."""
    here = tx.update(bots).where(bots.c.id == bot_id, bots.c.lease_epoch == epoch)
    await tx.change(here.values(lease_owner=None, lease_until_ms=0))


async def _change(tx: Tx, bot_id: str, version: int, **values: object) -> None:
    bot = await get(tx, bot_id)
    here = tx.update(bots).where(bots.c.id == bot_id, bots.c.version == version)
    if await tx.change(here.values(**values, version=version + 1)) == 0:
        raise BadInput(
            f"bot {bot.name!r} was changed by somebody else: it is at version {bot.version}, the request was made at "
            f"{version}. Look at it again and repeat"
        )


def _bot(row: Row[Any]) -> Bot:
    try:
        return msgspec.convert(values_of(row), Bot)
    except msgspec.ValidationError as error:
        raise FailClosed(f"a row of bots is not understood ({error}); a newer version may have written it") from error
