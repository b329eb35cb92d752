"""The bots that count and remember: killed at every named point they go on to the same bytes.

`test_recovery.py` has the same of a crossover and a grid, and says what a kill is.
"""

import pytest
from tests.engine.crews import facts, journals
from tests.engine.test_recovery import POINTS, kill_at
from tests.engine.test_same_fills import (
    deals_by_the_clock,
    deals_with_steps_and_a_stop,
    dip_that_follows_down_and_sells_in_steps,
    momentum_that_adds_and_turns_over,
    scalper_by_quotes_with_fees_in_base,
    scalper_of_both_sides_that_stops_and_waits,
)
from tests.fakes.installation import Installation, Killed

CANDLES, APART, MOST = 240, 23, 60
SCENES = [
    deals_with_steps_and_a_stop,
    deals_by_the_clock,
    momentum_that_adds_and_turns_over,
    dip_that_follows_down_and_sells_in_steps,
    scalper_of_both_sides_that_stops_and_waits,
    scalper_by_quotes_with_fees_in_base,
]
STRAIGHT = {}


def shortened(made):
    """A scene's bot, its market of fewer candles, and its configuration."""
    scene = made()
    scene.candles = {symbol: one.slice(0, CANDLES) for symbol, one in scene.candles.items()}
    return scene.bot, scene.market, scene.config


async def through(installation, made, point=None):
    """Run to the market's end, killed again and again at a point; how often."""
    bot, market, config = shortened(made)
    for killed in range(MOST):
        try:
            await installation.process(market, config, [bot], crash=kill_at(point, APART) if point else None)
        except Killed:
            continue
        return killed
    raise AssertionError(f"{MOST} processes were killed and none came through")


async def straight(made, names, kernels):
    """What must come out: the journals and facts of a run that nobody kills, made once in a process."""
    if made not in STRAIGHT:
        whole = Installation(kernels)
        assert await through(whole, made) == 0
        assert len(await whole.fills(*names)) > 3
        STRAIGHT[made] = (await journals(whole, names), await facts(whole, names))
    return STRAIGHT[made]


@pytest.mark.parametrize("point", POINTS)
@pytest.mark.parametrize("made", SCENES)
async def test_killed_again_and_again_at_one_point_its_journal_is_the_same_bytes(made, point, kernels):
    names = (made().bot.name,)
    expected = await straight(made, names, kernels)
    parts = Installation(kernels)
    assert await through(parts, made, point) > 0
    assert (await journals(parts, names), await facts(parts, names)) == expected
    assert (await parts.replay(*names)).count == 0
