"""A made-up market behaves like one: fat tails, volatility in clusters, spreads that widen, and the same every time."""

from __future__ import annotations

import math
from decimal import Decimal
from itertools import pairwise
from statistics import fmean, pvariance

import pytest
from tests.sandbox.scenes import Client, exchange

from botswain.model.errors import BadInput
from botswain.sandbox.seed_market import SeedMarket


def test_its_returns_look_like_a_markets() -> None:
    client = Client(exchange(SeedMarket(1, {"BTC/USDT": Decimal(60000)}, step_ms=60_000)))
    pair = client.exchange.floor.pairs["BTCUSDT"]
    spreads, volumes = set(), []
    for _ in range(2000):
        client.exchange.advance()
        spreads.add(pair.ladder.asks[0][0] - pair.ladder.bids[0][0])
    closes = [one.close for one in pair.tape.klines]
    moves = [math.log(after / before) for before, after in pairwise(closes)]
    sizes = [abs(one) for one in moves]
    assert fmean([one**4 for one in moves]) / pvariance(moves) ** 2 > 4
    assert fmean([a * b for a, b in pairwise(sizes)]) / fmean(sizes) ** 2 > 1.1
    assert len(spreads) > 1
    volumes = [one.volume for one in pair.tape.klines]
    assert max(volumes) > 5 * fmean(volumes)


def test_a_level_that_is_taken_is_gone_until_the_next_move() -> None:
    client = Client(exchange(SeedMarket(4, {"BTC/USDT": Decimal(60000)}), funds={"USDT": "1000000"}))
    ladder = client.exchange.floor.pairs["BTCUSDT"].ladder
    best = ladder.asks[0]
    qty = client.exchange.floor.pairs["BTCUSDT"].facts.qty_text(best[1])
    assert client.order("BUY", "MARKET", quantity=qty)["status"] == "FILLED"
    assert ladder.asks[0][0] > best[0]
    found = client.limit("BUY", "1000", f"{(best[0] + 5) / 10:.1f}", timeInForce="FOK")
    assert found["code"] == -2010 or found["status"] == "EXPIRED"


def test_steps_that_do_not_fit_and_prices_that_are_none_are_refused() -> None:
    with pytest.raises(BadInput, match="does not divide a minute"):
        SeedMarket(1, {"BTC/USDT": Decimal(1)}, step_ms=7_000)
    with pytest.raises(BadInput, match="no prices"):
        SeedMarket(1, {})
