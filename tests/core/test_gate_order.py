"""Which rows against a position are taken for closing it, where together they are more than it is."""
# ruff: noqa: ARG001

import pytest
from tests.stage import bot, closed, codes, drawn, market, play, told

from botswain.core.codes import CLOSE, REDUCE_ONLY, START, WAITING, WORKING

SHORT = market(shortable=True)
# Ten at 100 fall to 90: a drawdown of one per cent.
DOWN = [100, 100, 90, 90]
BLOCK = {"max_drawdown": "0.005"}
ONE = {"max_orders_day": 1}


def states(result, first=1, last=4):
    return [row.state for row in result.ran.state.parts["rows"][first:last]]


def leaves(result, first=1, last=4):
    return [row.eff - row.filled for row in result.ran.state.parts["rows"][first:last]]


class TestReduceOnlyBesidePlain:
    """Both for the whole position: if both filled, the plain one would open a short."""

    ROWS = [*DOWN, (90, 99, 90, 97), 120]  # noqa: RUF012

    @pytest.mark.parametrize("only", [1, 2])
    def test_a_block_is_not_passed_whichever_slot_comes_first(self, only):
        def decide(now, was, p, candle, my, wanted):
            if my.event == START:
                wanted.market(0, 1, 10.0)
            elif my.lots == 10 and candle.close < 95.0:
                wanted.flags(int(candle.volume), REDUCE_ONLY)
                wanted.limit(1, -1, 95.0, 10.0)
                wanted.limit(2, -1, 96.0, 10.0)

        story = bot(decide, slots=3, events=(START, CLOSE))
        rows = drawn(self.ROWS, volume=[only] * len(self.ROWS))
        result = play(story, rows, limits=BLOCK, instrument=SHORT)
        assert [fill[1:4] for fill in told(result)] == [("buy", 10, 100), ("sell", 10, 95 if only == 1 else 96)]
        assert result.position("ABC/USD") == 0

    def test_an_order_too_many_is_counted(self):
        def decide(now, was, p, candle, my, wanted):
            if my.event == START:
                wanted.market(0, 1, 10.0)
            elif my.lots == 10:
                wanted.flags(1, REDUCE_ONLY)
                wanted.limit(1, -1, 105.0, 10.0)
                wanted.limit(2, -1, 106.0, 10.0)

        rows = [100, 100, 100, (100, 110, 100, 107), 107, 107]
        result = play(bot(decide, slots=3, events=(START, CLOSE)), rows, limits=ONE, instrument=SHORT)
        assert codes(result) == [(2, "max_orders", 1, 1)]
        assert result.position("ABC/USD") == 0

    def test_linked_they_are_one(self):
        def decide(now, was, p, candle, my, wanted):
            wanted.market(0, 1, 10.0)
            if closed(my) == 1:
                wanted.flags(1, REDUCE_ONLY)
                wanted.limit(1, -1, 130.0, 10.0)
                wanted.link(1, 1)
                wanted.stop(2, -1, 80.0, 10.0)
                wanted.link(2, 1)

        result = play(bot(decide, slots=3), [100] * 3, limits=ONE, instrument=SHORT)
        assert states(result, last=3) == [WORKING, WORKING]


class TestUrgency:
    """What goes by the market before what rests, a stop before a limit, what reduces before what was let in."""

    def test_a_close_by_the_market_passes_beside_a_resting_stop_for_as_much(self):
        def decide(now, was, p, candle, my, wanted):
            if closed(my) == 0:
                wanted.market(0, 1, 10.0)
            if closed(my) == 1:
                wanted.stop(1, -1, 50.0, 10.0)
            if closed(my) == 3:
                wanted.market(2, -1, 10.0)

        result = play(bot(decide, slots=3), [*DOWN, 90, 40], limits=BLOCK, instrument=SHORT)
        assert told(result)[1:] == [(4, "sell", 10, 90, "target")]

    def test_a_stop_passes_before_a_limit_in_a_lower_slot(self):
        def decide(now, was, p, candle, my, wanted):
            wanted.market(0, 1, 10.0)
            if closed(my) == 1:
                wanted.limit(1, -1, 130.0, 10.0)
                wanted.stop(2, -1, 80.0, 10.0)

        result = play(bot(decide, slots=3), [100] * 3, limits=ONE, instrument=SHORT)
        assert states(result, last=3) == [WAITING, WORKING]

    def test_an_entry_that_was_let_in_far_off_takes_nothing_from_the_stop(self):
        """Flat, a sale far above opens a short and is let in. Then ten are bought and protected."""

        def decide(now, was, p, candle, my, wanted):
            if closed(my) == 0:
                wanted.limit(1, -1, 200.0, 10.0)
            if closed(my) == 1:
                wanted.market(0, 1, 10.0)
            if closed(my) == 2:
                wanted.stop(2, -1, 80.0, 10.0)

        free = play(bot(decide, slots=3), [100] * 5, limits={"max_orders_day": 2}, instrument=SHORT)
        assert (codes(free), states(free, last=3)) == ([], [WORKING, WORKING])
        blocked = play(bot(decide, slots=3), [100, 100, 100, 100, 90, 90], limits=BLOCK, instrument=SHORT)
        assert states(blocked, last=3) == [WAITING, WORKING]

    def test_of_two_that_were_let_in_the_stop_stays_in_a_block(self):
        def decide(now, was, p, candle, my, wanted):
            wanted.limit(1, -1, 130.0, 10.0)
            wanted.stop(2, -1, 80.0, 10.0)
            wanted.market(0, 1, 10.0)

        result = play(bot(decide, slots=3, events=(START,)), DOWN, limits=BLOCK, instrument=SHORT)
        assert states(result, last=3) == [WAITING, WORKING]

    def test_an_order_through_zero_that_is_let_in_takes_the_position_from_what_rests(self):
        def decide(now, was, p, candle, my, wanted):
            if closed(my) == 0:
                wanted.market(0, 1, 10.0)
            if closed(my) == 1:
                wanted.stop(2, -1, 80.0, 10.0)
            if closed(my) == 2:
                wanted.market(1, -1, 15.0)

        rows = [100, 100, 100, (100, 100, 70, 70), 70]
        result = play(bot(decide, slots=3), rows, limits={"max_orders_day": 2}, instrument=SHORT)
        assert [fill[1:4] for fill in told(result)] == [("buy", 10, 100), ("sell", 15, 100)]
        assert codes(result)[0] == (2, "max_orders", 2, 2)

    def test_one_that_rests_through_zero_and_is_let_in_keeps_no_stop_from_passing(self):
        def decide(now, was, p, candle, my, wanted):
            if closed(my) == 0:
                wanted.market(0, 1, 10.0)
            if closed(my) == 1:
                wanted.limit(1, -1, 200.0, 20.0)
            if closed(my) == 2:
                wanted.stop(2, -1, 80.0, 10.0)

        result = play(bot(decide, slots=3), [100] * 4, limits={"max_orders_day": 2}, instrument=SHORT)
        assert (codes(result), leaves(result, last=3)) == ([], [20, 10])


class TestMoreThanThePosition:
    """What closes of an order passes; the rest does not, and comes back when it may."""

    def test_a_pair_that_was_filled_in_part_is_cut_to_what_is_left(self):
        """A stop of ten rests; four are sold by another order, so six of it still close."""

        def decide(now, was, p, candle, my, wanted):
            if closed(my) == 0:
                wanted.market(0, 1, 10.0)
            if closed(my) == 1:
                wanted.stop(1, -1, 50.0, 10.0)
            if closed(my) == 3:
                wanted.market(2, -1, 4.0)

        result = play(bot(decide, slots=3), [*DOWN, 90, (90, 90, 40, 40)], limits=BLOCK, instrument=SHORT)
        assert told(result)[1:] == [(4, "sell", 4, 90, "target"), (5, "sell", 6, 50, "target")]

    def test_on_spot_a_sale_of_more_than_the_position_is_one_of_the_position(self):
        """The buy of fifty is cut to 49; its stop for fifty would be refused by the venue."""

        def decide(now, was, p, candle, my, wanted):
            wanted.limit(0, 1, 100.0, 50.0)
            wanted.parent(1, 0)
            wanted.stop(1, -1, 80.0, 50.0)

        rows = [101, (101, 101, 99, 100), 100, (100, 100, 70, 70), 70]
        result = play(bot(decide, slots=2, events=(START,)), rows, limits={"max_position": "0.5"})
        assert told(result)[1:] == [(3, "sell", 49, 80, "target")]

    def test_on_spot_it_follows_the_position_down_and_up(self):
        def decide(now, was, p, candle, my, wanted):
            if closed(my) == 0:
                wanted.market(0, 1, 10.0)
                wanted.stop(1, -1, 50.0, 10.0)
            if closed(my) == 2:
                wanted.market(2, -1, 4.0)
            if closed(my) == 4:
                wanted.market(3, 1, 3.0)

        for last, lots in ((2, 10), (4, 6), (6, 9)):
            result = play(bot(decide, slots=4), [100] * (last + 1), limits={"max_drawdown": "0.9"})
            assert leaves(result, last=2) == [lots], last
            assert result.ran.state.parts["orders"][1].leaves == lots, last

    def test_on_spot_a_sale_cut_below_the_minimum_is_left_as_it_is(self):
        def decide(now, was, p, candle, my, wanted):
            if closed(my) == 0:
                wanted.market(0, 1, 10.0)
                wanted.stop(1, -1, 50.0, 10.0)
            if closed(my) == 2:
                wanted.market(2, -1, 6.0)

        rules = market(min_qty="5")
        result = play(bot(decide, slots=3), [100] * 5, limits={"max_drawdown": "0.9"}, instrument=rules)
        assert leaves(result, last=2) == [10]

    def test_on_spot_no_block_and_no_limit_holds_a_sale(self):
        def decide(now, was, p, candle, my, wanted):
            if closed(my) == 0:
                wanted.market(0, 1, 10.0)
            if closed(my) == 2:
                wanted.limit(1, -1, 50.0, 10.0)

        limits = {**BLOCK, **ONE, "price_collar": "0.01", "max_position": "0.1"}
        result = play(bot(decide, slots=2), DOWN, limits=limits)
        assert told(result)[1:] == [(3, "sell", 10, 90, "target")]
