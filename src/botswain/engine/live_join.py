"""Bots that join a fleet while it runs, or leave it: the others notice nothing.

A bot joins as it starts: what is recorded goes through it. What is recorded meanwhile is gathered, and what its
recovery did not take is delivered before it hears anything else.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from botswain.control.config import BotConfig, MarketConfig
from botswain.engine.live_candidate import candidate
from botswain.engine.live_fleet import SETTLE_S, LiveFleet
from botswain.engine.live_market import Event, event_of
from botswain.engine.live_recovery import let_go, listed, taken_up
from botswain.engine.live_runner import MOST_WAITING, Runner
from botswain.engine.live_stop import PATIENCE_S as STOP_S
from botswain.engine.live_stop import wind_down
from botswain.engine.recovery import alone, local_tenant
from botswain.model.errors import BotswainError, FailClosed, Unavailable
from botswain.model.news import Mode
from botswain.store import bots, market

PATIENCE_S = 10.0
# Longer than a gateway takes to answer anything.
SENT_S = 40.0


async def join(
    fleet: LiveFleet, config: MarketConfig, wanted: BotConfig, ready: Callable[[], Awaitable[None]]
) -> Runner:
    """Recover a bot into a running fleet. Raises BadInput, Unavailable, FailClosed (it is halted in its row).

    ready  called when it is in and before it may request anything: halts are told to it
    """
    tenant = await local_tenant(fleet.parts)
    await unsent(fleet, wanted.name, tenant)
    fleet.listings.update(await listed(fleet.side, [wanted]))
    events: list[Event] = []
    fleet.overhearing.append(events)
    known = len(fleet.refused)
    runner: Runner | None = None
    try:
        events[:0] = await recorded(fleet, fleet.market.sequence)
        async with alone(fleet.parts, tenant, wanted.name, fleet.refused):
            checked = await candidate(fleet, tenant, config, wanted, events, take_over=False)
            runner = await taken_up(fleet, tenant, checked, events, take_over=False)
        if runner is None:
            raise FailClosed(fleet.refused[known].why)
        await fleet.follow(runner)
    except (BotswainError, asyncio.CancelledError):
        if runner is not None:
            await let_go(fleet.parts, runner)
        raise
    finally:
        # By itself: two lists may hold the same events.
        fleet.overhearing[:] = [one for one in fleet.overhearing if one is not events]
    for one in events:
        if one.sequence > runner.upto and runner.taker.concerns(one):
            runner.deliver(one)
    fleet.admit(runner)
    fleet.rules.compare([fleet.listings[one.symbol] for one in runner.plan.instruments])
    fleet.spawn(fleet.keep_running(runner), runner.name)
    await ready()
    # Whether the account has what its book holds is looked at anew.
    fleet.account.residue.last.clear()
    # Everything is read before the new bot requests anything; the others are told once more that it was.
    fleet.account.fresh = False
    fleet.account.surprise.set()
    return runner


async def rejoin(
    fleet: LiveFleet, config: MarketConfig, wanted: BotConfig, lost: Runner, ready: Callable[[], Awaitable[None]]
) -> Runner:
    """Recover a bot whose inbox was full, beside the others. Raises as `join`."""
    fleet.set_aside(lost)
    fleet.side.remark(
        f"bot {lost.name!r} fell behind: {MOST_WAITING} events waited for it. What waited is dropped, nothing is "
        "requested for it until it has been taken along its journal and its account was read; the others go on"
    )
    # What it last decided counts if it was committed; under the new lease it could not be any more.
    await lost.written_up.wait()
    return await join(fleet, config, wanted, ready)


async def unsent(fleet: LiveFleet, name: str, tenant: str) -> None:
    """Wait until no request of a bot of this name is on its way here: what is known of it would be lost."""
    async with fleet.parts.store.reading(tenant) as tx:
        bot_id = next((one.id for one in await bots.listed(tx) if one.name == name), "")
    end_s = asyncio.get_running_loop().time() + SENT_S
    while any(one.sending for one in fleet.account.tracks.values() if one.owner == bot_id):
        if asyncio.get_running_loop().time() >= end_s:
            raise Unavailable(f"a request of bot {name!r} has been on its way for {SENT_S:g} s; try again")
        await asyncio.sleep(SETTLE_S)


async def recorded(fleet: LiveFleet, sequence: int) -> list[Event]:
    """All recorded events up to a number, once they are written. Raises Unavailable."""
    loop = asyncio.get_running_loop()
    end_s = loop.time() + PATIENCE_S
    found: list[Event] = []
    while True:
        async with fleet.parts.store.reading(None) as tx:
            while page := await market.read(tx, fleet.market.segment, after=found[-1].sequence if found else 0):
                found += [event_of(one) for one in page]
        if (found[-1].sequence if found else 0) >= sequence:
            return [one for one in found if one.sequence <= sequence]
        if loop.time() >= end_s:
            raise Unavailable(f"the record of the market is not written up to event {sequence}; try again")
        await asyncio.sleep(SETTLE_S)


async def part(
    fleet: LiveFleet, runner: Runner, policy: Mode, by: str, leave: asyncio.Event, patience_s: float = STOP_S
) -> bool:
    """Stop a bot by its policy and let it go; whether it came to rest."""
    left = await wind_down(fleet, {runner.name: policy}, by, "the bot was stopped", leave, patience_s)
    doomed = [task for task, name in fleet.tasks.items() if name == runner.name]
    fleet.drop(runner)
    for task in doomed:
        task.cancel()
    if doomed:
        await asyncio.wait(doomed)
    await let_go(fleet.parts, runner)
    return not left
