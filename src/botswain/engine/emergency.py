"""What still happens while the database does not answer: halts are kept in a file, and entries are taken off for them.

Nothing else is sent then, since nothing can be journaled. Each cancel stands in the file, on the disk, before it goes
out, and fills are heard again from the venue at the next start. When the database answers again what the file holds is
moved into it before anything trades.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping
from itertools import count

from botswain.bus.waiting import happened
from botswain.core.codes import PROTECTIVE, REDUCE_ONLY
from botswain.engine.fleet import Parts
from botswain.engine.halt_notes import Halt, noted_halts
from botswain.engine.live_fleet import LiveFleet
from botswain.engine.live_runner import Runner
from botswain.engine.tracks import Track
from botswain.model.errands import Errand
from botswain.model.errors import BotswainError, Deferred, Unavailable
from botswain.model.intents import Request
from botswain.model.outcomes import Accepted, Cause, Refused
from botswain.store import halts
from botswain.store.emergency import Cancelling

LOOK_S = 1.0
# Cancels are safe to repeat; one that was never answered in so many seconds is left to the next start.
MOST_TRIES = 120


def note_cancels(fleet: LiveFleet) -> None:
    """Have a recovered account know which orders were taken off while nothing could be journaled."""
    file = fleet.parts.emergency
    if file is None:
        return
    account = fleet.account
    waiting = {line: one for line, one in file.pending().cancels().items() if one.account_id == account.account_id}
    for one in waiting.values():
        track = account.tracks.get(one.client_order_id)
        if track is not None:
            track.leaving = True
    if waiting:
        file.done(list(waiting), fleet.parts.now_ms())
        fleet.side.remark(f"{len(waiting)} cancels were sent while the database did not answer; their orders are read")


async def stand_by(fleet: LiveFleet, standing: Mapping[str, Halt], stop: asyncio.Event) -> None:
    """After the journal failed: take off the entries of halted bots until the database answers, or until `stop`.

    standing  the halts that the bots obeyed before, by bot id
    The fleet has ended; its venue's side is still open. Nothing is sent where there is no emergency file.
    """
    if fleet.parts.emergency is None:
        return
    relief = Relief(fleet)
    while not stop.is_set():
        halted = {**standing, **noted_halts(fleet.parts, fleet.runners.values())}
        await relief.take_off([one for key, one in fleet.runners.items() if key in halted])
        if await answers(fleet.parts):
            return
        await happened(stop, LOOK_S)


class Relief:
    """Takes entries off without a journal. tries: how often each order's cancel was sent; gone: those that are done."""

    def __init__(self, fleet: LiveFleet) -> None:
        self.fleet = fleet
        self.tries: dict[str, int] = {}
        self.gone: set[str] = set()
        self.numbers = count(1)

    async def take_off(self, runners: Iterable[Runner]) -> None:
        """Cancel what may open a position, each noted before it is sent; what is not answered is sent again later."""
        file = self.fleet.parts.emergency
        assert file is not None
        due = [(one, track) for one in runners for track in entries(self.fleet, one) if self.may(track)]
        fresh = [(one, track) for one, track in due if track.name not in self.tries]
        account_id, now_ms = self.fleet.account.account_id, self.fleet.parts.now_ms()
        try:
            if fresh:
                file.append(*(Cancelling(account_id, one.bot_id, track.name, now_ms) for one, track in fresh))
        except Unavailable as error:
            self.fleet.side.remark(str(error))
            return
        if fresh:
            names = ", ".join(sorted({one.name for one, _ in fresh}))
            self.fleet.side.remark(
                f"{names}: halted while the database does not answer; {len(fresh)} entries are taken off"
            )
        await asyncio.gather(*(self.cancel(one, track) for one, track in due))

    def may(self, track: Track) -> bool:
        """Whether an order's cancel is to be sent (again)."""
        return track.name not in self.gone and self.tries.get(track.name, 0) < MOST_TRIES

    async def cancel(self, runner: Runner, track: Track) -> None:
        """Send one cancel."""
        self.tries[track.name] = self.tries.get(track.name, 0) + 1
        identity = runner.steps.identity
        errand = Errand(
            account_id=identity.account_id,
            bot_id=identity.bot_id,
            # No row of a journal has this number: a gateway sees by it that the emergency file is to be asked.
            seq=-next(self.numbers),
            lease_epoch=identity.lease_epoch,
            symbol=track.units.symbol,
            tick_size=track.units.tick,
            lot_size=track.units.lot,
            request=Request(track.name, "", None),
        )
        outcome = await self.fleet.side.gateway.send(errand)
        if isinstance(outcome, Accepted) or (isinstance(outcome, Refused) and outcome.cause is Cause.GONE):
            self.gone.add(track.name)


def entries(fleet: LiveFleet, runner: Runner) -> list[Track]:
    """A bot's orders that may work and would open or grow a position."""
    bot, found = runner.bot, []
    for track in fleet.account.tracks.values():
        order = bot.working.get(track.name) or bot.past.get(track.name)
        if track.owner != runner.bot_id or track.ended or order is None:
            continue
        reduces = order.flags & (PROTECTIVE | REDUCE_ONLY) or order.side * bot.held_lots(order.symbol) < 0
        if not reduces:
            found.append(track)
    return found


async def answers(parts: Parts) -> bool:
    """Whether the database takes something written again."""
    try:
        async with parts.store.transaction(None) as tx:
            await halts.told(tx)
    except (Unavailable, Deferred):
        return False
    except BotswainError:
        return True  # what is wrong with it the next start says
    return True
