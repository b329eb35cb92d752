"""What a bus is, whichever way it goes: in this process, over a socket of this machine, or between machines."""

from __future__ import annotations

from collections.abc import AsyncIterator
from types import TracebackType
from typing import Protocol

from botswain.model.errors import Unavailable

Message = tuple[str, bytes]


class Slow(Unavailable):
    """A subscriber did not keep up and was let go. It subscribes anew, and reads how everything stands."""


class Subscription(Protocol):
    """The messages under a prefix, one after the other, as long as its block lasts. Raises Slow."""

    def __aiter__(self) -> AsyncIterator[Message]: ...
    async def __anext__(self) -> Message: ...
    def __enter__(self) -> Subscription: ...
    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...


class Bus(Protocol):
    """Publish and subscribe. Topics are words; a subscriber names their beginning, the empty one hears everything."""

    def publish(self, topic: str, body: bytes) -> None:
        """Have whoever listens told. It neither waits nor raises; where nobody listens it is gone."""
        ...

    def wanted(self, topic: str) -> bool:
        """Whether anybody listens, as far as is known here: what nobody wants need not be made."""
        ...

    def subscribe(self, prefix: str) -> Subscription:
        """Hear topics that begin so, from now on."""
        ...
