"""A venue key as it is kept: sealed with the installation's public key and bound to the row it belongs to.

libsodium's sealed box: whoever has the public half can seal, only the private half opens, and that half is the
gateway's (`gateway.seal`). The box has no associated data, so what it is bound to stands inside and is compared when
it is opened: a box that was moved to another row, or whose row's caps were changed, is refused.
"""

from __future__ import annotations

import hashlib

import msgspec
from msgspec import Struct
from nacl.exceptions import CryptoError
from nacl.public import PublicKey, SealedBox

from botswain.model.errors import BadInput
from botswain.store.accounts import Environment

FINGERPRINT_DIGITS = 16


class Binding(Struct, frozen=True):
    """What a sealed key belongs to. caps: their JSON text."""

    tenant_id: str
    credential_id: str
    account_id: str
    venue: str
    environment: Environment
    caps: str


class Secret(Struct, frozen=True):
    """A key and its secret in the open. It is never shown: not by repr, not in an error, not in a log."""

    binding: Binding
    api_key: str
    secret: str

    def __repr__(self) -> str:
        return f"Secret({fingerprint(self.api_key)})"


def seal(public_key: bytes, found: Secret) -> bytes:
    """The box of a key. Raises BadInput for a key that is not whole, or that belongs to an account without any."""
    if not found.api_key.strip() or not found.secret.strip():
        raise BadInput("the key or its secret is empty; enter both")
    if found.binding.environment is Environment.PAPER:
        raise BadInput("a paper account trades without a key; give one to a sandbox, test or live account")
    try:
        box = SealedBox(PublicKey(public_key))
    except (CryptoError, ValueError, TypeError):
        raise BadInput(f"the public key to seal with has {len(public_key)} bytes instead of 32; restore it") from None
    return bytes(box.encrypt(msgspec.msgpack.encode(found)))


def fingerprint(api_key: str) -> str:
    """What a key may be known by: the beginning of its hash."""
    return hashlib.sha256(api_key.encode()).hexdigest()[:FINGERPRINT_DIGITS]
