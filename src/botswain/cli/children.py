"""Processes under one roof: each line of theirs behind their name, started again when they die, stopped in order.

They are in sessions of their own, so that Ctrl-C reaches the roof alone; where the roof itself is killed they end too.
"""

from __future__ import annotations

import asyncio
import ctypes
import signal
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field

from botswain.bus.waiting import happened

PAUSES_S = (0.25, 0.5, 1.0, 2.0, 5.0, 10.0)
# One that has run for so long is started again at once when it dies.
WELL_S = 30.0
# Longer than an engine's bots may take to come to rest.
STOP_S = 25.0
LINE_BYTES = 1 << 20
DIE_WITH_PARENT = 1  # PR_SET_PDEATHSIG
LIBC = ctypes.CDLL(None) if sys.platform == "linux" else None


@dataclass(eq=False)
class Child:
    """One process that is kept up.

    ready  a word in the line with which it says that it serves
    say    told each line
    settings  NAME=VALUE, what its environment has beyond ours
    """

    name: str
    command: Sequence[str]
    ready: str
    say: Callable[[str, str], None]
    settings: Sequence[str] = ()
    pauses_s: Sequence[float] = PAUSES_S
    process: asyncio.subprocess.Process | None = None
    begun: asyncio.Event = field(default_factory=asyncio.Event)
    up: asyncio.Event = field(default_factory=asyncio.Event)
    stopping: asyncio.Event = field(default_factory=asyncio.Event)
    starts: int = 0

    async def keep(self) -> None:
        """Have it run until it is stopped; one that dies again and again is started after growing pauses."""
        loop, failures = asyncio.get_running_loop(), 0
        while not self.stopping.is_set():
            began_s = loop.time()
            code = await self.run()
            if self.stopping.is_set():
                return
            failures = 0 if loop.time() - began_s > WELL_S else failures
            pause_s = self.pauses_s[min(failures, len(self.pauses_s) - 1)]
            failures += 1
            self.say("up", f"{self.name} ended ({ending(code)}); it is started again in {pause_s:g} s")
            await happened(self.stopping, pause_s)

    async def run(self) -> int:
        """Run it once, to its end; what it ended with."""
        self.starts += 1
        process = await asyncio.create_subprocess_exec(
            *(["env", *self.settings, *self.command] if self.settings else self.command),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
            start_new_session=True,
            preexec_fn=die_with_parent,
            umask=0o077,  # what they keep is their owner's alone
            limit=LINE_BYTES,
        )
        self.process = process
        self.begun.set()
        assert process.stdout is not None
        try:
            while line := await next_line(process.stdout):
                text = line.decode("utf-8", "replace").rstrip()
                if self.ready in text:
                    self.up.set()
                self.say(self.name, text)
            return await process.wait()
        finally:
            self.up.clear()
            if process.returncode is None:
                process.kill()
                await process.wait()
            self.process = None

    async def stop(self, keeping: asyncio.Task[None], patience_s: float = STOP_S) -> None:
        """Ask it to end and wait, but not for ever."""
        self.stopping.set()
        self.send(signal.SIGTERM)
        _, late = await asyncio.wait({keeping}, timeout=patience_s)
        if late:
            self.say("up", f"{self.name} did not end in {patience_s:g} s and is killed")
            self.send(signal.SIGKILL)
            await asyncio.wait({keeping})

    def send(self, number: int) -> None:
        """A signal, where it runs."""
        if self.process is not None and self.process.returncode is None:
            with suppress(ProcessLookupError):
                self.process.send_signal(number)


async def next_line(reader: asyncio.StreamReader) -> bytes:
    """The next line with its end; empty at the end. One that is too long is passed over."""
    while True:
        try:
            return await reader.readline()
        except ValueError:
            continue


def ending(code: int) -> str:
    """How a process ended, in words."""
    if code >= 0:
        return f"code {code}"
    try:
        return f"killed by {signal.Signals(-code).name}"
    except ValueError:
        return f"killed by signal {-code}"


def die_with_parent() -> None:
    """In a new process: have it told to end when the one that made it does, where the system can do that."""
    if LIBC is not None:
        LIBC.prctl(DIE_WITH_PARENT, signal.SIGTERM)
