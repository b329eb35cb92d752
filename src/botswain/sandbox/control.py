"""The control door, /sandbox/...: what a test or a person may do to the exchange itself. No venue has such a thing.

GET  status                        the market's time, what is on, how the accounts stand (the exchange's own books)
POST step      {"candles": n}      move on (answered by the server, which also delivers what that published)
POST step      {"until": {..}}     move on to the end of a candle (1 candle in the answer), or to where the price inside
                                   it falls to `below` or rises to `above` (0): {"BTCUSDT": {"below": "59000"}}. What
                                   opens next is told by the step after this one
POST faults    {"name": .., ..}    switch a fault on, or have it act; DELETE faults clears all
POST limits    {"weight": n, ..}   other limits of requests (weight, orders_10s, orders_day, raw, connections)
POST accounts  {"name": ..}        a new account; the answer has its key and secret; publicKey (PEM) makes it Ed25519
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, replace
from decimal import Decimal, InvalidOperation
from typing import Any, Literal

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key

from botswain.model.errors import BadInput, near
from botswain.sandbox.account import Account
from botswain.sandbox.amounts import parsed, text_of, units_of
from botswain.sandbox.budget import Allowed
from botswain.sandbox.candle_path import Watched
from botswain.sandbox.exchange import Exchange
from botswain.sandbox.fault_acts import act
from botswain.sandbox.fault_table import FAULTS
from botswain.sandbox.floor import JSON
from botswain.sandbox.keys import Key, made_key
from botswain.sandbox.pair import Pair
from botswain.sandbox.refusals import Refused


def control(exchange: Exchange, method: str, path: str, body: bytes) -> tuple[int, bytes]:
    """Answer a control request but step: HTTP status and JSON."""
    try:
        if exchange.controlled is not None:
            exchange.controlled(method, path, body)
        given = msgspec.json.decode(body) if body else {}
        if not isinstance(given, dict):
            raise BadInput("the body is not a JSON object; write one, such as {}")
        return 200, JSON.encode(answer(exchange, method, path, given))
    except msgspec.DecodeError as error:
        return 400, JSON.encode({"error": f"the body is not JSON ({error}); write an object"})
    except BadInput as error:
        return 400, JSON.encode({"error": str(error)})
    except Refused as error:
        return error.status, JSON.encode({"error": error.message, "code": error.code})


def answer(exchange: Exchange, method: str, path: str, given: dict[str, Any]) -> Any:
    """What a control request asks for. Raises BadInput and Refused."""
    floor = exchange.floor
    asked = (method, path)
    if asked == ("GET", "status"):
        return status(exchange)
    if asked == ("GET", "faults"):
        return {name: {"case": one.case, "does": one.does, "settings": one.settings} for name, one in FAULTS.items()}
    if asked == ("POST", "faults"):
        name = str(given.pop("name", ""))
        if name in FAULTS and FAULTS[name].at_once:
            act(floor, name, given)
        else:
            floor.faults.put(name, given)
        return {"name": name}
    if asked == ("DELETE", "faults"):
        floor.faults.on.clear()
        return {}
    if asked == ("POST", "limits"):
        exchange.door.budget.allowed = allowed(exchange.door.budget.allowed, given)
        return asdict(exchange.door.budget.allowed)
    if asked == ("POST", "accounts"):
        key = given_key(str(given.get("name", "")), given.get("publicKey"))
        floor.open_account(str(given.get("name", "")), key, balances(given.get("balances", {})))
        return {"apiKey": key.api_key, "secret": key.secret}
    raise BadInput(f"{method} /sandbox/{path} is unknown; known: status, step, faults, limits, accounts")


class Until(msgspec.Struct, frozen=True):
    """A market's prices to stand still at, as text: see `candle_path.Watched`."""

    below: str | None = None
    above: str | None = None
    arriving: tuple[Literal["below", "above"], ...] = ()


def until_of(exchange: Exchange, given: Mapping[str, Until]) -> dict[str, Watched]:
    """Prices to stand still at, by symbol. Raises BadInput."""
    found = {}
    for name, one in given.items():
        pair = exchange.floor.pairs.get(name)
        if pair is None:
            raise BadInput(f"market {name!r} is unknown{near(name, exchange.floor.pairs)}")
        found[pair.facts.symbol] = Watched(
            ticks_of(pair, one.below), ticks_of(pair, one.above), frozenset(one.arriving)
        )
    return found


def ticks_of(pair: Pair, text: str | None) -> int | None:
    """A price in ticks. Raises BadInput."""
    if text is None:
        return None
    found = parsed(text)
    if found is None or found[0] % pair.facts.tick:
        raise BadInput(f"the price {text!r} of {pair.pair_id} is not on its grid of {text_of(pair.facts.tick)}")
    return found[0] // pair.facts.tick


def allowed(before: Allowed, given: Mapping[str, Any]) -> Allowed:
    """Other request limits. Raises BadInput."""
    known = asdict(before)
    for name, value in given.items():
        if name not in known:
            raise BadInput(f"limit {name!r} is unknown{near(name, known)}")
        if not isinstance(value, int) or value < 0:
            raise BadInput(f"limit {name} is {value!r}; write a whole number, zero or more")
    return replace(before, **given)


def status(exchange: Exchange) -> dict[str, Any]:
    """Everything the exchange knows of money, to be compared with what others believe."""
    floor = exchange.floor
    return {
        "market_ms": floor.market_ms,
        "next_ms": exchange.next_ms(),
        "faults": {name: len(switches) for name, switches in floor.faults.on.items()},
        "acted": floor.faults.acted,
        "asked": floor.asked,
        "house": {asset: text_of(held) for asset, held in sorted(floor.house.held.items())},
        "accounts": {name: standing(account) for name, account in floor.accounts.items()},
    }


def standing(account: Account) -> dict[str, Any]:
    """One account."""
    return {
        "free": {asset: text_of(account.free.get(asset, 0)) for asset in account.assets()},
        "locked": {asset: text_of(account.locked.get(asset, 0)) for asset in account.assets()},
        "open": [one.client_id for one in account.open.values()],
        "orders": len(account.orders),
        "fills": len(account.trades),
    }


def given_key(name: str, public: Any) -> Key:
    """The key that follows from a name, for an HMAC secret or, given as PEM, a public Ed25519 key. Raises BadInput."""
    made = made_key(name)
    if public is None:
        return made
    try:
        found = load_pem_public_key(str(public).encode())
    except ValueError:
        raise BadInput(f"publicKey {str(public)[:40]!r} is not PEM; give the text of an Ed25519 public key") from None
    if not isinstance(found, Ed25519PublicKey):
        raise BadInput("publicKey is not an Ed25519 key; make one of that kind")
    return Key(made.api_key, public=found.public_bytes_raw())


def balances(given: Mapping[str, Any]) -> dict[str, int]:
    """Amounts by asset in units. Raises BadInput."""
    found = {}
    for asset, amount in given.items():
        try:
            value = Decimal(str(amount))
        except InvalidOperation:
            raise BadInput(f"the balance of {asset} is {amount!r}, not a number; write it as 10000") from None
        if not value.is_finite() or value < 0:
            raise BadInput(f"the balance of {asset} is {amount}; it must be zero or more")
        found[asset] = units_of(value, f"balance of {asset}")
    return found
