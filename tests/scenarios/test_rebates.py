"""A venue that pays its makers: live fills with fees below zero, the same books everywhere, and a replay of them."""

from decimal import Decimal

import pytest
from tests.cli.live_bench import SYMBOL, Bench, ladder
from tests.engine.compare import backtested, first_difference, of_result, of_store
from tests.engine.scenes import drawn, instrument
from tests.fakes.live import parts_of
from tests.sandbox.ports import served

from botswain.build.decider import matching
from botswain.control.config import plan_of
from botswain.engine.feed import Market
from botswain.engine.replay import replay
from botswain.sandbox.candle_market import CandleMarket
from botswain.sandbox.control import balances, made_key
from botswain.sandbox.exchange import Exchange, Opening
from botswain.store import fills, positions

HISTORY, STEPS = 30, 120


def rules(asset):
    """Makers get 0.02 % back, takers pay 0.07 %."""
    return instrument(
        SYMBOL, maker_fee=Decimal("-0.0002"), taker_fee=Decimal("0.0007"), fee_asset=asset, fee_precision=8
    )


@pytest.fixture(params=["BTC", "USDT"])
def asset(request):
    """What fees are taken and paid in."""
    return request.param


@pytest.fixture
def candles():
    """The market."""
    return drawn(3, SYMBOL, 400, loud=0.001)


@pytest.fixture
def bench(kernels, tmp_path, asset, candles):
    opened = [Opening("main", made_key("main"), balances({"USDT": "10000"}))]
    exchange = Exchange(CandleMarket({SYMBOL: candles}, {SYMBOL: rules(asset)}), matching(kernels), opened)
    exchange.step(HISTORY)
    exchange.drain()
    with served(exchange) as site:
        yield Bench(site, kernels, tmp_path)


async def test_a_live_grid_is_paid_for_its_fills_as_its_backtest_is(bench, asset, candles):
    facts = {"fee_asset": asset, "maker_fee": "-0.0002", "taker_fee": "0.0007"}
    wanted = ladder(react="at_close", on_stop="leave", instruments={SYMBOL: facts})
    async with bench.crew(wanted) as crew:
        await bench.step(crew, STEPS)
        assert crew.fleet.market_down == ""
        told = crew.fleet.listings[SYMBOL].instrument
        [runner] = crew.fleet.runners.values()
        assert runner.bot.halted is None
        account = bench.account()
        trades = [(one.fee, one.fee_asset) for one in account.trades]
    bot = await bench.row("one")
    async with bench.store.reading(None) as tx:
        live = await fills.of_bot(tx, bot.id, limit=100_000)
        [book] = await positions.of_bot(tx, bot.id)
    paid = [one for one in live if one.fee < 0]
    assert len(paid) > 10
    assert len(trades) == len(live)
    assert [one.fee for one in sorted(live, key=lambda one: one.seq)] == [
        Decimal(fee).scaleb(-18).normalize() for fee, _ in trades
    ]
    assert {one.fee_asset for one in live} == {one for _, one in trades}
    assert book.fees < 0 or len(paid) < len(live)
    found = await replay(parts_of(bench.store, bench.kernels), "one")
    assert (found.count, found.differences, found.fills) == (0, (), len(live))
    shown = candles.slice(HISTORY, HISTORY + STEPS)
    market = Market("window", {SYMBOL: told}, 60_000, {SYMBOL: shown}, "window")
    plan = plan_of(wanted, market.instruments, market.timeframe_ms)
    back = of_result(backtested(wanted, {SYMBOL: shown}, market))
    mine = [one for one in of_store(live, plan.strategy.tags) if one[0] <= int(shown.ts[-1])]
    assert first_difference(back, mine) is None
    async with bench.crew(wanted) as crew:
        await bench.step(crew, 2)
    assert (await replay(parts_of(bench.store, bench.kernels), "one")).count == 0
