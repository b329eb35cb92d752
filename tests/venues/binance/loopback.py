"""A server on loopback that keeps the very bytes it was sent and answers what it is told to."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

# An answer: status, body and headers; None hangs up without one, and HOLD never answers.
Answer = tuple[int, bytes, dict[str, str]] | None
HOLD: Answer = (0, b"", {})


@dataclass(frozen=True)
class Got:
    """One request as it came."""

    line: str
    headers: dict[str, str]
    body: bytes


@dataclass
class Loopback:
    """What came, and what is answered next; the last answer is repeated."""

    answers: list[Answer] = field(default_factory=lambda: [(200, b"{}", {})])
    got: list[Got] = field(default_factory=list)
    connections: int = 0
    port: int = 0
    on_request: Callable[[Got], None] | None = None
    _open: set[asyncio.StreamWriter] = field(default_factory=set)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        self._open.add(writer)
        try:
            while (found := await self.request(reader)) is not None:
                self.got.append(found)
                if self.on_request is not None:
                    self.on_request(found)
                answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
                if answer is None:
                    break
                if answer is HOLD:
                    continue
                writer.write(reply(answer))
                await writer.drain()
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    async def request(self, reader: asyncio.StreamReader) -> Got | None:
        head = b""
        while not head.endswith(b"\r\n\r\n"):
            line = await reader.readline()
            if not line:
                return None
            head += line
        first, *rest = head.decode().strip().split("\r\n")
        headers = {name.lower(): value for name, _, value in (one.partition(": ") for one in rest)}
        body = await reader.readexactly(int(headers.get("content-length", "0")))
        return Got(first, headers, body)

    def hang_up(self) -> None:
        """Close every connection."""
        for one in self._open:
            one.close()


def reply(answer: tuple[int, bytes, dict[str, str]]) -> bytes:
    status, body, headers = answer
    head = {"Content-Type": "application/json", "Content-Length": str(len(body)), **headers}
    lines = "".join(f"{name}: {value}\r\n" for name, value in head.items())
    return f"HTTP/1.1 {status} x\r\n{lines}\r\n".encode() + body


@asynccontextmanager
async def loopback(*answers: Answer) -> AsyncIterator[Loopback]:
    """A server on a free port."""
    found = Loopback(list(answers)) if answers else Loopback()
    server = await asyncio.start_server(found.serve, "127.0.0.1", 0)
    found.port = server.sockets[0].getsockname()[1]
    try:
        yield found
    finally:
        server.close()
        found.hang_up()
        await server.wait_closed()
