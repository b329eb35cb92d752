"""The hash chain of a bot's journal: each row's hash covers the row and the hash before it.

    hash = sha256(prev_hash, seq, kind, version, time_ms, payload)

with the integers big-endian in 8, 2, 2 and 8 bytes. The hash before the first row is made of the tenant's and the
bot's ids, so a chain cannot be moved to another bot. It shows tampering and damage; it does not prevent them, and a
cut tail shows only against an anchor (`journal.anchor_heads`).
"""

from __future__ import annotations

import hashlib
import struct

from botswain.store.types import key_bytes

_HEAD = struct.Struct(">qHHq")
_pack = _HEAD.pack
_sha256 = hashlib.sha256


def genesis(tenant_id: str, bot_id: str) -> bytes:
    """The hash before a bot's first row."""
    return _sha256(b"botswain journal 1" + key_bytes(tenant_id) + key_bytes(bot_id)).digest()


def link(prev_hash: bytes, seq: int, kind: int, version: int, time_ms: int, payload: bytes) -> bytes:
    """The hash of a row. kind and version are 0 to 65535, seq and time_ms 64 bits; raises struct.error beyond."""
    return _sha256(prev_hash + _pack(seq, kind, version, time_ms) + payload).digest()
