"""Live bots that read another symbol, through gateway, adapter and loopback sockets: the fills of their backtests.

Two real markets stand side by side at the exchange. A bot is stopped and started on the way, and once the market goes
on without it: what it missed of both is put together as if it had been there.
"""

import asyncio
from contextlib import asynccontextmanager
from decimal import Decimal

import numpy as np
import pytest
from tests.engine.compare import backtested, first_difference, of_result, of_store
from tests.engine.scenes import bot, windows
from tests.fakes.live import WIDE, now_ms, parts_of, running, side_of
from tests.fakes.stepping import Stepper, until
from tests.sandbox.ports import served

from botswain.build.decider import matching
from botswain.control.config import MarketConfig, plan_of
from botswain.engine.feed import Market
from botswain.engine.replay import replay
from botswain.model.instrument import Instrument
from botswain.sandbox.budget import Allowed
from botswain.sandbox.candle_market import CandleMarket
from botswain.sandbox.control import balances, made_key
from botswain.sandbox.exchange import Exchange, Opening
from botswain.store import bots, fills
from botswain.store.inline import open_memory
from botswain.strategies import catalog

BTC, ETH = "BTC/USDT", "ETH/USDT"
PAIR = [ETH, BTC]
FRAME = MarketConfig(timeframe="5m")
COUNT, STOPPED = 420, 200
RULES = (
    '{"entry_long":[{"left":"close","is":"above","right":"SMA(12)","symbol":"BTC/USDT"},'
    '{"left":"RSI(5)","is":"crosses_above","right":45,"within":4}],'
    '"exit_long":{"any":[{"left":"close","is":"falling","candles":3,"symbol":"BTC/USDT"},'
    '{"left":"close","is":"below","right":"SMA(12)","symbol":"BTC/USDT","timeframe":"15m"}]}}'
)
BOTS = {
    "ratio": bot("pair_ratio", [ETH], "one", params={"against": BTC}, sizing=("percent", "0.9")),
    "rules": bot("indicator_rules", [ETH], "one", params={"rules": RULES}, sizing=("percent", "0.9")),
}


@pytest.fixture(autouse=True)
def _named(monkeypatch):
    monkeypatch.setitem(catalog.PLACES, "pair_ratio", ("tests.engine.pair_ratio", "PairRatio"))


def exchange_of(candles, ticks, kernels):
    """Both markets, with fees in what is received, as Binance takes them."""
    fee = Decimal("0.001")
    rules = {
        one: Instrument(
            one, ticks[one], Decimal("0.0001"), maker_fee=fee, taker_fee=fee, fee_asset=one[:3], fee_precision=8
        )
        for one in candles
    }
    return Exchange(
        CandleMarket(candles, rules),
        matching(kernels),
        [Opening("main", made_key("main"), balances({"USDT": "10000"}))],
        Allowed(weight=WIDE, orders_10s=WIDE, orders_day=WIDE),
    )


@asynccontextmanager
async def trading(site, wanted, store, kernels, remarks):
    """A fleet of one bot that is at rest."""
    async with (
        side_of(site, remarks=remarks) as (side, ring, held),
        running(parts_of(store, kernels), side, ring, held, FRAME, [wanted]) as fleet,
    ):
        runner = next(iter(fleet.runners.values()))
        await until(lambda: fleet.account.fresh and runner.quiet, "the account was read")
        yield fleet, runner


async def on_to(fleet, stepper, times):
    """Play candles until those of both markets that opened at these times were heard and dealt with."""
    for open_ms in times:
        await stepper.candle(f"the candle of {open_ms}")
        await until(lambda at=open_ms: heard(fleet, at), f"both candles of {open_ms} were heard")
        await fleet.settled()


def heard(fleet, open_ms):
    """Whether both markets are told as far as that."""
    return all(fleet.market.there_ms.get(one, -1) >= open_ms for one in PAIR)


def real_pair():
    """A window of both real markets, whose times are the same."""
    found, rules = windows(["ETH-USDT/5m.parquet", "BTC-USDT/5m.parquet"], 4_000, COUNT, PAIR)
    assert np.array_equal(found[ETH].ts, found[BTC].ts)
    return found, {one: rules[one].tick_size for one in PAIR}


async def booked(store):
    """What the bot's journal has of fills."""
    async with store.reading(None) as tx:
        return await fills.of_bot(tx, (await bots.by_name(tx, "one")).id, limit=1_000_000)


@pytest.mark.parametrize("name", BOTS)
def test_a_bot_that_reads_another_market_has_the_fills_of_its_backtest(name, kernels):
    wanted, (candles, ticks) = BOTS[name], real_pair()
    times = candles[ETH].ts.tolist()
    store, remarks = open_memory(epoch=bytes(16), now_ms=now_ms()), []

    async def live(site):
        for part in (times[:STOPPED], times[STOPPED : COUNT - 1]):
            async with trading(site, wanted, store, kernels, remarks) as (fleet, runner):
                assert runner.plan.symbols == (ETH, BTC)
                await on_to(fleet, Stepper(site, fleet), part)
                told = fleet.listings[ETH].instrument
        return told, await replay(parts_of(store, kernels), "one")

    with served(exchange_of(candles, ticks, kernels)) as site:
        told, found = asyncio.run(live(site))
        at_venue = len(site.exchange.floor.accounts["main"].trades)
    assert (found.count, found.differences, remarks) == (0, (), [])
    shown = {one: run.slice(0, COUNT - 1) for one, run in candles.items()}
    market = Market("window", {ETH: told}, 300_000, shown, "window")
    back = of_result(backtested(wanted, shown, market))
    tags = plan_of(wanted, market.instruments, market.timeframe_ms).strategy.tags
    every = of_store(asyncio.run(booked(store)), tags)
    mine = [one for one in every if one[0] <= int(shown[ETH].ts[-1])]
    assert at_venue == len(every)
    assert {one[2] for one in every} == {ETH}
    assert first_difference(back, mine) is None
    assert len(back) > 25


def test_what_was_missed_of_both_markets_is_put_together_as_it_was(kernels):
    wanted, (candles, ticks) = BOTS["ratio"], real_pair()
    times = candles[ETH].ts.tolist()
    store, remarks = open_memory(epoch=bytes(16), now_ms=now_ms()), []

    async def live(site):
        async with trading(site, wanted, store, kernels, remarks) as (fleet, _):
            await on_to(fleet, Stepper(site, fleet), times[:40])
        for _ in range(60):
            await site.step_soon()
        async with trading(site, wanted, store, kernels, remarks) as (fleet, runner):
            await until(lambda: heard(fleet, times[99]), "what was missed was read")
            await on_to(fleet, Stepper(site, fleet), times[100:104])
            columns = np.array([list(one) for one in runner.bot.decider.columns])
            told = fleet.listings[ETH].instrument
        return columns, told, await replay(parts_of(store, kernels), "one")

    with served(exchange_of(candles, ticks, kernels)) as site:
        columns, told, found = asyncio.run(live(site))
    assert (found.count, found.differences) == (0, ())
    shown = {one: run.slice(0, 104) for one, run in candles.items()}
    back = backtested(wanted, shown, Market("window", {ETH: told}, 300_000, shown, "window"))
    expected = np.array([list(one)[-2:] for one in back.ran.state.parts["columns"]])
    np.testing.assert_array_equal(columns, expected)
