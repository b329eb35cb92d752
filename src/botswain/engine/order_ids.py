"""Client order ids: deterministic, provably ours, valid on every venue, never used twice (SEMANTICS 2.2).

36 characters of UUID text, whose 122 free bits are a 90-bit hash of what the order is for and a 32-bit tag under a
secret key. The tag proves that an order is ours without the journal; the journal epoch in the hash keeps ids from
coming back after a restore.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable
from dataclasses import dataclass, replace

HASH_BITS = 90
TAG_BITS = 32


@dataclass(frozen=True, slots=True)
class OrderIds:
    """Makes the ids of one bot.

    scope  journal epoch, tenant, account and bot, in this order
    key    the secret of the tag, 16 bytes or more
    retired, named  former secrets, and orders that a journal has: one of those keeps the secret it was named with
    """

    scope: tuple[str, str, str, str]
    key: bytes
    retired: tuple[bytes, ...] = ()
    named: frozenset[str] = frozenset()

    def under(self, epoch: str) -> OrderIds:
        """The same bot's ids under another journal epoch, given as hexadecimal text."""
        return replace(self, scope=(epoch, *self.scope[1:]))

    def of(self, symbol: str, slot: int, rev: int, attempt: int) -> str:
        """The id of an attempt of (slot, rev)."""
        text = "\x1f".join((*self.scope, symbol, str(slot), str(rev), str(attempt)))
        return self.tagged(int.from_bytes(hashlib.sha256(text.encode()).digest(), "big") >> (256 - HASH_BITS))

    def among(self, names: Iterable[str]) -> OrderIds:
        """The same bot's ids on its way along a journal that has these orders."""
        return replace(self, named=frozenset(names)) if self.retired else self

    def tagged(self, digest: int) -> str:
        """An id under the secret it was named with, or under the present one."""
        if self.named:
            for key in (self.key, *self.retired):
                name = as_uuid(digest << TAG_BITS | tag(digest, key))
                if name in self.named:
                    return name
        return as_uuid(digest << TAG_BITS | tag(digest, self.key))

    def of_list(self, client_order_id: str) -> str:
        """The id of the order list that this order is the first of: as unique as the order's, and as provably ours."""
        digest = int.from_bytes(hashlib.sha256(f"list\x1f{client_order_id}".encode()).digest(), "big")
        return self.tagged(digest >> (256 - HASH_BITS))


def is_ours(client_order_id: str, keys: tuple[bytes, ...]) -> bool:
    """Whether an id carries the tag of one of these keys (the present one and retired ones)."""
    bits = free_bits(client_order_id)
    if bits is None:
        return False
    digest, found = bits >> TAG_BITS, bits & ((1 << TAG_BITS) - 1)
    return any(tag(digest, key) == found for key in keys)


def tag(digest: int, key: bytes) -> int:
    """32 bits that only the holder of the key can make for a digest."""
    return int.from_bytes(hmac.digest(key, digest.to_bytes(12, "big"), "sha256")[:4], "big")


def as_uuid(bits: int) -> str:
    """122 bits as UUID text of version 4 and the usual variant, which every venue takes."""
    high, middle, low = bits >> 74, (bits >> 62) & 0xFFF, bits & ((1 << 62) - 1)
    number = high << 80 | 0x4 << 76 | middle << 64 | 0b10 << 62 | low
    text = f"{number:032x}"
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"


def free_bits(client_order_id: str) -> int | None:
    """The 122 bits of an id of our shape, or None."""
    plain = client_order_id.replace("-", "")
    if len(plain) != 32 or len(client_order_id) != 36:
        return None
    try:
        number = int(plain, 16)
    except ValueError:
        return None
    if (number >> 76) & 0xF != 0x4 or (number >> 62) & 0b11 != 0b10:
        return None
    return (number >> 80) << 74 | ((number >> 64) & 0xFFF) << 62 | number & ((1 << 62) - 1)
