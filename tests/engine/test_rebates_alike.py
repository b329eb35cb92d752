"""Makers that are paid back: a backtest, the engine on paper and a replay book the same, in every asset of fees."""

from decimal import Decimal

import pytest
from tests.engine.scenes import Scene, bot, drawn, instrument
from tests.engine.test_same_fills import held_against_a_backtest

X = "BTC/USDT"
BACK = {"maker_fee": "-0.0003", "taker_fee": "0.0007"}
ASSETS = {
    "quote": {},
    "base": {"fee_asset": "BTC", "fee_precision": 8},
    "third": {"fee_asset": "BNB", "fee_asset_price": "250"},
}


@pytest.mark.parametrize("short", [False, True], ids=["long", "short"])
@pytest.mark.parametrize("asset", ASSETS)
async def test_backtest_engine_and_replay_are_paid_alike(asset, short, kernels):
    facts = {X: {**BACK, **ASSETS[asset]}}
    rules = {X: instrument(X, lot="0.01", shortable=short)}
    wanted = bot("grid", [X], params={"step": "0.006", "levels": 10}, instruments=facts)
    expected = await held_against_a_backtest(Scene(wanted, {X: drawn(14, X, 400)}, rules), kernels)
    paid = [one.fee for one in expected.fills if one.fee < 0]
    assert len(paid) > 10
    assert any(one.fee > 0 for one in expected.fills)
    assert Decimal(expected.metrics["fees"]) < sum((one.fee for one in expected.fills if one.fee > 0), Decimal(0))
