"""What a database needs that was put back from a backup: another journal epoch, in every bot's own journal.

The backup does not know what was sent after it was taken, so its bots would name new orders as older ones were named
that the venue has seen, and take those for their own. Nothing runs meanwhile: every bot's lease is held here. The
installation's epoch goes first; a bot that has not followed, because this was killed in between, is refused at its
start until it is done again.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass

from botswain.engine.fleet import Parts
from botswain.engine.leases import check_free, take
from botswain.model.errors import BadInput, Deferred, FailClosed, Unavailable
from botswain.store import bots, journal, meta
from botswain.store.bot_records import TYPES, Renewed
from botswain.store.scope import Tx
from botswain.store.steps import StepRows


@dataclass(frozen=True, slots=True)
class Wish:
    """What a person asks for: the fresh epoch of 16 random bytes, who asks, and what is said of it."""

    epoch: bytes
    by: str
    why: str


@dataclass(frozen=True, slots=True)
class Held:
    """A bot that nobody else can write for now, and the epoch of its lease."""

    bot: bots.Bot
    lease_epoch: int


async def renew(parts: Parts, wish: Wish) -> tuple[str, ...]:
    """Put a new journal epoch in force for a database and all its bots; returns their names.

    Raises BadInput where a living process has a bot (nothing was changed then) or the epoch is not fresh.
    """
    async with parts.store.reading(None) as tx:
        found = await everybody(tx)
    for one in found:
        check_nobody(parts, one)
    held: list[Held] = []
    try:
        for one in found:
            async with parts.store.transaction(one.tenant_id) as tx:
                held.append(Held(one, await take(parts, tx, one.id, take_over=False)))
        async with parts.store.transaction(None) as tx:
            await meta.renew_journal_epoch(tx, wish.epoch)
            rows = await last_rows(tx)
        parts.crash("epoch_renewed")
        for each in held:
            await renewed(parts, wish, each, rows.get(each.bot.id, 0))
    finally:
        await released(parts, held)
    return tuple(one.name for one in found)


async def everybody(tx: Tx) -> list[bots.Bot]:
    """All bots of all tenants."""
    found: list[bots.Bot] = []
    while page := await bots.listed(tx, offset=len(found)):
        found += page
    return found


def check_nobody(parts: Parts, bot: bots.Bot) -> None:
    """Refuse where a living process has a bot. Raises BadInput."""
    try:
        check_free(parts, bot, take_over=False)
    except BadInput as error:
        raise BadInput(f"order ids cannot be renewed while bots run, and nothing was changed: {error}") from None


async def last_rows(tx: Tx) -> dict[str, int]:
    """The number of every bot's last journal row; bots without one are not there."""
    found: dict[str, int] = {}
    after: str | None = None
    while page := await journal.heads(tx, after_bot=after):
        after = page[-1].bot_id
        found |= {one.bot_id: one.seq for one in page}
    return found


async def renewed(parts: Parts, wish: Wish, held: Held, last: int) -> None:
    """One bot's new epoch, in its row and its journal in one commit; without a journal there is only the row."""
    bot = held.bot
    if last == 0:
        async with parts.store.transaction(bot.tenant_id) as tx:
            await bots.name_anew(tx, bot.id, wish.epoch)
        return
    record = Renewed(bot.journal_epoch.hex(), wish.epoch.hex(), wish.by, wish.why)
    await parts.writer.append(
        StepRows(
            tenant_id=bot.tenant_id,
            account_id=bot.account_id,
            bot_id=bot.id,
            lease_epoch=held.lease_epoch,
            first_seq=last + 1,
            journal=(TYPES.row(record, parts.now_ms()),),
            journal_epoch=wish.epoch,
        )
    )


async def released(parts: Parts, held: list[Held]) -> None:
    """Give the bots back."""
    for one in held:
        # Where the database does not answer any more the leases run out.
        with suppress(Unavailable, Deferred):
            async with parts.store.transaction(one.bot.tenant_id) as tx:
                await bots.release_lease(tx, one.bot.id, epoch=one.lease_epoch)


async def check_named(tx: Tx, bot: bots.Bot) -> None:
    """Refuse a bot whose journal epoch is not the one in force. Raises FailClosed."""
    if bot.journal_epoch != await meta.journal_epoch(tx):
        raise FailClosed(
            f"bot {bot.name!r} was not started: the renewal of order ids after a restore from a backup was broken off "
            "before it came to this bot. Run botswain restored again"
        )
