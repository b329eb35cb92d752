"""Ends the process when its event loop has stood still: a strategy whose step never comes back cannot be interrupted.

A step runs in machine code or inside the interpreter, where no signal and no cancellation reaches it. A thread looks
whether the loop still turns; where it does not for a while, the process says so and ends at once. Nothing is lost by
that: it is what `kill -9` does, and the next start goes on from the journal.
"""

from __future__ import annotations

import asyncio
import os
import sys
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

LIMIT_S = 60.0
BEAT_S = 1.0
STUCK = 70


@asynccontextmanager
async def watched(limit_s: float = LIMIT_S) -> AsyncIterator[None]:
    """Watch the running loop for as long as this is open."""
    loop = asyncio.get_running_loop()
    beats = [0]
    done = threading.Event()

    def beat() -> None:
        beats[0] += 1
        if not done.is_set():
            loop.call_later(min(BEAT_S, limit_s / 4), beat)

    def watch() -> None:
        seen = -1
        while not done.wait(limit_s):
            # A process that was stopped and goes on (Ctrl-Z, fg) gets a moment to show that it lives.
            if beats[0] == seen and not done.wait(limit_s / 4) and beats[0] == seen:
                sys.stderr.write(
                    f"error: nothing has moved for {limit_s:g} s: a strategy's step does not come back. Look for a "
                    "loop in it that does not end. What is in the journal is safe; this process ends now\n"
                )
                sys.stderr.flush()
                os._exit(STUCK)
            seen = beats[0]

    beat()
    threading.Thread(target=watch, name="watchdog", daemon=True).start()
    try:
        yield
    finally:
        done.set()
