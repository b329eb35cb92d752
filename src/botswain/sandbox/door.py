"""The way of every request: limits, faults, key, signature, handler, answer. Bytes in, bytes out, no socket."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl

from botswain.sandbox.account import Account
from botswain.sandbox.budget import Budget
from botswain.sandbox.call import NONE, SIGNED, Call, Endpoint
from botswain.sandbox.endpoint_table import ENDPOINTS, ROUTES
from botswain.sandbox.floor import JSON, Floor
from botswain.sandbox.params import Params
from botswain.sandbox.refusals import DUPLICATE_VALUES, Refused
from botswain.sandbox.signing import check_signature, check_time, owner_of, rest_payload

TIME_FIELDS = frozenset(
    ("serverTime", "time", "transactTime", "updateTime", "workingTime", "openTime", "closeTime", "transactionTime", "T")
)


@dataclass(frozen=True, slots=True)
class Request:
    """A REST request as it came. Header names in lower case; `address` is the caller's."""

    method: str
    path: str
    query: str = ""
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    address: str = "127.0.0.1"


@dataclass(frozen=True, slots=True)
class Reply:
    """What to send back. delay_ms: wait before sending; dropped: send nothing and break the connection."""

    status: int
    body: bytes
    headers: dict[str, str] = field(default_factory=dict)
    delay_ms: int = 0
    dropped: bool = False


@dataclass(slots=True)
class Outcome:
    """How a request ended, before it is put into REST's or the WebSocket API's form."""

    status: int
    result: Any
    account: Account | None = None
    placed: bool = False
    retry_after: int | None = None
    delay_ms: int = 0
    dropped: bool = False


@dataclass(frozen=True, slots=True)
class Asked:
    """A request's name and parameters, its key, and what its signature is made over (None: it is logged on)."""

    name: str
    values: dict[str, str]
    api_key: str | None
    payload: str | None
    address: str
    account: Account | None = None


class Door:
    """Answers requests on a floor."""

    def __init__(self, floor: Floor, budget: Budget) -> None:
        self.floor = floor
        self.budget = budget
        self.noted: Callable[[Asked, int], None] | None = None  # told each request before it is done; may refuse

    def rest(self, request: Request, now_ms: int) -> Reply:
        """Answer a REST request at the server's time `now_ms`."""
        headers = request.headers
        name = ROUTES.get((request.method, request.path))
        if name is None:
            known = any(path == request.path for _, path in ROUTES)
            return Reply(405 if known else 404, b"" if known else b"<html><body><h2>404 Not found</h2></body></html>")
        body = request.body.decode("utf-8", "surrogateescape")
        try:
            values = parameters(request.query, body)
        except Refused as error:
            return self.reply(Outcome(error.status, error.body()), request, now_ms)
        payload = rest_payload(request.query, body)
        asked = Asked(name, values, headers.get("x-mbx-apikey"), payload, request.address)
        return self.reply(self.perform(asked, now_ms), request, now_ms)

    def held_ms(self, request: Request) -> int:
        """How long a fault holds a request back before it is done; ask once, before `rest`."""
        name = ROUTES.get((request.method, request.path), "")
        known = self.floor.keys.get(request.headers.get("x-mbx-apikey", ""))
        return self.held(name, known[1].name if known else "")

    def held(self, name: str, account: str) -> int:
        """The same by the request's name."""
        late = self.floor.faults.take("delay_request", account, "", name)
        return int(late["delay_ms"]) if late else 0

    def reply(self, outcome: Outcome, request: Request, now_ms: int) -> Reply:
        """An outcome in REST's form."""
        used = str(self.budget.used(request.address, now_ms))
        headers = {"X-MBX-USED-WEIGHT": used, "X-MBX-USED-WEIGHT-1M": used}
        if outcome.placed and outcome.account is not None:
            short, day = self.budget.order_counts(outcome.account.name, now_ms)
            headers |= {"X-MBX-ORDER-COUNT-10S": str(short), "X-MBX-ORDER-COUNT-1D": str(day)}
        if outcome.retry_after is not None:
            headers["Retry-After"] = str(outcome.retry_after)
        result = outcome.result
        if request.headers.get("x-mbx-time-unit", "").upper() == "MICROSECOND":
            result = in_microseconds(result)
        return Reply(outcome.status, JSON.encode(result), headers, outcome.delay_ms, outcome.dropped)

    def skew_ms(self) -> int:
        """How far a fault has set the exchange's clock ahead; ask once a request."""
        skew = self.floor.faults.take("clock_skew")
        return int(skew["offset_ms"]) if skew else 0

    def perform(self, asked: Asked, now_ms: int) -> Outcome:
        """Do what a request asks, whichever way it came."""
        floor = self.floor
        try:
            if self.noted is not None:
                self.noted(asked, now_ms)
        except Refused as error:
            return Outcome(error.status, error.body())
        now_ms += self.skew_ms()
        floor.now_ms = now_ms
        floor.asked[asked.name] = floor.asked.get(asked.name, 0) + 1
        endpoint = ENDPOINTS[asked.name]
        params = Params(asked.values)
        outcome = Outcome(200, None)
        cost = 0
        try:
            self.gate(asked)
            weight = endpoint.weight if isinstance(endpoint.weight, int) else endpoint.weight(params)
            self.budget.charge(asked.address, weight, now_ms)
            cost = weight if endpoint.free else 0
            outcome.account = self.identify(asked, endpoint, now_ms)
            owner = outcome.account.name if outcome.account else ""
            scope = (owner, asked.values.get("symbol", ""), asked.name)
            self.interfere(scope, outcome)
            if outcome.dropped and outcome.delay_ms < 0:
                return outcome
            call = Call(floor, self.budget, params, now_ms, outcome.account)
            outcome.result = self.handle(call, endpoint)
            outcome.placed = endpoint.orders > 0
            self.budget.give_back(asked.address, cost, now_ms)
            self.spoil(scope, outcome)
        except Refused as error:
            outcome.status, outcome.result, outcome.retry_after = error.status, error.body(), error.retry_after
        finally:
            floor.settle_up()
            for name in floor.freed:
                self.budget.count_orders(name, -1, now_ms)
            floor.freed.clear()
        return outcome

    def gate(self, asked: Asked) -> None:
        """What stops every request. Raises Refused."""
        faults = self.floor.faults
        closed = faults.take("maintenance", method=asked.name)
        if closed:
            raise Refused((closed["code"], closed["msg"]), closed["status"])
        ban = faults.take("ban")
        if ban:
            raise Refused((-1003, "Way too much request weight used; IP banned."), 418, retry_after=ban["retry_after"])
        if faults.take("forbidden", method=asked.name):
            raise Refused((0, "Forbidden"), 403)

    def identify(self, asked: Asked, endpoint: Endpoint, now_ms: int) -> Account | None:
        """The account a request is signed by. Raises Refused."""
        if endpoint.security == NONE:
            return None
        if asked.account is not None:
            check_time(asked.values, now_ms)
            return asked.account
        key, account = owner_of(self.floor, asked.api_key)
        if endpoint.security == SIGNED:
            check_time(asked.values, now_ms)
            check_signature(key, asked.payload or "", asked.values.get("signature"))
        return account

    def interfere(self, scope: tuple[str, str, str], outcome: Outcome) -> None:
        """Faults that act before a request is done. Raises Refused."""
        faults = self.floor.faults
        if faults.take("drop_request", *scope):
            outcome.dropped, outcome.delay_ms = True, -1
        late = faults.take("delay_reply", *scope)
        if late:
            outcome.delay_ms = late["delay_ms"]
        refused = faults.take("refuse", *scope)
        if refused:
            raise Refused((refused["code"], refused["msg"]), refused["status"])

    def handle(self, call: Call, endpoint: Endpoint) -> Any:
        """Call the handler, counting orders."""
        if not endpoint.orders:
            return endpoint.handler(call)
        self.budget.check_orders(call.owner.name, endpoint.orders, call.now_ms)
        result = endpoint.handler(call)
        self.budget.count_orders(call.owner.name, endpoint.orders, call.now_ms)
        return result

    def spoil(self, scope: tuple[str, str, str], outcome: Outcome) -> None:
        """Faults that act on the answer of something done."""
        faults = self.floor.faults
        if faults.take("drop_reply", *scope):
            outcome.dropped = True
        renamed = faults.take("rename_field", *scope)
        if renamed and isinstance(outcome.result, dict) and renamed["field"] in outcome.result:
            outcome.result[renamed["to"]] = outcome.result.pop(renamed["field"])
        if isinstance(outcome.result, list):
            if outcome.result and faults.take("corrupt_row", *scope):
                outcome.result = [{"corrupt": "\ufffd"}, *outcome.result[1:]]
            cut = faults.take("truncate_list", *scope)
            outcome.result = outcome.result[: cut["keep"]] if cut else outcome.result
        wrong = faults.take("error_after_accept", *scope)
        if wrong:
            outcome.status, outcome.result = wrong["status"], {"code": wrong["code"], "msg": wrong["msg"]}
            outcome.placed = False


def parameters(query: str, body: str) -> dict[str, str]:
    """Parameters of query and body; of the same in both the query's. Raises Refused -1101 where one comes twice."""
    found: dict[str, str] = {}
    for part in (body, query):
        if not part:
            continue
        if "%" in part or "+" in part:
            pairs = parse_qsl(part, keep_blank_values=True)
        else:  # the same without anything to decode, in a tenth of the time
            pairs = [one.partition("=")[::2] for one in part.split("&") if one]
        values = dict(pairs)
        if len(values) != len(pairs):
            raise Refused(DUPLICATE_VALUES)
        found |= values
    return found


def in_microseconds(value: Any) -> Any:
    """The same with every time in µs."""
    if isinstance(value, dict):
        return {
            key: one * 1000 if key in TIME_FIELDS and isinstance(one, int) and one > 0 else in_microseconds(one)
            for key, one in value.items()
        }
    if isinstance(value, list):
        if len(value) == 12 and isinstance(value[0], int):
            return [value[0] * 1000, *value[1:6], value[6] * 1000, *value[7:]]
        return [in_microseconds(one) for one in value]
    return value
