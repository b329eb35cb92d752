"""Stopping live bots by their policies: leave what works, take entries or everything off, or close the positions too.

Bounded: what is not done in time is left as it is and told, for orders at a venue outlive the process anyway. A stop
is no halt: the next start trades again. What was taken off counts as that only where the venue shows it (`taken_off`).
What a bot is worth with what its stop has sold is noted at the end.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping
from contextlib import suppress

from botswain.engine.left_over import with_left_over
from botswain.engine.live_fleet import LiveFleet
from botswain.engine.live_runner import Runner
from botswain.engine.marks import Marks
from botswain.engine.taken_off import TakenOff
from botswain.model.errors import Deferred, Unavailable
from botswain.model.news import Command, Mode
from botswain.store import stops

PATIENCE_S = 10.0
LOOK_S = 0.02


async def wind_down(
    fleet: LiveFleet,
    policies: Mapping[str, Mode],
    by: str,
    why: str,
    leave: asyncio.Event | None = None,
    patience_s: float = PATIENCE_S,
) -> list[Runner]:
    """Have bots, by name, come to rest under their policies; returns those that did not in time, or before `leave`."""
    stopping = [one for one in fleet.runners.values() if one.name in policies]
    taking = [one for one in stopping if policies[one.name] is not Mode.LEAVE]
    off = TakenOff(fleet.account, await begin(fleet, taking))
    for runner in stopping:
        runner.stopping = True
        mode = policies[runner.name]
        runner.tell([Command(mode, by, with_left_over(runner.bot, mode, why))])
    loop = asyncio.get_running_loop()
    end_s = loop.time() + patience_s
    try:
        while True:
            left = unfinished(fleet, stopping)
            left += off.unshown([one for one in taking if one not in left], lambda one: at_rest(fleet, one))
            if not left or loop.time() >= end_s or (leave is not None and leave.is_set()):
                break
            await asyncio.sleep(LOOK_S)
    finally:
        await off.close()
    if left:
        await begin(fleet, [one for one in left if one in taking])
    marks = Marks(fleet.parts.writer)
    for runner in stopping:
        marks.end(runner.steps, runner.bot, runner.filled_ms)
    return left


async def begin(fleet: LiveFleet, runners: Iterable[Runner]) -> list[str]:
    """Write down of stops that are due that they have begun: from here on books alone cannot say that they are done.

    Returns the ids of those that had begun before. A database that does not answer keeps nobody from being stopped.
    """
    found: list[str] = []
    with suppress(Unavailable, Deferred):
        async with fleet.parts.store.transaction(None) as tx:
            found = [one.bot_id for one in runners if await stops.begun(tx, one.bot_id)]
    return found


def unfinished(fleet: LiveFleet, runners: Iterable[Runner]) -> list[Runner]:
    """The bots whose orders are not yet what their mode wants."""
    return [one for one in runners if not at_rest(fleet, one)]


def at_rest(fleet: LiveFleet, runner: Runner) -> bool:
    """Whether a bot has heard everything, none of its orders is in doubt, and its mode wants nothing else."""
    bot = runner.bot
    if not runner.quiet or doubts(fleet, runner):
        return False
    return bot.mode is Mode.LEAVE or not bot.actions()


def doubts(fleet: LiveFleet, runner: Runner) -> int:
    """How many of a bot's orders have a request on its way, or one that nobody knows the end of."""
    own = (one for one in fleet.account.tracks.values() if one.owner == runner.bot_id)
    return sum(one.sending or one.unresolved or one.unexplained for one in own)
