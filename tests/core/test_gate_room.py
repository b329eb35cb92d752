"""What waits at the gate closes as soon as there is something for it to close: it waits for no block to end."""
# ruff: noqa: ARG001

from decimal import Decimal

import pytest
from tests.core.test_bare import Live
from tests.stage import bot, closed, codes, market, play, told

from botswain.core.codes import CLOSE, DONE, ENDED, REDUCE_ONLY, REDUCING, START, WAITING, WORKING
from botswain.lab.backtest import Options
from botswain.model.reasons import Reason

SHORT = market(shortable=True)
BLOCK = {"max_drawdown": Decimal("0.05")}


def sell(my, wanted, first, stop):
    """Ten are bought; then a reduce-only stop at 30 in slot 1 and a plain one at 80 in slot 2."""
    if closed(my) == 0:
        wanted.market(0, 1, 10.0)
    elif closed(my) == 1:
        wanted.flags(1, REDUCE_ONLY)
        wanted.stop(1, -1, 30.0, first)
        wanted.stop(2, -1, 80.0, stop)


def all_and_stop(now, was, p, candle, my, wanted):
    sell(my, wanted, 10.0, 10.0)
    if closed(my) == 3:
        wanted.withdraw(1)


def part_and_stop(now, was, p, candle, my, wanted):
    sell(my, wanted, 4.0, 10.0)


def part_and_larger_stop(now, was, p, candle, my, wanted):
    sell(my, wanted, 4.0, 14.0)


def most_and_stop(now, was, p, candle, my, wanted):
    sell(my, wanted, 9.0, 10.0)


def all_and_two(now, was, p, candle, my, wanted):
    sell(my, wanted, 10.0, 7.0)
    if closed(my) == 1:
        wanted.renew(0)
        wanted.limit(0, -1, 140.0, 10.0)


def all_and_pair(now, was, p, candle, my, wanted):
    sell(my, wanted, 10.0, 10.0)
    if closed(my) == 1:
        wanted.link(2, 5)
        wanted.renew(0)
        wanted.limit(0, -1, 140.0, 10.0)
        wanted.link(0, 5)


def blocked(decide, **rules):
    """Ten bought at 100 are marked at 40, 9,400 of 10,000: a drawdown ends entries for good."""
    live = Live(decide, (CLOSE,), slots=3, limits=BLOCK, shortable=True, **rules)
    live.close(100)
    live.close(40)
    return live


def states(live, *slots):
    """State and leaves of some rows."""
    return [(live.rows[k].state, live.rows[k].eff - live.rows[k].filled) for k in slots]


class TestInABlock:
    """What waits for the end of a block that has none would wait for ever."""

    def test_the_stop_is_back_when_the_one_that_had_the_position_is_gone(self):
        live = blocked(all_and_stop)
        assert states(live, 1, 2) == [(WORKING, 10), (WAITING, 0)]
        live.report(1, -1, 0, Reason.VENUE_CANCELED)
        assert states(live, 1, 2) == [(ENDED, 0), (WORKING, 10)]
        assert (live.rows[2].reducing, live.rows[2].ended) == (REDUCING, 0)

    def test_so_it_is_when_the_strategy_withdraws_that_one(self):
        live = blocked(all_and_stop)
        live.close(40)
        assert states(live, 2) == [(WORKING, 10)]

    def test_a_part_grows_with_what_there_is_to_close(self):
        live = blocked(part_and_stop)
        assert states(live, 1, 2) == [(WORKING, 4), (WORKING, 6)]
        live.report(1, -1, 0, Reason.VENUE_CANCELED)
        assert states(live, 1, 2) == [(ENDED, 0), (WORKING, 10)]
        assert live.rows[2].ended == 0

    def test_no_further_than_to_the_position(self):
        live = blocked(part_and_larger_stop)
        live.report(1, -1, 0, Reason.VENUE_CANCELED)
        assert states(live, 2) == [(WORKING, 10)]
        assert live.rows[2].ended == Reason.DRAWDOWN

    def test_what_would_be_too_small_to_send_still_waits(self):
        live = blocked(most_and_stop, min_notional="160")
        assert states(live, 1, 2) == [(WORKING, 9), (WAITING, 0)]

    def test_of_two_that_wait_the_stop_goes_first(self):
        live = blocked(all_and_two)
        assert states(live, 0, 1, 2) == [(WAITING, 0), (WORKING, 10), (WAITING, 0)]
        live.report(1, -1, 0, Reason.VENUE_CANCELED)
        assert states(live, 0, 1, 2) == [(WORKING, 3), (ENDED, 0), (WORKING, 7)]

    def test_a_pair_closes_once_and_both_legs_are_back(self):
        live = blocked(all_and_pair)
        live.report(1, -1, 0, Reason.VENUE_CANCELED)
        assert states(live, 0, 1, 2) == [(WORKING, 10), (ENDED, 0), (WORKING, 10)]


def test_what_waits_for_another_day_closes_as_soon_as_the_strategy_makes_room():
    """Of ten a reduce-only stop has all, and the day allows no second entry; nothing is reported when it goes."""
    live = Live(all_and_stop, (CLOSE,), slots=3, limits={"max_orders_day": Decimal(1)}, shortable=True)
    live.close(100)
    live.close(100)
    assert states(live, 1, 2) == [(WORKING, 10), (WAITING, 0)]
    live.close(100)
    assert states(live, 2) == [(WORKING, 10)]


def test_a_child_that_was_refused_when_its_parent_stood_filled_is_free_of_it():
    """It waits for the gate and no longer for the parent, whatever becomes of that: docs/rules.md 4."""

    def decide(now, was, p, candle, my, wanted):
        if closed(my) == 0:
            wanted.market(0, 1, 5.0)
        elif closed(my) == 1:
            wanted.parent(1, 0)
            wanted.limit(1, 1, 90.0, 1.0)
        elif closed(my) == 2:
            wanted.renew(0)

    live = Live(decide, (CLOSE,), slots=2, limits={"max_orders_day": Decimal(1)})
    live.close(100)
    assert (live.rows[1].state, live.rows[1].freed) == (WAITING, 1)


FALL = [100, 100, 100, (100, 88), 88, (88, 60), 60]


class TestBesideASaleThatOnlyReduces:
    """A reduce-only take-profit passes whatever the gate says. No stop makes way for it."""

    def test_the_stop_stays_in_a_block(self):
        def decide(now, was, p, candle, my, wanted):
            if closed(my) == 0:
                wanted.market(0, 1, 50.0)
            elif closed(my) == 1:
                wanted.flags(1, REDUCE_ONLY)
                wanted.limit(1, -1, 130.0, 50.0)
                wanted.stop(2, -1, 80.0, 50.0)

        result = play(bot(decide, slots=3), FALL, limits=BLOCK, instrument=SHORT)
        assert told(result)[1:] == [(5, "sell", 50, 80, "target")]

    def test_so_does_one_that_was_let_in_before_the_position_was_there(self):
        def decide(now, was, p, candle, my, wanted):
            if closed(my) == 0:
                wanted.market(0, 1, 50.0)
                wanted.flags(1, REDUCE_ONLY)
                wanted.limit(1, -1, 130.0, 50.0)
                wanted.stop(2, -1, 80.0, 50.0)

        result = play(bot(decide, slots=3), FALL, limits=BLOCK, instrument=SHORT)
        assert told(result)[1:] == [(5, "sell", 50, 80, "target")]

    def test_stops_and_plain_sales_together_still_close_no_more_than_the_position(self):
        """The pair of a sale and a stop takes all; a second stop and a plain sale would open a short."""

        def decide(now, was, p, candle, my, wanted):
            if closed(my) == 0:
                wanted.market(0, 1, 10.0)
            elif closed(my) == 1:
                wanted.flags(1, REDUCE_ONLY)
                wanted.limit(1, -1, 130.0, 10.0)
                wanted.link(1, 5)
                wanted.stop(2, -1, 80.0, 10.0)
                wanted.link(2, 5)
                wanted.stop(3, -1, 70.0, 10.0)
                wanted.limit(4, -1, 120.0, 10.0)

        live = Live(decide, (CLOSE,), slots=5, limits=BLOCK, shortable=True)
        live.close(100)
        live.close(40)
        assert states(live, 1, 2, 3, 4) == [(WORKING, 10), (WORKING, 10), (WAITING, 0), (WAITING, 0)]
        live.report(1, -1, 10, price=130)
        assert states(live, 1, 2, 3, 4) == [(DONE, 0), (WAITING, 0), (WAITING, 0), (WAITING, 0)]

    def test_a_stop_that_was_let_in_with_its_entry_goes_before_a_sale_that_came_later(self):
        """Wanted before there was a position it is an entry, and yet all that guards the position in a block."""

        def decide(now, was, p, candle, my, wanted):
            if closed(my) == 0:
                wanted.market(0, 1, 10.0)
                wanted.stop(1, -1, 80.0, 10.0)
            elif closed(my) == 1:
                wanted.limit(2, -1, 120.0, 10.0)

        live = Live(decide, (CLOSE,), slots=3, limits=BLOCK, shortable=True)
        live.close(100)
        live.close(100)
        assert states(live, 1, 2) == [(WORKING, 10), (WORKING, 10)]
        live.close(40)
        assert states(live, 1, 2) == [(WORKING, 10), (WAITING, 0)]


def entry_and_exits(now, was, p, candle, my, wanted):
    """A buy of ten; a reduce-only stop and a plain sale wait for it."""
    if closed(my) == 0:
        wanted.renew(0)
        wanted.limit(0, 1, 100.0, 10.0)
        wanted.parent(1, 0)
        wanted.flags(1, REDUCE_ONLY)
        wanted.stop(1, -1, 80.0, 10.0)
        wanted.parent(2, 0)
        wanted.limit(2, -1, 120.0, 10.0)


@pytest.mark.parametrize("limits", [{}, BLOCK])
@pytest.mark.parametrize(("shortable", "plain"), [(False, 1), (True, 0)])
def test_an_entry_that_the_venue_ended_in_part_has_what_only_closes(limits, shortable, plain):
    """Four of ten were bought. A plain sale of ten where one may be short would open one, so it waits on."""
    live = Live(entry_and_exits, (CLOSE,), slots=3, limits=limits, shortable=shortable, fill=False)
    live.report(0, 1, 4, final=0)
    assert [row.freed for row in live.rows[1:3]] == [0, 0]
    live.report(0, 1, 0, Reason.NOT_FILLED)
    assert [row.freed for row in live.rows[1:3]] == [1, plain]
    assert live.rows[1].dirty == 1
    assert live.rows[1].state == WORKING


class TestOverTheVenuesMaximum:
    """One order takes five."""

    def test_a_sale_that_is_filled_in_parts_is_not_topped_up(self):
        """Twelve are asked for and five go, as in one fill; a venue that fills two first changes nothing in that."""

        def decide(now, was, p, candle, my, wanted):
            if closed(my) < 2:
                wanted.renew(0)
                wanted.market(0, 1, 5.0)
            elif closed(my) == 2:
                wanted.limit(1, -1, 110.0, 12.0)

        live = Live(decide, (CLOSE,), slots=2, limits={"max_orders_day": Decimal(9)}, max_qty="5")
        live.close(100)
        live.report(0, 1, 5)
        live.close(100)
        live.report(1, -1, 2, final=0)
        assert states(live, 1) == [(WORKING, 3)]
        live.report(1, -1, 3)
        assert states(live, 1) == [(DONE, 0)]

    def test_the_cut_is_noted_once(self):
        def decide(now, was, p, candle, my, wanted):
            if my.event == START:
                wanted.limit(0, 1, 90.0, 12.0)

        rules = {"limits": {"max_drawdown": "0.5"}, "exits": {"stop_loss": "0.5"}}
        result = play(bot(decide, events=(START, CLOSE)), [100] * 4, instrument=market(max_qty="5"), **rules)
        assert codes(result) == [(0, "above_maximum", 12, 5)]


def test_a_sale_by_the_market_that_grows_with_the_position_leaves_its_stop_no_more_than_the_rest():
    """Five held, eight wanted out; three more come in before the sale fills: it is for all, and nothing is left."""

    def decide(now, was, p, candle, my, wanted):
        if closed(my) == 0:
            wanted.market(0, 1, 5.0)
        elif closed(my) == 1:
            wanted.limit(1, 1, 99.0, 3.0)
            wanted.market(2, -1, 8.0)

    live = Live(decide, (CLOSE,), slots=3, limits={"max_drawdown": Decimal("0.9")}, exits={"stop_loss": "0.05"})
    live.close(100)
    assert states(live, 1, 2, 3) == [(WORKING, 3), (WORKING, 5), (0, 0)]
    live.report(1, 1, 3, price=99)
    assert states(live, 2, 3) == [(WORKING, 8), (0, 0)]


WIDE = [100, 100, 100, (100, 88), 88, (128, 131, 60, 60), 60, 60, 90, 90]


def sale_and_stop(now, was, p, candle, my, wanted):
    if closed(my) == 0:
        wanted.market(0, 1, 50.0)
    elif closed(my) == 1:
        wanted.flags(1, REDUCE_ONLY)
        wanted.limit(1, -1, 130.0, 50.0)
        wanted.stop(2, -1, 80.0, 50.0)


class TestASaleThatOnlyReducesAndAPlainStopInOneCandle:
    """Minute 5 goes to 131 and then to 60: it reaches a sale of all and the stop beside it. No short is opened."""

    @pytest.mark.parametrize("limits", [BLOCK, {"max_drawdown": Decimal("0.9")}])
    @pytest.mark.parametrize("compiled", [False, True])
    def test_the_stop_closes_no_more_than_there_is(self, limits, compiled, kernels):
        options = Options(compiled=compiled, folder=kernels)
        result = play(bot(sale_and_stop, slots=3), WIDE, limits=limits, instrument=SHORT, options=options)
        assert told(result)[1:] == [(5, "sell", 50, 130, "target")]
        assert result.position("ABC/USD") == 0

    def test_so_it_is_with_one_that_was_let_in_before_the_block(self):
        def decide(now, was, p, candle, my, wanted):
            if closed(my) == 0:
                wanted.market(0, 1, 50.0)
                wanted.flags(1, REDUCE_ONLY)
                wanted.limit(1, -1, 130.0, 50.0)
                wanted.stop(2, -1, 80.0, 50.0)

        result = play(bot(decide, slots=3), WIDE, limits=BLOCK, instrument=SHORT)
        assert told(result)[1:] == [(5, "sell", 50, 130, "target")]

    def test_one_that_was_let_in_as_an_entry_may_open_a_short_while_nothing_blocks(self):
        def decide(now, was, p, candle, my, wanted):
            if closed(my) == 0:
                wanted.market(0, 1, 50.0)
                wanted.flags(1, REDUCE_ONLY)
                wanted.limit(1, -1, 130.0, 50.0)
                wanted.stop(2, -1, 80.0, 50.0)

        result = play(bot(decide, slots=3), WIDE, limits={"max_drawdown": Decimal("0.9")}, instrument=SHORT)
        assert told(result)[1:] == [(5, "sell", 50, 130, "target"), (5, "sell", 50, 80, "target")]

    def test_of_a_part_that_is_left_it_closes_that_part_and_is_done(self):
        def decide(now, was, p, candle, my, wanted):
            if closed(my) == 0:
                wanted.market(0, 1, 50.0)
            elif closed(my) == 1:
                wanted.flags(1, REDUCE_ONLY)
                wanted.limit(1, -1, 130.0, 30.0)
                wanted.stop(2, -1, 80.0, 50.0)

        result = play(bot(decide, slots=3), WIDE, limits=BLOCK, instrument=SHORT)
        assert told(result)[1:] == [(5, "sell", 30, 130, "target"), (5, "sell", 20, 80, "target")]
        assert result.ran.state.parts["rows"][2].state == DONE


def test_a_protective_stop_limit_outside_the_collar_waits_for_the_close_that_took_its_room():
    """Its limit at 50 is far below 100: no entry. When the venue ends the close by the market it is all there is."""

    def decide(now, was, p, candle, my, wanted):
        if closed(my) == 0:
            wanted.market(0, 1, 10.0)
        elif closed(my) == 1:
            wanted.stop_limit(1, -1, 80.0, 50.0, 10.0)
        elif closed(my) == 2:
            wanted.market(2, -1, 10.0)

    live = Live(decide, (CLOSE,), slots=3, limits={"price_collar": Decimal("0.1")}, shortable=True)
    live.close(100)
    assert states(live, 1) == [(WORKING, 10)]
    live.close(100)
    assert states(live, 1, 2) == [(WAITING, 0), (WORKING, 10)]
    live.report(2, -1, 0, Reason.VENUE_CANCELED)
    assert states(live, 1, 2) == [(WORKING, 10), (ENDED, 0)]


def test_a_linked_row_of_the_position_s_own_side_lends_no_room():
    """Four are held and the first stop closes all of them. That the second is linked with a buy changes nothing."""

    def decide(now, was, p, candle, my, wanted):
        if closed(my) == 0:
            wanted.market(0, 1, 4.0)
        elif closed(my) == 1:
            wanted.stop(1, -1, 80.0, 4.0)
            wanted.flags(2, REDUCE_ONLY)
            wanted.limit(2, 1, 70.0, 4.0)
            wanted.link(2, 5)
        elif closed(my) == 2:
            wanted.stop_limit(3, -1, 80.0, 60.0, 4.0)
            wanted.link(3, 5)

    live = Live(decide, (CLOSE,), slots=4, limits={"price_collar": Decimal("0.1")}, shortable=True)
    live.close(100)
    live.close(100)
    assert states(live, 1, 2, 3) == [(WORKING, 4), (WORKING, 4), (WAITING, 0)]
    live.report(2, 1, 0, Reason.VENUE_CANCELED)
    assert states(live, 1, 3) == [(WORKING, 4), (WAITING, 0)]
