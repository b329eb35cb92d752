"""What was filled of an entry has its stop, whoever ended or took back the rest of it."""
# ruff: noqa: ARG001

from decimal import Decimal

import pytest
from tests.core.test_bare import Live
from tests.stage import closed

from botswain.core.codes import CLOSE, DEFERRED, DONE, ENDED, REDUCE_ONLY, REDUCING, WAITING, WORKING
from botswain.model.reasons import Reason


def entry(wanted, price=100.0):
    """A buy of ten, and what waits for it: a reduce-only stop, and a plain sale that could open a short."""
    wanted.limit(0, 1, price, 10.0)
    wanted.parent(1, 0)
    wanted.flags(1, REDUCE_ONLY)
    wanted.stop(1, -1, 80.0, 10.0)
    wanted.parent(2, 0)
    wanted.limit(2, -1, 120.0, 10.0)


def enter(now, was, p, candle, my, wanted):
    if closed(my) == 0:
        entry(wanted)


def withdrawn(now, was, p, candle, my, wanted):
    enter(now, was, p, candle, my, wanted)
    if closed(my) == 1:
        wanted.withdraw(0)


def renewed(now, was, p, candle, my, wanted):
    enter(now, was, p, candle, my, wanted)
    if closed(my) == 1:
        wanted.renew(0)
        wanted.limit(0, 1, 90.0, 6.0)


def farther(now, was, p, candle, my, wanted):
    enter(now, was, p, candle, my, wanted)
    if closed(my) == 1:
        wanted.limit(0, 1, 101.0, 10.0)


def smaller(now, was, p, candle, my, wanted):
    enter(now, was, p, candle, my, wanted)
    if closed(my) == 1:
        wanted.limit(0, 1, 100.0, 5.0)


def partly(decide, price=100, **rules):
    """Four of the ten are filled, then a candle stands still at `price`."""
    live = Live(decide, (CLOSE,), slots=4, fill=False, **{"shortable": True, **rules})
    live.report(0, 1, 4, final=0)
    assert [row.freed for row in live.rows[1:3]] == [0, 0]
    live.close(price)
    return live


def stands(live):
    """The stop works, and what might open a short waits on."""
    assert (live.rows[1].state, live.rows[1].reducing, live.rows[1].freed) == (WORKING, REDUCING, 1)
    assert (live.rows[2].reducing, live.rows[2].freed) == (DEFERRED, 0)


LOOSE = {"max_drawdown": Decimal("0.9")}


@pytest.mark.parametrize("decide", [withdrawn, renewed])
def test_what_the_strategy_takes_back_leaves_the_stop(decide):
    stands(partly(decide, limits=LOOSE))


@pytest.mark.parametrize("decide", [withdrawn, renewed])
def test_without_a_gate_too(decide):
    live = partly(decide)
    assert [row.freed for row in live.rows[1:3]] == [1, 0]
    assert live.rows[1].dirty == 1


def test_what_a_block_holds_back_leaves_the_stop():
    live = partly(enter, price=60, limits={"max_drawdown": Decimal("0.01")})
    assert (live.rows[0].state, live.rows[0].filled) == (WAITING, 4)
    stands(live)


def test_what_the_collar_ends_leaves_the_stop():
    live = partly(farther, price=50, limits={"price_collar": Decimal("0.5")})
    assert (live.rows[0].state, live.rows[0].ended) == (ENDED, Reason.PRICE_COLLAR)
    stands(live)


def test_what_is_too_small_to_send_leaves_the_stop():
    live = partly(smaller, limits=LOOSE, min_notional="350")
    assert (live.rows[0].state, live.rows[0].ended) == (ENDED, Reason.BELOW_MINIMUM)
    stands(live)


def anew(now, was, p, candle, my, wanted):
    enter(now, was, p, candle, my, wanted)
    if closed(my) == 2:
        wanted.renew(1)
        wanted.stop(1, -1, 85.0, 4.0)
        wanted.renew(2)
        wanted.limit(2, -1, 120.0, 4.0)


def withdrawn_and_anew(now, was, p, candle, my, wanted):
    anew(now, was, p, candle, my, wanted)
    if closed(my) == 1:
        wanted.withdraw(0)


@pytest.mark.parametrize("limits", [{}, LOOSE])
@pytest.mark.parametrize("decide", [anew, withdrawn_and_anew])
def test_the_stop_of_a_part_may_be_asked_for_anew(limits, decide):
    """The venue, or the strategy, ended the parent in part; a later rev of the stop does not wait for it again."""
    live = partly(decide, limits=limits)
    if decide is anew:
        live.report(0, 1, 0, Reason.VENUE_CANCELED)
    live.close(100)
    assert [row.freed for row in live.rows[1:3]] == [1, 0]
    assert (live.rows[1].state, live.rows[1].eff) == (WORKING, 4)


def test_a_close_by_the_market_that_waited_for_such_a_parent_makes_exits_give_way_once():
    """Freed in part, its lots leave: what the exits are for is the rest."""

    def decide(now, was, p, candle, my, wanted):
        if closed(my) == 0:
            wanted.limit(0, 1, 100.0, 10.0)
        elif closed(my) == 1:
            wanted.withdraw(0)
            wanted.parent(1, 0)
            wanted.market(1, -1, 3.0)

    live = Live(decide, (CLOSE,), slots=2, exits={"stop_loss": "0.1"}, fill=False)
    live.report(0, 1, 4, final=0)
    live.close(100)
    assert (live.rows[1].freed, live.rows[1].eff, live.rows[2].eff) == (1, 3, 1)


def test_a_parent_of_which_a_part_still_closes_is_not_over():
    """Of a sale through zero two are filled; a block refuses what would open, and eight still close the position."""

    def decide(now, was, p, candle, my, wanted):
        if closed(my) == 0:
            wanted.market(0, 1, 10.0)
        elif closed(my) == 1:
            wanted.take_profit(1, -1, 120.0, 14.0)
            wanted.parent(2, 1)
            wanted.flags(2, REDUCE_ONLY)
            wanted.stop(2, -1, 30.0, 4.0)

    live = Live(decide, (CLOSE,), slots=3, limits={"max_drawdown": Decimal("0.01")}, shortable=True)
    live.close(100)
    live.report(1, -1, 2, price=120, final=0)
    live.close(40)
    assert (live.rows[1].state, live.rows[1].eff - live.rows[1].filled) == (WORKING, 8)
    assert (live.rows[2].reducing, live.rows[2].freed) == (DEFERRED, 0)


def begun_anew(wanted):
    """A stop for what was filled and a plain sale, and then their parent, anew."""
    wanted.parent(1, 0)
    wanted.flags(1, REDUCE_ONLY)
    wanted.stop(1, -1, 80.0, 4.0)
    wanted.parent(2, 0)
    wanted.limit(2, -1, 120.0, 10.0)
    wanted.renew(0)
    wanted.limit(0, 1, 95.0, 6.0)


def anew_after_its_end(now, was, p, candle, my, wanted):
    if closed(my) == 0:
        wanted.limit(0, 1, 100.0, 10.0)
    elif closed(my) == 2:
        begun_anew(wanted)


def anew_after_it_was_withdrawn(now, was, p, candle, my, wanted):
    if closed(my) == 1:
        wanted.withdraw(0)
    else:
        anew_after_its_end(now, was, p, candle, my, wanted)


@pytest.mark.parametrize("limits", [{}, LOOSE])
@pytest.mark.parametrize("decide", [anew_after_its_end, anew_after_it_was_withdrawn])
def test_a_stop_asked_for_in_the_step_that_begins_its_parent_anew_is_for_what_was_filled(limits, decide):
    """The parent was over in part when the stop was asked for; that it is begun anew a moment later takes no stop off.

    The plain sale waits for what the parent is to fill anew.
    """
    live = partly(decide, limits=limits)
    if decide is anew_after_its_end:
        live.report(0, 1, 0, Reason.VENUE_CANCELED)
    live.close(100)
    assert [row.freed for row in live.rows[1:3]] == [1, 0]
    assert (live.rows[1].state, live.rows[1].eff) == (WORKING, 4)


def enough(now, was, p, candle, my, wanted):
    """Four of ten are filled, and no more are wanted; in the same step a row is asked for in a slot behind."""
    if closed(my) == 0:
        wanted.limit(2, 1, 100.0, 10.0)
        for slot in range(2):
            wanted.parent(slot, 2)
            wanted.stop(slot, -1, 80.0 - slot, 2.0)
    elif closed(my) == 1:
        wanted.limit(2, 1, 100.0, 4.0)
        wanted.limit(3, 1, 90.0, 5.0)


@pytest.mark.parametrize("exits", [{}, {"take_profit": "0.9"}])
@pytest.mark.parametrize("limits", [{}, LOOSE])
def test_rows_behind_one_that_is_found_filled_are_judged_with_it(limits, exits):
    """What that one frees changes too, and stands before it among the changed rows."""
    live = Live(enough, (CLOSE,), slots=4, fill=False, limits=limits, exits=exits)
    live.report(2, 1, 4, final=0)
    live.decider.state.parts["lanes"][0].dirty = 0
    for row in live.rows:
        row.dirty = 0
    live.close(100)
    assert (live.rows[2].state, [row.freed for row in live.rows[:2]]) == (DONE, [1, 1])
    assert (live.rows[3].state, live.rows[3].eff) == (WORKING, 5)
