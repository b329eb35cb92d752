"""The bus within one process: what is published is with every subscriber when `publish` returns."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from types import TracebackType
from typing import Protocol

from botswain.bus.port import Message, Slow

MOST_WAITING = 2_000


class Listener(Protocol):
    """Who is told at once. `hear` must not block and not raise."""

    prefix: str

    def hear(self, topic: str, body: bytes) -> None: ...


class Here:
    """A bus. most_waiting: messages that may wait for a subscriber; one more and it is let go."""

    def __init__(self, most_waiting: int = MOST_WAITING) -> None:
        self._most_waiting = most_waiting
        self._listeners: list[Listener] = []

    def publish(self, topic: str, body: bytes) -> None:
        """Tell every listener."""
        for one in tuple(self._listeners):
            if topic.startswith(one.prefix):
                one.hear(topic, body)

    def wanted(self, topic: str) -> bool:
        """Whether anybody listens."""
        return any(topic.startswith(one.prefix) for one in self._listeners)

    def subscribe(self, prefix: str) -> Queue:
        """Hear topics that begin so."""
        made = Queue(prefix, self._most_waiting, self.leave)
        self.join(made)
        return made

    def join(self, listener: Listener) -> None:
        """Have somebody told from now on."""
        self._listeners.append(listener)
        self.changed()

    def leave(self, listener: Listener) -> None:
        """Have somebody told no more."""
        if listener in self._listeners:
            self._listeners.remove(listener)
            self.changed()

    def prefixes(self) -> tuple[str, ...]:
        """What anybody listens to."""
        return tuple(sorted({one.prefix for one in self._listeners}))

    def changed(self) -> None:
        """Somebody came or went."""


class Queue:
    """One subscriber's messages. Left with its block, or when it did not keep up."""

    def __init__(self, prefix: str, most_waiting: int, left: Callable[[Queue], None]) -> None:
        self.prefix = prefix
        self._most_waiting = most_waiting
        self._left = left
        self._waiting: deque[Message] = deque()
        self._woken = asyncio.Event()
        self._slow = self._closed = False

    def hear(self, topic: str, body: bytes) -> None:
        """Another message; one too many ends it."""
        if len(self._waiting) >= self._most_waiting:
            self._slow = True
            self._waiting.clear()
            self._left(self)
        else:
            self._waiting.append((topic, body))
        self._woken.set()

    def close(self) -> None:
        """Hear no more; whoever waits for a message is told that there is none."""
        self._closed = True
        self._waiting.clear()
        self._left(self)
        self._woken.set()

    def __aiter__(self) -> Queue:
        return self

    async def __anext__(self) -> Message:
        while not self._waiting:
            if self._slow:
                raise Slow(
                    f"{self._most_waiting} messages of {self.prefix or 'every topic'} waited for a subscriber, which "
                    "was let go; subscribe again and read how everything stands"
                )
            if self._closed:
                raise StopAsyncIteration
            self._woken.clear()
            await self._woken.wait()
        return self._waiting.popleft()

    def __enter__(self) -> Queue:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
