"""Leases: who may run a bot now, kept alive while it runs and given back at the end.

A lease is a row with an owner, an end and an epoch; every commit is refused under an older epoch, so two processes can
never both write. The end is only there to be polite: nobody takes a bot from a living process without being told to.
An owner is text that says which process it is, so that a dead one need not be waited for.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from contextlib import suppress

from botswain.engine.anchors import ANCHOR_MS, anchor
from botswain.engine.bot import Bot
from botswain.engine.fleet import Fleet, Parts, Runner, lost
from botswain.engine.lease_owner import owner_of
from botswain.engine.marks import LOOK_S, Marks
from botswain.engine.steps import StepMaker
from botswain.history.instants import iso
from botswain.model.errors import BadInput, Deferred, Unavailable
from botswain.store import bots
from botswain.store.failures import LeaseLost
from botswain.store.scope import Tx

LEASE_MS = 60_000
EVERY_MS = LEASE_MS // 3


def check_free(parts: Parts, bot: bots.Bot, *, take_over: bool) -> None:
    """Refuse a bot that another living process holds. Raises BadInput."""
    held = bot.lease_owner not in (None, parts.owner) and bot.lease_until_ms > parts.now_ms()
    if held and not take_over and not parts.dead(str(bot.lease_owner)):
        raise refusal(bot)


def refusal(bot: bots.Bot) -> BadInput:
    """What is said of a bot that is in other hands: by whom, since when, until when, and what to do."""
    owner = owner_of(str(bot.lease_owner))
    whom, stop = f"{bot.lease_owner!r}", "Stop it"
    if owner is not None:
        whom = f"process {owner.pid} on {owner.host}, started {iso(owner.since_ms)}"
        stop = f"Stop that process (kill {owner.pid})"
    return BadInput(
        f"bot {bot.name!r} is run by {whom}; its lease ends {iso(bot.lease_until_ms)} unless it is renewed. {stop}, or "
        "take the bot from it with botswain trade --take-over"
    )


async def take(parts: Parts, tx: Tx, bot_id: str, *, take_over: bool) -> int:
    """Become a bot's only writer; returns the epoch its commits must carry. Raises BadInput where another one is."""
    found = await bots.get(tx, bot_id)
    check_free(parts, found, take_over=take_over)
    now_ms = parts.now_ms()
    try:
        return await bots.take_lease(
            tx,
            bot_id,
            parts.owner,
            now_ms=now_ms,
            until_ms=now_ms + LEASE_MS,
            take_over=True,
        )
    except Deferred:
        raise refusal(await bots.get(tx, bot_id)) from None


async def renew(parts: Parts, runners: Iterable[Runner]) -> None:
    """Hold the bots for another LEASE_MS. Raises LeaseLost, naming the bot, where one is in other hands by now."""
    for runner in runners:
        identity = runner.steps.identity
        try:
            async with parts.store.transaction(identity.tenant_id) as tx:
                until_ms = parts.now_ms() + LEASE_MS
                await bots.renew_lease(tx, identity.bot_id, epoch=identity.lease_epoch, until_ms=until_ms)
        except LeaseLost:
            raise lost(runner) from None


async def release(parts: Parts, runners: Iterable[Runner]) -> None:
    """Give the bots back, so that nobody has to wait. Nothing happens to those that are in other hands by now."""
    for runner in runners:
        identity = runner.steps.identity
        # A database that does not answer now is no reason to hide why the process ends; the lease runs out.
        with suppress(Unavailable, Deferred):
            async with parts.store.transaction(identity.tenant_id) as tx:
                await bots.release_lease(tx, identity.bot_id, epoch=identity.lease_epoch)


async def keep(fleet: Fleet) -> None:
    """Renew the leases every third of their length and anchor hourly, until cancelled. Raises LeaseLost."""
    parts, runners = fleet.parts, fleet.runners
    due_ms = parts.now_ms() + ANCHOR_MS
    while True:
        await parts.sleep(EVERY_MS / 1000)
        # An attempt that failed is made again at the next turn; the epoch keeps commits safe meanwhile.
        with suppress(Unavailable, Deferred):
            await renew(parts, runners)
        if parts.now_ms() >= due_ms:
            due_ms = parts.now_ms() + ANCHOR_MS
            await anchor(fleet)


async def run(fleet: Fleet, ready: Callable[[], Awaitable[bool]]) -> int:
    """`fleet.run` under leases that are kept, and given back when it ends in whatever way; anchored hourly and where it

    ends well.

    Raises LeaseLost as soon as a renewal finds a bot in other hands, and what `fleet.run` raises.
    """
    going = asyncio.create_task(fleet.run(ready), name="fleet")
    keeping = asyncio.create_task(keep(fleet), name="leases")
    marks = Marks(fleet.parts.writer)
    marking = asyncio.create_task(marks.keep(lambda: marked(fleet), lambda: fleet.parts.sleep(LOOK_S)), name="marks")
    try:
        await asyncio.wait({going, keeping}, return_when=asyncio.FIRST_COMPLETED)
        count = await (going if going.done() else not_reached(keeping))
        await marks.gather(marked(fleet))
        await anchor(fleet)
        return count
    finally:
        for task in (going, keeping, marking):
            task.cancel()
        await asyncio.gather(going, keeping, marking, return_exceptions=True)
        await release(fleet.parts, fleet.runners)


def marked(fleet: Fleet) -> list[tuple[StepMaker, Bot]]:
    """The bots whose worth is noted."""
    return [(one.steps, one.bot) for one in fleet.runners]


async def not_reached(keeping: asyncio.Task[None]) -> int:
    """What ended the keeping of leases, which ends in no other way than by an error."""
    await keeping
    raise AssertionError("the leases are kept for ever")
