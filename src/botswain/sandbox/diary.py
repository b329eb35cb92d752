"""What was traded on a sandbox, in a file, so that one that dies goes on where it was.

The market is the same for the same settings, so only what was asked of the exchange is written down, each before it is
done and with how far the market had moved: orders, and what somebody did at the control door (faults, limits,
accounts); and now and then how far it has moved since. Which faults are on, and how often each acts still, stands
before whatever they may act on: reads use them up too, and reads are not written. Starting again is doing all of that
again. It is no more durable than a file that is not synced: it outlives the process, not the machine.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any, BinaryIO

import msgspec

from botswain.model.errors import BadInput
from botswain.sandbox.control import control
from botswain.sandbox.door import Asked
from botswain.sandbox.exchange import Exchange
from botswain.sandbox.fault_table import Switch

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
    """One exchange's file, open for writing. at_s: a clock that never goes back."""

    def __init__(self, exchange: Exchange, file: BinaryIO, at_s: Callable[[], float]) -> None:
        self._exchange = exchange
        self._file = file
        self._at_s = at_s
        self._due_s = at_s()
        self._faults = faults_of(exchange)
        exchange.door.noted = self.note
        exchange.controlled = self.control

    def note(self, asked: Asked, now_ms: int) -> None:
        """A request that changes something is about to be done."""
        if asked.name in KEPT:
            account = "" if asked.account is None else asked.account.name
            self.switches()
            self.write(
                Done(
                    self._exchange.moves, now_ms, asked.name, asked.values, asked.api_key, asked.payload, asked.address,
                    account,
                )
            )  # fmt: skip

    def control(self, method: str, path: str, body: bytes) -> None:
        """Something is about to be done at the control door."""
        if method == "GET":
            return
        self.switches()
        floor = self._exchange.floor
        self.write(Controlled(self._exchange.moves, floor.now_ms, method, path, body.decode("utf-8", "replace")))

    def switches(self) -> None:
        """Write which faults are on, where that is not what was written last."""
        found = faults_of(self._exchange)
        if found != self._faults:
            self._faults = found
            self.write(switched(self._exchange, self._exchange.moves))

    def moved(self) -> None:
        """The market has moved; four times a second is often enough to say so."""
        if self._at_s() >= self._due_s:
            self.close_up()

    def close_up(self) -> None:
        """Write how far the market is."""
        self._due_s = self._at_s() + APART_S
        self.write(Moved(self._exchange.moves))
        self.switches()

    def close(self) -> None:
        """The exchange ends here."""
        self.close_up()
        self._exchange.door.noted = self._exchange.controlled = None
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
