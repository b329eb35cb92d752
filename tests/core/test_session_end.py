"""Positions that go by the clock, by hand: at the end of hours, with gaps, beside stops and own orders; by age.

Candles are a minute long and stand still unless drawn; the first opens at midnight. What is decided when candle k
closes is filled at the open of the next candle that there is.
"""
# ruff: noqa: ARG001

import pytest
from tests.stage import bot, closed, codes, drawn, market, play, told

from botswain.control.trading_times import TradingWindow

AAA, BBB = "AAA/USD", "BBB/USD"
SHORTABLE = market(shortable=True)


def hours(end="00:05", at_end="flatten", minutes_before=1, start="00:00"):
    """Hours of a UTC day. With the usual ones the end is 00:04: candle 3 closes then."""
    return TradingWindow(start, end, at_end=at_end, minutes_before=minutes_before)


def buys(now, was, p, candle, my, wanted):
    """Ten at the close of candle 0."""
    if closed(my) == 0:
        wanted.market(0, 1, 10.0)


def sells(now, was, p, candle, my, wanted):
    if closed(my) == 0:
        wanted.market(0, -1, 10.0)


def rests(now, was, p, candle, my, wanted):
    """A buy far below, from the close of candle 0 on."""
    if closed(my) == 0:
        wanted.limit(0, 1, 90.0, 10.0)


def covered(now, was, p, candle, my, wanted):
    """Ten, and a sell of four of them that rests above."""
    if closed(my) == 0:
        wanted.market(0, 1, 10.0)
        wanted.limit(1, -1, 130.0, 4.0)


BOUGHT = (1, "buy", 10, 100, "target")


def test_a_position_is_sold_at_the_open_after_the_close_at_which_the_hours_end():
    rows = [100, 100, 100, 100, (102, 105), 105, 105]
    assert told(play(bot(buys), rows, window=hours())) == [BOUGHT, (4, "sell", 10, 102, "session_end")]


def test_without_flatten_it_is_kept():
    for word in ("leave", "cancel_entries"):
        assert told(play(bot(buys), [100] * 7, window=hours(at_end=word))) == [BOUGHT]


def test_where_no_candle_closes_at_the_end_it_is_sold_at_the_first_open_after_it():
    rows = drawn([100, 100, 100, (93, 95), 95], minutes=[0, 1, 2, 10, 11])
    assert told(play(bot(buys), rows, window=hours())) == [BOUGHT, (10, "sell", 10, 93, "session_end")]


def test_with_no_minutes_before_the_end_it_waits_over_night_and_takes_the_gap():
    rows = drawn([100, 100, 100, 100, 100, (80, 81)], minutes=[0, 1, 2, 3, 4, 1440])
    end = hours(minutes_before=0)
    assert told(play(bot(buys), rows, window=end)) == [BOUGHT, (1440, "sell", 10, 80, "session_end")]


def test_a_short_position_is_bought_back():
    rows = [100, 100, 100, 100, 97, 97]
    got = play(bot(sells), rows, instrument=SHORTABLE, window=hours())
    assert told(got) == [(1, "sell", 10, 100, "target"), (4, "buy", 10, 97, "session_end")]


def test_an_entry_that_rests_at_the_end_is_taken_off_or_left():
    rows = [100, 100, 100, 100, 100, 100, (100, 100, 88, 90), 90]
    assert told(play(bot(rests), rows, window=hours(at_end="cancel_entries"))) == []
    assert told(play(bot(rests), rows, window=hours())) == []
    assert told(play(bot(rests), rows, window=hours(at_end="leave"))) == [(6, "buy", 10, 90, "target")]


def test_it_is_taken_off_before_a_candle_after_a_gap_meets_it():
    rows = drawn([100, 100, 100, (100, 100, 88, 90), 90], minutes=[0, 1, 2, 10, 11])
    assert told(play(bot(rests), rows, window=hours(at_end="cancel_entries"))) == []
    assert told(play(bot(rests), rows, window=hours(at_end="leave"))) == [(10, "buy", 10, 90, "target")]


def test_it_comes_back_when_the_hours_begin_again():
    rows = drawn([100, 100, 100, 100, 100, 100, (100, 100, 88, 90)], minutes=[0, 1, 2, 3, 4, 1440, 1441])
    assert told(play(bot(rests), rows, window=hours(at_end="cancel_entries"))) == [(1441, "buy", 10, 90, "target")]


def test_what_is_new_is_kept_out_also_where_entries_are_left():
    def late(now, was, p, candle, my, wanted):
        if closed(my) == 5:
            wanted.limit(0, 1, 90.0, 10.0)

    rows = [100] * 7 + [(100, 100, 88, 90)]
    got = play(bot(late), rows, window=hours(at_end="leave"))
    assert told(got) == []
    assert [one[:2] for one in codes(got)] == [(0, "outside_window")]


def test_a_stop_that_is_met_in_the_last_candle_goes_before_the_end_and_nothing_after_it():
    rows = [100, 100, 100, (100, 100, 90, 96), 96, 96]
    got = play(bot(buys), rows, window=hours(), exits={"stop_loss": "0.05"})
    assert told(got) == [BOUGHT, (3, "sell", 10, 95, "stop_loss")]


def test_at_the_end_the_position_goes_at_the_open_and_its_stop_and_target_with_it():
    rows = [100, 100, 100, 100, (99, 120, 90, 96), (96, 120, 90, 96)]
    got = play(bot(buys), rows, window=hours(), exits={"stop_loss": "0.05", "take_profit": "0.05"})
    assert told(got) == [BOUGHT, (4, "sell", 10, 99, "session_end")]


def test_an_open_beyond_the_stop_is_the_price_of_the_end():
    rows = drawn([100, 100, 100, (91, 92), 92], minutes=[0, 1, 2, 10, 11])
    got = play(bot(buys), rows, window=hours(), exits={"stop_loss": "0.05"})
    assert told(got) == [BOUGHT, (10, "sell", 10, 91, "session_end")]


def test_own_orders_that_lock_the_position_end_with_it():
    rows = [100, 100, 100, 100, 100, (100, 135, 100, 130), 130]
    got = play(bot(covered, slots=2), rows, window=hours())
    assert told(got) == [BOUGHT, (4, "sell", 10, 100, "session_end")]
    assert (1, "session_end", 4, 0) in codes(got)


def test_a_position_that_a_target_closes_by_itself_is_sold_once():
    def decide(now, was, p, candle, my, wanted):
        if closed(my) == 0:
            wanted.target(0.5)
        elif closed(my) == 3:
            wanted.target(0.0)

    got = play(bot(decide), [100] * 7, window=hours())
    assert [(one[0], one[1], one[4]) for one in told(got)] == [(1, "buy", "target"), (4, "sell", "target")]


def test_one_that_turns_over_at_the_end_is_closed_and_no_more():
    def decide(now, was, p, candle, my, wanted):
        if closed(my) == 0:
            wanted.market(0, 1, 10.0)
        elif closed(my) == 3:
            wanted.renew(0)
            wanted.market(0, -1, 20.0)

    got = play(bot(decide), [100] * 7, instrument=SHORTABLE, window=hours())
    assert [one[:4] for one in told(got)] == [BOUGHT[:4], (4, "sell", 10, 100)]


def test_a_symbol_without_a_candle_at_the_end_is_sold_with_its_next_one():
    candles = {
        AAA: drawn([100] * 7, AAA),
        BBB: drawn([50, 50, 50, 48, 48], BBB, minutes=[0, 1, 2, 5, 6]),
    }
    got = play(bot(buys), candles, window=hours())
    assert [(one.symbol, (one.time_ms // 60_000) % 1440, one.price, one.reason) for one in got.fills[2:]] == [
        (AAA, 4, 100, "session_end"),
        (BBB, 5, 48, "session_end"),
    ]


def test_a_symbol_without_a_candle_yet_has_nothing_to_go_by_the_end():
    """No candle closes at the end, and the other symbol's first one comes after it."""
    candles = {
        AAA: drawn([100, 100, 100, 96, 96], AAA, minutes=[0, 1, 2, 10, 11]),
        BBB: drawn([50, 50], BBB, minutes=[10, 11]),
    }
    got = play(bot(buys), candles, window=hours())
    assert [(one.symbol, (one.time_ms // 60_000) % 1440, one.price, one.reason) for one in got.fills] == [
        (AAA, 1, 100, "target"),
        (AAA, 10, 96, "session_end"),
    ]


@pytest.mark.parametrize("exits", [{"time_candles": "3"}, {"time_minutes": "3"}])
def test_a_position_of_three_candles_is_old(exits):
    rows = [100, 100, 100, 100, (104, 105), 105, 105]
    assert told(play(bot(buys), rows, exits=exits)) == [BOUGHT, (4, "sell", 10, 104, "time_exit")]


def test_an_old_position_that_was_too_small_to_sell_goes_when_it_is_worth_enough():
    """900 and 940 at the closes of candles 3 and 4 are under the minimum of 950; 960 at that of candle 5 is not."""
    rows = [100, 100, 100, 90, 94, 96, 97, 97]
    got = play(bot(buys), rows, instrument=market(min_notional="950"), exits={"time_candles": "3"})
    assert told(got) == [BOUGHT, (6, "sell", 10, 97, "time_exit")]
    assert codes(got) == [(1, "below_minimum", 900, 950)]


@pytest.mark.parametrize(("exits", "sold"), [({"time_candles": "3"}, 21), ({"time_minutes": "3"}, 20)])
def test_candles_are_counted_and_minutes_go_by(exits, sold):
    rows = drawn(
        [100] * 7, minutes=[0, 1, 2, 8, 20, 21, 22] if "time_candles" not in exits else [0, 1, 8, 20, 21, 22, 23]
    )
    assert told(play(bot(buys), rows, exits=exits)) == [BOUGHT, (sold, "sell", 10, 100, "time_exit")]


def test_the_next_position_is_as_old_as_itself():
    def decide(now, was, p, candle, my, wanted):
        if closed(my) == 0 or closed(my) == 5:
            wanted.renew(0)
            wanted.market(0, 1, 10.0)

    got = told(play(bot(decide), [100] * 12, exits={"time_candles": "3"}))
    assert [(one[0], one[1]) for one in got] == [(1, "buy"), (4, "sell"), (6, "buy"), (9, "sell")]


def test_more_of_the_same_position_makes_it_no_younger_and_turning_it_over_does():
    def adds(now, was, p, candle, my, wanted):
        if closed(my) == 0 or closed(my) == 2:
            wanted.renew(0)
            wanted.market(0, 1, 10.0)

    def turns(now, was, p, candle, my, wanted):
        if closed(my) == 0:
            wanted.market(0, 1, 10.0)
        elif closed(my) == 2:
            wanted.renew(0)
            wanted.market(0, -1, 20.0)

    got = told(play(bot(adds), [100] * 9, exits={"time_candles": "3"}))
    assert [one[:3] for one in got] == [(1, "buy", 10), (3, "buy", 10), (4, "sell", 20)]
    got = told(play(bot(turns), [100] * 9, instrument=SHORTABLE, exits={"time_candles": "3"}))
    assert [one[:3] for one in got] == [(1, "buy", 10), (3, "sell", 20), (6, "buy", 10)]


def test_a_position_larger_than_one_order_goes_in_parts():
    def decide(now, was, p, candle, my, wanted):
        if closed(my) < 3:
            wanted.renew(0)
            wanted.market(0, 1, 4.0)

    got = told(play(bot(decide), [100] * 12, instrument=market(max_qty="4"), exits={"time_candles": "4"}))
    assert [one[:3] for one in got[3:]] == [(5, "sell", 4), (6, "sell", 4), (7, "sell", 4)]
    assert {one[4] for one in got[3:]} == {"time_exit"}


def test_the_end_of_hours_is_told_before_the_age():
    got = play(bot(buys), [100] * 7, window=hours(), exits={"time_candles": "3"})
    assert told(got) == [BOUGHT, (4, "sell", 10, 100, "session_end")]
