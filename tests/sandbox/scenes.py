"""A small exchange to test on: made candles, one or two accounts, requests signed as a client would."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Sequence
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

import numpy as np

from botswain.build.decider import matching
from botswain.model.candles import Candles
from botswain.model.instrument import Instrument
from botswain.sandbox.candle_market import CandleMarket
from botswain.sandbox.control import balances, made_key
from botswain.sandbox.door import Reply, Request
from botswain.sandbox.exchange import Exchange, Opening
from botswain.sandbox.markets import Market
from botswain.sandbox.seed_market import SeedMarket

START_MS = 1_700_000_040_000
NOW_MS = 1_800_000_000_000
MINUTE_MS = 60_000
RULES = matching(None, compiled=False)
BTC = Instrument(
    "BTC/USDT",
    tick_size=Decimal("0.01"),
    lot_size=Decimal("0.00001"),
    min_qty=Decimal("0.00001"),
    min_notional=Decimal(5),
    maker_fee=Decimal("0.001"),
    taker_fee=Decimal("0.001"),
    fee_asset="BTC",
    fee_precision=8,
)
ROWS = ((100, 102, 99, 101), (101, 105, 100, 104), (104, 104, 95, 96), (96, 110, 96, 109), (109, 120, 90, 100))
FUNDS = {"USDT": "10000", "BTC": "10"}


def candles(rows: Sequence[tuple[float, ...]] = ROWS, symbol: str = "BTC/USDT", start_ms: int = START_MS) -> Candles:
    """Minutes of open, high, low, close (and volume)."""
    columns = [np.array([row[k] for row in rows], float) for k in range(4)]
    volume = np.array([row[4] if len(row) > 4 else 1.5 for row in rows], float)
    ts = start_ms + MINUTE_MS * np.arange(len(rows), dtype=np.int64)
    return Candles(symbol, "1m", ts, *columns, volume)


def candle_market(rows: Sequence[tuple[float, ...]] = ROWS, instrument: Instrument = BTC) -> CandleMarket:
    """One symbol's candles as a market."""
    return CandleMarket({instrument.symbol: candles(rows, instrument.symbol)}, {instrument.symbol: instrument})


def seed_market(seed: int = 5) -> SeedMarket:
    """Two made-up symbols."""
    return SeedMarket(seed, {"BTC/USDT": Decimal(60000), "ETH/USDT": Decimal(3000)})


def exchange(
    market: Market | None = None, names: Sequence[str] = ("main",), funds: dict[str, str] | None = None
) -> Exchange:
    """An open exchange with accounts that hold `funds`."""
    held = balances(funds or FUNDS)
    openings = [Opening(name, made_key(name), held) for name in names]
    return Exchange(market or candle_market(), RULES, openings, compiled=False)


class Client:
    """Signs and sends requests to an exchange without a socket."""

    def __init__(self, found: Exchange, name: str = "main", now_ms: int = NOW_MS) -> None:
        self.exchange = found
        self.key = made_key(name)
        self.now_ms = now_ms
        self.session: Any = None

    def raw(self, method: str, path: str, *, signed: bool = True, **given: Any) -> Reply:
        """The whole reply."""
        values = {name: str(value) for name, value in given.items()}
        headers = {}
        if signed:
            values.setdefault("timestamp", str(self.now_ms))
            headers["x-mbx-apikey"] = self.key.api_key
        text = urlencode(values)
        if signed:
            text += "&signature=" + hmac.new(self.key.secret.encode(), text.encode(), hashlib.sha256).hexdigest()
        query, body = (text, b"") if method in ("GET", "DELETE") else ("", text.encode())
        return self.exchange.rest(Request(method, path, query, body, headers), self.now_ms)

    def send(self, method: str, path: str, *, signed: bool = True, **given: Any) -> Any:
        """The reply's JSON; that of a refusal too."""
        return json.loads(self.raw(method, "/api/v3/" + path, signed=signed, **given).body)

    def public(self, path: str, **given: Any) -> Any:
        """An unsigned GET."""
        return self.send("GET", path, signed=False, **given)

    def order(self, side: str, kind: str, **given: Any) -> Any:
        """A new order of BTC/USDT."""
        return self.send("POST", "order", **({"symbol": "BTCUSDT", "side": side, "type": kind} | given))

    def limit(self, side: str, quantity: str, price: str, **given: Any) -> Any:
        """A limit order that stays."""
        return self.order(side, "LIMIT", **({"timeInForce": "GTC", "quantity": quantity, "price": price} | given))

    def held(self, asset: str) -> tuple[str, str]:
        """Free and locked."""
        found = {one["asset"]: one for one in self.send("GET", "account")["balances"]}
        return found[asset]["free"], found[asset]["locked"]

    def listen(self) -> None:
        """Subscribe to the own events."""
        self.session = self.exchange.open_api("127.0.0.1", "", self.now_ms)
        values = {"apiKey": self.key.api_key, "timestamp": str(self.now_ms)}
        text = "&".join(f"{name}={values[name]}" for name in sorted(values))
        values["signature"] = hmac.new(self.key.secret.encode(), text.encode(), hashlib.sha256).hexdigest()
        asked = {"id": 1, "method": "userDataStream.subscribe.signature", "params": values}
        assert json.loads(self.session.receive(json.dumps(asked), self.now_ms).body)["status"] == 200

    def events(self) -> list[dict[str, Any]]:
        """The own events since the last call."""
        found = [raw for one in self.exchange.drain() for raw in self.session.messages(one)]
        return [json.loads(raw)["event"] for raw in found]


def totals(found: Exchange) -> dict[str, int]:
    """What all accounts and the house hold of each asset: always zero."""
    sums = dict(found.floor.house.held)
    for account in found.floor.accounts.values():
        for asset in account.assets():
            sums[asset] = sums.get(asset, 0) + account.total(asset)
    return sums
