"""Replacing a file whole: either the old bytes or the new ones, whatever is killed and whenever.

The new bytes go to a hidden neighbour, reach the disk, and take the name in one step. A lock file keeps a
second process away; the system frees it when its holder ends, however it ends.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from botswain.model.errors import Unavailable

_LOCK = ".lock"
_UNFINISHED = ".unfinished"


@contextmanager
def only_writer(folder: Path) -> Iterator[None]:
    """Be the only one who writes in `folder`, which is made where it is missing.

    Raises Unavailable where another process holds it or the folder cannot be written.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock = (folder / _LOCK).open("ab")
    except OSError as error:
        raise _not_written(folder, error) from None
    with lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Unavailable(
                f"{folder}: another botswain process is writing here; wait until it has ended and try again"
            ) from None
        for left in folder.glob(f".*{_UNFINISHED}"):
            left.unlink(missing_ok=True)
        yield


def replace_file(path: Path, write: Callable[[BinaryIO], None]) -> None:
    """Make `path` hold what `write` writes. The caller is the folder's only writer.

    Raises Unavailable where the disk refuses; the old file is then untouched.
    """
    unfinished = path.with_name(f".{path.name}{_UNFINISHED}")
    try:
        with unfinished.open("wb") as target:
            write(target)
            target.flush()
            os.fsync(target.fileno())
        unfinished.replace(path)
        _sync_folder(path.parent)
    except OSError as error:
        unfinished.unlink(missing_ok=True)
        raise _not_written(path, error) from None


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _not_written(path: Path, error: OSError) -> Unavailable:
    return Unavailable(
        f"{path}: cannot be written ({error.strerror or error}); what was there is untouched: "
        "free space, correct the rights, or name another folder with --data-dir"
    )
