"""Where the processes of one machine meet: a Unix socket in one of them, which is told to be it.

Whoever connects may publish and listen. The hub's own process does both without the socket. A connection that does not
read what it asked for is closed; it comes again and is told what is new then.
"""

from __future__ import annotations

import asyncio
import contextlib
from pathlib import Path

from botswain.bus import frames
from botswain.bus.frames import Broken, Hear, Say, Wanted
from botswain.bus.here import MOST_WAITING, Here
from botswain.bus.socket_file import bound

MOST_UNREAD_BYTES = 4 * 1024 * 1024


class Hub(Here):
    """A bus for this process, and for others once it has started."""

    def __init__(self, most_waiting: int = MOST_WAITING, most_unread: int = MOST_UNREAD_BYTES) -> None:
        super().__init__(most_waiting)
        self._most_unread = most_unread
        self._lines: set[Line] = set()
        self._path: Path | None = None
        self._server: asyncio.Server | None = None

    async def start(self, path: Path) -> None:
        """Listen at a path, readable by this user only. Raises BadInput where that cannot be."""
        found = bound(path, "bus", "name another with --bus")
        self._path = path
        self._server = await asyncio.start_unix_server(self._serve, sock=found)

    async def stop(self) -> None:
        """Let everybody go."""
        if self._server is not None:
            self._server.close()
        for one in tuple(self._lines):
            one.close()
        if self._path is not None:
            self._path.unlink(missing_ok=True)

    def changed(self) -> None:
        """Somebody listens to something else: publishers elsewhere are told what is wanted."""
        wanted = self.prefixes()
        for one in tuple(self._lines):
            one.want(wanted)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        line = Line(self, writer, self._most_unread)
        self._lines.add(line)
        line.want(self.prefixes())
        try:
            while (message := await frames.read(reader)) is not None:
                if isinstance(message, Say):
                    self.publish(message.topic, message.body)
                elif isinstance(message, Hear):
                    line.listen(message.prefixes)
        except (Broken, OSError):
            pass  # of another version, or gone: it is let go either way
        finally:
            self._lines.discard(line)
            line.listen(())
            line.close()


class Line:
    """One connection."""

    def __init__(self, hub: Hub, writer: asyncio.StreamWriter, most_unread: int) -> None:
        self._hub = hub
        self._writer = writer
        self._most_unread = most_unread
        self._ears: list[Ear] = []
        self._told: tuple[str, ...] | None = None

    def listen(self, prefixes: tuple[str, ...]) -> None:
        """Hear these from now on, and nothing else."""
        for one in self._ears:
            self._hub.leave(one)
        # One that begins as another does would be told everything twice.
        apart = [one for one in prefixes if not any(one != other and one.startswith(other) for other in prefixes)]
        self._ears = [Ear(one, self) for one in dict.fromkeys(apart)]
        for one in self._ears:
            self._hub.join(one)

    def want(self, prefixes: tuple[str, ...]) -> None:
        """Tell what anybody listens to."""
        if prefixes != self._told:
            self._told = prefixes
            self.write(frames.framed(Wanted(prefixes)))

    def write(self, data: bytes) -> None:
        """Send, or let go of who does not read."""
        if self._writer.transport.get_write_buffer_size() > self._most_unread:
            self.close()
        elif not self._writer.is_closing():
            self._writer.write(data)

    def close(self) -> None:
        """End the connection at once."""
        with contextlib.suppress(OSError):
            self._writer.transport.abort()


class Ear:
    """One thing that a connection listens to."""

    def __init__(self, prefix: str, line: Line) -> None:
        self.prefix = prefix
        self._line = line

    def hear(self, topic: str, body: bytes) -> None:
        """Pass it on."""
        self._line.write(frames.framed(Say(topic, body)))
