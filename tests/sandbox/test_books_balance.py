"""Whatever is asked of it: no asset is made or lost, nobody owes, locks are what open orders need, and it repeats."""

from __future__ import annotations

import random
from decimal import Decimal
from typing import Any

import pytest
from tests.sandbox.scenes import Client, candles, exchange, seed_market, totals

from botswain.model.instrument import Instrument
from botswain.sandbox.candle_market import CandleMarket
from botswain.sandbox.exchange import Exchange
from botswain.sandbox.markets import Market

WAITING = ["STOP_LOSS_LIMIT", "TAKE_PROFIT_LIMIT"]
FEES = (
    {"fee_asset": ""},
    {"fee_asset": "BTC", "fee_precision": 8},
    {"fee_asset": "BNB", "fee_asset_price": Decimal(300)},
)


def wild_market(chance: random.Random, fees: dict[str, Any]) -> Market:
    """Candles that jump about."""
    rows, at = [], 100.0
    for _ in range(40):
        first = round(at * (1 + chance.uniform(-0.02, 0.02)), 2)
        last = round(first * (1 + chance.uniform(-0.05, 0.05)), 2)
        high, low = max(first, last) + chance.choice([0, 0.5, 3]), min(first, last) - chance.choice([0, 0.5, 3])
        rows.append((first, round(high, 2), round(low, 2), last, round(chance.uniform(0, 5), 5)))
        at = last
    one = Instrument(
        "BTC/USDT", Decimal("0.01"), Decimal("0.0001"), maker_fee=Decimal("0.00075"), taker_fee=Decimal("0.001"), **fees
    )
    return CandleMarket({one.symbol: candles(rows)}, {one.symbol: one})


def act(chance: random.Random, client: Client, price: float) -> bytes:
    """One random request; its reply."""
    near = f"{price * (1 + chance.uniform(-0.04, 0.04)):.1f}"
    far = f"{price * (1 + chance.uniform(-0.06, 0.06)):.1f}"
    qty = f"{chance.uniform(100, 3000) / price:.4f}"
    side = chance.choice(["BUY", "SELL"])
    base: dict[str, Any] = {"symbol": "BTCUSDT", "side": side, "quantity": qty}
    tif = {"timeInForce": chance.choice(["GTC", "GTC", "IOC", "FOK"])}
    kinds: list[tuple[str, str, dict[str, Any]]] = [
        ("POST", "order", base | {"type": "MARKET"}),
        ("POST", "order", base | tif | {"type": "LIMIT", "price": near}),
        ("POST", "order", base | {"type": "LIMIT_MAKER", "price": near}),
        ("POST", "order", base | {"type": chance.choice(["STOP_LOSS", "TAKE_PROFIT"]), "stopPrice": near}),
        (
            "POST",
            "order",
            base | tif | {"type": chance.choice(WAITING), "stopPrice": near, "price": far},
        ),
        ("POST", "order/oco", base | {"price": near, "stopPrice": far}),
        ("DELETE", "order", {"symbol": "BTCUSDT", "orderId": chance.randrange(1, 40)}),
        (
            "PUT",
            "order/amend/keepPriority",
            {"symbol": "BTCUSDT", "orderId": chance.randrange(1, 40), "newQty": f"{chance.uniform(0.01, 3):.4f}"},
        ),
        (
            "POST",
            "order/cancelReplace",
            base
            | {"type": "LIMIT", "timeInForce": "GTC", "price": near, "cancelReplaceMode": "ALLOW_FAILURE"}
            | {"cancelOrderId": chance.randrange(1, 40)},
        ),
    ]
    method, path, given = chance.choice(kinds)
    return client.raw(method, "/api/v3/" + path, **given).body


def play(seed: int, market: Market) -> tuple[Exchange, list[bytes]]:
    """A random afternoon of two accounts."""
    chance = random.Random(seed)
    found = exchange(market, ("alice", "bob"), {"USDT": "10000", "BTC": "100", "BNB": "1"})
    clients = [Client(found, name) for name in ("alice", "bob")]
    for client in clients:
        client.listen()
    bytes_out: list[bytes] = []
    pair = found.floor.pairs["BTCUSDT"]
    for _ in range(36):
        for _ in range(6):
            price = pair.last * pair.facts.tick / 10**18
            client = chance.choice(clients)
            client.now_ms += 1000
            bytes_out.append(act(chance, client, price))
            check(found)
        if chance.random() < 0.2:
            found.floor.faults.put("partial_fills", {"share": "0.4"})
        found.advance()
        check(found)
        bytes_out += [one.payload for one in found.drain()]
    return found, bytes_out


def check(found: Exchange) -> None:
    """The invariants."""
    assert set(totals(found).values()) == {0}
    for account in found.floor.accounts.values():
        assert all(units >= 0 for units in account.free.values()), account.free
        needed: dict[str, int] = {}
        for lock in {id(one.lock): one.lock for one in account.open.values()}.values():
            needed[lock.asset] = needed.get(lock.asset, 0) + lock.units
        assert {asset: units for asset, units in account.locked.items() if units} == {
            asset: units for asset, units in needed.items() if units
        }
        assert all(one.live for one in account.open.values())
        for order in account.orders.values():
            assert order.executed == sum(one.lots for one in order.fills)
            assert order.quote == sum(one.quote for one in order.fills)
    for pair in found.floor.pairs.values():
        resting = {one.order_id for one in pair.resting.values()}
        live = {
            one.order_id
            for account in found.floor.accounts.values()
            for one in account.open.values()
            if one.facts is pair.facts
        }
        assert resting == live
        assert len(pair.lane.free) == pair.lane.state.width - len(resting)


@pytest.mark.parametrize("seed", range(12))
def test_nothing_is_made_or_lost_behind_candles(seed: int) -> None:
    found, told = play(seed, wild_market(random.Random(seed), FEES[seed % 3]))
    assert any(account.trades for account in found.floor.accounts.values())
    _, again = play(seed, wild_market(random.Random(seed), FEES[seed % 3]))
    assert told == again


@pytest.mark.parametrize("seed", range(4))
def test_nothing_is_made_or_lost_on_a_made_up_market(seed: int) -> None:
    found, told = play(seed, seed_market(seed))
    assert found.floor.market_ms > 0
    _, again = play(seed, seed_market(seed))
    assert told == again
