"""A bot on a paper account at a venue's candles has the fills of its backtest, one by one.

The sandbox is the venue whose prices are heard; no order is ever placed there.
"""

import asyncio

import pytest
from tests.engine.compare import backtested, first_difference, of_result, of_store
from tests.engine.scenes import windows
from tests.fakes.live import now_ms, parts_of, running
from tests.fakes.paper import opened, paper_side
from tests.parity.test_over_sockets import BOTS, MOVING, exchange_of, until
from tests.sandbox.ports import served

from botswain.control.config import MarketConfig, plan_of
from botswain.engine.feed import Market
from botswain.engine.recovery import local_tenant
from botswain.engine.replay import replay
from botswain.store import bots, fills, paper_books
from botswain.store.inline import open_memory

CANDLES = 700
LEAST = {"exits that move": 20} | {
    "crossover": 20,
    "exits": 20,
    "trailing": 20,
    "grid": 20,
    "grid that follows": 20,
    "scalper": 20,
}


async def traded(site, wanted, candles, store, kernels):
    """Trade to the last candle; returns the rules as they were told, the account as it is kept, and the bot's fills."""
    remarks = []
    parts = parts_of(store, kernels)
    account_id = await opened(parts)
    config = MarketConfig(timeframe=candles.timeframe)
    async with (
        paper_side(site, parts, account_id, candles.timeframe, remarks=remarks) as (side, ring, held, _),
        running(parts, side, ring, held, config, [wanted]) as fleet,
    ):
        runner = next(iter(fleet.runners.values()))
        await until(lambda: fleet.account.fresh and not fleet.market_down and runner.quiet, "the fleet is up")
        for _ in range(len(candles) - 1):
            before = fleet.market.sequence
            await site.step_soon(1)
            await until(lambda before=before: fleet.market.sequence > before, "a candle is recorded")
            await fleet.settled()
        rules = fleet.listings["BTC/USDT"].instrument
        working = {one for one, order in runner.bot.working.items() if not order.held}
    found = await replay(parts, "one")
    assert (found.count, found.differences, remarks) == (0, (), [])
    async with store.reading(await local_tenant(parts)) as tx:
        kept = await paper_books.loaded(tx, account_id)
        booked = await fills.of_bot(tx, (await bots.by_name(tx, "one")).id, limit=1_000_000)
    assert {one.name for one in kept.working} == working
    return rules, kept, booked


@pytest.mark.parametrize("name", BOTS | MOVING)
def test_a_bot_on_a_paper_account_has_the_fills_of_its_backtest(name, kernels):
    found, rules = windows(["BTC-USDT/5m.parquet"], 0, CANDLES, ["BTC/USDT"])
    candles, wanted = found["BTC/USDT"], (BOTS | MOVING)[name]
    store = open_memory(epoch=bytes(16), now_ms=now_ms())
    with served(exchange_of(candles, rules["BTC/USDT"].tick_size, kernels)) as site:
        told, kept, booked = asyncio.run(traded(site, wanted, candles, store, kernels))
        assert not site.exchange.floor.accounts["main"].trades
    shown = candles.slice(0, len(candles) - 1)
    market = Market("window", {"BTC/USDT": told}, 300_000, {"BTC/USDT": shown}, "window")
    result = backtested(wanted, {"BTC/USDT": shown}, market)
    back = of_result(result)
    plan = plan_of(wanted, market.instruments, market.timeframe_ms)
    mine = of_store(booked, plan.strategy.tags)
    assert first_difference(back, mine) is None
    assert len(back) >= LEAST[name]
    assert kept.state.trades == len(booked)
    assert kept.state.balances["USDT"] == result.cash
    assert kept.state.balances["BTC"] == result.position("BTC/USDT") + result.dust("BTC/USDT")
