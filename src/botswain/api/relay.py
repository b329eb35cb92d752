"""From the outbox to live connections: what a bot's step did, as soon as it is committed.

A step leaves one message: which rows of its journal it wrote and what kinds of things they changed. The rows are read
then and told in the schemas of the HTTP door: fills at once and one by one, for somebody waits for them; how orders,
positions and bots stand a moment later, which is the same for one that changed three times meanwhile. It begins at the
end of the outbox and keeps its place only in memory: whoever connects fetches first what was before.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass, field
from enum import IntFlag
from typing import Any, TypeVar

import msgspec

from botswain.api import fills as fill_forms
from botswain.api import orders as order_forms
from botswain.api import positions as position_forms
from botswain.api.live import Live
from botswain.api.memory import Memory
from botswain.api.schemas.live import BotStatus
from botswain.api.schemas.shape import Shape
from botswain.bus.waiting import happened
from botswain.control import fills, orders, positions
from botswain.model.errors import BotswainError
from botswain.store import fill_pages, order_pages, outbox_tail, position_pages
from botswain.store.commits_seen import CommitsSeen
from botswain.store.database import Database
from botswain.store.listing import Span
from botswain.store.outbox import Message
from botswain.store.scope import Tx

STEP = "step"
PATIENCE_S = 1.0
# Messages that are told together, and of how many bots.
MOST_AT_ONCE, MOST_BOTS = 1_000, 200
# What stands beside fills is told a few times a second, as it is then, and of so many bots at a time. After a telling
# that took long it rests so many times as long: where a machine is short of processors, as while a whole crew begins,
# what is told half as often costs half as much, and fills have what is left.
REST_S, FEW_BOTS, RESTS = 0.2, 10, 3.0


class Changed(IntFlag):
    """What a step changed."""

    FILLS = 1
    ORDERS = 2
    POSITIONS = 4
    STATUS = 8


class Steps(msgspec.Struct, frozen=True, array_like=True):
    """A message of the topic `step`: the first and the last journal row it speaks of, and what they changed."""

    first_seq: int
    last_seq: int
    bits: int


T = TypeVar("T")
DECODER = msgspec.msgpack.Decoder(Steps)
StatusOf = Callable[[str, Sequence[str]], Awaitable[list[BotStatus]]]
# Rows of one bot's journal, and what they changed.
Stretch = tuple[Span, int]


@dataclass
class Relay:
    """Reads the outbox and tells.

    status_of  how some of a tenant's bots stand now, those that are still there
    pause_s    between two looks: 20 ms on SQLite, where a look costs nothing, 100 ms elsewhere
    unread     messages that could not be read
    rest       what is not told yet beside fills, by tenant and bot: rows of its journal, and what they changed
    calm       set while no fills are being told: the rest goes on then
    clock_s    seconds that never go back
    """

    store: Database
    live: Live
    memory: Memory
    seen: CommitsSeen
    status_of: StatusOf
    pause_s: float = 0.02
    told: dict[str, int] = field(default_factory=dict)
    began: bool = False
    unread: int = 0
    rest: dict[str, dict[str, Stretch]] = field(default_factory=dict)
    leave: asyncio.Event = field(default_factory=asyncio.Event)
    calm: asyncio.Event = field(default_factory=asyncio.Event)
    clock_s: Callable[[], float] = time.monotonic

    def __post_init__(self) -> None:
        self.calm.set()

    async def run(self) -> None:
        """Until `leave` is set: fills at once, and beside them what else the same rows changed."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self.keep(self.look, self.pause_s))
            group.create_task(self.keep(self.tell_rest, REST_S, RESTS))

    async def keep(self, work: Callable[[], Awaitable[None]], pause_s: float, rests: float = 0.0) -> None:
        """Do something again and again. A database that does not answer is asked again, from the same place.

        rests  the pause between is at least so many times as long as it took
        """
        while not self.leave.is_set():
            begun_s = self.clock_s()
            try:
                await work()
                wait_s = max(pause_s, rests * (self.clock_s() - begun_s))
            except BotswainError:
                self.seen.again()
                wait_s = PATIENCE_S
            await happened(self.leave, wait_s)

    async def look(self) -> None:
        """Tell the fills that are new, of all bots together: where fifty of them see a candle close, each waits for no

        other, and no fill waits for what becomes of orders. What else the rows changed is put by.
        """
        if not self.seen.moved():
            return
        self.calm.clear()
        try:
            while await self.tell_some():
                pass
        finally:
            self.calm.set()

    async def tell_some(self) -> bool:
        """The same of as many messages as are told together; whether there are more."""
        found, more = await self.behind()
        late: dict[str, list[Stretch]] = {}
        for tenant_id in {one.tenant_id for one in found}:
            spans = spans_of((one, step) for one in found if one.tenant_id == tenant_id for step in self.read(one))
            if spans and self.live.is_heard(tenant_id):
                await self.tell_fills(tenant_id, [span for span, bits in spans if bits & Changed.FILLS])
                late[tenant_id] = [one for one in spans if one[1] & ~Changed.FILLS]
        # Only now: what could not be read is read again, and told again where some of it was.
        self.told |= {one.bot_id: one.seq for one in found}
        for tenant_id, spans in late.items():
            self.put_by(tenant_id, spans)
        return more

    def put_by(self, tenant_id: str, spans: Iterable[Stretch]) -> None:
        """Have these told with the rest."""
        waiting = self.rest.setdefault(tenant_id, {})
        for one in spans:
            bot_id = one[0][0]
            waiting[bot_id] = joined(waiting[bot_id], one) if bot_id in waiting else one

    async def behind(self) -> tuple[list[Message], bool]:
        """Messages that were not told, bot by bot, and whether there are more than these."""
        async with self.store.reading(None) as tx:
            heads = await outbox_tail.heads(tx)
            if not self.began:
                self.told, self.began = heads, True
            late = {one: self.told.get(one, 0) for one, seq in heads.items() if self.told.get(one, 0) < seq}
            some = dict(sorted(late.items())[:MOST_BOTS])
            found = await outbox_tail.since(tx, some, limit=MOST_AT_ONCE) if some else []
            return found, len(found) == MOST_AT_ONCE or len(some) < len(late)

    def read(self, message: Message) -> list[Steps]:
        """What a step's message says; nothing where a newer version wrote it, which is counted."""
        if message.topic != STEP:
            return []
        try:
            return [DECODER.decode(message.payload)]
        except msgspec.DecodeError:
            self.unread += 1
            return []

    async def tell_fills(self, tenant_id: str, spans: Sequence[Span]) -> None:
        """Tell of the fills of these rows."""
        if not spans:
            return
        async with self.store.reading(tenant_id) as tx:
            filled = await fills.told(tx, self.memory.terms, await fill_pages.of_rows(tx, spans))
        await self.say(tenant_id, "trade_executed", map(fill_forms.shown, filled))

    async def tell_rest(self) -> None:
        """Tell how everything else stands that was put by: orders, positions and bots, each once however many rows

        changed it. A few bots at a time, so that fills that come meanwhile have their turn.
        """
        for tenant_id in list(self.rest):
            while waiting := self.rest.get(tenant_id):
                if not self.live.is_heard(tenant_id):
                    break
                await self.calm.wait()
                some = [waiting.pop(bot_id) for bot_id in list(waiting)[:FEW_BOTS]]
                try:
                    await self.tell(tenant_id, some)
                except BotswainError:
                    self.put_by(tenant_id, some)
                    raise
                await asyncio.sleep(0)  # whoever is ready goes first
            self.rest.pop(tenant_id, None)

    async def tell(self, tenant_id: str, spans: Sequence[Stretch]) -> None:
        """Tell of what rows of a tenant's journals changed beside fills."""

        def those(changed: Changed) -> list[Span]:
            return [span for span, bits in spans if bits & changed]

        async with self.store.reading(tenant_id) as tx:
            if changed := await rows_of(order_pages.of_rows, tx, those(Changed.ORDERS)):
                await self.say(
                    tenant_id,
                    "order_updated",
                    map(order_forms.shown, await orders.told(tx, self.memory.terms, changed)),
                )
            await self.calm.wait()
            if moved := await rows_of(position_pages.of_rows, tx, those(Changed.POSITIONS)):
                held = await positions.told(tx, self.memory.terms, self.memory.closes, moved)
                await self.say(tenant_id, "position_updated", map(position_forms.shown, held))
        await self.calm.wait()
        if turned := [bot_id for bot_id, _, _ in those(Changed.STATUS)]:
            await self.say(tenant_id, "bot_status_changed", await self.status_of(tenant_id, turned))

    async def say(self, tenant_id: str, event: str, bodies: Iterable[Shape]) -> None:
        """Tell of each."""
        await self.live.tell(tenant_id, event, *map(plain, bodies))


def joined(one: Stretch, other: Stretch) -> Stretch:
    """Rows of a bot from the first of either to the last of either."""
    (bot_id, first_seq, last_seq), bits = one
    (_, first, last), more = other
    return (bot_id, min(first_seq, first), max(last_seq, last)), bits | more


def spans_of(steps: Iterable[tuple[Message, Steps]]) -> list[Stretch]:
    """Each bot's steps, which follow each other, as one: its rows, and what they changed."""
    found: dict[str, Stretch] = {}
    for message, step in steps:
        (_, first_seq, _), bits = found.get(message.bot_id, (("", step.first_seq, 0), 0))
        found[message.bot_id] = ((message.bot_id, first_seq, step.last_seq), bits | step.bits)
    return list(found.values())


async def rows_of(of_rows: Callable[[Tx, Sequence[Span]], Awaitable[list[T]]], tx: Tx, spans: list[Span]) -> list[T]:
    """What these rows changed; nothing is asked where there are none."""
    return await of_rows(tx, spans) if spans else []


def plain(body: Shape) -> Any:
    """A schema as JSON has it."""
    return body.model_dump(mode="json")
