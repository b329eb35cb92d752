"""Ends the process when its event loop has stood still: a strategy whose step never comes back cannot be interrupted.

A step runs in machine code or inside the interpreter, where no signal and no cancellation reaches it. A thread looks
whether the loop still turns; where it does not for a while, the process says so and ends at once. Another one hears
signals: the first asks the session to stop, the second ends the process at once. Nothing is lost by either: it is what
`kill -9` does, and the next start goes on from the journal.
"""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager

LIMIT_S = 60.0
BEAT_S = 1.0
STUCK = 70
INTERRUPTED = 130


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


@contextmanager
def stopped_by_signals(stop: Callable[[], None]) -> Iterator[None]:
    """Have Ctrl-C, SIGTERM and a terminal that closes call `stop` in the running loop; a second one ends the process.

    Python runs a signal's handler between two of its own instructions, and machine code has none. So what the system
    writes down at once, the number of the signal, is read by a thread.
    """
    loop = asyncio.get_running_loop()
    names = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    heard, told = os.pipe()
    os.set_blocking(told, False)
    before = {name: signal.signal(name, lambda *_: None) for name in names}
    woken = signal.set_wakeup_fd(told, warn_on_full_buffer=False)

    def listen() -> None:
        count = 0
        while found := os.read(heard, 1):
            if found[0] not in names:
                continue
            count += 1
            if count == 1:
                loop.call_soon_threadsafe(stop)
                continue
            sys.stderr.write("interrupted: ended at once; what is in the journal is safe\n")
            sys.stderr.flush()
            os._exit(INTERRUPTED)
        os.close(heard)

    threading.Thread(target=listen, name="signals", daemon=True).start()
    try:
        yield
    finally:
        signal.set_wakeup_fd(woken)
        for name, handler in before.items():
            signal.signal(name, handler)
        os.close(told)
