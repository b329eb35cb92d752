"""One simulated run: the exchange moves, faults come and go, the engine lives, is killed, and lives again.

The world owns true time, the exchange and the database's image; an engine owns nothing that outlives it. The same
`Scene` and crew give the same bytes, which `Report.hash` says.
"""

from __future__ import annotations

import asyncio
import gc
import hashlib
import random
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import Context, copy_context

from botswain.model.errors import BotswainError
from botswain.model.ids import IdMaker
from botswain.model.instrument import Instrument
from botswain.simulation.acts import Acts
from botswain.simulation.checker import Checker, Violation
from botswain.simulation.clock import LIFE, Clock, NumberedTask, VirtualLoop
from botswain.simulation.clock import run as run_loop
from botswain.simulation.death import Killed, Pulse
from botswain.simulation.faulty_store import FaultyStore
from botswain.simulation.lives import Charge, Crew, Life, Surroundings
from botswain.simulation.plan import DAY_MS
from botswain.simulation.scene import Broken, Report, Scene, stamp
from botswain.simulation.sockets import SimulatedDialer
from botswain.simulation.trail import Trail
from botswain.simulation.venue_books import VenueBooks
from botswain.simulation.venue_end import VenueEnd
from botswain.simulation.weather import Crasher, Weather
from botswain.simulation.wire import SimulatedWire
from botswain.store.inline import InlineDatabase, open_memory
from botswain.venues.binance.facts import loopback
from botswain.venues.binance.signing import Credential

ADDRESSES = loopback(8331)
FIRST_PAUSE_S = (0.2, 20.0)
LONG_PAUSE_S = 600.0
MOST_FALLS = 500
MOST_ROUNDS = 200
INSTALLATION = -1
SETTLE_EVERY_S, SETTLE_S = 10.0, 240.0
# After a storm: a late restart, a ban that is sat out, an unknown past its horizon, one after the other.
SETTLED_WITHIN_S = 1_500.0
OBJECTS = 50_000  # new ones between two garbage collections


def run(scene: Scene, crew: Crew) -> Report:
    """Live through a scene. Raises Broken, Deadlock, and whatever an engine fell by that has no message for people."""
    with seldom_collected():
        return run_loop(lambda loop: World(scene, crew, loop).live())


@contextmanager
def seldom_collected() -> Iterator[None]:
    """With what there is already left out of garbage collections, and few of them: they were a quarter of a run."""
    often = gc.get_threshold()
    gc.freeze()
    gc.set_threshold(OBJECTS, *often[1:])
    try:
        yield
    finally:
        gc.set_threshold(*often)
        gc.unfreeze()


class World:
    """One run on one loop."""

    def __init__(self, scene: Scene, crew: Crew, loop: VirtualLoop) -> None:
        self.scene, self.crew, self.loop = scene, crew, loop
        exchange = scene.exchange
        self.clock = Clock(loop, exchange.floor.market_ms)
        self.trail = Trail(self.clock.true_ms)
        self.weather = Weather(random.Random(f"weather {scene.seed}"), self.trail)
        self.crasher = Crasher(random.Random(f"crashes {scene.seed}"), self.kill)
        self.checker = Checker(VenueBooks(exchange), self.trail, self.broken)
        self.context: Context = copy_context()
        self.end = VenueEnd(
            loop, self.clock, exchange, self.weather, self.trail, self.checker, self.context
        )  # fmt: skip
        self.acts = Acts(self.end, self.crasher, self.kill_now)
        self.store = open_memory(
            epoch=hashlib.sha256(f"epoch {scene.seed}".encode()).digest()[:16], now_ms=self.clock.true_ms()
        )
        self.checker.rows.connection = connection_of(self.store)
        self.chance = random.Random(f"world {scene.seed}")
        self.pulse = Pulse(0, beats=False)
        self.life: Life | None = None
        self.task: asyncio.Task[None] | None = None
        self.lives = 0
        self.falls = 0
        self.charges: Sequence[Charge] = ()
        self.failed: asyncio.Future[None] = loop.create_future()
        self.settled_s: list[float] = []
        self.death = asyncio.Event()
        self.over = False
        loop.set_exception_handler(self.complain)

    async def live(self) -> Report:
        """From the installation to the end of the plan."""
        await self.install()
        self.schedule()
        engine = self.loop.create_task(self.keep_alive())
        market = self.loop.create_task(self.move())
        try:
            await asyncio.wait({engine, market, self.failed}, return_when=asyncio.FIRST_COMPLETED)
            for one in (self.failed, engine, market):
                if one.done():
                    one.result()
            engine.cancel()
            await asyncio.wait({engine})
            await self.bury()
            self.checker.day((self.scene.end_ms - self.clock.start_ms) / DAY_MS)
            await self.compare_replay()
        finally:
            self.over = True
            engine.cancel()
            market.cancel()
        return self.report()

    # Lives.

    async def install(self) -> None:
        """The crew's own beginning, in fair weather, as a life of its own that ends when it has installed."""
        around = self.surroundings(INSTALLATION)
        LIFE.set(INSTALLATION)
        task = self.loop.create_task(self.crew.install(around))
        LIFE.set(0)
        self.charges = list(await task)
        self.checker.watch(self.charges)
        self.checker.committed()
        await self.bury()

    async def keep_alive(self) -> None:
        """Start the engine again whenever it is gone."""
        while True:
            self.lives += 1
            around = self.surroundings(self.lives)
            self.trail.note(f"life {self.lives} begins")
            self.checker.began()
            LIFE.set(self.lives)
            self.life = self.crew.start(around)
            self.task = self.loop.create_task(self.life.run())
            LIFE.set(0)
            self.death.clear()
            dying = self.loop.create_task(self.death.wait())
            await asyncio.wait({self.task, dying}, return_when=asyncio.FIRST_COMPLETED)
            dying.cancel()
            self.checker.doubts.gone(self.clock.true_ms())
            self.fallen(self.task)
            await self.bury()
            await asyncio.sleep(self.pause_s())

    def surroundings(self, life: int) -> Surroundings:
        """What a life is given."""
        self.pulse = Pulse(life)
        pulse, chance = self.pulse, random.Random(f"ids {self.scene.seed} {life}")
        floor = self.scene.exchange.floor
        instruments: list[Instrument] = list(self.scene.exchange.market.instruments)
        return Surroundings(
            life=life,
            wire=SimulatedWire(self.end, pulse),
            dialer=SimulatedDialer(self.end, pulse),
            store=FaultyStore(self.store, self.weather, pulse, self.checker.committed, self.context),
            now_ms=self.clock.local_ms,
            new_id=IdMaker(self.clock.local_ms, chance.randbytes),
            tag_key=hashlib.sha256(f"tag {self.scene.seed}".encode()).digest(),
            crash=lambda name: self.crasher.point(pulse, name),
            page=self.trail.page,
            addresses=ADDRESSES,
            credentials={
                account.name: Credential(account.name, key.api_key, key.secret)
                for key, account in floor.keys.values()
            },
            instruments=instruments,
        )  # fmt: skip

    def kill(self, pulse: Pulse, where: str) -> None:
        """Kill -9: from here on nothing of this life reaches anything."""
        if not pulse.beats:
            return
        pulse.beats = False
        self.trail.fault("CP:point" if where else "CP:anywhere", where)
        self.trail.count("kills")
        self.death.set()

    def kill_now(self) -> None:
        """Kill whatever lives, wherever it is."""
        self.kill(self.pulse, "")

    def fallen(self, task: asyncio.Task[None]) -> None:
        """An engine's run has ended: killed, stopped by an error with a message, or broken."""
        killed, self.pulse.beats = not self.pulse.beats, False
        if killed or not task.done() or task.cancelled():
            return
        error = innermost(task.exception())
        if error is not None and not isinstance(error, BotswainError):
            raise error
        self.falls += 1
        self.trail.count("falls")
        self.trail.note(f"the engine stopped: {error or 'without a word'}")
        if self.falls > MOST_FALLS:
            self.broken(Violation("I8", f"the engine stopped {self.falls} times, at last: {error}"))

    async def bury(self) -> None:
        """Take down what is left of a life: its connections, tasks and timers, and what it had not committed."""
        self.pulse.beats = False
        life = self.pulse.life
        self.end.hang_up(life)
        for _ in range(MOST_ROUNDS):
            left = self.loop.living(life)
            if not left:
                break
            for task in left:
                task.cancel()
            await asyncio.sleep(0)
        else:
            raise RuntimeError(f"life {life} cannot be ended: {self.loop.described()}")
        self.loop.forget(life)
        self.life, self.task = None, None
        self.store.reopen()
        self.checker.rows.connection = connection_of(self.store)

    def pause_s(self) -> float:
        """How long until somebody starts it again: mostly soon, now and then after a lease has run out."""
        low, high = FIRST_PAUSE_S
        return low + (LONG_PAUSE_S if self.chance.random() < 0.05 else high) * self.chance.random() ** 2

    # The rest of the world.

    async def move(self) -> None:
        """Move the market on its own time."""
        while (next_ms := self.scene.exchange.next_ms()) is not None and next_ms <= self.scene.end_ms:
            wait_s = self.clock.at_s(next_ms) - self.loop.time()
            if wait_s > 0:
                await asyncio.sleep(wait_s)
            self.end.advance()
        await asyncio.sleep(max(self.clock.at_s(self.scene.end_ms) - self.loop.time(), 0.0))

    def schedule(self) -> None:
        """Time the plan's faults, the ends of its storms, and what is compared after its calms."""
        plan = self.scene.plan
        for one in plan.injections:
            self.at(one.at_ms, lambda one=one: self.acts.begin(one))  # type: ignore[misc]
            if one.until_ms < self.scene.end_ms:
                self.at(one.until_ms, lambda one=one: self.acts.lift(one))  # type: ignore[misc]
        for _, until_ms in plan.storms:
            self.at(until_ms, self.calm)
        for rest_ms in plan.rests:
            self.at(rest_ms - int(SETTLE_S * 1000) - 1_000, self.begin_rest)

    def calm(self) -> None:
        """Nothing goes wrong from here on: see how long it takes until everything agrees."""
        self.falls = 0
        self.acts.calm()
        self.settle(self.loop.time())

    def settle(self, since_s: float) -> None:
        """Look again until everything agrees; what does not for too long is broken."""
        found, took_s = self.unrest(), self.loop.time() - since_s
        if not found:
            self.settled_s.append(took_s)
        elif took_s < SETTLED_WITHIN_S:
            self.loop.call_later(SETTLE_EVERY_S, self.settle, since_s, context=self.context)
        else:
            self.broken(found[0])

    def at(self, true_ms: int, what: Callable[[], None]) -> None:
        """Do something at a true time."""
        self.loop.call_at(self.clock.at_s(true_ms), what, context=self.context)

    def begin_rest(self) -> None:
        """A calm is nearly over: find a moment in which nothing is under way, and compare."""
        self.look(self.loop.time() + SETTLE_S)

    def look(self, until_s: float) -> None:
        """Compare now and again; what still does not agree when the time is up is broken."""
        found = self.unrest()
        if not found:
            self.trail.count("rests with all bots halted" if self.checker.all_halted() else "rests")
        elif self.loop.time() + SETTLE_EVERY_S < until_s:
            self.loop.call_later(SETTLE_EVERY_S, self.look, until_s, context=self.context)
        else:
            self.broken(found[0])

    def unrest(self) -> list[Violation]:
        """What keeps the world from being at rest; I8 where the engine itself says that it is not."""
        self.checker.halts.update(dict.fromkeys(self.checker.rows.halted().values()))
        if self.checker.all_halted():
            return []
        if self.life is None or not self.pulse.beats:
            return [Violation("I8", "no engine lives at the end of a calm")]
        if not self.life.settled():
            return [Violation("I8", "the engine says at the end of a calm that it is not at rest")]
        return self.checker.rest(self.life.wanted())

    async def compare_replay(self) -> None:
        """I9: what the journal says is what was decided."""
        found = await self.crew.replay(self.surroundings(self.lives + 1))
        self.pulse.beats = False
        if found:
            self.broken(Violation("I9", f"replay differs: {'; '.join(found[:3])}"))
        if self.failed.done():
            self.failed.result()

    def broken(self, violation: Violation) -> None:
        """An invariant is broken: stop everything, and say how to see it again."""
        if self.failed.done():
            return
        self.pulse.beats = False
        self.failed.set_exception(Broken(violation, self.told(violation)))

    def told(self, violation: Violation) -> str:
        """A breach for people."""
        lines = [f"{stamp(at_ms)} {what}" for at_ms, what in self.trail.events]
        head = f"seed {self.scene.seed}, {stamp(self.clock.true_ms())}: {violation.invariant} broken: {violation.what}"
        again = [f"see it again: {self.scene.again}"] if self.scene.again else []
        return "\n".join([head, *again, "the last events:", *lines])

    def complain(self, _loop: asyncio.AbstractEventLoop, said: dict[str, object]) -> None:
        """What asyncio found: a dead life's last words are nothing, the rest is a fault of ours or the engine's."""
        error, task = said.get("exception"), said.get("task") or said.get("future")
        dead = isinstance(task, NumberedTask) and task.life not in (0, self.pulse.life if self.pulse.beats else 0)
        if dead or self.over or isinstance(error, Killed) or error is None or self.failed.done():
            return
        assert isinstance(error, BaseException)
        self.pulse.beats = False
        self.failed.set_exception(error)

    def report(self) -> Report:
        """What came of it."""
        days = (self.scene.end_ms - self.clock.start_ms) / DAY_MS
        database = hashlib.sha256()
        for row in self.checker.rows.everything():
            database.update(row)
        return Report(
            seed=self.scene.seed,
            days=days,
            bots=len(self.charges),
            lives=self.lives,
            counts=dict(sorted(self.trail.counts.items())),
            faults=dict(sorted((self.trail.faults | self.acts.counted()).items())),
            visits=dict(sorted(self.crasher.visits.items())),
            deaths=dict(sorted(self.crasher.hits.items())),
            pages=self.trail.pages,
            halts=list(self.checker.halts),
            settled_s=self.settled_s,
            doubt=self.checker.doubts.end(self.clock.true_ms()),
            hash=self.trail.hash(database.digest()),
        )


def connection_of(store: InlineDatabase) -> sqlite3.Connection:
    """The bare connection, which the checker reads by SQL of its own."""
    return store._connection


def innermost(error: BaseException | None) -> BaseException | None:
    """What a group of errors comes to: the first without a message for people, else the first."""
    if not isinstance(error, BaseExceptionGroup):
        return error
    found = [innermost(one) for one in error.exceptions]
    return next((one for one in found if not isinstance(one, BotswainError)), found[0])
