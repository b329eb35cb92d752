"""One WebSocket API connection as a pure thing: requests in, replies out, and the user data it subscribed to."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qsl

import msgspec

from botswain.sandbox.account import Account
from botswain.sandbox.door import Asked, Door, Outcome, Reply
from botswain.sandbox.endpoint_table import ENDPOINTS, REST_ONLY
from botswain.sandbox.floor import JSON, Published
from botswain.sandbox.refusals import GONE, KEY_BAD, NOT_SUBSCRIBED, SUBSCRIBED, Refused
from botswain.sandbox.signing import check_signature, check_time, owner_of, socket_payload

# Numbers keep the digits they were sent with: they are part of what is signed.
DECODER = msgspec.json.Decoder(float_hook=str)
CONNECT_WEIGHT = 2
STREAM_END = b'{"e":"eventStreamTerminated"'
OLD = ("userDataStream.start", "userDataStream.ping", "userDataStream.stop")
METHOD_BAD = (-1020, "This operation is not supported.")


class ApiSession:
    """A connection of /ws-api/v3; `query` is the address's."""

    def __init__(self, door: Door, address: str, query: str, now_ms: int) -> None:
        self.door = door
        self.address = address
        self.show_limits = dict(parse_qsl(query)).get("returnRateLimits", "true") != "false"
        self.account: Account | None = None
        self.logged_ms = 0
        self.api_key = ""
        self.subscriptions: dict[int, Account] = {}
        self.numbers = 0
        self.opened_ms = now_ms
        self.refused: Refused | None = None
        try:
            door.budget.connect(address, now_ms)
            door.budget.charge(address, CONNECT_WEIGHT, now_ms)
        except Refused as error:
            self.refused = error

    def receive(self, text: bytes | str, now_ms: int) -> Reply:
        """Answer a request at the server's time."""
        try:
            asked = DECODER.decode(text)
        except msgspec.DecodeError:
            return self.reply(None, {}, self.failed((-1100, "Illegal characters found in a parameter.")), now_ms)
        if not isinstance(asked, dict) or not isinstance(asked.get("method"), str):
            return self.reply(None, {}, self.failed((-1102, "Mandatory parameter 'method' was not sent.")), now_ms)
        given = asked.get("params") or {}
        if not isinstance(given, dict):
            return self.reply(asked.get("id"), {}, self.failed((-1100, "Parameter 'params' is not an object.")), now_ms)
        values = {name: wire(value) for name, value in given.items() if value is not None}
        outcome = self.perform(asked["method"].removeprefix("v3/"), values, now_ms)
        return self.reply(asked.get("id"), values, outcome, now_ms)

    def held_ms(self, text: bytes | str) -> int:
        """How long a fault holds a request back; ask once, before `receive`."""
        if not self.door.floor.faults.on:
            return 0
        try:
            asked = DECODER.decode(text)
        except msgspec.DecodeError:
            return 0
        return self.door.held(str(asked.get("method")), self.account.name if self.account else "")

    def perform(self, method: str, values: dict[str, str], now_ms: int) -> Outcome:
        """Do what a request asks."""
        if method.startswith(("session.", "userDataStream.")):
            try:
                return Outcome(200, self.own(method, values, now_ms), self.account)
            except Refused as error:
                return Outcome(error.status, error.body())
        if method not in ENDPOINTS or method in REST_ONLY:
            return self.failed(METHOD_BAD)
        logged = self.account if self.account is not None and "apiKey" not in values else None
        payload = None if logged else socket_payload(values)
        return self.door.perform(Asked(method, values, values.get("apiKey"), payload, self.address, logged), now_ms)

    def failed(self, answer: tuple[int, str]) -> Outcome:
        """A refusal."""
        return Outcome(400, Refused(answer).body())

    def own(self, method: str, values: dict[str, str], now_ms: int) -> Any:
        """What concerns the connection itself. Raises Refused."""
        self.door.budget.charge(self.address, 2, now_ms)
        if method in OLD:
            raise Refused(GONE, 410)
        if method == "session.logon":
            self.account = self.signed(values, now_ms, ed25519=True)
            self.logged_ms, self.api_key = now_ms, values["apiKey"]
        elif method == "session.logout":
            self.account, self.api_key = None, ""
        elif method == "userDataStream.subscribe":
            if self.account is None:
                raise Refused(KEY_BAD, 401)
            return self.subscribe(self.account)
        elif method == "userDataStream.subscribe.signature":
            return self.subscribe(self.signed(values, now_ms, ed25519=False))
        elif method == "userDataStream.unsubscribe":
            return self.unsubscribe(values.get("subscriptionId"))
        elif method == "session.subscriptions":
            return [{"subscriptionId": one} for one in self.subscriptions]
        elif method != "session.status":
            raise Refused(METHOD_BAD)
        return {
            "apiKey": self.api_key or None,
            "authorizedSince": self.logged_ms if self.account else None,
            "connectedSince": self.opened_ms,
            "returnRateLimits": self.show_limits,
            "serverTime": now_ms,
            "userDataStream": bool(self.subscriptions),
        }

    def signed(self, values: dict[str, str], now_ms: int, *, ed25519: bool) -> Account:
        """The account that signed. Raises Refused."""
        key, account = owner_of(self.door.floor, values.get("apiKey"))
        if ed25519 and not key.public:
            raise Refused((-4056, "HMAC_SHA256 API key is not supported."))
        check_time(values, now_ms + self.door.skew_ms())
        check_signature(key, socket_payload(values), values.get("signature"))
        return account

    def subscribe(self, account: Account) -> Any:
        """Send an account's user data from now on. Raises Refused."""
        if account in self.subscriptions.values():
            raise Refused(SUBSCRIBED)
        number = self.numbers
        self.numbers += 1
        self.subscriptions[number] = account
        self.door.floor.listen(f"@{account.name}", 1)
        return {"subscriptionId": number}

    def unsubscribe(self, number: str | None) -> Any:
        """Stop one subscription, or all. Raises Refused."""
        gone = list(self.subscriptions) if number is None else [int(number)] if number.isdigit() else []
        if not gone or any(one not in self.subscriptions for one in gone):
            raise Refused(NOT_SUBSCRIBED)
        for one in gone:
            self.door.floor.listen(f"@{self.subscriptions.pop(one).name}", -1)
        return {}

    def close(self) -> None:
        """The connection is gone."""
        if self.subscriptions:
            self.unsubscribe(None)

    def messages(self, one: Published) -> list[bytes]:
        """What this connection is sent of something published."""
        mine = [number for number, account in self.subscriptions.items() if one.topic == f"@{account.name}"]
        if one.payload.startswith(STREAM_END):
            for number in mine:
                self.unsubscribe(str(number))
        return [b'{"subscriptionId":' + str(number).encode() + b',"event":' + one.payload + b"}" for number in mine]

    def reply(self, identifier: Any, values: dict[str, str], outcome: Outcome, now_ms: int) -> Reply:
        """An outcome in the WebSocket API's form."""
        found: dict[str, Any] = {"id": identifier, "status": outcome.status}
        found["result" if outcome.status == 200 else "error"] = outcome.result
        if values.get("returnRateLimits", "true" if self.show_limits else "false") != "false":
            budget = self.door.budget
            limits = []
            if outcome.placed and outcome.account is not None:
                limits += budget.order_limits(outcome.account.name, now_ms)
            limits.append(budget.weight_limit() | {"count": budget.used(self.address, now_ms)})
            found["rateLimits"] = limits
        return Reply(outcome.status, JSON.encode(found), {}, outcome.delay_ms, outcome.dropped)


def wire(value: Any) -> str:
    """A parameter as text, as it was written."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        return JSON.encode(value).decode()
    return str(value)
