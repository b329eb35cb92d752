"""What goes over the bus's socket: msgpack, each message behind its length in four bytes."""

from __future__ import annotations

import asyncio

import msgspec

from botswain.model.errors import Unavailable

LENGTH_BYTES = 4
MOST_BYTES = 1024 * 1024


class Broken(Unavailable):
    """A frame cannot be read; its connection is closed."""


class Say(msgspec.Struct, frozen=True, tag="say", array_like=True):
    """A message, to the hub and from it."""

    topic: str
    body: bytes


class Hear(msgspec.Struct, frozen=True, tag="hear", array_like=True):
    """To the hub: what this side listens to now, all of it."""

    prefixes: tuple[str, ...]


class Wanted(msgspec.Struct, frozen=True, tag="wanted", array_like=True):
    """From the hub: what anybody listens to now, all of it."""

    prefixes: tuple[str, ...]


Frame = Say | Hear | Wanted
_ENCODER = msgspec.msgpack.Encoder()
_DECODER: msgspec.msgpack.Decoder[Frame] = msgspec.msgpack.Decoder(Frame)


def framed(message: Frame) -> bytes:
    """A message as it goes out."""
    body = _ENCODER.encode(message)
    return len(body).to_bytes(LENGTH_BYTES, "big") + body


async def read(reader: asyncio.StreamReader) -> Frame | None:
    """The next message; None at the end. Raises Broken, OSError."""
    try:
        length = int.from_bytes(await reader.readexactly(LENGTH_BYTES), "big")
        if length > MOST_BYTES:
            raise Broken(f"a message of {length} bytes is longer than {MOST_BYTES}; both sides must be of one version")
        return _DECODER.decode(await reader.readexactly(length))
    except asyncio.IncompleteReadError:
        return None
    except msgspec.DecodeError as error:
        raise Broken(f"a message cannot be read ({error}); both sides must be of one version") from None
