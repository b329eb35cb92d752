"""The supervisor at work: rows are looked at every second, and fleets made to hold the bots that are wanted to run.

One process, and one bot's trouble is its own: what keeps a bot from starting is said once, and it is tried again when
somebody has changed something, or after a while.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field

from botswain.bus.waiting import happened
from botswain.control.config import STOP_POLICIES, BotConfig, MarketConfig
from botswain.engine.fleet import Parts
from botswain.engine.live_crew import Crew
from botswain.engine.live_fleet import Side
from botswain.engine.live_join import join, part
from botswain.engine.not_stopped import forsaken
from botswain.engine.stop_ends import undone
from botswain.engine.supervisor import Berth, Wish, changes, wanted_of, ways_of
from botswain.model.errors import BotswainError, Deferred, FailClosed, Unavailable
from botswain.model.news import Mode
from botswain.model.paper import SANDBOX_PORT, odd_port
from botswain.store import bots, halts

LOOK_S = 1.0
# Rows are read again after so many looks although nothing was ordered: a bot that could not start is tried again.
AGAIN = 30
PAGE = 1_000

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
    undone: bool = False  # the stop of this process did not do what its bots' policies ask for, or nobody knows

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
        async with self.parts.store.reading(None) as tx:
            standing = await halts.standing(tx)
            anew = standing.changes != self.changed or self.looks % AGAIN == 0
            due = anew or self.unsettled
            if due:
                self.changed, self.unsettled = standing.changes, False
                rows: list[bots.Bot] = []
                while page := await bots.listed(tx, limit=PAGE, offset=len(rows)):
                    rows += page
                for text in await forsaken(tx, self.parts, rows) if self.looks == 0 else ():
                    self.say(text)
        self.looks += 1
        if not due:
            return
        if anew:
            self.resting.clear()
        wanted = wanted_of(rows)
        self.ways = ways_of(rows)
        self.configs |= {name: one.config for name, one in wanted.wishes.items()}
        for gone in self.said.keys() & self.odd - set(wanted.odd):
            self.over(gone)
        self.odd = set(wanted.odd)
        for odd in wanted.odd:
            self.once(odd, odd)
        running = {berth: frozenset(self.names(crew)) for berth, crew in self.crews.items()}
        ports = {berth: odd_port(crew.config.port) for berth, crew in self.crews.items()}
        todo = changes(wanted.wishes, running, frozenset(self.resting | self.moving.keys()), ports)
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

    def names(self, crew: Crew) -> set[str]:
        """The bots of a fleet, those it is to start with where it does not run."""
        if crew.fleet is None:
            return {one.name for one in crew.wanted}
        return {one.name for one in crew.fleet.runners.values()} | {one.name for one in crew.fleet.refused}

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
        self.moving[one.name] = asyncio.ensure_future(self.joined(crew, one))

    async def joined(self, crew: Crew, one: Wish) -> None:
        """A bot on its way in."""
        try:
            assert crew.fleet is not None
            assert crew.halts is not None
            crew.wanted = [*(kept for kept in crew.wanted if kept.name != one.name), one.config]
            crew.runners.append(await join(crew.fleet, one.market, one.config, crew.halts.look))
            self.say(f"{one.berth}: {one.name} has started")
            self.over(one.name)
        except BotswainError as error:
            crew.wanted = [kept for kept in crew.wanted if kept.name != one.name]
            self.resting.add(one.name)
            self.once(one.name, f"{one.berth}: {one.name} cannot run: {error}")
        finally:
            self.moving.pop(one.name, None)

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
                self.say(f"{berth}: {name} has stopped{'' if done else '; it did not come to rest in time'}")
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

    def ended(self, berth: Berth, crew: Crew) -> bool:
        """A fleet was stopped: what its bots' policies ask for and is not so is said. Returns whether there is any."""
        found = undone(crew)
        for text in found:
            self.say(f"{berth}: {text}")
        return bool(found)
