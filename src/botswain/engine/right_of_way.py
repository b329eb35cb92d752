"""Orders go before market data: between two market messages, those that are being committed or sent have their turn.

At a close all symbols' candles arrive in one instant. Taken one after the other without a pause, the first symbol's
orders would leave when the last symbol's bots have decided. So after each message the feed waits until what was decided
on it is with the account; while the disk works, replies to the orders before are taken. A disk that takes its time
does not hold the market up for longer than PATIENCE_S.
"""

from __future__ import annotations

import asyncio
from contextlib import suppress

PATIENCE_S = 0.02
# A request that was handed over needs so many turns of the loop to reach its socket.
TURNS_TO_SOCKET = 3
# For so long messages are taken one after the other even if they lead to nothing.
SLICE_S = 0.0005


class RightOfWay:
    """Knows of orders that are on their way from their decision to the socket."""

    def __init__(self) -> None:
        self._coming: set[asyncio.Event] = set()
        self._turns = 0
        self._since_s = 0.0

    def begins(self) -> asyncio.Event:
        """Requests were decided on; say `over` of what is returned when the account has them, or when it will not."""
        passing = asyncio.Event()
        self._coming.add(passing)
        return passing

    def over(self, passing: asyncio.Event, *, sending: bool) -> None:
        """They were handed over, or will not be."""
        self._coming.discard(passing)
        if sending:
            self._turns = TURNS_TO_SOCKET
        passing.set()

    async def turn(self) -> None:
        """Called by the feed after a message; returns when another one may be taken."""
        clock = asyncio.get_running_loop()
        if self._coming:
            with suppress(TimeoutError):
                async with asyncio.timeout(PATIENCE_S):
                    for one in tuple(self._coming):
                        await one.wait()
        while self._turns:
            self._turns -= 1
            await asyncio.sleep(0)
        if clock.time() - self._since_s > SLICE_S:
            await asyncio.sleep(0)
            self._since_s = clock.time()
