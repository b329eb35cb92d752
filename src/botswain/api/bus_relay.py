"""From the bus to live connections: prices, how markets stand, notifications, and how jobs go on.

The bus carries what is worth telling but not worth keeping. A message is msgpack: an object with the fields of its
event's schema, and `tenant_id`, whose it is (none for what everybody may hear). What cannot be read is left out and
counted: a bus is between processes of one installation, and one of them may be newer.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import msgspec
from pydantic import ValidationError

from botswain.api.conflate import Conflated
from botswain.api.live import Live
from botswain.api.market_words import MarketWords
from botswain.api.schemas.live import JobProgress, Notification, PriceUpdate
from botswain.api.schemas.markets import Market
from botswain.api.schemas.shape import Shape
from botswain.bus.port import Bus, Slow

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
    """Hears the bus and tells. now_ms: this machine's clock; unread: how many messages could not be read."""

    bus: Bus
    live: Live
    words: MarketWords
    now_ms: Callable[[], int]
    unread: int = 0
    conflated: Conflated = field(init=False)

    def __post_init__(self) -> None:
        self.conflated = Conflated(self.tell)

    async def run(self) -> None:
        """Until cancelled."""
        try:
            async with asyncio.TaskGroup() as group:
                for topic in TOPICS:
                    group.create_task(self.hear(topic))
        finally:
            self.conflated.close()

    async def hear(self, topic: str) -> None:
        """One kind of message; heard again after having been let go for being slow: what was missed comes again."""
        while True:
            with suppress(Slow), self.bus.subscribe(topic) as heard:
                async for found, message in heard:
                    if found == topic:  # not one that only begins so
                        await self.take(topic, message)
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
        word = (tenant_id, event, body.model_dump(mode="json"))
        if topic not in CONFLATED:
            await self.tell(word)
            return
        key = (topic, *(getattr(body, name) for name in ("venue", "environment", "symbol", "timeframe")))
        await self.conflated.take(key, word, final=bool(getattr(body, "closed", False)))

    async def tell(self, word: tuple[str | None, str, Any]) -> None:
        """Tell who listens."""
        tenant_id, event, body = word
        if self.live.is_heard(tenant_id):
            await self.live.tell(tenant_id, event, body)
