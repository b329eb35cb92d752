"""A managed grid that is killed and started again is the grid it was: recovery is the ordinary start, no setting of it.

What it has moved to, what is virtual, paused or compounded is in its memory, which the start works out again.
"""

import pytest
from tests.engine.crews import BTC, CONFIG, facts, journals
from tests.engine.scenes import bot, drawn, instrument
from tests.engine.test_recovery import POINTS, kill_at
from tests.fakes.installation import Installation, Killed

from botswain.engine.feed import Market

NAME = "follower"
PARAMS = {
    "step": "0.004", "levels": 6, "spacing": "geometric", "trail": "both", "resting": 2, "compound": "yes",
    "fall": "0.006", "fall_pause": 2, "end_after": 36,
}  # fmt: skip


def grid():
    """It follows a loud market with two orders of each side, and ends by its time."""
    return bot("grid", [BTC], NAME, params=PARAMS, sizing=("percent", "0.9"), exits={"stop_loss": "0.5"})


def loud():
    """Its market."""
    return Market("drawn", {BTC: instrument(BTC)}, 60_000, {BTC: drawn(21, BTC, 40, loud=0.004)}, "drawn")


async def uninterrupted(kernels):
    """What must come out."""
    installation = Installation(kernels)
    await installation.process(loud(), CONFIG, [grid()])
    return await journals(installation, (NAME,)), await facts(installation, (NAME,))


@pytest.mark.parametrize("point", POINTS)
async def test_killed_again_and_again_it_goes_on_as_if_nothing_had_happened(point, kernels):
    expected, expected_facts = await uninterrupted(kernels)
    orders, fills, positions = expected_facts[NAME]
    assert len(fills) > 20
    assert all(position.qty == 0 for position in positions.values())
    installation = Installation(kernels)
    killed = 0
    for _ in range(60):
        try:
            await installation.process(loud(), CONFIG, [grid()], crash=kill_at(point, 4))
            break
        except Killed:
            killed += 1
    assert killed > 4
    assert await journals(installation, (NAME,)) == expected
    assert (await facts(installation, (NAME,)))[NAME] == (orders, fills, positions)
    assert (await installation.replay(NAME)).count == 0


async def test_stopped_between_any_two_candles_it_goes_on_as_if_nothing_had_happened(kernels):
    expected, _ = await uninterrupted(kernels)
    installation = Installation(kernels)
    for _ in range(10):
        await installation.process(loud(), CONFIG, [grid()], candles=4)
    await installation.process(loud(), CONFIG, [grid()])
    assert await journals(installation, (NAME,)) == expected
