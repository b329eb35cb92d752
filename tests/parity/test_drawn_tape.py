"""Botswain and the reference on drawn trades, a part of each to be had, where rests fall below the venue's minimum.

What these found: a rest that is too small to be sent anew works on where nothing of its row changed; what waits for the
market does so as it arrived, whatever its trigger was; what an entry holds reserved is of what is left of it; and a
rung of which the rest was too small is sent again once its piece has grown.
"""

from __future__ import annotations

from typing import Any

import pytest

from botswain.model.trades import OnTrades

from .compare import first_difference, first_veto_difference
from .tape import outcome_of
from .test_depth import drawn
from .test_tape import BOTH, BOTH_OF_GRID, PART, SHORT, SIDES, TOLD, case_of, run_of

QUICKEST = {"fast": 2, "slow": 4} | SIDES | TOLD
LINES = {"step": 0.0004, "levels": 8, "spacing": "geometric"}
POOR = {"capital": "60"}
RUNGS = {
    "exits": {
        "take_profit_1": "0.0004", "take_profit_share_1": "0.5", "take_profit_2": "0.0009", "stop_loss": "0.0006",
    }
}  # fmt: skip
CASES: list[tuple[str, str, dict[str, Any], dict[str, Any], tuple[int, ...]]] = [
    ("exits", "sma_crossover", QUICKEST, BOTH | SHORT | POOR, (0, 5, 10, 345, 349, 352)),
    ("exits, more money", "sma_crossover", QUICKEST, BOTH | SHORT, (0, 5, 352)),
    ("a target and an age", "sma_crossover", QUICKEST,
     {"exits": {"take_profit": "0.0004", "time_candles": "6"}} | SHORT | POOR, (3, 345)),
    ("a ladder", "sma_crossover", QUICKEST, RUNGS | SHORT, (7, 349)),
    ("a ladder, less money", "sma_crossover", QUICKEST, RUNGS | SHORT | POOR, (7, 349)),
    ("grid", "grid", LINES, BOTH_OF_GRID | POOR, (3, 6, 345, 352)),
]  # fmt: skip


@pytest.mark.parametrize("late_ms", [0, 9])
@pytest.mark.parametrize("one", CASES, ids=[one[0] for one in CASES])
def test_a_bot_that_gets_a_part_of_drawn_trades_fills_as_the_reference_does(one: Any, late_ms: int) -> None:
    _, bot, params, settings, seeds = one
    on, vetoes = OnTrades("next", late_ms, PART), 0
    for seed in seeds:
        tape, _ = drawn(seed)
        case = case_of(bot, params, settings)
        outcome = outcome_of(case, tape, on, 1)
        case.candles = tape  # type: ignore[assignment]
        result = case.product(run_of(on, 0, 0))
        assert first_difference(result, outcome) == "", seed
        assert first_veto_difference(result, outcome) == "", seed
        assert len(outcome.fills) > 30
        vetoes += len(outcome.reasons)
    assert vetoes > 0
