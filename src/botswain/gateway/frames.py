"""What goes over the socket between an engine and a gateway: typed messages in msgpack, each behind its length.

Every message names the request it belongs to. Data of an answer travels as it is and is read by whoever asked, who
knows what was asked for. A frame that cannot be read ends the connection: the other side is of another version.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

import msgspec
from msgspec import Struct

from botswain.gateway.verdicts import Verdict
from botswain.model.errands import AskBalances, AskFills, AskOrder, AskOrders, AskWorking, Errand, Question
from botswain.model.errors import Unavailable
from botswain.model.order_events import Account, OrderReport, OwnTrade, UserEvent
from botswain.model.outcomes import Absent, Failed, Rows
from botswain.model.weights import Used

LENGTH_BYTES = 4
MOST_BYTES = 64 * 1024 * 1024


class Broken(Unavailable):
    """A frame cannot be read. The connection is closed; what it carried is unknown."""


class Send(Struct, frozen=True, tag=True):
    """Have a request sent; answered with Sent. used, here and below: what was last heard of the venues' weight."""

    id: int
    errand: Errand
    used: tuple[Used, ...] = ()


class Ask(Struct, frozen=True, tag=True):
    """Ask the venue; answered with Asked or Lacking."""

    id: int
    account_id: str
    question: Question
    used: tuple[Used, ...] = ()


class Listen(Struct, frozen=True, tag=True):
    """Hear an account: Told, Live, Down and Problem follow under this id."""

    id: int
    account_id: str


class Unlisten(Struct, frozen=True, tag=True):
    """Hear it no more."""

    id: int


class Weighed(Struct, frozen=True, tag=True):
    """What the engine last heard of the venues' weight; its answer to a beat."""

    used: tuple[Used, ...]


class Sent(Struct, frozen=True, tag=True):
    """What became of a request."""

    id: int
    outcome: Verdict
    used: tuple[Used, ...] = ()


class Asked(Struct, frozen=True, tag=True):
    """An answer; data as `DATA` has it for the question."""

    id: int
    data: msgspec.Raw
    used: tuple[Used, ...] = ()


class Lacking(Struct, frozen=True, tag=True):
    """There is no such thing, or no answer."""

    id: int
    answer: Absent | Failed
    used: tuple[Used, ...] = ()


class Told(Struct, frozen=True, tag=True):
    """A private event."""

    id: int
    event: UserEvent


class Live(Struct, frozen=True, tag=True):
    """Everything is heard from now on."""

    id: int
    missed_since_ms: int | None


class Down(Struct, frozen=True, tag=True):
    """Nothing is heard since then."""

    id: int
    why: str
    since_ms: int


class Problem(Struct, frozen=True, tag=True):
    """Something happened that could not be read."""

    id: int
    text: str


class Beat(Struct, frozen=True, tag=True):
    """The gateway lives."""

    used: tuple[Used, ...] = ()


Up = Send | Ask | Listen | Unlisten | Weighed
Back = Sent | Asked | Lacking | Told | Live | Down | Problem | Beat

_ENCODER = msgspec.msgpack.Encoder()
_UP: msgspec.msgpack.Decoder[Up] = msgspec.msgpack.Decoder(Up)
_BACK: msgspec.msgpack.Decoder[Back] = msgspec.msgpack.Decoder(Back)
_REPORTS: msgspec.msgpack.Decoder[Any] = msgspec.msgpack.Decoder(Rows[OrderReport])
DATA: Mapping[type, msgspec.msgpack.Decoder[Any]] = {
    AskOrder: msgspec.msgpack.Decoder(OrderReport),
    AskWorking: _REPORTS,
    AskOrders: _REPORTS,
    AskFills: msgspec.msgpack.Decoder(Rows[OwnTrade]),
    AskBalances: msgspec.msgpack.Decoder(Account),
}


def framed(message: Up | Back) -> bytes:
    """A message as it goes out."""
    body = _ENCODER.encode(message)
    return len(body).to_bytes(LENGTH_BYTES, "big") + body


def packed(data: Any) -> msgspec.Raw:
    """An answer's data as it travels."""
    return msgspec.Raw(_ENCODER.encode(data))


def data_of(question: Question, raw: msgspec.Raw) -> Any:
    """The data of an answer to a question. Raises Broken."""
    try:
        return DATA[type(question)].decode(raw)
    except msgspec.DecodeError as error:
        raise Broken(f"the gateway's answer to {type(question).__name__} cannot be read ({error})") from None


async def read_up(reader: asyncio.StreamReader) -> Up | None:
    """The next message of an engine, None at the end. Raises Broken, OSError."""
    body = await _body(reader)
    return None if body is None else _decoded(_UP, body)


async def read_back(reader: asyncio.StreamReader) -> Back | None:
    """The next message of a gateway, None at the end. Raises Broken, OSError."""
    body = await _body(reader)
    return None if body is None else _decoded(_BACK, body)


async def _body(reader: asyncio.StreamReader) -> bytes | None:
    try:
        length = int.from_bytes(await reader.readexactly(LENGTH_BYTES), "big")
        if length > MOST_BYTES:
            raise Broken(f"a frame of {length} bytes is longer than {MOST_BYTES}; both sides must be of one version")
        return await reader.readexactly(length)
    except asyncio.IncompleteReadError:
        return None


def _decoded(decoder: msgspec.msgpack.Decoder[Any], body: bytes) -> Any:
    try:
        return decoder.decode(body)
    except msgspec.DecodeError as error:
        # Only the complaint: a frame may hold what nobody should read in a log.
        raise Broken(f"a frame cannot be read ({error}); both sides must be of one version") from None
