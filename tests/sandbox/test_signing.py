"""Signatures by the published vectors, the timestamp rule, and every way a request is not let in."""

from __future__ import annotations

import base64
from urllib.parse import quote, unquote

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from tests.sandbox.scenes import NOW_MS, Client, exchange

from botswain.sandbox.door import Request
from botswain.sandbox.keys import Key
from botswain.sandbox.refusals import Refused
from botswain.sandbox.signing import check_signature, check_time, rest_payload, socket_payload

API = "vmPUZE6mv9SD5VNHk4HlWFsOr6aKE2zvsw0MuIgwCIPy6utIco14y7Ju91duEh8A"
KEY = Key(API, "NhqPtmdSJYdKjVHjA7PZj4Mge3R5YNiP1e3UZjInClVN65XAbvqqM6A7H5fATj0j")
TAIL = "&side=BUY&type=LIMIT&timeInForce=GTC&quantity=1&price=0.1&recvWindow=5000&timestamp=1499827319559"
WIDE = "%EF%BC%91%EF%BC%92%EF%BC%93%EF%BC%94%EF%BC%95%EF%BC%96"
SOCKET = {"apiKey": API, "side": "SELL", "symbol": "BTCUSDT", "timeInForce": "GTC", "type": "LIMIT"}
LTC = "c8db56825ae71d6d79447849e617115f4a920fa2acdcab2b053c4b2838bd6b71"


@pytest.mark.parametrize(
    ("query", "body", "digest"),
    [
        (f"symbol=LTCBTC{TAIL}", "", LTC),
        ("symbol=LTCBTC&side=BUY", TAIL.removeprefix("&side=BUY"), LTC),
        (f"symbol={WIDE}{TAIL}", "", "e1353ec6b14d888f1164ae9af8228a3dbd508bc82eb867db8ab6046442f33ef3"),
    ],
)
def test_the_published_rest_vectors_are_accepted(query: str, body: str, digest: str) -> None:
    payload = rest_payload(query, f"{body}&signature={digest}" if body else "")
    check_signature(KEY, payload, digest)
    check_signature(KEY, payload, digest.upper())
    with pytest.raises(Refused, match="Signature"):
        check_signature(KEY, payload + "0", digest)


def test_the_published_websocket_vectors_are_accepted() -> None:
    plain = SOCKET | {"price": "52000.00", "quantity": "0.01000000", "recvWindow": "100", "timestamp": "1645423376532"}
    check_signature(KEY, socket_payload(plain), "aa1b5712c094bc4e57c05a1a5c1fd8d88dcd628338ea863fec7b88e59fe2db24")
    changes = {"symbol": unquote(WIDE), "side": "BUY", "price": "0.10000000", "quantity": "1.00000000"}
    wide = plain | changes | {"recvWindow": "5000"}
    check_signature(KEY, socket_payload(wide), "b33892ae8e687c939f4468c6268ddd4c40ac1af18ad19a064864c47bae0752cd")


def test_an_ed25519_signature_is_accepted_encoded_or_not() -> None:
    private = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
    key = Key("a" * 64, public=private.public_key().public_bytes_raw())
    signature = base64.b64encode(private.sign(b"symbol=BTCUSDT&timestamp=1")).decode()
    check_signature(key, "symbol=BTCUSDT&timestamp=1", signature)
    check_signature(key, "symbol=BTCUSDT&timestamp=1", quote(signature, safe=""))
    for wrong in (signature[:-4] + "AAA=", "not base64", ""):
        with pytest.raises(Refused):
            check_signature(key, "symbol=BTCUSDT&timestamp=1", wrong)


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"timestamp": "999"}, None),
        ({"timestamp": str(NOW_MS + 999)}, None),
        ({"timestamp": str(NOW_MS + 1000)}, -1021),
        ({"timestamp": str(NOW_MS - 5000)}, None),
        ({"timestamp": str(NOW_MS - 5001)}, -1021),
        ({"timestamp": str(NOW_MS - 59_000), "recvWindow": "60000"}, None),
        ({"timestamp": str(NOW_MS), "recvWindow": "60001"}, -1131),
        ({"timestamp": str(NOW_MS * 1000)}, None),
        ({"timestamp": str(NOW_MS - 2), "recvWindow": "1.5"}, -1021),
        ({}, -1102),
        ({"timestamp": "soon"}, -1102),
    ],
)
def test_the_timestamp_rule(values: dict[str, str], code: int | None) -> None:
    now = 5999 if values.get("timestamp") == "999" else NOW_MS
    if code is None:
        check_time(values, now)
    else:
        with pytest.raises(Refused) as refused:
            check_time(values, now)
        assert refused.value.code == code


def test_who_is_not_let_in_is_told_why() -> None:
    found = exchange()
    client = Client(found)

    def ask(key: str | None, query: str) -> tuple[int, bytes]:
        headers = {} if key is None else {"x-mbx-apikey": key}
        reply = found.rest(Request("GET", "/api/v3/account", query, b"", headers), NOW_MS)
        return reply.status, reply.body

    assert ask(None, "")[1].startswith(b'{"code":-2014')
    assert ask("short", "")[1].startswith(b'{"code":-2014')
    assert ask("b" * 64, "") == (401, b'{"code":-2015,"msg":"Invalid API-key, IP, or permissions for action."}')
    assert ask(client.key.api_key, "")[1].startswith(b'{"code":-1102,"msg":"Mandatory parameter \'timestamp\'')
    assert ask(client.key.api_key, f"timestamp={NOW_MS}")[1].startswith(
        b'{"code":-1102,"msg":"Mandatory parameter \'sig'
    )
    wrong = ask(client.key.api_key, f"timestamp={NOW_MS}&signature=00")
    assert wrong == (400, b'{"code":-1022,"msg":"Signature for this request is not valid."}')
    assert client.raw("GET", "/api/v3/account").status == 200
