"""What a step may want, told as short stories: targets, rows, and their rounding."""
# ruff: noqa: ARG001

import math

import pytest
from tests.stage import bot, closed, codes, drawn, market, play, told

from botswain.core.codes import CLOSE, FILL, LIMIT, START, STOP, TAKE_PROFIT
from botswain.model.reasons import Reason

FIXED = {"sizing": "fixed", "size": 10}
FLAT = [100] * 8


class TestTarget:
    """target(x): computed once, when x changes."""

    def test_is_bought_at_the_next_open_and_not_again(self):
        def decide(now, was, p, candle, my, wanted):
            wanted.target(1.0)

        assert told(play(bot(decide), [100, 101, 102, 103], **FIXED)) == [(1, "buy", 10, 101, "target")]

    def test_changes_by_the_difference_and_closes_at_zero(self):
        def decide(now, was, p, candle, my, wanted):
            wanted.target(1.0 if closed(my) == 0 else 0.4 if closed(my) == 1 else 0.0)

        result = play(bot(decide), [100, 101, 102, 103, 104], **FIXED)
        assert told(result) == [
            (1, "buy", 10, 101, "target"), (2, "sell", 6, 102, "target"), (3, "sell", 4, 103, "target"),
        ]  # fmt: skip
        assert result.position("ABC/USD") == 0

    def test_below_zero_is_flat_where_nothing_can_be_sold_short(self):
        def decide(now, was, p, candle, my, wanted):
            wanted.target(1.0 if closed(my) == 0 else -1.0)

        assert told(play(bot(decide), FLAT, **FIXED))[1:] == [(2, "sell", 10, 100, "target")]
        short = told(play(bot(decide), FLAT, instrument=market(shortable=True), **FIXED))
        assert short[1:] == [(2, "sell", 20, 100, "target")]

    def test_under_a_lot_is_an_order_of_none_that_ends_as_too_small(self):
        def decide(now, was, p, candle, my, wanted):
            wanted.target(0.04 if closed(my) < 3 else -0.04)

        result = play(bot(decide), FLAT, instrument=market(shortable=True), **FIXED)
        assert told(result) == []
        assert codes(result) == [(0, "below_minimum", 0, 1)] * 2

    def test_under_a_lot_closes_what_is_held_and_of_none_nothing_is_noted(self):
        def decide(now, was, p, candle, my, wanted):
            wanted.target((1.0, 0.04, 0.0, 0.04, 0.04)[min(closed(my), 4)])

        result = play(bot(decide), FLAT, **FIXED)
        assert told(result) == [(1, "buy", 10, 100, "target"), (2, "sell", 10, 100, "target")]
        assert codes(result) == [(0, "below_minimum", 0, 1)]

    def test_is_not_taken_while_nobody_knows_how_far_the_market_moves(self):
        def decide(now, was, p, candle, my, wanted):
            wanted.target(1.0)

        closes = [100, 102, 101, 103, 104, 102, 103]
        result = play(bot(decide), closes, sizing="volatility", size=0.05, period=3)
        assert [one[0] for one in told(result)] == [4]
        assert not result.notes

    def test_below_zero_notes_nothing_where_nothing_can_be_sold_short(self):
        def decide(now, was, p, candle, my, wanted):
            wanted.target(-0.04)

        assert not play(bot(decide), FLAT, **FIXED).notes

    def test_replaces_one_that_has_not_been_sent(self):
        def decide(now, was, p, candle, my, wanted):
            if my.event == CLOSE:
                wanted.target(1.0)
                wanted.target(0.0)

        assert told(play(bot(decide), FLAT, **FIXED)) == []

    @pytest.mark.parametrize("x", [math.nan, math.inf, 1000.5, -2000.0])
    def test_that_is_no_number_stops_the_bot(self, x):
        # The number comes in as a candle's volume: a step has no other way to receive it.
        def decide(now, was, p, candle, my, wanted):
            wanted.target(candle.volume)

        result = play(bot(decide), drawn(FLAT, volume=[1, 1, x, 1, 1, 1, 1, 1]), **FIXED)
        assert told(result) == [(1, "buy", 10, 100, "target")]
        assert result.halt.reason is Reason.BAD_TARGET
        assert result.halt.instant == 2


class TestRounding:
    """Quantities down to the lot, buys down and sells up to the tick, triggers towards acting sooner."""

    def test_of_prices_and_quantities(self):
        def decide(now, was, p, candle, my, wanted):
            wanted.limit(0, 1, 99.9, 2.9)
            wanted.limit(1, -1, 100.1, 2.0)
            wanted.stop(2, 1, 100.9, 1.0)
            wanted.stop(3, -1, 99.1, 1.0)
            wanted.limit(4, 1, 98.9999999, 0.9999999)
            wanted.limit(5, 1, 98.0000001, 1.0)

        result = play(bot(decide, slots=6), [100, 100], instrument=market(shortable=True))
        rows = result.ran.state.parts["rows"]
        assert [(row.price, row.trigger, row.qty) for row in rows[:6]] == [
            (99, 0, 2), (101, 0, 2), (0, 100, 1), (0, 100, 1), (99, 0, 1), (98, 0, 1),
        ]  # fmt: skip

    def test_to_nothing_is_below_the_minimum_and_not_a_row_without_quantity(self):
        def decide(now, was, p, candle, my, wanted):
            wanted.limit(0, 1, 100.0, 0.4)

        result = play(bot(decide), FLAT)
        assert told(result) == []
        assert codes(result) == [(0, "below_minimum", 0, 1)]

    def test_of_a_row_that_was_larger_ends_it_too(self):
        def decide(now, was, p, candle, my, wanted):
            wanted.limit(0, 1, 90.0, 5.0 if closed(my) == 0 else 0.5)

        result = play(bot(decide), [100, 100, 100, 80])
        assert told(result) == []
        assert codes(result) == [(0, "below_minimum", 0, 1)]

    def test_comes_before_the_venue_s_minimum_and_maximum(self):
        def decide(now, was, p, candle, my, wanted):
            wanted.market(0, 1, 2.99)
            wanted.limit(1, 1, 49.9, 6.0)
            wanted.limit(2, 1, 50.0, 6.0)
            wanted.limit(3, 1, 60.0, 99.0)

        rules = market(min_qty="3", max_qty="7.5", min_notional="300")
        result = play(bot(decide, slots=4), [100, 100, (100, 100, 40, 40)], instrument=rules, capital=100_000)
        assert [(row[0], row[1], row[2], row[3]) for row in codes(result)] == [
            (0, "below_minimum", 2, 3), (1, "below_minimum", 294, 300), (3, "above_maximum", 99, 7),
        ]  # fmt: skip
        assert told(result) == [(2, "buy", 7, 60, "target"), (2, "buy", 6, 50, "target")]


class TestRow:
    """A row is wanted again and again, and changes nothing by it."""

    def test_that_is_wanted_at_every_close_is_judged_and_sent_once(self):
        def decide(now, was, p, candle, my, wanted):
            wanted.limit(0, 1, 95.0, 50.0)
            wanted.stop_limit(1, 1, 110.0, 111.0, 2.0)
            wanted.stop(2, 1, 112.0, 2.0)

        rules = market(max_qty="7")
        result = play(bot(decide, slots=3), [100] * 6, instrument=rules, limits={"max_orders_day": 3})
        assert codes(result) == [(0, "above_maximum", 50, 7)]
        assert result.ran.state.account.arrivals == 3

    def test_that_is_filled_stays_done_until_it_is_renewed(self):
        def decide(now, was, p, candle, my, wanted):
            if closed(my) == 4:
                wanted.renew(0)
            wanted.market(0, 1, 1.0)

        assert told(play(bot(decide), FLAT)) == [(1, "buy", 1, 100, "target"), (5, "buy", 1, 100, "target")]

    def test_that_the_venue_ended_is_not_sent_again_until_it_is_renewed(self):
        def decide(now, was, p, candle, my, wanted):
            if closed(my) == 3:
                wanted.renew(0)
            wanted.market(0, 1, 50.0)

        result = play(bot(decide), [(100, 100), (300, 300), 100, 100, 100, 100])
        assert told(result) == [(4, "buy", 50, 100, "target")]
        assert codes(result) == [(0, "insufficient_balance", 50, 0)]

    def test_is_amended_where_its_price_changes(self):
        def decide(now, was, p, candle, my, wanted):
            wanted.limit(0, 1, 90.0 + closed(my), 1.0)

        assert told(play(bot(decide), [100, 100, (100, 100, 91, 100), 100, (100, 100, 93, 100)])) == [
            (2, "buy", 1, 91, "target")
        ]

    def test_is_taken_off_the_book_when_it_is_withdrawn(self):
        def decide(now, was, p, candle, my, wanted):
            if closed(my) < 2:
                wanted.limit(0, 1, 90.0, 1.0)
                wanted.limit(1, 1, 91.0, 1.0)
            elif closed(my) == 2:
                wanted.withdraw(0)
            else:
                wanted.clear()

        result = play(bot(decide, slots=2), [100, 100, 100, (100, 100, 90, 100), 100, (100, 100, 90, 100)])
        assert told(result) == [(3, "buy", 1, 91, "target")]

    def test_is_started_anew_when_it_is_renewed_while_it_works(self):
        def decide(now, was, p, candle, my, wanted):
            if closed(my) == 1:
                wanted.renew(0)
                wanted.limit(0, 1, 90.0, 3.0)
            if closed(my) == 0:
                wanted.limit(0, 1, 90.0, 1.0)

        result = play(bot(decide), [100, 100, 100, (100, 100, 90, 100)])
        assert told(result) == [(3, "buy", 3, 90, "target")]
        assert result.ran.state.parts["rows"][0].rev == 2

    def test_that_changes_its_limit_behind_a_trigger_is_sent_anew(self):
        def decide(now, was, p, candle, my, wanted):
            wanted.stop_limit(0, 1, 105.0, 104.0 if closed(my) == 0 else 103.0, 1.0)

        rows = [100, 100, 100, (100, 106, 100, 104), (104, 104, 103, 103)]
        result = play(bot(decide), rows)
        assert told(result) == [(4, "buy", 1, 103, "target")]
        assert result.ran.state.account.arrivals == 2

    def test_that_is_done_keeps_its_limit(self):
        def decide(now, was, p, candle, my, wanted):
            wanted.stop_limit(0, 1, 100.0, 104.0 + closed(my), 1.0)

        result = play(bot(decide), FLAT)
        assert told(result) == [(1, "buy", 1, 100, "target")]
        assert result.ran.state.parts["rows"][0].price == 104

    def test_of_every_kind_is_filled(self):
        def decide(now, was, p, candle, my, wanted):
            wanted.market(0, 1, 3.0)
            wanted.limit(1, 1, 98.0, 1.0)
            wanted.stop(2, 1, 103.0, 1.0)
            wanted.take_profit(3, -1, 104.0, 1.0)
            wanted.stop_limit(4, -1, 97.0, 96.0, 1.0)

        result = play(bot(decide, slots=5), [100, 100, (100, 105, 95, 100)])
        assert told(result) == [
            (1, "buy", 3, 100, "target"), (2, "buy", 1, 98, "target"), (2, "sell", 1, 97, "target"),
            (2, "buy", 1, 103, "target"), (2, "sell", 1, 104, "target"),
        ]  # fmt: skip


def test_a_tag_becomes_the_reason_of_the_fill():
    def decide(now, was, p, candle, my, wanted):
        wanted.market(0, 1, 1.0)
        wanted.tag(0, 1)

    assert told(play(bot(decide, tags=("entry", "dip")), FLAT)) == [(1, "buy", 1, 100, "dip")]


def test_another_tag_of_an_order_that_rests_is_the_reason_of_its_fill():
    def decide(now, was, p, candle, my, wanted):
        wanted.limit(0, 1, 98.0, 1.0)
        wanted.tag(0, 0 if closed(my) < 2 else 1)

    rows = [100, 100, 100, (100, 100, 98, 98)]
    assert told(play(bot(decide, tags=("entry", "dip")), rows)) == [(3, "buy", 1, 98, "dip")]


def test_rows_can_be_written_in_ticks_and_lots_on_every_event():
    def decide(now, was, p, candle, my, wanted):
        if my.event == START:
            wanted.row(0, LIMIT, 1, 99, 2)
        elif my.event == FILL:
            wanted.renew(0)
            wanted.row(0, STOP, -1, 97, 2)
        elif closed(my) == 3:
            wanted.row(1, TAKE_PROFIT, 1, 96, 1)

    rows = [100, (100, 100, 99, 99), (99, 99, 97, 97), 97, 97, (97, 97, 96, 96)]
    result = play(bot(decide, slots=2, events=(START, CLOSE, FILL)), rows)
    assert told(result) == [
        (1, "buy", 2, 99, "target"), (2, "sell", 2, 97, "target"), (5, "buy", 1, 96, "target"),
    ]  # fmt: skip


def test_a_row_amended_upwards_while_it_fills_keeps_its_rest_working():
    def decide(now, was, p, candle, my, wanted):
        if my.event == FILL and my.slot == 0:
            wanted.limit(1, 1, 98.0, 3.0)
        elif closed(my) == 0:
            wanted.limit(0, 1, 99.0, 1.0)
            wanted.limit(1, 1, 98.0, 1.0)

    rows = [100, 100, (100, 100, 98, 100), (100, 100, 98, 100), (100, 100, 98, 100)]
    result = play(bot(decide, slots=2, events=(CLOSE, FILL)), rows)
    assert told(result) == [
        (2, "buy", 1, 99, "target"), (2, "buy", 1, 98, "target"), (3, "buy", 2, 98, "target"),
    ]  # fmt: skip
    assert codes(result) == []
