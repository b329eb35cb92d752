"""A Unix socket at a path, for processes of one machine and one user."""

from __future__ import annotations

import contextlib
import os
import socket
from pathlib import Path

from botswain.model.errors import BadInput

# What a socket's address may hold, on every system.
MOST_PATH_BYTES = 100


def bound(path: Path, what: str, remedy: str) -> socket.socket:
    """A socket at a path, nobody else's to use. Raises BadInput.

    what    listens there, such as gateway; remedy: how another place is named
    """
    if len(os.fsencode(path)) > MOST_PATH_BYTES:
        raise BadInput(f"the socket's path {path} has over {MOST_PATH_BYTES} bytes; {remedy}, a shorter one")
    if path.exists() and not path.is_socket():
        raise BadInput(f"{path} is a file and no socket; it was left as it is: {remedy}")
    if path.exists() and answers(path):
        raise BadInput(f"another {what} listens at {path}; stop it, or {remedy}")
    found = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        with contextlib.suppress(FileNotFoundError):
            path.unlink()
        os.fchmod(found.fileno(), 0o600)
        found.bind(str(path))
        path.chmod(0o600)
    except OSError as error:
        found.close()
        raise BadInput(f"no socket can be made at {path} ({error.strerror}); {remedy}") from None
    return found


def answers(path: Path) -> bool:
    """Whether somebody listens at a path."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as probe:
        try:
            probe.connect(str(path))
        except OSError:
            return False
    return True
