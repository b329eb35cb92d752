"""The index of two candles on a drawn market: it buys a return from below, and sells a return from above."""

import pytest
from tests.strategies.signal_stage import refusal, trades

# Mean gain and loss of two candles: 1 and 1 after the third close, an index of 50. At 94 they are 0.5 and 3.5: 12.5.
# At 97: 1.75 and 1.75: 50. At 98: 1.375 and 0.875: 61. At 102: 2.69 and 0.44: 86.
FALL_AND_RETURN = [100, 102, 100, 94, 97, 98, 102, 102]
RISE_AND_RETURN = [100, 98, 100, 106, 103, 102, 98, 98]  # its mirror: 50, 87.5, 50, 39, 14


def test_it_buys_the_return_from_below_and_leaves_at_the_upper_level():
    assert trades("rsi", FALL_AND_RETURN, period=2) == [(5, 10, 98), (7, -10, 102)]


def test_it_leaves_at_the_level_it_was_given():
    assert trades("rsi", FALL_AND_RETURN, period=2, leave_long=60) == [(5, 10, 98), (6, -10, 102)]


def test_it_sells_short_the_return_from_above():
    assert trades("rsi", RISE_AND_RETURN, period=2, direction="short") == [(5, -10, 102), (7, 10, 98)]
    assert trades("rsi", RISE_AND_RETURN, period=2) == []


def test_below_the_level_alone_it_buys_nothing():
    assert trades("rsi", [100, 102, 100, 94, 93, 92, 91], period=2) == []


def test_a_newer_call_ends_the_older_one_and_is_not_ended_by_it():
    # 12.5, then 50 (long), 73 (over 70, under the 90 it leaves at), 56 (short), and 56 again: the short is held.
    rows = [100, 102, 100, 94, 97, 100, 99, 99, 99, 99]
    assert trades("rsi", rows, period=2, leave_long=90, direction="both") == [(5, 10, 100), (7, -20, 99)]


def test_a_call_that_ends_another_s_forgets_nothing_of_where_the_index_is():
    # 87.5, then 39 (short), 17, and in one candle 81 (long, under the 90 it leaves at): above again, so 44 is a return.
    rows = [100, 98, 100, 106, 103, 102, 99, 108, 103, 102, 102]
    settings = {"period": 2, "direction": "both", "leave_long": 90, "leave_short": 10}
    assert trades("rsi", rows, **settings) == [(5, -10, 102), (8, 20, 103), (9, -20, 102)]


@pytest.mark.parametrize(
    ("params", "message"),
    [
        ({"oversold": 60, "overbought": 60}, "oversold is 60.0 and overbought is 60.0; oversold must be below"),
        ({"leave_long": 30}, "leave_long is 30.0 and oversold is 30.0; leave_long must be above"),
        ({"leave_short": 70}, "leave_short is 70.0 and overbought is 70.0; leave_short must be below"),
        ({"period": 1}, "parameter period is 1; it must be from 2 to 500"),
    ],
)
def test_it_refuses_levels_without_room_between_them(params, message):
    assert message in refusal("rsi", **params)
