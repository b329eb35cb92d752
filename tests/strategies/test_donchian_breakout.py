"""Channels of three and two candles on a drawn market: in at a new high, out at a new low of fewer."""

from tests.strategies.signal_stage import refusal, trades

QUICK = {"entry": 3, "leave": 2}


def test_it_buys_a_close_above_the_channel_and_leaves_at_one_below_the_shorter_one():
    # 101 is above 100. 102 is not below 101, the lower of 101 and 103; 100 is below 102.
    rows = [100, 100, 100, 100, 101, 103, 102, 100, 100]
    assert trades("donchian_breakout", rows, **QUICK) == [(5, 10, 103), (8, -10, 100)]


def test_it_is_the_close_that_breaks_out_and_the_channel_is_of_highs_and_lows():
    spike = (100, 105, 100, 100)
    assert trades("donchian_breakout", [100, 100, 100, 100, spike, 100, 100], **QUICK) == []
    assert trades("donchian_breakout", [100, 100, 100, 100, spike, 104, 104, 104], **QUICK) == []  # 105 is in the way


def test_a_buffer_wants_more():
    # 101 is just 1 % above 100; 103 is above 101 by more.
    rows = [100, 100, 100, 100, 101, 103, 104]
    assert trades("donchian_breakout", rows, **QUICK, buffer=0.01) == [(6, 10, 104)]


def test_it_sells_short_below_the_channel_where_it_may():
    # 99 is above 98, the higher of 97 and 98, but not above 99, the highest of three.
    rows = [100, 100, 100, 100, 99, 97, 98, 99, 99]
    assert trades("donchian_breakout", rows, **QUICK, direction="both") == [(5, -10, 97), (8, 10, 99)]
    assert trades("donchian_breakout", rows, **QUICK) == []


def test_it_refuses_to_leave_at_the_longer_channel():
    said = refusal("donchian_breakout", entry=20, leave=21)
    assert said == "parameter leave is 21 and entry is 20; leave must not be above entry"
