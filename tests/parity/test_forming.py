"""Botswain and the reference on candles that form: every fill, every mark of equity, every veto equal."""

from __future__ import annotations

import random
from functools import partial

import pytest

from botswain import backtest

from .cases import PLAINLY, Case, many, one, random_case
from .compare import first_difference, first_veto_difference
from .forming import outcome_of

MINUTE_MS = 60_000
QUICK = {"fast": 2, "slow": 5}
EXITS = {"stop_loss": "0.02", "take_profit": "0.03", "trailing_stop": "0.025"}
FOLLOWS = {"step": 0.01, "levels": 8, "spacing": "geometric", "trail": "both", "resting": 3, "end_gain": 0.3}
PAUSES = FOLLOWS | {
    "trail": "no", "trigger": 103, "beyond": "pause", "fall": 0.02, "fall_pause": 2, "end_loss": 0.05,
    "initial": "none",
}  # fmt: skip
QUOTES = {"spread": 0.4, "take_profit": 0.6, "stop": 1.2, "tighten": 3, "hold": 8, "loss_cooldown": 2}
# Minutes of the bot's own candles, made of those of five minutes, and seconds from one decision to the next.
NAMED = [
    (one("averages", "sma_crossover", 1, params=QUICK), 30, 300),
    (one("averages with exits", "sma_crossover", 5, params=QUICK, exits=EXITS, slippage_bps="7.5"), 60, 900),
    (one("averages, short", "sma_crossover", 9, {"shortable": True}, params=QUICK, size="0.6", exits=EXITS), 60, 300),
    (one("grid that waits", "grid", 56, params={"step": 0.02, "levels": 12, "initial": "none"}), 60, 600),
    (one("grid that follows", "grid", 58, params=FOLLOWS), 60, 600),
    (one("grid that begins, pauses, ends", "grid", 59, params=PAUSES), 60, 300),
    (one("scalper", "scalper", 60, params=QUOTES), 60, 600),
    (
        one(
            "scalper of both sides, by quotes",
            "scalper",
            61,
            {"shortable": True},
            params=QUOTES | {"direction": "both", "exit": "quotes", "price_skew": 1},
        ),
        60,
        600,
    ),
    (one("a frequency that does not divide the day", "sma_crossover", 3, params={"fast": 2, "slow": 3}), 60, 2_100),
    (many("three symbols", "sma_crossover", 40, params=QUICK, size="0.4", limits={"max_open_positions": 2}), 30, 600),
    (one("a day's loss", "sma_crossover", 7, params=QUICK, limits={"max_daily_loss": "0.01"}), 60, 300),
]


@pytest.mark.parametrize(("case", "minutes", "every_s"), NAMED, ids=[one[0].name for one in NAMED])
def test_a_bot_on_candles_that_form_fills_as_the_reference_does(case: Case, minutes: int, every_s: int) -> None:
    outcome = outcome_of(case, minutes * MINUTE_MS, every_s * 1_000)
    result = case.product(partial(PLAINLY, timeframe=f"{minutes}m", trading_frequency=every_s))
    assert first_difference(result, outcome) == ""
    assert first_veto_difference(result, outcome) == ""
    assert len(outcome.fills) > 10
    between = [fill for fill in outcome.fills if fill.time_ms % (minutes * MINUTE_MS)]
    assert between, "the case is tame: nothing fills within a candle"
    assert result.fills != case.product(partial(PLAINLY, timeframe=f"{minutes}m")).fills, "it changes nothing"


@pytest.mark.parametrize("first", range(0, 60, 10))
def test_a_bot_on_candles_that_form_fills_as_the_reference_does_on_random_runs(first: int) -> None:
    for seed in range(first, first + 10):
        case = random_case(seed, 700)
        chance = random.Random(f"forming {seed}")
        minutes = chance.choice([10, 15, 30, 60, 240])
        every_s = chance.choice([one for one in (300, 600, 1_500, 2_100, 3_600) if one < minutes * 60])
        outcome = outcome_of(case, minutes * MINUTE_MS, every_s * 1_000)
        result = case.product(partial(PLAINLY, timeframe=f"{minutes}m", trading_frequency=every_s))
        assert first_difference(result, outcome) == "", f"random_case({seed}), {minutes} minutes, {every_s} s"
        assert first_veto_difference(result, outcome) == "", f"random_case({seed})"


def test_a_bot_on_candles_that_form_fills_the_same_compiled() -> None:
    case, minutes, every_s = NAMED[1]
    outcome = outcome_of(case, minutes * MINUTE_MS, every_s * 1_000)
    assert first_difference(case.product(partial(backtest, timeframe="1h", trading_frequency=every_s)), outcome) == ""
