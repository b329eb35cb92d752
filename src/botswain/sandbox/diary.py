"""What was traded on a sandbox, in a file, so that one that dies goes on where it was.

The market is the same for the same settings, so only orders are written down, each before it is done and with how far
the market had moved; and now and then how far it has moved since. Starting again is doing all of that again. It is no
more durable than a file that is not synced: it outlives the process, not the machine.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

import msgspec

from botswain.model.errors import BadInput
from botswain.sandbox.door import Asked
from botswain.sandbox.exchange import Exchange

KEPT = frozenset(
    (
        "order.place",
        "order.cancel",
        "order.cancelReplace",
        "order.amend.keepPriority",
        "openOrders.cancelAll",
        "orderList.place.oco",
        "orderList.place",
        "orderList.cancel",
    )
)
APART_S = 0.25


class Opened(msgspec.Struct, frozen=True, tag="opened"):
    """The first line: the settings that the market follows from."""

    settings: str


class Moved(msgspec.Struct, frozen=True, tag="moved"):
    """So many moves of the market were made."""

    moves: int


class Done(msgspec.Struct, frozen=True, tag="done"):
    """A request that came after so many moves; account: whose connection it was, where that was logged on."""

    moves: int
    now_ms: int
    name: str
    values: dict[str, str]
    api_key: str | None
    payload: str | None
    address: str
    account: str


Line = Opened | Moved | Done
_ENCODER = msgspec.json.Encoder()
_DECODER: msgspec.json.Decoder[Line] = msgspec.json.Decoder(Line)


class Diary:
    """One exchange's file, open for writing. at_s: a clock that never goes back."""

    def __init__(self, exchange: Exchange, file: BinaryIO, at_s: Callable[[], float]) -> None:
        self._exchange = exchange
        self._file = file
        self._at_s = at_s
        self._due_s = at_s()
        exchange.door.noted = self.note

    def note(self, asked: Asked, now_ms: int) -> None:
        """A request that changes something is about to be done."""
        if asked.name in KEPT:
            account = "" if asked.account is None else asked.account.name
            self.write(
                Done(
                    self._exchange.moves, now_ms, asked.name, asked.values, asked.api_key, asked.payload, asked.address,
                    account,
                )
            )  # fmt: skip

    def moved(self) -> None:
        """The market has moved; four times a second is often enough to say so."""
        if self._at_s() >= self._due_s:
            self.close_up()

    def close_up(self) -> None:
        """Write how far the market is."""
        self._due_s = self._at_s() + APART_S
        self.write(Moved(self._exchange.moves))

    def close(self) -> None:
        """The exchange ends here."""
        self.close_up()
        self._exchange.door.noted = None
        self._file.close()

    def write(self, line: Line) -> None:
        """One line, with the system when this returns: it outlives a kill."""
        self._file.write(_ENCODER.encode(line) + b"\n")
        self._file.flush()


def gone_on(exchange: Exchange, path: Path, settings: str, at_s: Callable[[], float]) -> Diary:
    """Bring a new exchange to where its diary ends, and go on writing it; begin one where there is none.

    settings  what the market was made from
    Raises BadInput where the diary is of other settings, or cannot be read.
    """
    try:
        text = path.read_bytes() if path.exists() else b""
        lines, whole = lines_of(text)
        if text:
            os.truncate(path, whole)
        file = path.open("ab")
    except OSError as error:
        raise BadInput(
            f"diary {path} cannot be read and written ({error.strerror}); name another with --keep"
        ) from None
    except msgspec.DecodeError as error:
        raise BadInput(f"diary {path} cannot be read ({error}); name another with --keep") from None
    if lines and lines[0] != Opened(settings):
        file.close()
        raise BadInput(f"diary {path} is of another market; start it with the settings it had, or name another")
    for line in lines[1:]:
        redo(exchange, line)
    exchange.drain()
    made = Diary(exchange, file, at_s)
    if not lines:
        made.write(Opened(settings))
    return made


def lines_of(text: bytes) -> tuple[list[Line], int]:
    """The lines of a diary, and where they end: the last one may have been cut off by the kill."""
    whole = text.rfind(b"\n") + 1
    return [_DECODER.decode(one) for one in text[:whole].splitlines()], whole


def redo(exchange: Exchange, line: Line) -> None:
    """What a line tells, once more."""
    assert not isinstance(line, Opened)
    while exchange.moves < line.moves:
        exchange.advance()
        exchange.drain()
    if isinstance(line, Done):
        account = exchange.floor.accounts.get(line.account)
        asked = Asked(line.name, line.values, line.api_key, line.payload, line.address, account)
        exchange.door.perform(asked, line.now_ms)
