"""Hours of entries: found among their boundaries, the same compiled and interpreted, and what they keep out."""

import bisect
import random
from decimal import Decimal

import pytest
from tests.engine.scenes import MINUTE_MS, T0, drawn, instrument

from botswain.build.layout import layout_of
from botswain.build.plan import Plan, new_state
from botswain.core import windows
from botswain.core.codes import NO_UP
from botswain.lab.backtest import Options, backtest
from botswain.model.reasons import Reason
from botswain.strategies.catalog import strategy_class

BTC = "BTC/USDT"


def state_of(boundaries):
    strategy = strategy_class("sma_crossover")(fast=2, slow=3)
    plan = Plan(strategy, (instrument(BTC),), MINUTE_MS, windows=tuple(boundaries))
    return new_state(plan, layout_of(strategy), 16, compiled=False)


def test_without_hours_nothing_is_ever_outside():
    state = state_of(())
    assert not windows.outside(state.handle)
    assert (state.account.window_end, state.account.window_shut) == (0, 0)


@pytest.mark.parametrize("seed", range(20))
def test_what_is_found_is_what_counting_finds(seed):
    chance = random.Random(seed)
    times = sorted(chance.sample(range(1, 1_000), 2 * chance.randint(1, 9)))
    state = state_of(times)
    for now in sorted(chance.sample(range(1_100), 60)):
        state.account.time_ms = now
        passed = bisect.bisect_right(times, now)
        assert windows.outside(state.handle) is (passed % 2 == 0)
        if now:
            assert state.account.window_end == (times[passed] if passed < len(times) else NO_UP)


def run(candles, compiled, strategy, **more):
    return backtest(
        strategy, candles, instrument=instrument(BTC), options=Options(compiled=compiled), **{"size": "0.9", **more}
    )


GRID = {"params": {"step": "0.004", "levels": 8}}
TREND = {"params": {"fast": 2, "slow": 4}, "exits": {"stop_loss": "0.01"}}


def hour(time_ms):
    return time_ms // 60_000 % 1440


@pytest.mark.parametrize(("strategy", "more"), [("grid", GRID), ("sma_crossover", TREND)])
def test_positions_are_opened_within_the_hours_only_and_reduced_at_all_times(strategy, more):
    candles = drawn(5, BTC, 400, loud=0.003)
    assert hour(T0) == 0
    plain, kept = run(candles, False, strategy, **more), run(candles, False, strategy, window="00:45-01:50 UTC", **more)
    opened = [one for one in kept.fills if one.side == "buy"]
    assert opened
    # Decided up to the close before the end, they arrive at the open after it.
    assert all(45 <= hour(one.time_ms) <= 110 for one in opened)
    assert any(hour(one.time_ms) > 110 for one in plain.fills if one.side == "buy")
    assert any(int(one.code) == Reason.OUTSIDE_WINDOW for one in kept.note_records)
    if strategy == "grid":
        assert any(hour(one.time_ms) > 110 for one in kept.fills if one.side == "sell")


def test_compiled_and_interpreted_agree_to_the_last_fill(kernels):
    candles = drawn(7, BTC, 300, loud=0.003)
    for strategy, more in (("grid", GRID), ("sma_crossover", TREND)):
        made = [
            backtest(
                strategy,
                candles,
                instrument=instrument(BTC),
                window="00:45-01:50 UTC",
                size=Decimal("0.9"),
                options=Options(compiled=compiled, folder=kernels if compiled else None),
                **more,
            )
            for compiled in (True, False)
        ]
        assert [str(one) for one in made[0].fills] == [str(one) for one in made[1].fills]
        assert made[0].final_equity == made[1].final_equity
