"""Keys of accounts at a sandbox, which has no secrets: each follows from its account's name.

Apart from the exchange itself, whose matching and numbers who only signs for an account need not load.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from botswain.model.errors import BadInput


@dataclass(frozen=True, slots=True)
class Key:
    """What may sign for an account: an HMAC secret, or a public Ed25519 key (32 bytes)."""

    api_key: str
    secret: str = ""
    public: bytes = b""


def made_key(name: str) -> Key:
    """A key that follows from an account's name. Raises BadInput where it has none."""
    if not name:
        raise BadInput("the account has no name; give one, such as alice")
    found = [hashlib.sha256(f"botswain sandbox {what} {name}".encode()).hexdigest() for what in ("key", "secret")]
    return Key(found[0], found[1])
