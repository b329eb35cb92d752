"""Gathers round trips as bots make them, so that no list has to wait for it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from botswain.api.memory import Memory
from botswain.model.errors import BotswainError
from botswain.store.commits_seen import CommitsSeen
from botswain.store.database import Database

LOOK_S = 2.0
# Fills gathered in one go; after them others have their turn.
MOST_FILLS = 2_000


@dataclass
class TripKeeper:
    """Follows commits. failed: how often it could not."""

    store: Database
    memory: Memory
    seen: CommitsSeen
    failed: int = 0

    async def keep(self, pause: Callable[[float], Awaitable[None]] = asyncio.sleep) -> None:
        """Until cancelled."""
        while True:
            await self.look()
            await pause(LOOK_S)

    async def look(self) -> None:
        """Gather what is new. What cannot be gathered now, or by what is known of a bot, is tried again."""
        try:
            if self.seen.moved() and not await self.memory.trips.follow(
                self.store, None, self.memory.terms, most=MOST_FILLS
            ):
                self.seen.again()
        except BotswainError:
            self.failed += 1
