"""Bots that decide between closes: live over sockets, in a backtest on finer candles, and replayed, fill by fill alike.

The exchange replays minutes and moves only when told; the bots trade five minutes, and every one of them or every two
the candle that forms. Some processes are stopped in the middle of a candle.
"""

from __future__ import annotations

from decimal import Decimal

import pytest
from tests.cli.live_bench import SYMBOL, Bench, ladder, trend, true_soon
from tests.engine.compare import first_difference, of_result, of_store
from tests.engine.scenes import T0, drawn, instrument
from tests.fakes.live import parts_of
from tests.sandbox.ports import served

from botswain.build.decider import matching
from botswain.control.config import plan_of
from botswain.engine.live_market import Formed, event_of
from botswain.engine.replay import replay
from botswain.lab.coarser import coarser
from botswain.lab.market import market_of, on_finer
from botswain.lab.result import Result
from botswain.lab.run import run
from botswain.model.timeframe import timeframe_ms
from botswain.sandbox.candle_market import CandleMarket
from botswain.sandbox.control import balances, made_key
from botswain.sandbox.exchange import Exchange, Opening
from botswain.store import fills, market

HISTORY, STEPS, MINUTE_MS = 30, 220, 60_000
FRAME = "5m"
PLAIN = {"react": "at_close", "on_stop": "leave", "trading_frequency_s": 60}
FAST = {"params": {"fast": 2, "slow": 3}}
EXITS = {"stop_loss": "0.004", "trailing_stop": "0.006", "take_profit": "0.006"}
WAITS = {"params": {"step": "0.003", "levels": 10, "initial": "none"}}
# With a frequency of the exchange's own candles what a fill leads to is requested when a backtest would.
BOTS = {
    "grid": (ladder(**{**PLAIN, **WAITS}), 12),
    "crossover": (trend("one", **{**PLAIN, **FAST}), 20),
    "exits": (trend("one", exits=EXITS, **{**PLAIN, **FAST}), 20),
    "every other minute": (trend("one", **{**PLAIN, **FAST, "trading_frequency_s": 120}), 16),
}
STOPPED = {"exits": (62, 97), "grid": (64,)}  # after so many steps, in the middle of a candle


@pytest.fixture
def bench(kernels, tmp_path):
    fee = Decimal("0.001")
    rules = instrument(SYMBOL, maker_fee=fee, taker_fee=fee, fee_asset="BTC", fee_precision=8)
    played = CandleMarket({SYMBOL: minutes(HISTORY + STEPS + 1)}, {SYMBOL: rules})
    exchange = Exchange(played, matching(kernels), [Opening("main", made_key("main"), balances({"USDT": "10000"}))])
    exchange.step(HISTORY)
    exchange.drain()
    with served(exchange) as site:
        yield Bench(site, kernels, tmp_path)


def minutes(count):
    """The market."""
    return drawn(9, SYMBOL, count, loud=0.0015)


def backtested(wanted, rules):
    """The backtest on the minutes that were played; decisions begin where the live bot's did."""
    played = minutes(HISTORY + STEPS + 1).slice(0, HISTORY + STEPS)
    plan = plan_of(wanted, {SYMBOL: rules}, timeframe_ms(FRAME))
    rules_of_it = {SYMBOL: plan.instruments[0]}
    own = market_of({SYMBOL: coarser(played, FRAME)}, rules_of_it, T0 + HISTORY * MINUTE_MS)
    found = on_finer(own, {SYMBOL: played}, plan.frequency_ms)
    return Result(plan, found, run(plan, found, compiled=False))


@pytest.mark.parametrize("name", BOTS)
async def test_a_bot_that_decides_between_closes_fills_live_as_in_its_backtest_and_replays(bench, name):
    wanted, least = BOTS[name]
    parts = [*STOPPED.get(name, ()), STEPS]
    done, told = 0, None
    for upto in parts:
        async with bench.crew(wanted, timeframe=FRAME) as crew:
            for _ in range(upto - done):
                await stepped(bench, crew)
            [runner] = crew.fleet.runners.values()
            assert runner.bot.halted is None
            told, segment = crew.fleet.listings[SYMBOL].instrument, crew.fleet.market.segment
        done = upto
    bot = await bench.row("one")
    async with bench.store.reading(None) as tx:
        live = await fills.of_bot(tx, bot.id, limit=100_000)
        events = [event_of(one) for one in await market.read(tx, segment)]
    beats = [one.body for one in events if isinstance(one.body, Formed)]
    every_ms = wanted.trading_frequency_s * 1_000
    assert len(beats) > STEPS * 0.75 * MINUTE_MS / every_ms
    assert all(one.time_ms % every_ms == 0 and one.time_ms % timeframe_ms(FRAME) for one in beats)
    result = backtested(wanted, told)
    back = of_result(result)
    mine = [one for one in of_store(live, result.plan.strategy.tags) if one[0] < T0 + (HISTORY + STEPS) * MINUTE_MS]
    assert first_difference(back, mine) is None
    assert len(back) >= least
    between = [one for one in mine if one[0] % timeframe_ms(FRAME)]
    assert between, "it never traded within a candle"
    found = await replay(parts_of(bench.store, bench.kernels), "one")
    assert (found.count, found.differences, found.fills) == (0, (), len(live))


async def stepped(bench, crew):
    """A minute, and all that follows. One that brings neither a close nor a beat shows in the price."""
    known = crew.fleet.forming.get(SYMBOL)
    await bench.site.step_soon(1)
    await true_soon(lambda: crew.fleet.forming.get(SYMBOL) is not known and opened(bench, crew))
    await crew.fleet.settled()


def opened(bench, crew):
    """Whether the engine has heard of the candle that the exchange's market stands in."""
    one = crew.fleet.forming[SYMBOL]
    return one.venue_time_ms >= bench.site.exchange.floor.market_ms
