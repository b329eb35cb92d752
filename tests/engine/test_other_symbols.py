"""Bots that read another symbol: a backtest, the engine and a replay do the same, killed, stopped or not."""

from dataclasses import replace

import numpy as np
import pytest
from tests.engine.compare import backtested, first_difference, of_result, of_store
from tests.engine.crews import facts, journals
from tests.engine.scenes import MINUTE_MS, Scene, bot, drawn, instrument
from tests.engine.test_anchor import begun, hourly
from tests.engine.test_hours_alike import POINTS, through
from tests.engine.test_same_fills import held_against_a_backtest
from tests.fakes.installation import Installation

from botswain.build.decider import Bar, Decider
from botswain.control.config import plan_of
from botswain.lab.market import market_of
from botswain.lab.result import Result
from botswain.lab.run import run
from botswain.lab.span import Span, spanned
from botswain.model.errors import BadInput
from botswain.strategies import catalog

BTC, ETH, XRP = "BTC/USDT", "ETH/USDT", "XRP/USDT"
# Ratios to a symbol that is only read, and of two that are traded to one of them.
READ = ([ETH], BTC)
BOTH = ([ETH, XRP], ETH)


@pytest.fixture(autouse=True)
def _named(monkeypatch):
    monkeypatch.setitem(catalog.PLACES, "pair_ratio", ("tests.engine.pair_ratio", "PairRatio"))


def ratio(symbols, against, count=300):
    """A bot on a ratio; each symbol has gaps of its own, so that some instants are of one that is only read."""
    every = dict.fromkeys([*symbols, against])
    candles = {one: drawn(place + 81, one, count, gaps=0.2) for place, one in enumerate(every)}
    rules = {one: instrument(one) for one in every}
    settings = {"params": {"against": against}, "sizing": ("percent", "0.4"), "exits": {"stop_loss": "0.02"}}
    return Scene(bot("pair_ratio", symbols, **settings), candles, rules, ("target",), 30)


def momentum_with_the_market():
    params = {
        "lookback": 3, "enter": "0.003", "leave": "-0.001", "direction": "both", "late": True,
        "filter_symbol": BTC, "filter_trend": 8,
    }  # fmt: skip
    candles = {one: drawn(place + 91, one, 400, gaps=0.15) for place, one in enumerate((BTC, ETH))}
    rules = {one: instrument(one, shortable=True) for one in candles}
    settings = {"params": params, "sizing": ("percent", "0.5"), "exits": {"stop_loss": "0.01"}}
    return Scene(bot("momentum", [ETH], **settings), candles, rules, ("target", "stop_loss"), 30)


def rules_on_another():
    rules = (
        '{"entry_long":[{"left":"close","is":"above","right":"SMA(6)","symbol":"BTC/USDT","timeframe":"3m"},'
        '{"left":"RSI(3)","is":"crosses_above","right":40,"within":4,"symbol":"BTC/USDT"}],'
        '"exit_long":{"any":[{"left":"close","is":"falling","candles":2,"symbol":"BTC/USDT","timeframe":"3m"},'
        '{"left":"close","is":"crosses_below","right":"SMA(4)"}]}}'
    )
    candles = {one: drawn(place + 95, one, 400, gaps=0.1) for place, one in enumerate((BTC, ETH))}
    facts_of = {one: instrument(one) for one in candles}
    wanted = bot("indicator_rules", [ETH], params={"rules": rules}, sizing=("percent", "0.9"))
    return Scene(wanted, candles, facts_of, ("target",), 20)


SCENES = (lambda: ratio(*READ), lambda: ratio(*BOTH), momentum_with_the_market, rules_on_another)


@pytest.mark.parametrize("made", SCENES, ids=("read", "both", "momentum", "rules"))
async def test_backtest_engine_and_replay_fill_alike(made, kernels):
    scene = made()
    expected = await held_against_a_backtest(scene, kernels)
    assert set(scene.bites) <= {one.reason for one in expected.fills}
    assert len(expected.fills) >= scene.least


@pytest.mark.parametrize("point", POINTS)
async def test_killed_at_any_point_its_journal_is_the_same_bytes(point, kernels):
    """What it saw of the other, and where it saw nothing, is found again: its memory sums and counts it."""
    scene = ratio(*READ, 150)
    whole, parts = Installation(kernels), Installation(kernels)
    assert await through(whole, scene) == 0
    assert await through(parts, scene, point) > 0
    names = (scene.bot.name,)
    assert len(await whole.fills(*names)) > 10
    assert await journals(parts, names) == await journals(whole, names)
    assert await facts(parts, names) == await facts(whole, names)
    assert (await parts.replay(*names)).count == 0


async def test_stopping_between_any_two_candles_changes_nothing(kernels):
    scene = ratio(*READ, 120)
    whole, parts = Installation(kernels), Installation(kernels)
    await whole.process(scene.market, scene.config, [scene.bot])
    for _ in range(12):
        await parts.process(scene.market, scene.config, [scene.bot], candles=9)
    await parts.process(scene.market, scene.config, [scene.bot])
    assert await journals(parts, ("one",)) == await journals(whole, ("one",))


async def test_a_bot_that_was_away_sees_the_other_as_if_it_had_been_there(kernels):
    scene = ratio(*READ, 200)
    first = scene.bot
    installation = Installation(kernels)
    await installation.process(scene.market, scene.config, [first], candles=40)
    # Somebody else records the market meanwhile; the ratio goes on without a decision.
    beside = bot("sma_crossover", [ETH], "beside", params={"fast": 2, "slow": 5}, sizing=("percent", "0.4"))
    await installation.process(scene.market, scene.config, [beside], candles=60)
    fleet = await installation.process(scene.market, scene.config, [first])
    runner = next(one for one in fleet.runners if one.name == first.name)
    assert (await installation.replay(first.name)).count == 0
    expected = backtested(first, scene.candles, scene.market)
    found = np.array([list(one)[-2:] for one in expected.ran.state.parts["columns"]])
    assert np.isfinite(found).any(axis=1).all()
    np.testing.assert_array_equal(np.array(runner.bot.decider.columns), found)


@pytest.mark.parametrize("past", [60, 143])
async def test_a_bot_that_begins_late_fills_like_a_backtest_from_that_moment(past, kernels):
    installation, market = Installation(kernels), hourly()
    wanted = bot("pair_ratio", [ETH], "late", params={"against": BTC}, sizing=("percent", "0.9"))
    _, start_ms = await begun(installation, market, past, wanted)
    plan = plan_of(wanted, market.instruments, market.timeframe_ms)
    runs, reads = (spanned({one: market.source[one]}, Span(start_ms), plan.strategy) for one in (ETH, BTC))
    lab = replace(market_of(runs, {ETH: plan.instruments[0]}, start_ms), reads=reads)
    expected = Result(plan, lab, run(plan, lab, compiled=False))
    assert len(expected.fills) > 4
    found = of_store(await installation.fills("late"), plan.strategy.tags)
    assert first_difference(of_result(expected), found) is None


async def test_a_market_without_the_symbol_is_refused_before_anything_is_written(kernels):
    scene = ratio(*READ, 50)
    del scene.candles[BTC], scene.instruments[BTC]
    installation = Installation(kernels)
    with pytest.raises(BadInput, match="bot 'one' reads BTC/USDT, and the market has no such symbol"):
        await installation.start(scene.market, scene.config, [scene.bot])


def test_candles_that_come_one_symbol_after_the_other_are_seen_together(kernels):
    """As live, where those that were missed come symbol by symbol."""
    plan = plan_of(ratio(*READ).bot, {one: instrument(one) for one in (BTC, ETH)}, MINUTE_MS)

    def bars(place, k):
        price = 100 + (k * 7 + place * 3) % 11
        return {place: Bar(price, price, price, price, (*[float(price)] * 4, 1.0))}

    together, apart, behind = (Decider(plan, kernels) for _ in range(3))
    for k in range(30):
        together.take(k * MINUTE_MS, bars(0, k) | bars(1, k))
    for k in range(30):
        apart.skip(k * MINUTE_MS, bars(0, k))
    assert apart.columns[0][1] != apart.columns[0][1]
    for k in range(30):
        apart.take(k * MINUTE_MS, bars(1, k))
    for k in range(30):
        behind.take(k * MINUTE_MS, bars(1, k))
    for k in range(30):
        behind.take(k * MINUTE_MS, bars(0, k))
    expected = [tuple(one) for one in together.columns]
    assert all(value == value for column in expected for value in column)
    assert [tuple(one) for one in apart.columns] == expected
    assert [tuple(one) for one in behind.columns] == expected


def test_a_decision_does_not_wait_for_another_symbol(kernels):
    plan = plan_of(ratio(*READ).bot, {one: instrument(one) for one in (BTC, ETH)}, MINUTE_MS)
    made = Decider(plan, kernels)
    bar = Bar(100, 100, 100, 100, (10.0, 10.0, 10.0, 10.0, 1.0))
    made.take(0, {0: bar, 1: bar})
    made.decide()
    assert made.columns[0][1] == 1.0
    made.take(MINUTE_MS, {0: bar})
    made.decide()
    assert made.columns[0][1] != made.columns[0][1]
    assert (int(made.open_ms), made.own({0: bar, 1: bar})) == (MINUTE_MS, {0: bar})
    # What comes too late is known from then on, and changes nothing of what was decided.
    made.take(MINUTE_MS, {1: bar})
    assert made.columns[0][1] != made.columns[0][1]
    assert int(made.open_ms) == MINUTE_MS
