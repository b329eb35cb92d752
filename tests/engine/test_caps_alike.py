"""The limits that few bots have: a backtest, the engine and a replay do the same, killed or not."""

import pytest
from tests.engine.compare import backtested
from tests.engine.crews import facts, journals
from tests.engine.scenes import Scene, bot, drawn, instrument
from tests.engine.test_hours_alike import through
from tests.engine.test_same_fills import held_against_a_backtest
from tests.fakes.installation import Installation

from botswain.model.reasons import Reason
from botswain.store import blocks

TWO = ("BTC/USDT", "ETH/USDT")
MINUTE_MS = 60_000


def crossover(count=300, **limits):
    candles = {one: drawn(place + 60, one, count, gaps=0.1, loud=0.002) for place, one in enumerate(TWO)}
    settings = {"params": {"fast": 2, "slow": 5}, "sizing": ("percent", "0.4"), "exits": {"stop_loss": "0.01"}}
    return Scene(
        bot("sma_crossover", TWO, limits=FAR | limits, **settings), candles, {one: instrument(one) for one in TWO}
    )


# All with a fall at which all is closed, so that one simulator is compiled for them.
FAR = {"drawdown_flatten": "0.9"}
SCENES = {
    "weekly_loss": {"max_weekly_loss": "0.004", "day_offset_ms": str(150 * MINUTE_MS)},
    "max_exposure": {"max_exposure": "0.6"},
    "max_correlated_exposure": {"max_correlated_exposure": "0.55", "correlation": "0.2", "correlation_period": "20"},
    "max_trade_risk": {"max_trade_risk": "0.003"},
    "order_rate": {"order_rate": "2", "order_rate_ms": str(10 * MINUTE_MS)},
    "symbol_cool_down": {"symbol_cooldown_ms": str(20 * MINUTE_MS)},
    "drawdown_over": {
        "drawdown_reduce": "0.001",
        "drawdown_factor": "0.5",
        "drawdown_pause": "0.005",
        "drawdown_smoothing": "3",
    },
    "drawdown_flatten": {"drawdown_flatten": "0.008", "drawdown_smoothing": "2"},
}


@pytest.mark.parametrize("code", SCENES)
async def test_backtest_engine_and_replay_do_the_same(code, kernels):
    expected = await held_against_a_backtest(crossover(**SCENES[code]), kernels)
    assert code in {note.code for note in expected.notes}
    assert len(expected.fills) > 10


async def test_killed_at_any_decision_its_journal_is_the_same_bytes(kernels):
    scene = crossover(150, **{name: value for limits in SCENES.values() for name, value in limits.items()})
    whole, parts = Installation(kernels), Installation(kernels)
    assert await through(whole, scene) == 0
    assert await through(parts, scene, "decided") > 0
    names = (scene.bot.name,)
    assert await journals(parts, names) == await journals(whole, names)
    assert await facts(parts, names) == await facts(whole, names)


async def test_a_pause_that_is_over_ends_with_the_candle_that_recovered(kernels):
    scene = crossover(45, **SCENES["drawdown_over"])
    here = Installation(kernels)
    await here.process(scene.market, scene.config, [scene.bot])
    row = await here.bot(scene.bot.name)
    async with here.store.reading(None) as tx:
        found = {one.reason: one for one in (await blocks.of_bots(tx, [row.id]))[row.id]}
    over = [one for one in backtested(scene.bot, scene.candles, scene.market).notes if one.code == "drawdown_over"]
    pause = found[Reason.DRAWDOWN_PAUSE]
    assert pause.until_ms == over[-1].time_ms
    assert pause.value > pause.limit


async def test_a_week_that_lost_too_much_is_told_with_its_end(kernels):
    scene = crossover(150, **SCENES["weekly_loss"])
    here = Installation(kernels)
    await here.process(scene.market, scene.config, [scene.bot])
    row = await here.bot(scene.bot.name)
    async with here.store.reading(None) as tx:
        [week] = (await blocks.of_bots(tx, [row.id]))[row.id]
    assert week.reason == Reason.WEEKLY_LOSS
    assert week.value <= week.limit
    assert (week.until_ms - 150 * MINUTE_MS - 4 * 86_400_000) % (7 * 86_400_000) == 0
    assert week.until_ms > week.since_ms
