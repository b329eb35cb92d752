"""From the bus to live connections: prices, how markets and bots stand, notifications, and how jobs go on.

The bus carries what is worth telling but not worth keeping. A message is msgpack: an object with the fields of its
event's schema, and `tenant_id`, whose it is (none for what everybody may hear). What cannot be read is left out and
counted: a bus is between processes of one installation, and one of them may be newer.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import msgspec
from pydantic import ValidationError

from botswain.api.conflate import Conflated
from botswain.api.live import Live
from botswain.api.market_words import MarketWords
from botswain.api.relay import StatusOf
from botswain.api.schemas.live import JobProgress, Notification, PriceUpdate
from botswain.api.schemas.markets import Market
from botswain.api.schemas.shape import Shape
from botswain.bus.port import Bus, Slow
from botswain.bus.topics import BOT, BotTold, decoded
from botswain.model.errors import BotswainError

AGAIN_S = 1.0
# By the first word of a topic: the event it becomes, and what it carries.
TOPICS: dict[str, tuple[str, type[Shape]]] = {
    "price": ("price_update", PriceUpdate),
    "market": ("market_status_changed", Market),
    "notification": ("notification", Notification),
    "job": ("job_progress", JobProgress),
}
CONFLATED = ("price", "market")
UNSAID: dict[str, dict[str, Any]] = {"market": {"change": None}}


@dataclass
class BusRelay:
    """Hears the bus and tells.

    now_ms     this machine's clock
    status_of  how some of a tenant's bots stand now: where an engine says that one turned, its row says the whole
    unread     how many messages could not be read
    """

    bus: Bus
    live: Live
    words: MarketWords
    now_ms: Callable[[], int]
    status_of: StatusOf
    unread: int = 0
    conflated: Conflated = field(init=False)

    def __post_init__(self) -> None:
        self.conflated = Conflated(self.tell)

    async def run(self) -> None:
        """Until cancelled."""
        try:
            async with asyncio.TaskGroup() as group:
                for topic in TOPICS:
                    group.create_task(self.hear(topic, partial(self.take, topic)))
                group.create_task(self.hear(BOT, self.take_bot))
        finally:
            self.conflated.close()

    async def hear(self, topic: str, take: Callable[[bytes], Awaitable[None]]) -> None:
        """One kind of message; heard again after having been let go for being slow: what was missed comes again."""
        while True:
            with suppress(Slow), self.bus.subscribe(topic) as heard:
                async for found, message in heard:
                    if found == topic:  # not one that only begins so
                        await take(message)
            await asyncio.sleep(AGAIN_S)

    async def take(self, topic: str, message: bytes) -> None:
        """One message."""
        event, shape = TOPICS[topic]
        try:
            found: dict[str, Any] = msgspec.msgpack.decode(message, type=dict[str, Any])
            tenant_id = found.pop("tenant_id", None)
            # What the bus does not say of a market is not known.
            body = shape.model_validate(UNSAID.get(topic, {}) | found, strict=False)
        except (msgspec.DecodeError, ValidationError):
            self.unread += 1
            return
        self.words.take(body, self.now_ms())
        if isinstance(body, Market):
            body = self.words.with_change(body)
        word = (tenant_id, event, body.model_dump(mode="json"))
        if topic not in CONFLATED:
            await self.tell(word)
            return
        key = (topic, *(getattr(body, name) for name in ("venue", "environment", "source", "symbol", "timeframe")))
        await self.conflated.take(key, word, final=bool(getattr(body, "closed", False)))

    async def take_bot(self, message: bytes) -> None:
        """A bot's turn. What cannot be read in the database now is told with the bot's next turn."""
        told = decoded(BOT, message)
        if not isinstance(told, BotTold):
            self.unread += 1
        elif told.id and told.tenant_id is not None and self.live.is_heard(told.tenant_id):
            with suppress(BotswainError):
                for status in await self.status_of(told.tenant_id, [told.id]):
                    if not told.block:
                        # The engine has just said so; the row is judged by a mark that may be a second older.
                        status = status.model_copy(update={"blocked": None})
                    await self.live.tell(told.tenant_id, "bot_status_changed", status.model_dump(mode="json"))

    async def tell(self, word: tuple[str | None, str, Any]) -> None:
        """Tell who listens."""
        tenant_id, event, body = word
        if self.live.is_heard(tenant_id):
            await self.live.tell(tenant_id, event, body)
