"""One fleet of live bots kept up: started, run, and started again after whatever stopped it but must not end it.

A start is a recovery, so an error needs no handling of its own here: what can be waited for (a venue that is down, a
disk that is full) is said and tried again after growing pauses; what must not be papered over ends it. Stopping is by
each bot's policy, bounded, and asked for twice it happens at once.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager, suppress
from dataclasses import dataclass, field

from botswain.bus.waiting import happened
from botswain.control.config import STOP_POLICIES, BotConfig, MarketConfig
from botswain.engine import live_recovery
from botswain.engine.emergency import answers, note_cancels, stand_by
from botswain.engine.fleet import Parts, Refusal
from botswain.engine.halt_notes import merge_halts
from botswain.engine.halts import HaltWatch
from botswain.engine.live_fleet import LiveFleet, Side
from botswain.engine.live_join import rejoin
from botswain.engine.live_runner import Runner
from botswain.engine.live_stop import wind_down
from botswain.model.errors import BadInput, Deferred, FailClosed, Unavailable, place_of
from botswain.model.news import Mode

PAUSES_S = (1.0, 2.0, 5.0, 10.0, 30.0)
WELL_S = 60.0
STARTS = "it starts"
# So often in so many seconds a bot may fall behind.
MOST_BEHIND, BEHIND_S = 3, 600.0

Opened = Callable[[], AbstractAsyncContextManager[Side]]


@dataclass
class Crew:
    """Bots on one account.

    opened   the venue's side, made anew for every start. Raises BadInput and Unavailable
    say      told what a person should know
    stop     set: stop by policy; leave: at once
    fleet    while it runs; last: the last one that did
    left     bots that did not come to rest at the stop
    behind   when bots' inboxes were full, by the loop's clock
    starting why it does not run; empty while it does
    policies how bots are to be stopped this once, by name, other than their settings say
    stops    bots that are taken up only to be stopped so; None where nobody looks at what is wanted of bots
    by       who stopped it
    """

    parts: Parts
    opened: Opened
    config: MarketConfig
    wanted: list[BotConfig]
    say: Callable[[str], None]
    take_over: bool = False
    stop: asyncio.Event = field(default_factory=asyncio.Event)
    leave: asyncio.Event = field(default_factory=asyncio.Event)
    fleet: LiveFleet | None = None
    last: LiveFleet | None = None
    runners: list[Runner] = field(default_factory=list)
    halts: HaltWatch | None = None
    refused: list[Refusal] = field(default_factory=list)
    left: list[Runner] = field(default_factory=list)
    behind: dict[str, list[float]] = field(default_factory=dict)
    starting: str = STARTS
    by: str = "stop"
    policies: dict[str, Mode] = field(default_factory=dict)
    stops: dict[str, Mode] | None = None

    async def run(self) -> None:
        """Run until stopped. Raises BadInput and FailClosed, and nothing of it is left running."""
        loop, failures = asyncio.get_running_loop(), 0
        if self.parts.emergency is not None:
            self.parts.emergency.reserve()
        while not self.stop.is_set():
            began_s = loop.time()
            try:
                await self.attempted()
                return
            except (Unavailable, Deferred) as error:
                self.starting = str(error)
                if self.stop.is_set():
                    self.say(f"{str(error).rstrip('.')}; orders at the venue stay as they are")
                    return
                failures = 0 if loop.time() - began_s > WELL_S else failures
                pause_s = PAUSES_S[min(failures, len(PAUSES_S) - 1)]
                failures += 1
                self.say(f"{str(error).rstrip('.')}; starting again in {pause_s:g} s")
                await happened(self.stop, pause_s)

    async def attempted(self) -> None:
        """One start and run. A stop before bots trade is as good as a kill, and a kill is harmless."""
        running = asyncio.ensure_future(self.attempt())
        stopping = asyncio.ensure_future(self.stop.wait())
        try:
            await asyncio.wait({running, stopping}, return_when=asyncio.FIRST_COMPLETED)
            if not running.done() and self.fleet is None:
                running.cancel()
            with suppress(asyncio.CancelledError):
                await running
        finally:
            stopping.cancel()
            running.cancel()
            await asyncio.wait({running, stopping})

    async def attempt(self) -> None:
        """The venue's side, a recovered fleet on it, and its run."""
        async with self.opened() as side:
            await self.once(side)

    async def once(self, side: Side) -> None:
        """One start and run on an open side."""
        await merge_halts(self.parts, self.say)
        fleet = await live_recovery.start(
            self.parts, side, self.config, self.wanted, take_over=self.take_over, stopping=self.stops
        )
        self.fleet = self.last = fleet
        # It was asked for once: bots that are taken from this process later are not taken back by a start of its own.
        self.take_over = False
        self.starting = ""
        self.say_refused(fleet)
        known = len(fleet.refused)
        self.halts = HaltWatch(fleet)
        fleet.recover = self.recovered
        self.runners = list(fleet.runners.values())
        try:
            note_cancels(fleet)
            await self.halts.look()
            await fleet.run(self.until)
        except (Unavailable, Deferred) as error:
            self.fleet, self.starting = None, str(error)
            await self.stood_by(fleet, self.halts)
            raise
        finally:
            await release(self.parts, self.runners)
            self.refused += fleet.refused[known:]
            self.fleet = None

    async def recovered(self, lost: Runner) -> None:
        """One bot's inbox was full: it is recovered beside the others. Raises Unavailable.

        One that falls behind again and again is halted: it costs everybody, and never trades on what is true.
        """
        fleet, watch = self.fleet, self.halts
        config = next((one for one in self.wanted if one.name == lost.name), None)
        assert fleet is not None
        assert watch is not None
        assert config is not None
        now_s = asyncio.get_running_loop().time()
        times = [*(one for one in self.behind.get(lost.name, ()) if now_s - one < BEHIND_S), now_s]
        self.behind[lost.name] = times
        if len(times) > MOST_BEHIND:
            why = (
                f"bot {lost.name!r} fell behind its market {len(times)} times in {BEHIND_S / 60:g} minutes and was "
                "halted; its step is too slow for what it listens to, or this machine is. Then botswain resume"
            )
            fleet.refuse(lost, why)
            await fleet.halt(lost, why)
            return
        try:
            found = await rejoin(fleet, self.config, config, lost, watch.look)
        except (BadInput, FailClosed) as error:
            fleet.refuse(lost, str(error))
            return
        self.runners = [found if one is lost else one for one in self.runners]

    async def stood_by(self, fleet: LiveFleet, watch: HaltWatch) -> None:
        """The journal failed, perhaps: keep what the engine has halted, and take off the entries of halted bots."""
        try:
            await watch.write_own()
            if self.parts.emergency is not None and not await answers(self.parts):
                self.say(f"{self.starting.rstrip('.')}; nothing but cancels for halts is sent until it answers")
            await stand_by(fleet, watch.standing, self.stop)
        except (Unavailable, Deferred) as error:
            self.say(str(error))

    def say_refused(self, fleet: LiveFleet) -> None:
        """Bots that this start stopped."""
        for one in fleet.refused:
            if one not in self.refused:
                self.refused.append(one)
                self.say(one.why)

    async def until(self) -> None:
        """Runs while the fleet does; ends when it is to end. Raises Unavailable where halts are not seen any more."""
        assert self.fleet is not None
        assert self.halts is not None
        watching = asyncio.ensure_future(self.halts.keep())
        stopping = asyncio.ensure_future(self.stop.wait())
        try:
            await asyncio.wait({watching, stopping}, return_when=asyncio.FIRST_COMPLETED)
            if not stopping.done():
                raise blind(watching)
        finally:
            watching.cancel()
            stopping.cancel()
            await asyncio.wait({watching, stopping})
        policies = {one.name: STOP_POLICIES[one.on_stop] for one in self.wanted} | self.policies | (self.stops or {})
        self.left = await wind_down(self.fleet, policies, self.by, "the bot was stopped", self.leave)


def blind(watching: asyncio.Future[None]) -> Unavailable:
    """What is said where halts are not looked for any more; a start looks for them before anything is requested."""
    error = watching.exception()
    found = Unavailable(
        f"nobody looks for halts any more, which failed ({place_of(error) if error else 'it ended by itself'}): a "
        "halt would not be obeyed, so nothing is requested until it is"
    )
    found.__cause__ = error
    return found


async def release(parts: Parts, runners: Sequence[Runner]) -> None:
    """Give the bots' leases back. A database that does not answer is no reason to hang; they run out."""
    for runner in runners:
        with suppress(Unavailable, Deferred):
            await live_recovery.let_go(parts, runner)
