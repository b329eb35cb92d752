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
from botswain.api.relay import FEW_BOTS, StatusOf
from botswain.api.schemas.live import BotStatus, JobProgress, Notification, PriceUpdate
from botswain.api.schemas.markets import Market
from botswain.api.schemas.shape import Shape
from botswain.bus.port import Bus, Slow
from botswain.bus.topics import BOT, BotTold, decoded
from botswain.control.stills import Stills
from botswain.model.errors import BotswainError

AGAIN_S = 1.0
# Between two tellings of bots that turned.
TURNS_S = 0.1
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
    stills     what is kept of bots that stand still, for whoever asks how one is
    unread     how many messages could not be read
    turned     bots that turned and were not told of yet, by tenant, with the limit that keeps each from opening
    turns      set while there are any
    """

    bus: Bus
    live: Live
    words: MarketWords
    now_ms: Callable[[], int]
    status_of: StatusOf
    stills: Stills = field(default_factory=Stills)
    unread: int = 0
    turned: dict[str, dict[str, str]] = field(default_factory=dict)
    turns: asyncio.Event = field(default_factory=asyncio.Event)
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
                group.create_task(self.keep_telling())
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
        """A bot's turn, to be told of. What cannot be read in the database then is told with the bot's next turn."""
        told = decoded(BOT, message)
        if not isinstance(told, BotTold):
            self.unread += 1
            return
        if told.id:
            self.stills.take(told.id, told.still)
        if told.id and told.tenant_id is not None and self.live.is_heard(told.tenant_id):
            self.turned.setdefault(told.tenant_id, {})[told.id] = told.block
            self.turns.set()

    async def keep_telling(self) -> None:
        """Tell of bots that turned: of the first at once, and of what comes right after it together.

        An engine speaks of all of its bots when it starts and to who comes to listen, and fifty readings, one for each,
        would hold up every fill.
        """
        while True:
            await self.turns.wait()
            await self.tell_turned()
            await asyncio.sleep(TURNS_S)

    async def tell_turned(self) -> None:
        """Tell of all that have turned, of a few bots at a time: others have their turn between."""
        self.turns.clear()
        turned, self.turned = self.turned, {}
        for tenant_id, blocks in turned.items():
            ids = list(blocks)
            for some in (ids[at : at + FEW_BOTS] for at in range(0, len(ids), FEW_BOTS)):
                with suppress(BotswainError):
                    found = [as_said(one, blocks[one.id]) for one in await self.status_of(tenant_id, some)]
                    if found:
                        bodies = (one.model_dump(mode="json") for one in found)
                        await self.live.tell(tenant_id, "bot_status_changed", *bodies)
                await asyncio.sleep(0)

    async def tell(self, word: tuple[str | None, str, Any]) -> None:
        """Tell who listens."""
        tenant_id, event, body = word
        if self.live.is_heard(tenant_id):
            await self.live.tell(tenant_id, event, body)


def as_said(status: BotStatus, block: str) -> BotStatus:
    """A bot's row with what the engine has just said: the row is judged by a mark that may be a second older."""
    return status if block else status.model_copy(update={"blocked": None})
