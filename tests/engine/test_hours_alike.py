"""Hours that end and positions that grow old: a backtest, the engine and a replay do the same, killed or not.

The scenes have gaps, so that some ends are at no candle's close.
"""

import pytest
from tests.engine.crews import facts, journals
from tests.engine.scenes import Scene, bot, drawn, instrument
from tests.engine.test_recovery import kill_at
from tests.engine.test_same_fills import held_against_a_backtest
from tests.fakes.installation import Installation, Killed

from botswain.control.trading_times import TradingWindow

BTC, TWO = "BTC/USDT", ("BTC/USDT", "ETH/USDT")
# Of each hour of a morning the first 40 minutes.
HOURS = "; ".join(f"{hour:02}:00-{hour:02}:40 UTC" for hour in range(12))
POINTS = ("candle_received", "candle_recorded", "decided", "committed", "sent")


def crossover_that_goes_home():
    candles = {one: drawn(place + 60, one, 300, gaps=0.3) for place, one in enumerate(TWO)}
    settings = {
        "params": {"fast": 2, "slow": 5},
        "sizing": ("percent", "0.4"),
        "exits": {"stop_loss": "0.01", "time_candles": "9"},
        "trading_window": TradingWindow(hours=HOURS, at_end="flatten", minutes_before=1),
    }
    rules = {one: instrument(one) for one in TWO}
    return Scene(bot("sma_crossover", TWO, **settings), candles, rules, ("session_end", "time_exit", "target"), 30)


def grid_whose_entries_are_taken_off():
    window = TradingWindow(hours=HOURS)
    settings = {"params": {"step": "0.004", "levels": 10}, "sizing": ("percent", "0.9"), "trading_window": window}
    candles = {BTC: drawn(12, BTC, 400, gaps=0.2, loud=0.003)}
    return Scene(bot("grid", [BTC], **settings), candles, {BTC: instrument(BTC)}, ("grid",), 10)


SCENES = (crossover_that_goes_home, grid_whose_entries_are_taken_off)


@pytest.mark.parametrize("made", SCENES, ids=lambda made: made.__name__)
async def test_backtest_engine_and_replay_fill_alike(made, kernels):
    scene = made()
    expected = await held_against_a_backtest(scene, kernels)
    assert set(scene.bites) <= {one.reason for one in expected.fills}
    assert len(expected.fills) >= scene.least


async def through(installation, scene, point=None):
    """Run to the market's end, killed again and again at a point; how often."""
    for killed in range(60):
        try:
            await installation.process(
                scene.market, scene.config, [scene.bot], crash=kill_at(point, 23) if point else None
            )
        except Killed:
            continue
        return killed
    raise AssertionError("60 processes were killed and none came through")


@pytest.mark.parametrize("point", POINTS)
async def test_killed_at_any_point_its_journal_is_the_same_bytes(point, kernels):
    scene = crossover_that_goes_home()
    scene.candles = {symbol: one.slice(0, 150) for symbol, one in scene.candles.items()}
    whole, parts = Installation(kernels), Installation(kernels)
    assert await through(whole, scene) == 0
    assert await through(parts, scene, point) > 0
    names = (scene.bot.name,)
    assert any(one.reason == 305 for one in await whole.fills(*names))
    assert await journals(parts, names) == await journals(whole, names)
    assert await facts(parts, names) == await facts(whole, names)
    assert (await parts.replay(*names)).count == 0
