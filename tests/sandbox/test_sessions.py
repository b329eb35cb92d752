"""A WebSocket API connection: logging on, subscriptions, limits in every reply, numbers signed as they were written."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from tests.sandbox.scenes import NOW_MS, Client, exchange

from botswain.sandbox.api_session import ApiSession
from botswain.sandbox.control import control


def ask(session: ApiSession, method: str, params: dict[str, Any] | None = None) -> Any:
    """One request and its reply."""
    return json.loads(session.receive(json.dumps({"id": 7, "method": method, "params": params or {}}), NOW_MS).body)


def test_a_connection_logs_on_with_ed25519_and_trades_unsigned() -> None:
    found = exchange()
    private = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
    pem = private.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
    body = json.dumps({"name": "ed", "balances": {"USDT": "500"}, "publicKey": pem}).encode()
    key = json.loads(control(found, "POST", "accounts", body)[1])["apiKey"]
    session = found.open_api("127.0.0.1", "", NOW_MS)
    values = {"apiKey": key, "timestamp": NOW_MS}
    text = "&".join(f"{name}={values[name]}" for name in sorted(values))
    signature = base64.b64encode(private.sign(text.encode())).decode()
    assert ask(session, "session.status")["result"]["apiKey"] is None
    assert ask(session, "session.logon", values | {"signature": signature})["result"]["apiKey"] == key
    order = {"symbol": "BTCUSDT", "side": "BUY", "type": "LIMIT", "timeInForce": "GTC", "quantity": "1", "price": "99"}
    placed = ask(session, "order.place", order | {"timestamp": NOW_MS})
    assert (placed["status"], placed["result"]["status"]) == (200, "NEW")
    assert [one["rateLimitType"] for one in placed["rateLimits"]] == ["ORDERS", "ORDERS", "REQUEST_WEIGHT"]
    assert ask(session, "userDataStream.subscribe")["result"] == {"subscriptionId": 0}
    assert ask(session, "userDataStream.subscribe")["error"]["code"] == -2035
    assert ask(session, "session.subscriptions")["result"] == [{"subscriptionId": 0}]
    assert ask(session, "userDataStream.unsubscribe", {"subscriptionId": 0})["result"] == {}
    assert ask(session, "userDataStream.unsubscribe")["error"]["code"] == -2036
    ask(session, "session.logout")
    assert ask(session, "userDataStream.subscribe")["status"] == 401


def test_hmac_keys_cannot_log_on_and_old_streams_are_gone() -> None:
    client = Client(exchange())
    session = client.exchange.open_api("127.0.0.1", "", NOW_MS)
    assert ask(session, "session.logon", {"apiKey": client.key.api_key, "timestamp": NOW_MS})["error"]["code"] == -4056
    assert ask(session, "userDataStream.start")["error"]["code"] == -1016
    assert ask(session, "order.invent")["error"]["code"] == -1020


def test_limits_are_left_out_where_nobody_wants_them() -> None:
    found = exchange()
    assert "rateLimits" in ask(found.open_api("1", "", NOW_MS), "v3/ping")
    assert "rateLimits" not in ask(found.open_api("1", "returnRateLimits=false", NOW_MS), "ping")
    assert "rateLimits" not in ask(found.open_api("1", "", NOW_MS), "ping", {"returnRateLimits": False})


def test_numbers_are_signed_with_the_digits_they_were_sent_with() -> None:
    client = Client(exchange())
    text = f"apiKey={client.key.api_key}&price=99.50&quantity=1.0&side=BUY&symbol=BTCUSDT&timeInForce=GTC"
    text += f"&timestamp={NOW_MS}&type=LIMIT"
    signature = hmac.new(client.key.secret.encode(), text.encode(), hashlib.sha256).hexdigest()
    params = ",".join(
        f'"{name}":{value}' if name in ("price", "quantity", "timestamp") else f'"{name}":"{value}"'
        for name, value in (one.split("=") for one in text.split("&"))
    )
    raw = f'{{"id":1,"method":"order.place","params":{{{params},"signature":"{signature}"}}}}'
    session = client.exchange.open_api("1", "", NOW_MS)
    assert json.loads(session.receive(raw, NOW_MS).body)["status"] == 200
