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
# Fills gathered in one go, and how long others have their turn where more are left: two thousand at a stretch, every
# two seconds, came to as many a second and made whoever asked meanwhile wait for twenty commits.
MOST_FILLS, REST_S = 100, 0.1


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
            await pause(LOOK_S if await self.look() else REST_S)

    async def look(self) -> bool:
        """Gather what is new; whether that was all. What cannot be, by what is known of a bot, is tried again."""
        try:
            if not self.seen.moved() or await self.memory.trips.follow(
                self.store, None, self.memory.terms, most=MOST_FILLS
            ):
                return True
            self.seen.again()
        except BotswainError:
            self.failed += 1
            return True
        return False
