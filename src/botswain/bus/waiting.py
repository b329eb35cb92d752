"""Waiting for something that may not happen in time."""

from __future__ import annotations

import asyncio


async def happened(event: asyncio.Event, within_s: float) -> bool:
    """Whether an event is set within so many seconds.

    A task that is cancelled while it waits here ends. With `asyncio.wait_for` it goes on where the event was set in
    the same moment (Python 3.11), and whoever waits for its end waits for ever.
    """
    try:
        async with asyncio.timeout(within_s):
            await event.wait()
    except TimeoutError:
        return False
    return True
