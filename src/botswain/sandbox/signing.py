"""Who sends a request: API key, signature and timestamp, by the reference's section 2. Time comes in as an argument."""

from __future__ import annotations

import base64
import binascii
import hmac
import re
from collections.abc import Mapping
from urllib.parse import unquote

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from botswain.sandbox.account import Account
from botswain.sandbox.floor import Floor
from botswain.sandbox.keys import Key
from botswain.sandbox.refusals import KEY_BAD, KEY_FORMAT, SIGNATURE_BAD, TOO_EARLY, TOO_LATE, Refused, missing

USUAL_WINDOW_MS = 5_000
MOST_WINDOW_MS = 60_000
AHEAD_MS = 1_000
# Later than this in ms would be the year 5138; so it is in µs.
MICROSECONDS = 10**14
_KEY = re.compile(r"[A-Za-z0-9]{64}")
_TIME = re.compile(r"[0-9]{1,18}")
_WINDOW = re.compile(r"[0-9]{1,5}(\.[0-9]{1,3})?")


def owner_of(floor: Floor, api_key: str | None) -> tuple[Key, Account]:
    """The key and account that an API key names. Raises Refused -2014 or -2015."""
    if not api_key or not _KEY.fullmatch(api_key):
        raise Refused(KEY_FORMAT)
    found = floor.keys.get(api_key)
    if found is None or floor.faults.take("key_revoked", found[1].name):
        raise Refused(KEY_BAD, 401)
    return found


def check_time(values: Mapping[str, str], now_ms: int) -> None:
    """The timestamp rule: not a second ahead, not older than recvWindow. Raises Refused."""
    stamp = values.get("timestamp")
    if not stamp or not _TIME.fullmatch(stamp):
        raise missing("timestamp")
    window = values.get("recvWindow", str(USUAL_WINDOW_MS))
    if not _WINDOW.fullmatch(window) or float(window) > MOST_WINDOW_MS:
        raise Refused((-1131, "recvWindow must be less than 60000"))
    at_ms = int(stamp) / 1000 if int(stamp) > MICROSECONDS else int(stamp)
    if at_ms >= now_ms + AHEAD_MS:
        raise Refused(TOO_EARLY)
    if now_ms - at_ms > float(window):
        raise Refused(TOO_LATE)


def rest_payload(query: str, body: str) -> str:
    """What a REST request signs: query and body as sent, without the signature."""
    return unsigned(query) + unsigned(body)


def unsigned(part: str) -> str:
    """A query or body without its signature pair."""
    if "signature=" not in part:
        return part
    return "&".join(one for one in part.split("&") if not one.startswith("signature="))


def socket_payload(values: Mapping[str, str]) -> str:
    """What a WebSocket API request signs: its parameters sorted by name, as they are."""
    return "&".join(f"{name}={values[name]}" for name in sorted(values) if name != "signature")


def check_signature(key: Key, payload: str, signature: str | None) -> None:
    """Raises Refused -1102 without a signature, -1022 where it is not the key's."""
    if not signature:
        raise missing("signature")
    if key.public:
        good = is_ed25519(key.public, payload, signature)
    else:
        expected = hmac.digest(key.secret.encode(), as_bytes(payload), "sha256").hex()
        good = hmac.compare_digest(expected, signature.lower())
    if not good:
        raise Refused(SIGNATURE_BAD)


def as_bytes(payload: str) -> bytes:
    """What was signed, byte for byte as it came, whether or not it was text."""
    return payload.encode("utf-8", "surrogateescape")


def is_ed25519(public: bytes, payload: str, signature: str) -> bool:
    """Whether a base64 signature, percent-encoded or not, is the key's."""
    try:
        raw = base64.b64decode(unquote(signature), validate=True)
        Ed25519PublicKey.from_public_bytes(public).verify(raw, as_bytes(payload))
    except (InvalidSignature, binascii.Error, ValueError):
        return False
    return True
