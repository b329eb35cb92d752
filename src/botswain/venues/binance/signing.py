"""From a call to the bytes of a request: timestamp, receive window, signature. Pure: the time is an argument.

CCXT signs what goes over the network; these functions make the same bytes for the simulation, sign what goes over the
WebSocket API, and in tests say what CCXT must have sent.
"""

from __future__ import annotations

import base64
import hmac
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import quote, urlencode

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from botswain.model.errors import BadInput
from botswain.venues.binance.facts import RESTRICTIONS
from botswain.venues.binance.requests import Call, Params

BASE, SAPI_BASE = "/api/v3/", "/sapi/v1/"
FORM = "application/x-www-form-urlencoded"
PEM = "PRIVATE KEY"
PLAIN = re.compile(r"[A-Za-z0-9_.~=&-]*")  # nothing that would be quoted


@dataclass(frozen=True, slots=True)
class Credential:
    """A key: an HMAC secret, or an Ed25519 private key as PEM. Neither half of it is ever shown."""

    name: str
    api_key: str = field(repr=False)
    secret: str = field(repr=False)

    def __post_init__(self) -> None:
        if not self.api_key or not self.secret:
            raise BadInput(f"credential {self.name!r} lacks its key or its secret; enter both")

    @property
    def plain_secret(self) -> str:
        """The secret without what pasting adds: CCXT tells kinds of keys apart by their length."""
        return self.secret.replace("\r\n", "\n").strip()


@dataclass(frozen=True, slots=True)
class HttpRequest:
    """What goes over the network. target: path and query; headers: names lower case."""

    method: str
    target: str
    headers: Mapping[str, str]
    body: bytes


def http_request(call: Call, credential: Credential | None, venue_ms: int, recv_window_ms: int) -> HttpRequest:
    """The bytes of a call at the venue's time. Raises BadInput for a signed call without a credential."""
    if not call.signed:
        query = encoded(call.params)
        return HttpRequest(call.method, base_of(call) + call.path + ("?" + query if query else ""), {}, b"")
    if credential is None:
        raise BadInput(f"{call.method} {call.path} must be signed and there is no key; add one for this account")
    payload = encoded(stamped(call, venue_ms, recv_window_ms))
    signature = sign(payload, credential)
    payload += "&signature=" + quote(signature, safe="")
    headers = {"x-mbx-apikey": credential.api_key}
    if call.method in ("GET", "DELETE"):
        return HttpRequest(call.method, f"{base_of(call)}{call.path}?{payload}", headers, b"")
    return HttpRequest(call.method, base_of(call) + call.path, headers | {"content-type": FORM}, payload.encode())


def base_of(call: Call) -> str:
    """What a call's path lies below."""
    return SAPI_BASE if call.path == RESTRICTIONS else BASE


def encoded(params: Params) -> str:
    """Parameters as a query. They are nearly always plain, which is seen at once; quoting looks at each by itself."""
    text = "&".join([f"{name}={value}" for name, value in params])
    if PLAIN.fullmatch(text) and text.count("=") == len(params) == text.count("&") + 1:
        return text
    return urlencode(params, quote_via=quote)


def stamped(call: Call, venue_ms: int, recv_window_ms: int) -> Params:
    """A signed call's parameters with its time and how late it may be, in milliseconds of the venue's clock."""
    return ("timestamp", str(venue_ms)), *call.params, ("recvWindow", str(recv_window_ms))


def api_params(params: Mapping[str, str | int], credential: Credential) -> dict[str, str | int]:
    """Parameters of a WebSocket API request with key and signature: over all of them, sorted by name, not encoded."""
    whole = {**params, "apiKey": credential.api_key}
    payload = "&".join(f"{name}={whole[name]}" for name in sorted(whole))
    return {**whole, "signature": sign(payload, credential)}


def sign(payload: str, credential: Credential) -> str:
    """HMAC-SHA256 as hex, or Ed25519 as base64. Raises BadInput for a key of another kind."""
    secret = credential.plain_secret
    if PEM not in secret:
        return hmac.digest(secret.encode(), payload.encode(), "sha256").hex()
    key = load_pem_private_key(secret.encode(), None)
    if not isinstance(key, Ed25519PrivateKey):
        raise BadInput(f"credential {credential.name!r} is a {type(key).__name__}; use Ed25519 or an HMAC secret")
    return base64.b64encode(key.sign(payload.encode())).decode()
