"""Indicators start at the same candle in research and live: a bot that begins on a market with a past has seen it.

A backtest from T over a whole file, and a bot that begins at T where the market before T is recorded: fill by fill.
"""

from dataclasses import replace

import pytest
from tests.engine.compare import first_difference, of_result, of_store
from tests.engine.crews import CONFIG
from tests.engine.ema_cross import EmaCross
from tests.engine.scenes import T0, bot, drawn, instrument
from tests.fakes.installation import Installation

from botswain.control.config import plan_of
from botswain.engine.feed import Market
from botswain.lab.market import market_of
from botswain.lab.result import Result
from botswain.lab.run import run
from botswain.lab.span import Span, spanned
from botswain.store.bot_records import TYPES
from botswain.strategies import catalog

HOUR_MS = 3_600_000
DAY_MS = 24 * HOUR_MS
SYMBOLS = ("BTC/USDT", "ETH/USDT")
NEEDED = 40  # ten times the longest period


@pytest.fixture(autouse=True)
def known(monkeypatch):
    monkeypatch.setitem(catalog.PLACES, "ema_cross", ("tests.engine.ema_cross", "EmaCross"))


def hourly(count=200, gaps=0.1, seed=31):
    """Two symbols' candles of an hour, with gaps."""
    made = {}
    for place, symbol in enumerate(SYMBOLS):
        one = drawn(seed + place, symbol, count, loud=0.004, gaps=gaps)
        made[symbol] = replace(one, timeframe="1h", ts=T0 + (one.ts - T0) * 60)
    return Market("hourly", {one: instrument(one) for one in SYMBOLS}, HOUR_MS, made, "hourly")


def late(symbols=SYMBOLS):
    return bot("ema_cross", symbols, "late", sizing=("percent", "0.4"), exits={"stop_loss": "0.03"})


EARLY = bot("sma_crossover", ["BTC/USDT"], "early", params={"fast": 2, "slow": 3})


async def begun(installation, market, past, wanted):
    """A bot that begins after `past` instants that another one saw; returns its Started and the time it begins at."""
    before = await installation.process(market, CONFIG, [EARLY], candles=past)
    await installation.process(market, CONFIG, [EARLY, wanted])
    first = (await installation.journal(wanted.name))[0]
    return TYPES.read(first.kind, first.version, first.payload), before.last_open_ms + HOUR_MS


def backtest_from(wanted, market, start_ms):
    """The same bot in the laboratory, from a moment on."""
    plan = plan_of(wanted, market.instruments, market.timeframe_ms)
    rules = {one.symbol: one for one in plan.instruments}
    runs = spanned({one: market.source[one] for one in wanted.symbols}, Span(start_ms), plan.strategy)
    lab = market_of(runs, rules, start_ms)
    return Result(plan, lab, run(plan, lab, compiled=False))


@pytest.mark.parametrize("past", [1, 30, 60, 100, 143])
@pytest.mark.parametrize("symbols", [SYMBOLS, ("ETH/USDT",)])
async def test_a_bot_that_begins_late_fills_like_a_backtest_from_that_moment(past, symbols, kernels):
    installation, market, wanted = Installation(kernels), hourly(), late(symbols)
    started, start_ms = await begun(installation, market, past, wanted)
    expected = backtest_from(wanted, market, start_ms)
    assert len(expected.fills) > 4
    found = of_store(await installation.fills("late"), EmaCross.tags)
    assert first_difference(of_result(expected), found) is None
    boundary = start_ms - start_ms % DAY_MS
    first = min(int(market.source[one].ts[0]) for one in symbols)
    assert started.anchor_ms >= boundary - NEEDED * HOUR_MS
    assert started.anchor_ms - max(boundary - NEEDED * HOUR_MS, first) <= 5 * HOUR_MS  # a gap may lie there
    assert (await installation.replay("late")).count == 0


async def test_it_is_not_what_it_would_be_without_the_past(kernels):
    """Else the comparison above would prove nothing."""
    market = hourly()
    installation = Installation(kernels)
    _, start_ms = await begun(installation, market, 100, late())
    shorter = replace(
        market, source={k: v.slice(int((v.ts < start_ms).sum()), len(v)) for k, v in market.source.items()}
    )
    expected = backtest_from(late(), shorter, start_ms)
    assert first_difference(of_result(expected), of_store(await installation.fills("late"), EmaCross.tags)) is not None


async def test_a_restart_and_a_replay_start_from_the_journaled_anchor(kernels):
    market, wanted = hourly(), late()
    whole, parts = Installation(kernels), Installation(kernels)
    await whole.process(market, CONFIG, [EARLY], candles=100)
    await whole.process(market, CONFIG, [EARLY, wanted])
    await parts.process(market, CONFIG, [EARLY], candles=100)
    for _ in range(4):
        await parts.process(market, CONFIG, [EARLY, wanted], candles=20)
    await parts.process(market, CONFIG, [EARLY, wanted])
    assert [one.payload for one in await parts.journal("late")] == [one.payload for one in await whole.journal("late")]
    assert (await parts.replay("late")).count == 0


async def test_on_an_empty_record_the_anchor_is_the_first_candle_there_will_be(kernels):
    installation = Installation(kernels)
    await installation.process(hourly(), CONFIG, [late()], candles=3)
    first = (await installation.journal("late"))[0]
    assert TYPES.read(first.kind, first.version, first.payload).anchor_ms == 0


async def test_where_none_of_its_symbols_was_recorded_it_is_where_its_own_first_candle_can_open(kernels):
    market = hourly(gaps=0.0)
    source = market.source | {"ETH/USDT": market.source["ETH/USDT"].slice(50, 200)}
    installation = Installation(kernels)
    started, start_ms = await begun(installation, replace(market, source=source), 10, late(("ETH/USDT",)))
    assert started.anchor_ms == start_ms == T0 + 10 * HOUR_MS
    assert (await installation.replay("late")).count == 0
