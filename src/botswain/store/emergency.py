"""The emergency file beside the database: halts that were ordered, and cancels that were sent, while it did not answer.

It is no second journal: nothing that adds risk may rest on it. Append-only, each record behind its checksum, on the
disk before anything follows from it, and in room that was reserved while there was some, so that a full disk is no
reason to lose a halt. Once the database answers what stands here goes there, and the file is put away beside it.
Commands and engines of several processes write to the same file.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from zlib import crc32

import msgspec

from botswain.model.errors import Unavailable

RESERVED_BYTES = 65_536
NAME = "emergency"


class Halting(msgspec.Struct, frozen=True, tag="halt"):
    """Somebody or something halted a bot, by name, or everything (bot is empty).

    mode  what it may have working meanwhile; empty: what is usual
    """

    bot: str
    reason: str
    by: str
    at_ms: int
    mode: str = ""


class Cancelling(msgspec.Struct, frozen=True, tag="cancel"):
    """An order of a bot's was about to be taken off the venue."""

    account_id: str
    bot_id: str
    client_order_id: str
    at_ms: int


class Done(msgspec.Struct, frozen=True, tag="done"):
    """What stands in these lines is where it belongs by now."""

    lines: tuple[int, ...]


Record = Halting | Cancelling
_ENCODER = msgspec.json.Encoder()
_DECODER: msgspec.json.Decoder[Record | Done] = msgspec.json.Decoder(Halting | Cancelling | Done)


@dataclass(frozen=True)
class Pending:
    """What waits to be merged, by line, and lines that cannot be read: a write that was cut off."""

    records: dict[int, Record]
    broken: tuple[int, ...] = ()

    def halts(self) -> dict[int, Halting]:
        """Halts among them."""
        return {line: one for line, one in self.records.items() if isinstance(one, Halting)}

    def cancels(self) -> dict[int, Cancelling]:
        """Cancels among them."""
        return {line: one for line, one in self.records.items() if isinstance(one, Cancelling)}


NOTHING = Pending({})


class EmergencyFile:
    """One file. Nothing of it is kept open, so that it can be put away by any process."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def reserve(self) -> None:
        """Make it with room for what may have to be written. A disk without that room is no reason not to start."""
        with suppress(OSError), self._held(create=True) as descriptor:
            if os.fstat(descriptor).st_size < RESERVED_BYTES:
                os.posix_fallocate(descriptor, 0, RESERVED_BYTES)
                os.fsync(descriptor)

    def append(self, *records: Record | Done) -> None:
        """Write records; they are on the disk when this returns. Raises Unavailable."""
        data = b"".join(line_of(one) for one in records)
        try:
            with self._held(create=True) as descriptor:
                text = content(descriptor)
                # A write that was cut off has no end of line; what follows must not be lost with it.
                whole = data if not text or text.endswith(b"\n") else b"\n" + data
                os.pwrite(descriptor, whole, len(text))
                os.fsync(descriptor)
        except OSError as error:
            raise Unavailable(
                f"the emergency file {self.path} cannot be written either ({error.strerror}); nothing was noted. Act "
                "at the venue itself, and make room or allow writing there"
            ) from None

    def pending(self) -> Pending:
        """What waits in it. Raises Unavailable where it is there and cannot be read."""
        try:
            text = self.path.read_bytes().split(b"\0", 1)[0]
        except FileNotFoundError:
            return NOTHING
        except OSError as error:
            raise Unavailable(
                f"the emergency file {self.path} cannot be read ({error.strerror}); allow reading it: halts may stand "
                "in it"
            ) from None
        return pending_of(text) if text else NOTHING

    def done(self, lines: Sequence[int], now_ms: int) -> None:
        """Note what is merged; a file in which nothing waits any more is put away. Raises Unavailable."""
        if lines:
            self.append(Done(tuple(lines)))
        try:
            with self._held(create=False) as descriptor:
                if pending_of(content(descriptor)).records:
                    return
                os.rename(self.path, self.path.with_name(f"{self.path.name}.merged-{now_ms}"))
                sync_folder(self.path.parent)
        except FileNotFoundError:
            return
        except OSError as error:
            raise Unavailable(f"the emergency file {self.path} cannot be put away ({error.strerror})") from None
        self.reserve()

    @contextmanager
    def _held(self, *, create: bool) -> Iterator[int]:
        """The file, locked, and the one that has its name now: another process may have put it away meanwhile."""
        while True:
            new = create and not self.path.exists()
            descriptor = os.open(self.path, os.O_RDWR | (os.O_CREAT if create else 0), 0o600)
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX)
                if not same_file(descriptor, self.path):
                    continue
                if new:
                    sync_folder(self.path.parent)
                yield descriptor
                return
            finally:
                os.close(descriptor)


def emergency_path(database: str | Path, data_dir: Path) -> Path:
    """Where it lies: beside a database file, for a database with an address in the data folder."""
    if isinstance(database, str) and "://" in database:
        return data_dir / f"database.{NAME}"
    path = Path(database)
    return path.with_name(f"{path.name}.{NAME}")


def line_of(record: Record | Done) -> bytes:
    """A record as its line."""
    body = _ENCODER.encode(record)
    return b"%08x %s\n" % (crc32(body), body)


def pending_of(text: bytes) -> Pending:
    """What waits by a file's content."""
    records: dict[int, Record] = {}
    broken = []
    for number, line in enumerate(text.split(b"\n")):
        if not line:
            continue
        found = record_of(line)
        if found is None:
            broken.append(number)
        elif isinstance(found, Done):
            for one in found.lines:
                records.pop(one, None)
        else:
            records[number] = found
    return Pending(records, tuple(broken))


def record_of(line: bytes) -> Record | Done | None:
    """The record of a line; None where it was cut off or changed."""
    digits, _, body = line.partition(b" ")
    if digits != b"%08x" % crc32(body):
        return None
    try:
        return _DECODER.decode(body)
    except msgspec.DecodeError:
        return None


def content(descriptor: int) -> bytes:
    """What stands in a file before its reserved room."""
    return os.pread(descriptor, os.fstat(descriptor).st_size, 0).split(b"\0", 1)[0]


def same_file(descriptor: int, path: Path) -> bool:
    """Whether an open file still has its name."""
    try:
        there = path.stat()
    except FileNotFoundError:
        return False
    here = os.fstat(descriptor)
    return (here.st_dev, here.st_ino) == (there.st_dev, there.st_ino)


def sync_folder(folder: Path) -> None:
    """Have a folder's names on the disk."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
