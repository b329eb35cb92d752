"""Stops that a gain switches on: a trailing stop with an activation, and the stop that moves to the entry."""
# ruff: noqa: ARG001

import pytest
from tests.core.test_exits import FIXED, SHORT, long_once, run, short_once
from tests.stage import bot, closed, market, play, told

EXITS = {"trailing_stop": "0.05", "trailing_activation": "0.1"}


class TestTrailingActivation:
    """No trailing stop until a fill or a close has gained so much; then it stays."""

    def test_without_the_gain_nothing_protects(self):
        # Bought at 100. The best close is 109: 9 %.
        assert run(long_once, [100, (100, 109), (109, 109, 60, 60), 60], EXITS) == []

    def test_touching_the_gain_is_not_closing_there(self):
        assert run(long_once, [100, (100, 115, 100, 105), (105, 105, 60, 60), 60], EXITS) == []

    def test_a_close_at_the_gain_arms_it(self):
        # 110 less 5 % is 104.5, up to 105; it rests from the next candle on.
        rows = [100, (100, 110), (110, 110, 105, 105)]
        assert run(long_once, rows, EXITS) == [(2, "sell", 10, 105, "trailing_stop")]

    def test_it_follows_from_then_on_as_ever(self):
        rows = [100, (100, 110), (110, 120), (120, 120, 113, 113)]
        assert run(long_once, rows, EXITS) == [(3, "sell", 10, 114, "trailing_stop")]

    def test_of_a_short_the_gain_is_downwards(self):
        rows = [100, (100, 91), (91, 96, 91, 96), (96, 90), (90, 95, 90, 95)]
        # 91 is not 10 % yet; from 90 it stands at 94.5, down to 94.
        assert run(short_once, rows, EXITS, instrument=SHORT) == [(4, "buy", 10, 94, "trailing_stop")]

    def test_before_it_the_stop_loss_holds(self):
        rows = [100, (100, 109), (109, 109, 90, 90)]
        assert run(long_once, rows, {**EXITS, "stop_loss": "0.08"}) == [(2, "sell", 10, 92, "stop_loss")]

    def test_armed_it_stays_however_the_entry_moves(self):
        def more_later(now, was, p, candle, my, wanted):
            wanted.target(0.5 if closed(my) < 2 else 1.0)

        # Five at 100, armed by the close of 110; five more at 110 make the entry 105, of which 110 is no 10 %.
        rows = [100, (100, 110), 110, 110, (110, 110, 104, 104)]
        assert run(more_later, rows, EXITS)[1:] == [(4, "sell", 10, 105, "trailing_stop")]

    def test_it_begins_anew_with_each_position(self):
        def in_and_out(now, was, p, candle, my, wanted):
            wanted.target(0.0 if closed(my) == 2 else 1.0)

        rows = [100, (100, 120), 120, (120, 100), 100, (100, 100, 50, 50)]
        assert run(in_and_out, rows, EXITS)[2:] == []

    def test_through_zero_it_begins_anew_too(self):
        def turn_round(now, was, p, candle, my, wanted):
            wanted.target(1.0 if closed(my) < 2 else -1.0)

        rows = [100, (100, 120), 120, (120, 114), (114, 130, 114, 130)]
        # Short from 120: 114 is 5 %, so nothing stands at 119.7.
        assert run(turn_round, rows, EXITS, instrument=SHORT) == [(3, "sell", 20, 120, "target")]


class TestBreakEven:
    """Once it has gained enough the stop stands at the entry, or beyond it by the offset."""

    def test_moves_the_stop_to_the_entry(self):
        rows = [100, (100, 103), (103, 103, 99, 99)]
        exits = {"stop_loss": "0.1", "break_even": "0.03"}
        assert run(long_once, rows, exits) == [(2, "sell", 10, 100, "break_even")]

    def test_before_the_gain_the_stop_loss_stands(self):
        rows = [100, (100, 102), (102, 102, 89, 89)]
        exits = {"stop_loss": "0.1", "break_even": "0.03"}
        assert run(long_once, rows, exits) == [(2, "sell", 10, 90, "stop_loss")]

    def test_stands_alone_where_there_is_no_other_stop(self):
        assert run(long_once, [100, (100, 102), (102, 102, 50, 50), 50], {"break_even": "0.03"}) == []
        rows = [100, (100, 103), 103, (103, 103, 50, 50)]
        assert run(long_once, rows, {"break_even": "0.03"}) == [(3, "sell", 10, 100, "break_even")]

    def test_the_offset_lies_beyond_the_entry_on_the_side_of_the_gain(self):
        exits = {"break_even": "0.03", "break_even_offset": "0.011"}
        rows = [100, (100, 104), (104, 104, 100, 100)]
        assert run(long_once, rows, exits) == [(2, "sell", 10, 102, "break_even")]  # 101.1, up
        rows = [100, (100, 97), (97, 100, 97, 100)]
        assert run(short_once, rows, exits, instrument=SHORT) == [(2, "buy", 10, 98, "break_even")]  # 98.9, down

    def test_stays_when_the_price_has_come_back(self):
        rows = [100, (100, 103), (103, 101), 101, (101, 101, 100, 100)]
        assert run(long_once, rows, {"break_even": "0.03"}) == [(4, "sell", 10, 100, "break_even")]

    def test_gives_way_to_a_trailing_stop_that_is_nearer_and_of_equals_has_its_name(self):
        exits = {"break_even": "0.03", "trailing_stop": "0.1"}
        rows = [100, (100, 105), (105, 105, 90, 90)]
        assert run(long_once, rows, exits) == [(2, "sell", 10, 100, "break_even")]
        rows = [100, (100, 120), (120, 120, 90, 90)]
        assert run(long_once, rows, exits) == [(2, "sell", 10, 108, "trailing_stop")]
        rows = [100, (100, 110), (110, 110, 90, 90)]
        assert run(long_once, rows, {**exits, "break_even_offset": "0"}) == [(2, "sell", 10, 100, "break_even")]
        rows = [90, (90, 100), (100, 100, 80, 80)]  # both at 90
        assert run(long_once, rows, exits) == [(2, "sell", 10, 90, "trailing_stop")]
        rows = [90, (90, 97), (97, 100), (100, 100, 80, 80)]  # the other at 88 first
        assert run(long_once, rows, exits) == [(3, "sell", 10, 90, "trailing_stop")]

    @pytest.mark.parametrize("gain", ["1", "2.5"])
    def test_of_a_short_that_can_never_gain_as_much_nothing_moves(self, gain):
        exits = {"break_even": gain, "break_even_offset": "0.5"}
        assert run(short_once, [100, 100, (100, 100, 1, 1), (1, 300, 1, 300)], exits, instrument=SHORT) == []

    def test_of_a_short_that_was_added_to_at_hardly_any_price_it_still_stands(self):
        def more_below(now, was, p, candle, my, wanted):
            wanted.market(0, -1, 1.0)
            if closed(my) == 2:
                wanted.market(1, -1, 40.0)

        # Armed by the close of 3; forty more at 2 make the entry 2.2, of which two fifths are under one tick.
        exits = {"stop_loss": "0.9", "break_even": "0.7", "break_even_offset": "0.6"}
        rows = [10, (10, 3), (3, 2), 2, 2]
        fills = told(play(bot(more_below, slots=2), rows, exits=exits, instrument=SHORT))
        assert fills[2:] == [(4, "buy", 41, 2, "break_even")]

    def test_beside_a_target_both_are_one_group(self):
        rows = [100, (100, 103), (103, 110, 103, 110)]
        exits = {"break_even": "0.03", "take_profit": "0.06"}
        result = play(bot(long_once), rows, exits=exits, **FIXED)
        assert told(result)[1:] == [(2, "sell", 10, 106, "take_profit")]
        assert {row.link for row in result.ran.state.parts["rows"][1:]} == {1 << 40}

    def test_with_fees_taken_in_base_the_entry_is_what_was_received(self):
        fees = {"maker_fee": "0.1", "taker_fee": "0.1", "fee_asset": "ABC"}
        # Ten were bought for 1,000 and nine received: the entry is 111.1, so 112 arms nothing at 3 %.
        assert run(long_once, [100, (100, 112), (112, 112, 90, 90)], {"break_even": "0.03"},
                   instrument=market(**fees)) == []  # fmt: skip
        assert run(long_once, [100, (100, 115), (115, 115, 90, 90)], {"break_even": "0.03"},
                   instrument=market(**fees)) == [(2, "sell", 9, 112, "break_even")]  # fmt: skip
