"""Exits that change while a position is held: a backtest, the engine and a replay do the same, killed or not."""

import pytest
from tests.engine.crews import facts, journals
from tests.engine.scenes import Scene, bot, drawn, instrument
from tests.engine.test_hours_alike import POINTS, through
from tests.engine.test_same_fills import held_against_a_backtest
from tests.fakes.installation import Installation

from botswain.model.reasons import Reason

BTC = "BTC/USDT"


def crossover_whose_exits_move():
    exits = {
        "stop_loss": "0.012", "trailing_stop": "0.004", "trailing_activation": "0.006", "break_even": "0.003",
        "break_even_offset": "0.001", "take_profit": "0.02", "roi_5": "0.006", "roi_9": "0.002",
    }  # fmt: skip
    settings = {"params": {"fast": 2, "slow": 5}, "sizing": ("percent", "0.9"), "exits": exits}
    candles = {BTC: drawn(71, BTC, 500, gaps=0.1)}
    bites = ("break_even", "trailing_stop", "take_profit", "target")
    return Scene(bot("sma_crossover", [BTC], **settings), candles, {BTC: instrument(BTC)}, bites, 30)


def crossover_that_goes_in_parts():
    exits = {
        "stop_loss": "0.012", "break_even": "0.003", "take_profit_1": "0.002", "take_profit_share_1": "0.4",
        "take_profit_2": "0.005", "take_profit_share_2": "0.3", "trailing_stop": "0.006",
    }  # fmt: skip
    # Sizes by how far candles move: the engine and a replay know that too.
    settings = {"params": {"fast": 2, "slow": 5}, "sizing": ("volatility", "0.02"), "exits": exits}
    candles = {BTC: drawn(72, BTC, 400, gaps=0.1)}
    bites = ("take_profit_1", "take_profit_2", "break_even", "target")
    return Scene(bot("sma_crossover", [BTC], **settings), candles, {BTC: instrument(BTC)}, bites, 30)


SCENES = (crossover_whose_exits_move, crossover_that_goes_in_parts)


@pytest.mark.parametrize("made", SCENES, ids=lambda made: made.__name__)
async def test_backtest_engine_and_replay_fill_alike(made, kernels):
    scene = made()
    expected = await held_against_a_backtest(scene, kernels)
    assert set(scene.bites) <= {one.reason for one in expected.fills}
    assert len(expected.fills) >= scene.least


KILLED = [(crossover_whose_exits_move, point, Reason.BREAK_EVEN) for point in POINTS[2:]]
KILLED.append((crossover_that_goes_in_parts, POINTS[-1], Reason.TAKE_PROFIT_1))


@pytest.mark.parametrize(("made", "point", "reason"), KILLED)
async def test_killed_again_and_again_its_journal_is_the_same_bytes(made, point, reason, kernels):
    """What was armed or taken, how far it had come and how old it is, is found again."""
    scene = made()
    scene.candles = {symbol: one.slice(0, 150) for symbol, one in scene.candles.items()}
    whole, parts = Installation(kernels), Installation(kernels)
    assert await through(whole, scene) == 0
    assert await through(parts, scene, point) > 0
    names = (scene.bot.name,)
    assert any(one.reason == reason for one in await whole.fills(*names))
    assert await journals(parts, names) == await journals(whole, names)
    assert await facts(parts, names) == await facts(whole, names)
    assert (await parts.replay(*names)).count == 0
