"""The same orders over the same candles fill here as they do on the paper venue: price, lots, fee, side and time."""

from __future__ import annotations

import random
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from tests.sandbox.scenes import Client, candles

from botswain.build.decider import Bar, matching
from botswain.build.layout import layout_of
from botswain.build.plan import Plan, as_decimal, new_state
from botswain.core.codes import GTC, LIMIT, MARKET, STOP, STOP_LIMIT, TAKE_PROFIT
from botswain.core.scale import Sizing
from botswain.model.instrument import Instrument
from botswain.model.intents import Request, Wanted
from botswain.sandbox.candle_market import CandleMarket
from botswain.sandbox.control import balances, made_key
from botswain.sandbox.exchange import Exchange, Opening
from botswain.strategies.grid import Grid
from botswain.venues.paper.book import PaperVenue

TYPES = {
    MARKET: "MARKET",
    LIMIT: "LIMIT",
    STOP: "STOP_LOSS",
    STOP_LIMIT: "STOP_LOSS_LIMIT",
    TAKE_PROFIT: "TAKE_PROFIT",
}
SIDES = {1: "BUY", -1: "SELL"}
COUNT = 200
FEES: tuple[dict[str, Any], ...] = (
    {"fee_asset": ""},
    {"fee_asset": "BTC", "fee_precision": 8},
    {"fee_asset": "BNB", "fee_asset_price": Decimal(300)},
)


def rows(chance: random.Random) -> list[tuple[float, ...]]:
    """Candles with gaps, wide and narrow ones."""
    found, at = [], 1000
    for _ in range(COUNT):
        first = at + chance.randrange(-8, 9)
        last = first + chance.randrange(-20, 21)
        high, low = max(first, last) + chance.randrange(12), min(first, last) - chance.randrange(12)
        found.append((first / 10, high / 10, low / 10, last / 10))
        at = max(last, 500)
    return found


def wish(chance: random.Random, price: int) -> tuple[int, int, int, int, int]:
    """Side, kind, price, trigger, lots of an order near a price in ticks."""
    side, kind = chance.choice((1, -1)), chance.choice(list(TYPES))
    away = chance.randrange(1, 25)
    ahead = side if kind in (STOP, STOP_LIMIT) else -side
    trigger = price + ahead * away if kind in (STOP, STOP_LIMIT, TAKE_PROFIT) else 0
    limit = (trigger or price) + chance.randrange(-15, 16) if kind in (LIMIT, STOP_LIMIT) else 0
    return side, kind, limit, trigger, chance.randrange(1, 500)


@pytest.mark.parametrize("seed", range(6))
def test_the_same_orders_fill_alike(kernels: Path, seed: int) -> None:
    chance, rules = random.Random(seed), matching(kernels)
    made = rows(chance)
    rates = {"maker_fee": Decimal("0.00075"), "taker_fee": Decimal("0.001")}
    one = Instrument("BTC/USDT", Decimal("0.1"), Decimal("0.001"), **rates, **FEES[seed % 3])
    plan = Plan(Grid(levels=2 * COUNT, step="0.001"), (one,), 60_000, Decimal(10**7), Sizing("fixed", Decimal(1)))
    paper = PaperVenue(new_state(plan, layout_of(plan.strategy), 4096, compiled=True), rules)
    paper.state.parts["lanes"][0].venue_pos = 10**12
    market = CandleMarket({one.symbol: candles(made)}, {one.symbol: one})
    found = Exchange(market, rules, [Opening("main", made_key("main"), balances(rich()))])
    client = Client(found)
    told = []
    for i, candle in enumerate(made):
        ticks = [round(value * 10) for value in candle]
        for k in range(chance.randrange(3)):
            side, kind, limit, trigger, lots = wish(chance, ticks[0])
            name = f"{i}-{k}"
            wanted = Wanted(0, 2 * i + k, 1, side, kind, limit, trigger, GTC, 0, 0, 0, lots, False)
            paper.submit([Request("", name, wanted)])
            send(client, name, (side, kind, limit, trigger, lots))
        bar = Bar(ticks[0], ticks[1], ticks[2], ticks[3], (0.0,) * 5)
        # Both venues must see orders of this instant in the order they were sent.
        told += [report for report in paper.candles(candle_ms(i), {0: bar}) if report.lots]
        found.advance()
    account = found.floor.accounts["main"]
    money = as_decimal(plan.unit)
    ours = [
        (account.orders[one.order_id].client_id, one.side, one.price, one.lots, one.time_ms, one.maker)
        for one in account.trades
    ]
    theirs = [(one.client_order_id, one.side, one.price, one.lots, one.time_ms, one.maker) for one in told]
    assert len(ours) > 60
    assert sorted(ours) == sorted(theirs)
    fees = {(t.client_order_id): t.fee for t in told}
    unit = fee_units(one, money)
    for trade in account.trades:
        name = account.orders[trade.order_id].client_id
        assert Decimal(trade.fee) / 10**18 == fees[name] * unit[trade.side], name


def candle_ms(i: int) -> int:
    """The opening time of a candle."""
    return int(candles([(1, 1, 1, 1)]).ts[0]) + 60_000 * i


def fee_units(one: Instrument, money: Decimal) -> dict[int, Decimal]:
    """What the core's fee numbers are worth."""
    if one.fee_in == "third":
        return {1: Decimal("1e-8"), -1: Decimal("1e-8")}
    return {1: Decimal("1e-8") if one.fee_in == "base" else money, -1: money}


def rich() -> dict[str, str]:
    """Enough for anything."""
    return {"USDT": "10000000", "BTC": "100000", "BNB": "100000"}


def send(client: Client, name: str, asked: tuple[int, int, int, int, int]) -> None:
    """The same order as a client sends it."""
    side, kind, limit, trigger, lots = asked
    given: dict[str, Any] = {"quantity": f"{lots / 1000:.3f}", "newClientOrderId": name}
    if limit:
        given |= {"price": f"{limit / 10:.1f}", "timeInForce": "GTC"}
    if trigger:
        given["stopPrice"] = f"{trigger / 10:.1f}"
    client.exchange.floor.pairs["BTCUSDT"].filters = wide(client)
    client.now_ms += 1000
    answer = client.order(SIDES[side], TYPES[kind], **given)
    assert "code" not in answer, answer


def wide(client: Client) -> Any:
    """Filters that let every order of the test in."""
    filters = client.exchange.floor.pairs["BTCUSDT"].filters
    return filters.__class__(
        **{name: getattr(filters, name) for name in filters.__slots__}
        | {"max_algo_orders": 10_000, "max_orders": 10_000}
    )
