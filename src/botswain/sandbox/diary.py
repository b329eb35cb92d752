"""What was traded on a sandbox, in a file, so that one that dies goes on where it was.

The market is the same for the same settings, so only what was asked of the exchange is written down, each before it is
done and with how far the market had moved: orders, and what somebody did at the control door (faults, limits,
accounts); and now and then how far it has moved since. Which faults are on, and how often each acts still, stands
before whatever they may act on: reads use them up too, and reads are not written. Starting again is doing all of that
again. It is no more durable than a file that is not synced: it outlives the process, not the machine.

Where a line cannot be written (the disk is full) nothing of it stays in the file and what it tells is not done: a
request is refused, and the market stands still (`server`) until it can be.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable
from io import FileIO
from pathlib import Path
from typing import Any

import msgspec

from botswain.model.errors import BadInput
from botswain.sandbox.control import control
from botswain.sandbox.door import Asked
from botswain.sandbox.exchange import Exchange
from botswain.sandbox.fault_table import Switch
from botswain.sandbox.refusals import UNKEPT, Refused

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


class Controlled(msgspec.Struct, frozen=True, tag="controlled"):
    """What came to the control door after so many moves, at the server's time of the last request."""

    moves: int
    now_ms: int
    method: str
    path: str
    body: str


class Switched(msgspec.Struct, frozen=True, tag="switched"):
    """The faults that are on after so many moves: name, times and settings of each; how often faults have acted."""

    moves: int
    on: list[tuple[str, int, dict[str, Any]]]
    acted: dict[str, int]


Line = Opened | Moved | Done | Controlled | Switched
_ENCODER = msgspec.json.Encoder()
_DECODER: msgspec.json.Decoder[Line] = msgspec.json.Decoder(Line)


class Diary:
    """One exchange's file, open for appending without a buffer. at_s: a clock that never goes back."""

    def __init__(self, exchange: Exchange, file: FileIO, at_s: Callable[[], float]) -> None:
        self._exchange = exchange
        self._file = file
        self._whole = os.fstat(file.fileno()).st_size
        self._torn = False
        self._at_s = at_s
        self._due_s = at_s()
        self._faults = faults_of(exchange)
        exchange.door.noted = self.note
        exchange.controlled = self.control

    def note(self, asked: Asked, now_ms: int) -> None:
        """A request that changes something is about to be done. Raises Refused where it cannot be written."""
        if asked.name in KEPT:
            account = "" if asked.account is None else asked.account.name
            line = Done(
                self._exchange.moves, now_ms, asked.name, asked.values, asked.api_key, asked.payload, asked.address,
                account,
            )  # fmt: skip
            self.write_or_refuse(line)

    def control(self, method: str, path: str, body: bytes) -> None:
        """Something is about to be done at the control door. Raises Refused where it cannot be written."""
        if method == "GET":
            return
        floor = self._exchange.floor
        text = body.decode("utf-8", "replace")
        self.write_or_refuse(Controlled(self._exchange.moves, floor.now_ms, method, path, text))

    def write_or_refuse(self, line: Line) -> None:
        """Write what is about to be done, and before it which faults are on. Raises Refused."""
        try:
            self.switches()
            self.write(line)
        except OSError:
            raise Refused(UNKEPT, 503) from None

    def switches(self) -> None:
        """Write which faults are on, where that is not what was written last. Raises OSError."""
        found = faults_of(self._exchange)
        if found != self._faults:
            self.write(switched(self._exchange, self._exchange.moves))
            self._faults = found

    def moved(self) -> None:
        """The market has moved; four times a second is often enough to say so. Raises OSError: call it again."""
        if self._at_s() >= self._due_s:
            self.close_up()

    def close_up(self) -> None:
        """Write how far the market is. Raises OSError."""
        self.write(Moved(self._exchange.moves))
        self.switches()
        self._due_s = self._at_s() + APART_S

    def close(self) -> None:
        """The exchange ends here. Raises OSError where its last quarter of a second could not be written."""
        try:
            self.close_up()
        finally:
            self._exchange.door.noted = self._exchange.controlled = None
            self._file.close()

    def write(self, line: Line) -> None:
        """One line, with the system when this returns: it outlives a kill. Raises OSError; then nothing of it stays."""
        if self._torn:
            self.mend()
        text = memoryview(_ENCODER.encode(line) + b"\n")
        size = len(text)
        self._torn = True
        try:
            while text:
                text = text[self._file.write(text) :]
        except OSError:
            with contextlib.suppress(OSError):
                self.mend()
            raise
        self._torn = False
        self._whole += size

    def mend(self) -> None:
        """Cut off what there is of a line that could not be written whole. Raises OSError."""
        os.ftruncate(self._file.fileno(), self._whole)
        self._torn = False


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
        file = FileIO(path, "ab")
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
        try:
            made.write(Opened(settings))
        except OSError as error:
            file.close()
            why = error.strerror
            raise BadInput(f"diary {path} cannot be begun ({why}); free some space, or name another") from None
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
    elif isinstance(line, Controlled):
        exchange.floor.now_ms = line.now_ms
        control(exchange, line.method, line.path, line.body.encode())
    elif isinstance(line, Switched):
        faults = exchange.floor.faults
        faults.on.clear()
        for name, times, settings in line.on:
            faults.on.setdefault(name, []).append(Switch(name, times, settings))
        faults.acted = dict(line.acted)


def faults_of(exchange: Exchange) -> bytes:
    """The faults that are on, and how often they have acted, in a form that does not change with them."""
    return _ENCODER.encode(switched(exchange, 0))


def switched(exchange: Exchange, moves: int) -> Switched:
    """The same as a line."""
    faults = exchange.floor.faults
    on = [(one.name, one.times, one.settings) for found in faults.on.values() for one in found]
    return Switched(moves, on, faults.acted)
