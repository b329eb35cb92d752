"""From the outbox to live connections: what a bot's step did, as soon as it is committed.

A step leaves one message: which rows of its journal it wrote and what kinds of things they changed. The rows are read
then and told in the schemas of the HTTP door. It begins at the end of the outbox and keeps its place only in memory:
whoever connects fetches first what was before.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field
from enum import IntFlag
from typing import Any

import msgspec

from botswain.api import fills as fill_forms
from botswain.api import orders as order_forms
from botswain.api import positions as position_forms
from botswain.api.live import Live
from botswain.api.memory import Memory
from botswain.api.schemas.live import BotStatus
from botswain.api.schemas.shape import Shape
from botswain.control import fills, orders, positions
from botswain.model.errors import BotswainError
from botswain.store import fill_pages, order_pages, outbox_tail, position_pages
from botswain.store.commits_seen import CommitsSeen
from botswain.store.database import Database
from botswain.store.outbox import Message

STEP = "step"
PATIENCE_S = 1.0
# Messages of one bot that are told together.
MOST_AT_ONCE = 100


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


DECODER = msgspec.msgpack.Decoder(Steps)
StatusOf = Callable[[str, str], Awaitable[BotStatus | None]]


@dataclass
class Relay:
    """Reads the outbox and tells.

    status_of  how a tenant's bot stands now; None where it is gone
    pause_s    between two looks: 40 ms on SQLite, where a look costs nothing, 100 ms elsewhere
    unread     messages that could not be read
    """

    store: Database
    live: Live
    memory: Memory
    seen: CommitsSeen
    status_of: StatusOf
    pause_s: float = 0.04
    told: dict[str, int] = field(default_factory=dict)
    began: bool = False
    unread: int = 0
    leave: asyncio.Event = field(default_factory=asyncio.Event)

    async def run(self) -> None:
        """Until `leave` is set. A database that does not answer is asked again, from the same place."""
        while not self.leave.is_set():
            pause_s = self.pause_s
            try:
                await self.look()
            except BotswainError:
                self.seen.again()
                pause_s = PATIENCE_S
            with suppress(TimeoutError):
                await asyncio.wait_for(self.leave.wait(), pause_s)

    async def look(self) -> None:
        """Tell what is new."""
        if not self.seen.moved():
            return
        async with self.store.reading(None) as tx:
            heads = await outbox_tail.heads(tx)
        if not self.began:
            self.told, self.began = heads, True
            return
        for bot_id, seq in heads.items():
            while self.told.get(bot_id, 0) < seq:
                await self.tell_of(bot_id)

    async def tell_of(self, bot_id: str) -> None:
        """Tell of one bot's next messages."""
        async with self.store.reading(None) as tx:
            found = await outbox_tail.since(tx, bot_id, self.told.get(bot_id, 0), limit=MOST_AT_ONCE)
        steps = [step for one in found if one.topic == STEP for step in self.read(one)]
        if steps and self.live.is_heard(found[0].tenant_id):
            bits = 0
            for one in steps:
                bits |= one.bits
            await self.tell(found[0], Steps(steps[0].first_seq, steps[-1].last_seq, bits))
        # Only now: what could not be read is read again.
        self.told[bot_id] = found[-1].seq

    def read(self, message: Message) -> list[Steps]:
        """What a message says; nothing where a newer version wrote it, which is counted."""
        try:
            return [DECODER.decode(message.payload)]
        except msgspec.DecodeError:
            self.unread += 1
            return []

    async def tell(self, message: Message, steps: Steps) -> None:
        """Tell of rows of a bot's journal."""
        tenant_id, bot_id = message.tenant_id, message.bot_id
        events: list[tuple[str, Shape]] = []
        rows = (bot_id, steps.first_seq, steps.last_seq)
        async with self.store.reading(tenant_id) as tx:
            if steps.bits & Changed.FILLS:
                filled = await fills.told(tx, self.memory.terms, await fill_pages.of_rows(tx, *rows))
                events += [("trade_executed", fill_forms.shown(one)) for one in filled]
            if steps.bits & Changed.ORDERS:
                changed = await orders.told(tx, await order_pages.of_rows(tx, *rows))
                events += [("order_updated", order_forms.shown(one)) for one in changed]
            if steps.bits & Changed.POSITIONS:
                found = await position_pages.of_rows(tx, *rows)
                held = await positions.told(tx, self.memory.terms, self.memory.closes, found)
                events += [("position_updated", position_forms.shown(one)) for one in held]
        if steps.bits & Changed.STATUS:
            status = await self.status_of(tenant_id, bot_id)
            events += [("bot_status_changed", status)] if status is not None else []
        for event, body in events:
            await self.live.tell(tenant_id, event, plain(body))


def plain(body: Shape) -> Any:
    """A schema as JSON has it."""
    return body.model_dump(mode="json")
