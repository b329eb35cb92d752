"""Files of secrets: readable by their owner only, and whole or not there at all, whatever is killed."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path


def put(path: Path, data: bytes) -> None:
    """Have a file hold this, whole or as it was before. Raises OSError."""
    os.replace(drafted(path, data), path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def put_once(path: Path, data: bytes) -> None:
    """Have a file hold this unless somebody else was first. Raises OSError."""
    draft = drafted(path, data)
    try:
        with suppress(FileExistsError):
            os.link(draft, path)
    finally:
        draft.unlink()


def drafted(path: Path, data: bytes) -> Path:
    """The file beside its place, on the disk."""
    draft = path.with_name(f"{path.name}.{os.getpid()}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    return draft
