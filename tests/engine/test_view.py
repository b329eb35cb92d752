"""What a screen shows of a bot."""

from __future__ import annotations

from pathlib import Path

from tests.engine.crews import BTC, CONFIG, market
from tests.engine.scenes import bot
from tests.fakes.installation import Installation

from botswain.engine.view import symbol_view


async def test_what_sizes_go_by_is_no_indicator_of_the_strategy(kernels: Path) -> None:
    sized = bot("sma_crossover", [BTC], "trend", params={"fast": 2, "slow": 5}, sizing=("volatility", "0.02"))
    fleet = await Installation(kernels).process(market(), CONFIG, [sized], candles=40)
    (runner,) = fleet.runners
    declared = list(runner.plan.strategy.indicators())
    assert len(runner.bot.decider.columns) == len(declared) + 1  # what sizes go by is one more
    assert [name for name, _ in symbol_view(runner, 0).indicators] == [one for one in declared if one != "close"]
