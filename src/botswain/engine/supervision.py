"""The supervisor at work: rows are looked at every second, and fleets made to hold the bots that are wanted to run.

One process, and one bot's trouble is its own: what keeps a bot from starting is said once, and it is tried again when
somebody has changed something, or after a while.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager, suppress
from dataclasses import dataclass, field

from botswain.bus.waiting import happened
from botswain.control.config import STOP_POLICIES, BotConfig, MarketConfig
from botswain.engine.fleet import Parts
from botswain.engine.live_crew import Crew
from botswain.engine.live_fleet import LiveFleet, Side
from botswain.engine.live_join import join, part
from botswain.engine.live_runner import Runner
from botswain.engine.muster import DUE_S
from botswain.engine.not_stopped import Waiting, waiting_of, way_of, words
from botswain.engine.stop_ends import stop_end, undone
from botswain.engine.supervisor import Berth, Wanted, Wish, changes, wanted_of, ways_of
from botswain.model.errors import BotswainError, Deferred, FailClosed, Unavailable
from botswain.model.news import Mode
from botswain.model.paper import SANDBOX_PORT, odd_port
from botswain.store import bots, halts, stops

LOOK_S = 1.0
# Rows are read again after so many looks although nothing was ordered: a bot that could not start is tried again.
AGAIN = 30
PAGE = 1_000
# A bot that was taken up to be stopped has so long to come to rest: an order may be in doubt for some minutes.
LATE_S = 600.0

Opener = Callable[[MarketConfig, Callable[[str], None]], AbstractAsyncContextManager[Side]]


@dataclass
class Supervision:
    """All fleets of one process.

    opened  a venue's side for a market, and what is told of it
    say     told what a person should know
    """

    parts: Parts
    opened: Opener
    say: Callable[[str], None]
    stop: asyncio.Event = field(default_factory=asyncio.Event)
    leave: asyncio.Event = field(default_factory=asyncio.Event)
    by: str = "engine"
    crews: dict[Berth, Crew] = field(default_factory=dict)
    tasks: dict[asyncio.Task[None], Berth] = field(default_factory=dict)
    moving: dict[str, asyncio.Task[None]] = field(default_factory=dict)
    resting: set[str] = field(default_factory=set)
    changed: int = -1
    looks: int = 0
    unsettled: bool = False
    said: dict[str, str] = field(default_factory=dict)  # what is wrong with something, as it was said
    odd: set[str] = field(default_factory=set)
    configs: dict[str, BotConfig] = field(default_factory=dict)
    ways: dict[str, Mode] = field(default_factory=dict)  # how somebody wants bots stopped, other than their settings
    late: dict[str, asyncio.Event] = field(default_factory=dict)  # taken up only to be stopped; set: it may end at once
    stopped: list[tuple[str, Mode]] = field(default_factory=list)  # stops that are done, by bot id, and not noted yet
    undone: bool = False  # the stop of this process did not do what its bots' policies ask for, or nobody knows
    ids: dict[str, str] = field(default_factory=dict)  # of all bots that there are, by name
    since: dict[str, float] = field(default_factory=dict)  # since when bots are wanted, by the loop's clock

    def __post_init__(self) -> None:
        muster = self.parts.muster
        muster.looked_after, muster.awaited = self.looked_after, self.awaited

    async def run(self) -> None:
        """Make the rows true until stopped; then stop every bot by its policy and let it go."""
        try:
            while not self.stop.is_set():
                try:
                    await self.look()
                except (Unavailable, Deferred, FailClosed) as error:
                    self.once("the rows", str(error))
                else:
                    self.over("the rows")
                await happened(self.stop, LOOK_S)
        finally:
            await self.close()

    async def look(self) -> None:
        """Compare rows and fleets once, and begin what differs."""
        self.reap()
        await self.note_stops()
        here = {*self.moving, *(name for crew in self.crews.values() for name in self.names(crew))}
        async with self.parts.store.reading(None) as tx:
            standing = await halts.standing(tx)
            anew = standing.changes != self.changed or self.looks % AGAIN == 0
            due = anew or self.unsettled
            if due:
                self.changed, self.unsettled = standing.changes, False
                rows: list[bots.Bot] = []
                while page := await bots.listed(tx, limit=PAGE, offset=len(rows)):
                    rows += page
                waiting = await waiting_of(tx, self.parts, rows, here)
        self.looks += 1
        if not due:
            return
        if anew:
            self.resting.clear()
        wanted = wanted_of(rows)
        self.ways = ways_of(rows)
        self.ids = {row.name: row.id for row in rows}
        self.configs |= {name: one.config for name, one in (*wanted.wishes.items(), *wanted.stops.items())}
        for gone in self.said.keys() & self.odd - set(wanted.odd):
            self.over(gone)
        self.odd = set(wanted.odd)
        for odd in wanted.odd:
            self.once(odd, odd)
        running = {berth: frozenset(self.names(crew)) for berth, crew in self.crews.items()}
        ports = {berth: odd_port(crew.config.port) for berth, crew in self.crews.items()}
        wishes = self.with_late(wanted, waiting)
        now_s = asyncio.get_running_loop().time()
        self.since = {name: self.since.get(name, now_s) for name in wishes}
        todo = changes(wishes, running, frozenset(self.resting | self.moving.keys()), ports)
        for berth, name in todo.leaving:
            self.depart(berth, name)
        for one in todo.joining:
            self.arrive(one)
        for berth, found in todo.opened:
            self.open(berth, found)
        for one, port in todo.elsewhere:
            self.resting.add(one.name)
            self.once(
                one.name,
                f"{one.berth}: {one.name} cannot run: the account is traded on at the sandbox on port {port}, and this "
                f"bot's is on {one.port or SANDBOX_PORT}; give the bot an account of its own",
            )
        for berth, crew in self.crews.items():
            for name in list(crew.stops or ()):
                self.carry_out(berth, crew, name)

    async def note_stops(self) -> None:
        """Write down which stops are done. Raises Unavailable and Deferred; then it is done at the next look."""
        while self.stopped:
            bot_id, way = self.stopped.pop(0)
            try:
                async with self.parts.store.transaction(None) as tx:
                    row = await bots.get(tx, bot_id)
                    if way_of(row) is way:
                        await stops.carried_out(tx, bot_id, row.stop_mode)
            except (Unavailable, Deferred):
                self.stopped.append((bot_id, way))
                raise

    def with_late(self, wanted: Wanted, waiting: Waiting) -> dict[str, Wish]:
        """The bots that are to run, and those that are taken up to be stopped, which is said of each that is new."""
        self.stopped += [(row.id, way_of(row)) for row in waiting.nothing]
        taken_up = {*self.moving, *(name for crew in self.crews.values() for name in crew.stops or ())}
        for name in self.late.keys() - wanted.stops.keys():
            self.late[name].set()
            if name not in taken_up:
                del self.late[name]
        for name, left in waiting.left.items():
            if name in wanted.stops and name not in self.late:
                self.late[name] = asyncio.Event()
                said = f"{name} was to be stopped ({words(self.way(name))}) and is not yet: by its books {left}"
                said += ". That is done now, before anything else of it"
                self.once(f"stop of {name}", f"{wanted.stops[name].berth}: {said}")
        return {**wanted.wishes, **{name: wanted.stops[name] for name in self.late if name in wanted.stops}}

    def way(self, name: str) -> Mode:
        """How a bot is to be stopped."""
        return self.ways.get(name, STOP_POLICIES[self.configs[name].on_stop])

    def names(self, crew: Crew) -> set[str]:
        """The bots of a fleet, those it is to start with where it does not run."""
        if crew.fleet is None:
            return {one.name for one in crew.wanted}
        return {one.name for one in crew.fleet.runners.values()} | {one.name for one in crew.fleet.refused}

    def running(self) -> set[str]:
        """The ids of all bots that run in a fleet."""
        return {bot for crew in self.crews.values() if crew.fleet is not None for bot in crew.fleet.runners}

    def awaited(self) -> set[str]:
        """Those of bots that are about to start: wanted, not refused, and not for longer than a start takes."""
        least_s = asyncio.get_running_loop().time() - DUE_S
        due = {name for name, since_s in self.since.items() if since_s > least_s} - self.resting
        return {self.ids[name] for name in due if name in self.ids} - self.running()

    def looked_after(self) -> set[str]:
        """Those of all bots that run here or are about to, and of fleets that do not run now."""
        waiting = {one.name for crew in self.crews.values() if crew.fleet is None for one in crew.wanted}
        return self.running() | self.awaited() | {self.ids[name] for name in waiting if name in self.ids}

    def open(self, berth: Berth, found: tuple[Wish, ...]) -> None:
        """Begin a fleet."""
        market = found[0].market
        crew = Crew(
            self.parts,
            lambda: self.opened(market, lambda text: self.say(f"{berth}: {text}")),
            market,
            [one.config for one in found],
            lambda text: self.say(f"{berth}: {text}"),
            leave=self.leave,
            by=self.by,
            stops={one.name: self.way(one.name) for one in found if one.name in self.late},
        )
        self.crews[berth] = crew
        self.tasks[asyncio.ensure_future(crew.run())] = berth
        self.say(f"{berth}: starting {', '.join(one.name for one in found)}")

    def reap(self) -> None:
        """Fleets that have ended: what one bot's settings did to it, its companions try again without that bot."""
        for task in [one for one in self.tasks if one.done()]:
            berth = self.tasks.pop(task)
            crew = self.crews.pop(berth)
            self.unsettled = True
            error = task.exception()
            names = [one.name for one in crew.wanted]
            if crew.last is not None:
                self.over(*names)  # they ran: what keeps them from it now is said, also where it is the same again
            if error is None:
                self.ended(berth, crew)
                self.say(f"{berth}: no bot is left running")
            elif not isinstance(error, BotswainError):
                raise error
            elif len(names) > 1:
                self.open_apart(berth, crew)
            else:
                self.resting |= set(names)
                self.once(", ".join(names), f"{berth}: {', '.join(names)} cannot run: {error}")

    def open_apart(self, berth: Berth, crew: Crew) -> None:
        """Begin again with the first bot alone; the others join one by one, and one that cannot keeps none away."""
        first, *_ = crew.wanted
        self.open(berth, (Wish(first.name, berth, first, crew.config),))

    def arrive(self, one: Wish) -> None:
        """Have a bot join a fleet; one that does not run yet starts with it."""
        crew = self.crews[one.berth]
        if crew.fleet is None or crew.halts is None:
            self.unsettled = True
            return
        assert crew.stops is not None
        crew.stops.pop(one.name, None)
        if one.name in self.late:
            crew.stops[one.name] = self.way(one.name)
        self.moving[one.name] = asyncio.ensure_future(self.joined(crew, one))

    async def joined(self, crew: Crew, one: Wish) -> None:
        """A bot on its way in."""
        try:
            assert crew.fleet is not None
            assert crew.halts is not None
            crew.wanted = [*(kept for kept in crew.wanted if kept.name != one.name), one.config]
            crew.runners.append(await join(crew.fleet, one.market, one.config, crew.halts.look))
            if one.name not in self.late:
                self.say(f"{one.berth}: {one.name} has started")
            self.over(one.name)
        except BotswainError as error:
            crew.wanted = [kept for kept in crew.wanted if kept.name != one.name]
            (crew.stops or {}).pop(one.name, None)
            self.resting.add(one.name)
            self.once(one.name, f"{one.berth}: {one.name} cannot run: {error}")
        finally:
            self.moving.pop(one.name, None)

    def carry_out(self, berth: Berth, crew: Crew, name: str) -> None:
        """Stop a bot that was taken up for that, once its account was read; one that cannot be taken up stays due."""
        assert crew.stops is not None
        fleet = crew.fleet
        if fleet is not None and any(one.name == name for one in fleet.refused):
            crew.wanted = [one for one in crew.wanted if one.name != name]
            del crew.stops[name]
            return
        runner = None if fleet is None else next((one for one in fleet.runners.values() if one.name == name), None)
        read = fleet is not None and (fleet.account.fresh or self.late[name].is_set())
        if fleet is None or runner is None or name in self.moving or not read:
            self.unsettled = True
            return
        self.moving[name] = asyncio.ensure_future(self.carried_out(berth, crew, fleet, runner))

    async def carried_out(self, berth: Berth, crew: Crew, fleet: LiveFleet, runner: Runner) -> None:
        """A bot on its way out that was taken up to be stopped."""
        assert crew.stops is not None
        name, leave, over = runner.name, self.late[runner.name], asyncio.Event()
        way = crew.stops[name]
        ends = [asyncio.ensure_future(one.wait()) for one in (leave, fleet.ended)]
        for one in ends:
            one.add_done_callback(lambda _: over.set())
        try:
            done = await part(fleet, runner, way, self.by, over, LATE_S)
            if fleet.ended.is_set() and not done:
                return  # its fleet is started again, with this bot to be stopped
            crew.wanted = [one for one in crew.wanted if one.name != name]
            crew.runners = [one for one in crew.runners if one is not runner]
            del crew.stops[name]
            if done:
                self.stopped.append((runner.bot_id, way))
                await self.note_stops()
                self.say(f"{berth}: {name} has stopped ({words(way)})")
                self.over(f"stop of {name}")
            elif not leave.is_set():
                why = f": {runner.not_off}" if runner.not_off else ""
                self.say(f"{berth}: {name} did not come to rest in {LATE_S / 60:g} minutes; it is stopped again{why}")
            self.late.pop(name, None)
            if not crew.wanted:
                crew.stop.set()
        except (Unavailable, Deferred) as error:
            self.once(name, f"{berth}: {name} is stopping: {error}")
        finally:
            for one in ends:
                one.cancel()
            self.moving.pop(name, None)
            self.unsettled = True

    def depart(self, berth: Berth, name: str) -> None:
        """Have a bot leave its fleet by its policy; the last one takes the fleet with it."""
        crew = self.crews[berth]
        config = self.configs.get(name)
        runners = [] if crew.fleet is None else [one for one in crew.fleet.runners.values() if one.name == name]
        if name in self.moving:
            self.unsettled = True  # looked at again as soon as it is where it goes
            return
        if config is None:
            return
        policy = self.ways.get(name, STOP_POLICIES[config.on_stop])
        others = [one for one in crew.wanted if one.name != name]
        if not others:
            crew.policies[name] = policy
            crew.stop.set()
            return
        crew.wanted = others
        if not runners:
            self.unsettled = True
            return

        async def left() -> None:
            assert crew.fleet is not None
            try:
                done = await part(crew.fleet, runners[0], policy, self.by, self.leave)
                if done:
                    crew.runners = [one for one in crew.runners if one is not runners[0]]
                    self.stopped.append((runners[0].bot_id, policy))
                    await self.note_stops()
                late = "; it did not come to rest in time" + (f": {runners[0].not_off}" if runners[0].not_off else "")
                self.say(f"{berth}: {name} has stopped{'' if done else late}")
            except (Unavailable, Deferred) as error:
                self.once(name, f"{berth}: {name} is stopping: {error}")
            finally:
                self.moving.pop(name, None)

        self.moving[name] = asyncio.ensure_future(left())

    def once(self, about: str, text: str) -> None:
        """Say something that would be said again and again only once, until it is something else, or `over`."""
        if self.said.get(about) != text:
            self.said[about] = text
            self.say(text)

    def over(self, *about: str) -> None:
        """Nothing is wrong with these any more: the next time is news."""
        for one in about:
            self.said.pop(one, None)

    async def close(self) -> None:
        """Stop everything by its policy, bounded, or at once where that was asked for."""
        moving = list(self.moving.values())
        for task in moving:
            task.cancel()
        if moving:
            await asyncio.wait(moving)
        for crew in self.crews.values():
            crew.stop.set()
        if self.tasks:
            await asyncio.wait(self.tasks)
        for task, berth in self.tasks.items():
            error = task.exception()
            if error is not None:
                self.undone = True
                self.say(f"{berth}: {error}")
            elif berth in self.crews and self.ended(berth, self.crews[berth]):
                self.undone = True
        with suppress(Unavailable, Deferred):  # the next process finds that nothing is left to be done
            await self.note_stops()

    def ended(self, berth: Berth, crew: Crew) -> bool:
        """A fleet was stopped: what its bots' policies ask for and is not so is said. Returns whether there is any."""
        for one in crew.runners if crew.last is not None else ():
            if one.name in crew.policies and not (end := stop_end(crew, one)).why:
                self.stopped.append((one.bot_id, end.policy))
        found = undone(crew)
        for text in found:
            self.say(f"{berth}: {text}")
        return bool(found)
