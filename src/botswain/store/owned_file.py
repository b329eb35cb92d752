"""Whose a database's file is: its owner's alone, for it says what bots do and may, and sets them going.

A new one is made so, whatever the process lets others read of what it makes; SQLite gives the files beside it the same
rights. One that everybody on the machine may read or write was made where nobody thought of it, and is closed to all
but its owner. What a group alone was given besides is left: somebody gave it.
"""

from __future__ import annotations

import logging
import os
from contextlib import suppress
from pathlib import Path
from stat import S_IMODE, S_IRWXO

OWNERS = 0o600
# What SQLite keeps beside a file.
BESIDE = ("", "-wal", "-shm")
log = logging.getLogger("botswain.store")


def make_for_owner(path: str) -> None:
    """Make the file where there is none.

    Raises nothing: a file that cannot be made is told of by whoever opens it.
    """
    with suppress(OSError):
        os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, OWNERS))


def keep_to_owner(path: str) -> None:
    """Close a database that is open to everybody. Not before it is known to be one of ours: a path may be mistyped.

    Raises nothing: what cannot be closed was opened all the same.
    """
    for suffix in BESIDE:
        with suppress(OSError):
            close_to_others(Path(path + suffix), told=not suffix)


def close_to_others(path: Path, *, told: bool) -> None:
    """Take everybody's rights away, and say so where it is to be told; of somebody else's file only say it."""
    found = path.stat()
    mode = S_IMODE(found.st_mode)
    if not mode & S_IRWXO:
        return
    if found.st_uid != os.geteuid():
        log.warning("%s can be read by everybody here (%o) and is not ours to close; chmod 600 it", path, mode)
        return
    path.chmod(OWNERS)
    if told:
        log.warning("%s could be read by everybody here (%o); it is its owner's alone now", path, mode)
