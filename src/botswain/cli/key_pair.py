"""The installation's key pair for venue keys, beside the database: gateway.pub seals, gateway.key opens.

Each file appears whole or not at all and readable by its owner only, whatever is killed and whoever starts at the same
time. The private half is random bytes that are written once and read by the gateway; sealing reads the public half.
Only where that one is missing yet is it made from the private half, which is the rest of making the pair.
"""

from __future__ import annotations

import fcntl
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from botswain.cli.secret_files import put_once
from botswain.gateway.seal import KEY_BYTES, public_half
from botswain.model.errors import BadInput

PRIVATE, PUBLIC = "gateway.key", "gateway.pub"
# The pair that is being put into use (key_rotation); it seals as soon as its public half stands.
NEXT_PRIVATE, NEXT_PUBLIC = "gateway.next.key", "gateway.next.pub"


def sealing_key(folder: Path) -> bytes:
    """The public half; the pair is made on first use. Raises BadInput."""
    coming, public = folder / NEXT_PUBLIC, folder / PUBLIC
    try:
        if coming.exists():
            return whole(coming)
        if not public.exists():
            private = folder / PRIVATE
            if not private.exists():
                put_once(private, secrets.token_bytes(KEY_BYTES))
            put_once(public, public_half(whole(private)))
    except OSError as error:
        raise BadInput(f"the key pair cannot be made in {folder} ({error.strerror}); allow writing there") from None
    return whole(public)


def opening_key(folder: Path) -> bytes:
    """The private half. Raises BadInput where there is none."""
    private = folder / PRIVATE
    if not private.exists():
        raise BadInput(f"there is no {private} to open venue keys with; add a key with botswain keys add")
    return whole(private)


def opening_keys(folder: Path) -> list[bytes]:
    """The private halves that count now: two while the pair is rotated. Raises BadInput."""
    coming = folder / NEXT_PRIVATE
    return [opening_key(folder), *([whole(coming)] if coming.exists() else [])]


@contextmanager
def rotating(folder: Path) -> Iterator[None]:
    """Be the only one that rotates this folder's pair. Raises BadInput."""
    held = os.open(folder / "rotation.lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    except BlockingIOError:
        raise BadInput(f"the key pair in {folder} is being rotated already; let that end") from None
    finally:
        os.close(held)


def sole_use(folder: Path) -> int:
    """Be the only gateway process of this folder until the process ends. Raises BadInput.

    Caps on the number of orders, and once for each order, hold within one process.
    """
    held = os.open(folder / "gateway.lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(held)
        raise BadInput(
            f"another process has opened the venue keys in {folder}: a gateway, or botswain trade or engine that began "
            "while no gateway answered. Stop it, start botswain gateway, and then start it again: it sends through that"
        ) from None
    return held


def whole(path: Path) -> bytes:
    """A half of the pair. Raises BadInput."""
    try:
        found = path.read_bytes()
    except OSError as error:
        raise BadInput(f"{path} cannot be read ({error.strerror}); allow reading it") from None
    if len(found) != KEY_BYTES:
        raise BadInput(f"{path} has {len(found)} bytes instead of {KEY_BYTES}; put back the one that stood there")
    return found
