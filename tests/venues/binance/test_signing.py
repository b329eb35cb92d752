"""Signatures equal the venue's published ones, and a secret is never shown."""

import base64
from urllib.parse import parse_qsl, quote, unquote, urlencode

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from botswain.model.errors import BadInput
from botswain.venues.binance import queries
from botswain.venues.binance.refusals import Purpose
from botswain.venues.binance.requests import Call
from botswain.venues.binance.signing import Credential, api_params, encoded, http_request, sign

# The venue's documentation prints this key for its examples.
PRINTED = Credential(
    "printed",
    "vmPUZE6mv9SD5VNHk4HlWFsOr6aKE2zvsw0MuIgwCIPy6utIco14y7Ju91duEh8A",
    "NhqPtmdSJYdKjVHjA7PZj4Mge3R5YNiP1e3UZjInClVN65XAbvqqM6A7H5fATj0j",
)
TAIL = "side=BUY&type=LIMIT&timeInForce=GTC&quantity=1&price=0.1&recvWindow=5000&timestamp=1499827319559"


@pytest.mark.parametrize(
    ("payload", "digest"),
    [
        (f"symbol=LTCBTC&{TAIL}", "c8db56825ae71d6d79447849e617115f4a920fa2acdcab2b053c4b2838bd6b71"),
        (
            f"symbol=%EF%BC%91%EF%BC%92%EF%BC%93%EF%BC%94%EF%BC%95%EF%BC%96&{TAIL}",
            "e1353ec6b14d888f1164ae9af8228a3dbd508bc82eb867db8ab6046442f33ef3",
        ),
    ],
)
def test_printed_digests_of_requests_are_reproduced(payload: str, digest: str) -> None:
    assert sign(payload, PRINTED) == digest


def test_printed_digests_of_the_websocket_api_are_reproduced() -> None:
    params = {
        "symbol": "BTCUSDT",
        "side": "SELL",
        "type": "LIMIT",
        "timeInForce": "GTC",
        "quantity": "0.01000000",
        "price": "52000.00",
        "recvWindow": 100,
        "timestamp": 1645423376532,
    }
    found = api_params(params, PRINTED)
    assert found["signature"] == "aa1b5712c094bc4e57c05a1a5c1fd8d88dcd628338ea863fec7b88e59fe2db24"
    wide = {**params, "symbol": "１２３４５６", "side": "BUY", "quantity": "1.00000000", "price": "0.10000000"}  # noqa: RUF001
    found = api_params({**wide, "recvWindow": 5000}, PRINTED)
    assert found["signature"] == "b33892ae8e687c939f4468c6268ddd4c40ac1af18ad19a064864c47bae0752cd"


def pem(key: Ed25519PrivateKey | rsa.RSAPrivateKey) -> str:
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


def test_an_ed25519_signature_is_base64_and_proves_the_payload() -> None:
    key = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
    signature = sign("a=1", Credential("ed", "key", pem(key)))
    key.public_key().verify(base64.b64decode(signature), b"a=1")
    found = http_request(queries.account(), Credential("ed", "key", pem(key)), 5, 3000)
    payload, _, sent = found.target.partition("?")[2].partition("&signature=")
    key.public_key().verify(base64.b64decode(unquote(sent)), payload.encode())
    assert not set("+/=") & set(sent)


def test_a_signed_post_has_its_parameters_in_the_body_and_its_time_first() -> None:
    call = Call("POST", "order", (("symbol", "LTCBTC"), ("quantity", "1")), Purpose.PLACE, 1)
    found = http_request(call, PRINTED, 1499827319559, 3000)
    assert (found.method, found.target) == ("POST", "/api/v3/order")
    assert found.headers == {"x-mbx-apikey": PRINTED.api_key, "content-type": "application/x-www-form-urlencoded"}
    names = [name for name, _ in parse_qsl(found.body.decode())]
    assert names == ["timestamp", "symbol", "quantity", "recvWindow", "signature"]


def test_a_public_question_is_not_signed() -> None:
    found = http_request(queries.exchange_info("BTCUSDT"), None, 5, 3000)
    assert (found.target, found.headers) == ("/api/v3/exchangeInfo?symbols=%5B%22BTCUSDT%22%5D", {})


@pytest.mark.parametrize(
    "params",
    [
        (),
        (("symbol", "BTCUSDT"),),
        (("a-b_c.d~e", "0.10"), ("z", "")),
        (("a", "1&b=2"),),
        (("a", "1=2"), ("b", "3")),
        (("a=", "1"), ("b", "2")),
        (("a", "1"), ("b&", "2")),
        (("a", "one two+three"), ("b", "x/y")),
        (("a", '["BTCUSDT"]'),),
        (("a", "ä%20\n"),),
        (("a", "1\n"),),
    ],
)
def test_parameters_are_encoded_as_the_library_encodes_them(params) -> None:
    assert encoded(params) == urlencode(params, quote_via=quote)


def test_no_key_a_half_key_and_a_key_of_another_kind_are_refused_with_a_reason() -> None:
    with pytest.raises(BadInput, match="there is no key"):
        http_request(queries.account(), None, 5, 3000)
    with pytest.raises(BadInput, match="lacks"):
        Credential("half", "key", "")
    with pytest.raises(BadInput, match="Ed25519"):
        sign("a=1", Credential("rsa", "key", pem(rsa.generate_private_key(65537, 2048))))


def test_a_secret_is_never_shown() -> None:
    assert PRINTED.secret not in repr(PRINTED)


def test_what_pasting_adds_to_a_key_is_left_out() -> None:
    key = pem(Ed25519PrivateKey.from_private_bytes(bytes(range(32))))
    pasted = "  " + key.replace("\n", "\r\n") + "\r\n\r\n"
    assert Credential("x", "k", pasted).plain_secret == key.strip()
    assert sign("a=1", Credential("x", "k", pasted)) == sign("a=1", Credential("x", "k", key))


def test_a_credential_shows_neither_half_of_its_key() -> None:
    shown = repr(Credential("main", "the-key", "the-secret"))
    assert "main" in shown
    assert "the-key" not in shown
    assert "the-secret" not in shown
