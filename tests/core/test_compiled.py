"""Machine code and plain Python are one program: the same reports, notes, equity and memory, whatever happens."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.core.chaos import SIGNALS, scenes
from tests.core.runs import Taken, result_of
from tests.stage import PLAIN, bot, drawn, play, told, tries

from botswain.core.codes import FILL, START
from botswain.lab.backtest import Options


@pytest.mark.parametrize("name", ["chaos", "sma_crossover", "grid", "dip", "scalper"])
@tries(60)
@given(data=st.data())
def test_compiled_equals_interpreted(name, kernels, data):
    compare(data.draw(scenes(name)), compiled=True, folder=kernels)


@pytest.mark.parametrize("name", [name for name in SIGNALS if name != "sma_crossover"])
@tries(20)
@given(data=st.data())
def test_a_compiled_signal_bot_equals_the_interpreted_one(name, kernels, data):
    """The step by itself: the core that calls it is the same for all, and as one it is compiled for those above."""
    compare(data.draw(scenes(name)), apart=True, folder=kernels)


def compare(scene, **how):
    """Run a scene both ways and hold everything that lasts against each other."""
    plain, fast = Taken(scene), Taken(scene, **how)
    plain.go(scene.instants)
    fast.go(scene.instants)
    expected, found = plain.outcome(), fast.outcome()
    for part in expected:
        assert found[part] == expected[part], part


@tries(40)
@given(data=st.data())
def test_compiled_runs_stop_and_restart_anywhere(kernels, data):
    scene = data.draw(scenes("chaos"))
    whole, broken = (Taken(scene, compiled=True, folder=kernels) for _ in range(2))
    whole.go(scene.instants)
    reports = []
    for last in sorted(data.draw(st.lists(st.integers(0, scene.instants - 1), max_size=6))):
        first = int(broken.state.account.reports)
        broken.go(max(last, int(broken.state.account.instant)))
        reports += broken.outcome(first)["reports"]
        broken.restart()
    first = int(broken.state.account.reports)
    broken.go(scene.instants)
    expected, found = whole.outcome(), broken.outcome(first)
    assert reports + found["reports"] == expected["reports"]
    for part in set(expected) - {"reports", "notes", "curve"}:
        assert found[part] == expected[part], part


@tries(15)
@given(data=st.data())
def test_what_a_person_gets_is_the_same_from_both(kernels, data):
    scene = data.draw(scenes("sma_crossover", "grid"))
    plain, fast = (result_of(scene, options) for options in (PLAIN, Options(folder=kernels)))
    assert fast.ran.compiled
    assert fast.fills == plain.fills
    assert fast.notes == plain.notes
    assert fast.equity == plain.equity
    assert fast.round_trips == plain.round_trips
    assert fast.metrics == plain.metrics


def ladder(now, was, p, candle, my, wanted):  # noqa: ARG001
    """Buys a little lower and sells a little higher, on four slots."""
    if my.event == START:
        for slot in range(4):
            wanted.limit(slot, 1, candle.close - 1.0 - slot, 2.0)
    else:
        wanted.renew(my.slot)
        wanted.limit(my.slot, -my.side, my.fill_price + 2.0 * my.side, 2.0)


def test_passing_over_candles_that_reach_no_order_changes_no_fill(kernels):
    """Without curve, gate and exits a compiled run skips ahead; with a curve it cannot."""
    rng = np.random.default_rng(11)
    walk = np.cumsum(rng.integers(-2, 3, 3000)) % 40
    candles = drawn((90 + np.abs(walk - 20)).tolist())
    story = bot(ladder, slots=4, events=(START, FILL))
    skipped = play(story, candles, options=Options(curve=False, folder=kernels))
    walked = play(story, candles)
    assert len(skipped.fills) > 300
    assert told(skipped) == told(walked)
    assert skipped.cash == walked.cash


def test_more_room_for_reports_is_given_to_compiled_runs_too(kernels):
    """The reports of a run outgrow their array in the middle of an instant's work, and none is lost."""
    rng = np.random.default_rng(3)
    candles = drawn((100 + rng.integers(-9, 10, 6000)).tolist())
    story = bot(ladder, slots=4, events=(START, FILL))
    fast = play(story, candles, options=Options(curve=False, folder=kernels))
    assert len(fast.fills) > 8_192
    assert told(fast) == told(play(story, candles))


def typo(now, was, p, candle, my, wanted):  # noqa: ARG001
    """Hands a number that comes in as a volume to whatever the open says."""
    what = int(candle.open) - 100
    if what == 0:
        wanted.market(0, 1, 1.0)
    elif what == 1:
        wanted.target(candle.volume)
    elif what == 2:
        wanted.limit(0, 1, candle.volume, 1.0)
    elif what == 3:
        wanted.limit(0, 1, 50.0, candle.volume)
    elif what == 4:
        wanted.stop(0, -1, candle.volume, 1.0)
    elif what == 5:
        wanted.stop_limit(0, 1, 150.0, candle.volume, 1.0)
    elif what == 6:
        wanted.limit(0, candle.volume, 50.0, 1.0)
    elif what == 7:
        wanted.row(0, candle.volume, 1, 50, 1)
    elif what == 8:
        wanted.row(0, 2, 1, candle.volume, 1)
    elif what == 9:
        wanted.row(0, 2, 1, 50, candle.volume)
    elif what == 10:
        wanted.tag(0, candle.volume)
    elif what == 11:
        wanted.link(0, candle.volume)
    elif what == 13:
        wanted.flags(candle.volume, 1)
    else:
        my.mem.kept[1] = my.nearest_tick(candle.volume) + wanted.size(candle.volume)
        my.mem.kept[0] = wanted.state(candle.volume) + wanted.quantity(candle.volume) + my.mem.kept[candle.volume]


# What of `typo` takes these numbers for what they are.
MEANT = {-1.0: {1, 6, 9, 12}, 0.3: {1, 3, 4, 12}, 1e15: {2, 3, 4, 5, 8, 9, 12}, 1e300: {12}}


@pytest.mark.parametrize("number", [math.nan, math.inf, -math.inf, -1.0, 0.3, 1e15, 1e300])
def test_a_number_that_makes_no_sense_is_met_in_the_same_way_by_both(kernels, number):
    """In C a float that is none becomes some integer; in Python it raises. Neither may reach an order."""
    for what in range(1, 14):
        candles = drawn([100, (100 + what, 100), 100, 100], volume=[1.0, number, 1.0, 1.0])
        story = bot(typo, memory={"kept": 2})
        fast, plain = (play(story, candles, options=one) for one in (Options(folder=kernels), PLAIN))
        assert told(fast) == told(plain), what
        assert fast.halt == plain.halt, what
        assert fast.notes == plain.notes, what
        assert list(fast.ran.state.parts["mem"]) == list(plain.ran.state.parts["mem"]), what
        assert (plain.halt is None) == (what in MEANT.get(number, {12})), what
