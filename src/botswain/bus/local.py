"""The bus of another process of this machine: connected to its hub, and quietly again whenever that went away.

While there is no hub nothing is published and nothing heard, and nobody is told: what goes over a bus is worth nothing
later.
"""

from __future__ import annotations

import asyncio
import contextlib
from pathlib import Path
from types import TracebackType

from botswain.bus import frames
from botswain.bus.frames import Broken, Hear, Say, Wanted
from botswain.bus.here import MOST_WAITING, Here

PAUSES_S = (0.05, 0.1, 0.25, 0.5, 1.0)
MOST_UNSENT_BYTES = 1024 * 1024


class Local(Here):
    """Use as `async with Local(path) as bus`. dropped: messages that the hub was too slow for."""

    def __init__(self, path: Path, most_waiting: int = MOST_WAITING) -> None:
        super().__init__(most_waiting)
        self._path = path
        self._writer: asyncio.StreamWriter | None = None
        self._wanted: tuple[str, ...] = ()
        self._task: asyncio.Task[None] | None = None
        self.dropped = 0

    async def __aenter__(self) -> Local:
        self._task = asyncio.create_task(self._keep(), name="bus")
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._task is not None:
            self._task.cancel()
            await asyncio.wait({self._task})

    def publish(self, topic: str, body: bytes) -> None:
        """Hand it to the hub, which tells everybody, this process too."""
        writer = self._writer
        if writer is None or writer.is_closing() or not self.wanted(topic):
            return
        if writer.transport.get_write_buffer_size() > MOST_UNSENT_BYTES:
            self.dropped += 1
            return
        writer.write(frames.framed(Say(topic, body)))

    def wanted(self, topic: str) -> bool:
        """Whether anybody listens, as the hub said last."""
        return any(topic.startswith(one) for one in self._wanted)

    def changed(self) -> None:
        """Somebody here listens to something else."""
        if self._writer is not None and not self._writer.is_closing():
            self._writer.write(frames.framed(Hear(self.prefixes())))

    async def _keep(self) -> None:
        attempt = 0
        while True:
            with contextlib.suppress(OSError, Broken):
                reader, writer = await asyncio.open_unix_connection(str(self._path))
                attempt = 0
                await self._hear(reader, writer)
            await asyncio.sleep(PAUSES_S[min(attempt, len(PAUSES_S) - 1)])
            attempt += 1

    async def _hear(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection, to its end."""
        self._writer = writer
        try:
            self.changed()
            while (message := await frames.read(reader)) is not None:
                if isinstance(message, Say):
                    super().publish(message.topic, message.body)
                elif isinstance(message, Wanted):
                    self._wanted = message.prefixes
        finally:
            self._writer, self._wanted = None, ()
            writer.transport.abort()
