"""News of an order that its row does not want any more: what fills late is counted, and frees what that allows; what
ends late is only news. The order of things is a venue's: a cancel is asked for, a part fills on the way, then the end.
"""
# ruff: noqa: ARG001

from decimal import Decimal

import pytest
from tests.core.test_bare import Live
from tests.core.test_gate_parents import LOOSE, enter, renewed, withdrawn
from tests.stage import closed

from botswain.core.codes import CLOSE, DEFERRED, DONE, EMPTY, END, ENDED, FILL, WAITING, WORKING
from botswain.model.reasons import Reason

BLOCK = {"max_daily_loss": Decimal("0.01"), "day_offset_ms": Decimal(5 * 60_000)}


def live(decide, **rules):
    """A buy of ten rests on an instrument that may be short; a stop and a plain sale wait for it."""
    return Live(decide, (CLOSE,), slots=4, fill=False, **{"shortable": True, **rules})


def stands(found, state, filled):
    """The parent is what it was, with more of it filled: its stop works, what might open a short waits on."""
    row = found.rows[0]
    assert (row.state, row.filled, row.eff) == (state, filled, filled)
    assert [row.freed for row in found.rows[1:3]] == [1, 0]
    assert found.rows[1].state == WORKING


@pytest.mark.parametrize("limits", [{}, LOOSE])
class TestWithdrawn:
    """The strategy took the entry back; the venue fills a part of it before it hears of that."""

    def test_a_part_that_fills_late_frees_what_closes_it_alone(self, limits):
        found = live(withdrawn, limits=limits)
        found.close(100)
        assert (found.rows[0].state, found.rows[1].freed) == (EMPTY, 0)
        found.report(0, 1, 4, final=0)
        stands(found, EMPTY, 4)
        found.report(0, 1, 0, Reason.CANCELED)
        stands(found, EMPTY, 4)

    def test_a_late_fill_is_called_final_whatever_it_was_of_its_order(self, limits):
        """A live bot hears of an order that it had written off: nothing more is awaited of that, filled or not."""
        found = live(withdrawn, limits=limits)
        found.close(100)
        found.report(0, 1, 4, final=1)
        stands(found, EMPTY, 4)

    def test_parts_add_up_to_a_filled_row(self, limits):
        found = live(withdrawn, limits=limits)
        found.close(100)
        found.report(0, 1, 4, final=0)
        found.report(0, 1, 6, final=1)
        assert (found.rows[0].state, found.rows[0].filled, found.rows[0].eff) == (DONE, 10, 10)
        assert [row.freed for row in found.rows[1:3]] == [1, 1]

    def test_a_sale_that_only_closes_goes_with_the_stop(self, limits):
        found = live(withdrawn, limits=limits, shortable=False)
        found.close(100)
        found.report(0, 1, 4, final=0)
        assert [row.freed for row in found.rows[1:3]] == [1, 1]

    def test_of_an_older_rev_nothing_is_counted_and_what_it_opened_has_its_stop(self, limits):
        found = live(renewed, limits=limits)
        found.close(100)
        found.report(0, 1, 4, final=0, rev=1)
        assert (found.rows[0].state, found.rows[0].filled, found.decider.state.parts["books"][0].pos) == (WORKING, 0, 4)
        assert [row.freed for row in found.rows[1:3]] == [1, 0]
        assert found.rows[1].state == WORKING
        assert found.rows[1].dirty == 1

    def test_what_an_older_rev_closed_frees_nothing(self, limits):
        """A short of ten is bought back in part by a buy of an older rev: no sale that is for a long goes now."""

        def decide(now, was, p, candle, my, wanted):
            renewed(now, was, p, candle, my, wanted)
            if closed(my) == 0:
                wanted.market(3, -1, 10.0)

        found = live(decide, limits=limits)
        found.report(3, -1, 10)
        found.close(100)
        found.report(0, 1, 4, final=0, rev=1)
        assert found.decider.state.parts["books"][0].pos == -6
        assert [row.freed for row in found.rows[1:3]] == [0, 0]

    def test_what_the_venue_takes_in_one_order_is_all_of_it(self, limits):
        found = live(withdrawn, limits=limits, max_qty="7")
        found.close(100)
        found.report(0, 1, 3, final=0)
        stands(found, EMPTY, 3)
        found.report(0, 1, 4, final=1)
        assert (found.rows[0].state, found.rows[2].freed) == (DONE, 1)


def test_what_a_block_holds_back_waits_on_for_its_rest():
    """The plain sale must not go before the entry it is for: four are held, and it sells ten."""
    found = live(enter, limits=BLOCK)
    # A day's loss, without the loss.
    found.decider.state.account.day_halted = 1
    found.close(100)
    assert (found.rows[0].state, found.rows[0].ended) == (WAITING, Reason.DAILY_LOSS)
    found.report(0, 1, 4, final=0)
    stands(found, WAITING, 4)
    assert found.rows[2].reducing == DEFERRED
    for _ in range(5):
        found.close(100)
    # The day has turned: the rest works, and when it is filled the sale goes.
    assert (found.rows[0].state, found.rows[0].eff, found.rows[0].filled) == (WORKING, 10, 4)
    found.report(0, 1, 6)
    assert (found.rows[0].state, found.rows[2].freed) == (DONE, 1)


@pytest.mark.parametrize("late", [1, 4])
def test_what_the_venue_ended_keeps_its_reason_until_all_of_it_has_filled(late):
    found = live(enter, limits=LOOSE)
    found.report(0, 1, 3, final=0)
    found.report(0, 1, 0, Reason.VENUE_CANCELED)
    stands(found, ENDED, 3)
    found.report(0, 1, late)
    stands(found, ENDED, 3 + late)
    assert found.rows[0].ended == Reason.VENUE_CANCELED
    found.report(0, 1, 7 - late)
    assert (found.rows[0].state, found.rows[0].ended, found.rows[2].freed) == (DONE, 0, 1)


def test_more_than_was_wanted_by_then_fills_a_row_that_is_filled():
    """Five were wanted in the end, of which four were filled; three more of the ten come in: no row is under that."""

    def fewer(now, was, p, candle, my, wanted):
        enter(now, was, p, candle, my, wanted)
        if closed(my) == 1:
            wanted.limit(0, 1, 100.0, 5.0)

    found = live(fewer, limits=LOOSE)
    found.report(0, 1, 4, final=0)
    found.close(100)
    found.report(0, 1, 3, final=0)
    assert (found.rows[0].state, found.rows[0].filled, found.rows[0].eff) == (DONE, 7, 7)
    found.report(0, 1, 3)
    assert (found.rows[0].state, found.rows[0].filled, found.rows[0].eff) == (DONE, 10, 10)


@pytest.mark.parametrize("limits", [{}, LOOSE])
@pytest.mark.parametrize("first", [0, 6])
def test_the_other_side_is_the_next_rev(limits, first):
    """Ten are to be bought, then seven to be sold in the same slot; what is bought by then is no part of the sale."""

    def decide(now, was, p, candle, my, wanted):
        if closed(my) == 0:
            wanted.limit(0, 1, 100.0, 10.0)
        elif closed(my) == 1:
            wanted.limit(0, -1, 110.0, 7.0)

    found = live(decide, limits=limits)
    if first:
        found.report(0, 1, first, final=0)
    found.close(100)
    row = found.rows[0]
    assert (row.rev, row.side, row.qty, row.filled, row.eff) == (2, -1, 7, 0, 7)
    found.report(0, 1, 2, final=1, rev=1)
    found.report(0, -1, 3, final=0)
    assert (row.state, row.filled, row.eff) == (WORKING, 3, 7)
    found.report(0, -1, 4)
    assert (row.state, row.filled) == (DONE, 7)
    assert found.decider.state.parts["books"][0].pos == first + 2 - 7


def test_a_row_that_was_renewed_may_begin_on_any_side_without_another_rev():
    def decide(now, was, p, candle, my, wanted):
        if closed(my) == 0:
            wanted.limit(0, 1, 100.0, 10.0)
        elif closed(my) == 1:
            wanted.renew(0)
            wanted.limit(0, -1, 110.0, 7.0)

    found = live(decide)
    found.close(100)
    assert (found.rows[0].rev, found.rows[0].side, found.rows[0].eff) == (2, -1, 7)


def test_what_waited_after_a_part_is_no_more_than_one_order_in_all():
    """One order takes seven of ten; three are filled when a block comes, and four are let in after it."""
    found = live(enter, limits=BLOCK, max_qty="7")
    row = found.rows[0]
    found.report(0, 1, 3, final=0)
    assert (row.state, row.qty, row.filled, row.eff) == (WORKING, 10, 3, 7)
    found.decider.state.account.day_halted = 1
    found.close(100)
    assert (row.state, row.eff) == (WAITING, 3)
    for _ in range(5):
        found.close(100)
    assert (row.state, row.filled, row.eff) == (WORKING, 3, 7)
    found.report(0, 1, 4)
    assert row.state == DONE


def test_a_target_that_was_taken_back_does_not_go_on():
    """One order takes three of ten; it fills after all, but nobody wants the position closed any more."""

    def decide(now, was, p, candle, my, wanted):
        if closed(my) == 0:
            wanted.limit(1, 1, 100.0, 3.0)
        elif closed(my) == 1:
            wanted.renew(1)
            wanted.limit(1, 1, 100.0, 3.0)
        elif closed(my) == 2:
            wanted.target(0.5)
            wanted.target(0.0)
        elif closed(my) == 3:
            wanted.withdraw(0)

    found = Live(decide, (CLOSE,), slots=2, fill=False, max_qty="3")
    found.report(1, 1, 3)
    found.close(100)
    found.report(1, 1, 3)
    found.close(100)
    rev = found.rows[0].rev
    assert (found.rows[0].state, found.rows[0].eff, found.rows[0].qty) == (WORKING, 3, 6)
    found.close(100)
    found.report(0, -1, 3)
    assert (found.rows[0].state, found.rows[0].rev, found.rows[0].filled) == (DONE, rev, 3)


class TestEnds:
    """The end of an order that its row does not want any more only counts as a report."""

    def test_a_late_end_leaves_the_first_reason(self):
        """The other of the pair fills just when this one was made too small to send: that is what it ended for."""

        def decide(now, was, p, candle, my, wanted):
            if my.event == CLOSE and closed(my) == 0:
                for slot in range(2):
                    wanted.limit(slot, 1, 100.0, 10.0)
                    wanted.link(slot, 1)
            elif my.event == FILL and my.slot == 0:
                wanted.limit(1, 1, 100.0, 1.0)
            elif my.event == END:
                my.mem.ends = my.mem.ends + 1

        rules = {"min_notional": "350"}
        found = Live(decide, (CLOSE, FILL, END), slots=2, fill=False, memory={"ends": 1}, **rules)
        found.report(0, 1, 10)
        assert (found.rows[1].state, found.rows[1].ended) == (ENDED, Reason.BELOW_MINIMUM)
        notes = int(found.decider.state.account.notes)
        found.report(1, 1, 0, Reason.LINKED)
        assert (found.rows[1].state, found.rows[1].ended) == (ENDED, Reason.BELOW_MINIMUM)
        assert found.decider.state.parts["mem"][0] == 0
        assert int(found.decider.state.account.notes) == notes

    def test_the_venue_s_own_reason_is_not_replaced_by_another(self):
        found = live(enter, limits=LOOSE)
        found.report(0, 1, 0, Reason.VENUE_CANCELED)
        found.report(0, 1, 0, Reason.EXPIRED)
        assert (found.rows[0].state, found.rows[0].ended) == (ENDED, Reason.VENUE_CANCELED)

    def test_a_row_that_waits_still_wants_it_and_ends(self):
        """Of a pair one fills while the other waits at the gate: it may not come back when the gate lets it."""
        found = live(enter, limits=BLOCK)
        found.decider.state.account.day_halted = 1
        found.close(100)
        assert found.rows[0].state == WAITING
        found.report(0, 1, 0, Reason.LINKED)
        assert (found.rows[0].state, found.rows[0].ended) == (ENDED, Reason.LINKED)
