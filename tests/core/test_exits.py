"""Stop-loss, trailing stop and take-profit as rows of their own: where they stand, what moves them, when they go."""
# ruff: noqa: ARG001

import re
from decimal import Decimal

import pytest
from tests.stage import bot, closed, codes, market, play, told

from botswain.core.codes import CLOSE, FILL, PROTECTIVE, REDUCE_ONLY
from botswain.core.exit_scale import exits_of
from botswain.core.strategy import Param
from botswain.model.errors import BadInput
from botswain.model.reasons import Reason

FIXED = {"sizing": "fixed", "size": 10}
SHORT = market(shortable=True)


def long_once(now, was, p, candle, my, wanted):
    wanted.target(1.0)


def short_once(now, was, p, candle, my, wanted):
    wanted.target(-1.0)


def run(decide, rows, exits, **more):
    """Fills after the one that opens the position."""
    return told(play(bot(decide), rows, exits=exits, **{**FIXED, **more}))[1:]


class TestStopLoss:
    """Rests from the candle after the fill, at the entry price less its share, up to the tick."""

    def test_fills_at_its_trigger(self):
        rows = [100, (100, 100, 90, 100), (100, 100, 95, 96)]
        assert run(long_once, rows, {"stop_loss": "0.049"}) == [(2, "sell", 10, 96, "stop_loss")]  # 95.1, up

    def test_fills_at_the_open_where_the_candle_opens_below_it(self):
        assert run(long_once, [100, 100, 80], {"stop_loss": "0.05"}) == [(2, "sell", 10, 80, "stop_loss")]

    def test_of_a_short_stands_above(self):
        rows = [100, (100, 110, 100, 100), (100, 105, 100, 105)]
        assert run(short_once, rows, {"stop_loss": "0.049"}, instrument=SHORT) == [(2, "buy", 10, 104, "stop_loss")]

    def test_stands_by_the_average_entry(self):
        def in_two_steps(now, was, p, candle, my, wanted):
            wanted.target(0.5 if closed(my) == 0 else 1.0)

        rows = [100, (100, 110), 110, (110, 110, 100, 100)]
        # Five at 100 and five at 110: 105 less 4 % is 100.8.
        assert run(in_two_steps, rows, {"stop_loss": "0.04"})[1:] == [(3, "sell", 10, 101, "stop_loss")]

    def test_leaves_the_bot_flat_until_it_wants_something_else(self):
        result = play(bot(long_once), [100, 100, 90, 100, 100], exits={"stop_loss": "0.05"}, **FIXED)
        assert len(result.fills) == 2
        assert result.position("ABC/USD") == 0
        assert [row.state for row in result.ran.state.parts["rows"]] == [4, 4, 0]


class TestTrailingStop:
    """Follows the best of fills and closes, never back."""

    def test_stands_below_the_best_close(self):
        rows = [100, (100, 120), (120, 130, 115, 116), (116, 116, 112, 113)]
        # Best close 120: 10 % below is 108; at 130 it only touched. After 116 nothing moves.
        assert run(long_once, rows, {"trailing_stop": "0.1"}) == []
        rows[3] = (116, 116, 108, 110)
        assert run(long_once, rows, {"trailing_stop": "0.1"}) == [(3, "sell", 10, 108, "trailing_stop")]

    def test_of_a_short_stands_above_the_lowest_close(self):
        rows = [100, (100, 80), (80, 88, 80, 88)]
        assert run(short_once, rows, {"trailing_stop": "0.1"}, instrument=SHORT) == [
            (2, "buy", 10, 88, "trailing_stop")
        ]

    def test_gives_way_to_the_stop_loss_where_that_is_nearer(self):
        rows = [100, 100, (100, 100, 90, 92)]
        both = {"stop_loss": "0.05", "trailing_stop": "0.1"}
        assert run(long_once, rows, both) == [(2, "sell", 10, 95, "stop_loss")]
        rows = [100, (100, 110), (110, 110, 90, 92)]
        assert run(long_once, rows, both) == [(2, "sell", 10, 99, "trailing_stop")]
        rows = [100, (100, 90), (90, 105, 90, 105)]
        assert run(short_once, rows, both, instrument=SHORT) == [(2, "buy", 10, 99, "trailing_stop")]

    def test_too_small_to_send_is_sent_once_its_trigger_is_worth_enough(self):
        rows = [100, 100, (100, 120), (120, 120, 100, 100)]
        rules = market(min_notional="1000")
        result = play(bot(long_once), rows, exits={"trailing_stop": "0.1"}, instrument=rules, **FIXED)
        assert codes(result) == [(1, "below_minimum", 900, 1000)]
        assert told(result)[1:] == [(3, "sell", 10, 108, "trailing_stop")]

    def test_is_not_led_back_by_what_is_added_lower(self):
        def adds_in_the_third(now, was, p, candle, my, wanted):
            wanted.target(0.5 if closed(my) < 2 else 1.0)

        rows = [100, (100, 120), (120, 120, 112, 112), (112, 113, 111, 112), (112, 112, 108, 108)]
        # Five at 100, then five at 112: all stand by the best close, 120.
        assert run(adds_in_the_third, rows, {"trailing_stop": "0.1"}) == [
            (3, "buy", 5, 112, "target"), (4, "sell", 10, 108, "trailing_stop"),
        ]  # fmt: skip

    def test_starts_anew_with_each_position(self):
        def in_and_out(now, was, p, candle, my, wanted):
            wanted.target(0.0 if closed(my) == 2 else 1.0)

        rows = [100, (100, 200), 200, (200, 100), 100, (100, 100, 91, 91), (91, 91, 90, 90)]
        assert run(in_and_out, rows, {"trailing_stop": "0.1"})[2:] == [(6, "sell", 10, 90, "trailing_stop")]


class TestTakeProfit:
    """A limit at the entry price plus its share, linked with the stop."""

    def test_fills_at_its_price_and_ends_the_stop(self):
        result = play(bot(long_once), [100, 100, (100, 106, 100, 106)], exits={"stop_loss": "0.05",
                      "take_profit": "0.055"}, **FIXED)  # fmt: skip
        assert told(result)[1:] == [(2, "sell", 10, 106, "take_profit")]
        assert result.fills[1].maker
        reports = result.ran.state.parts["reports"][: result.ran.state.account.reports]
        assert [(one.slot, one.lots, one.reason) for one in reports][2:] == [(1, 0, Reason.LINKED)]
        assert codes(result) == []  # the row was withdrawn with the position: nothing was lost by it

    def test_of_a_short_stands_below(self):
        rows = [100, 100, (100, 100, 94, 94)]
        assert run(short_once, rows, {"take_profit": "0.055"}, instrument=SHORT) == [(2, "buy", 10, 94, "take_profit")]

    @pytest.mark.parametrize("share", ["1", "1.5", "999"])
    def test_of_a_short_that_can_never_gain_as_much_rests_at_nothing(self, share):
        assert run(short_once, [100, 100, (100, 100, 1, 1), 1], {"take_profit": share}, instrument=SHORT) == []

    def test_both_ends_are_never_filled_in_one_candle(self):
        rows = [100, 100, (100, 110, 90, 100)]
        both = {"stop_loss": "0.05", "take_profit": "0.05"}
        assert run(long_once, rows, both) == [(2, "sell", 10, 95, "stop_loss")]
        assert run(long_once, [100, 100, (100, 110, 89, 100)], both) == [(2, "sell", 10, 105, "take_profit")]


def test_exits_stand_aside_while_the_position_is_leaving_by_the_market():
    def out_at_once(now, was, p, candle, my, wanted):
        wanted.target(1.0 if closed(my) < 2 else 0.0 if closed(my) == 2 else -0.5)

    result = play(bot(out_at_once), [100, 100, 100, 50, 50], exits={"stop_loss": "0.05"}, **FIXED)
    assert told(result)[1:] == [(3, "sell", 10, 50, "target")]
    assert codes(result) == []


def test_exits_cover_only_what_is_not_leaving():
    def half_out(now, was, p, candle, my, wanted):
        wanted.target(1.0 if closed(my) < 2 else 0.6)

    result = play(bot(half_out), [100, 100, 100, (100, 100, 90, 90)], exits={"stop_loss": "0.05"}, **FIXED)
    assert told(result)[1:] == [(3, "sell", 4, 100, "target"), (3, "sell", 6, 95, "stop_loss")]


def test_working_exits_follow_the_position():
    def working(now, was, p, candle, my, wanted):
        wanted.target(0.5 if closed(my) < 2 else 1.0 if closed(my) < 4 else 0.2)

    for last, lots in ((2, 5), (4, 10), (6, 2)):
        result = play(bot(working), [100] * (last + 1), exits={"stop_loss": "0.05", "take_profit": "0.1"}, **FIXED)
        orders = result.ran.state.parts["orders"]
        assert [(order.active, order.leaves) for order in orders[1:]] == [(1, lots), (1, lots)]
        assert orders[1].flag_bits == REDUCE_ONLY | PROTECTIVE


def test_an_exit_that_could_not_take_everything_is_renewed_for_the_rest():
    """A buy fills above the stop on the way down: the stop was for five, five more remain, and are protected anew."""

    def ladder(now, was, p, candle, my, wanted):
        wanted.market(0, 1, 5.0)
        wanted.limit(1, 1, 97.0, 5.0)

    rows = [100, 100, (100, 100, 94, 94), (94, 94, 92, 93), 93]
    result = play(bot(ladder, slots=2), rows, exits={"stop_loss": "0.05"})
    # The stop for five at 95; then the average of what is left is 98.5: a stop at 94 that the open has reached.
    assert told(result) == [
        (1, "buy", 5, 100, "target"), (2, "buy", 5, 97, "target"), (2, "sell", 5, 95, "stop_loss"),
        (3, "sell", 5, 94, "stop_loss"),
    ]  # fmt: skip


def test_an_exit_larger_than_one_order_may_be_goes_out_in_several():
    rows = [100, 100, 100, 100, 100, 80, 80, 80, 80]

    def in_parts(now, was, p, candle, my, wanted):
        if closed(my) < 4:
            wanted.target(0.25 * (closed(my) + 1))

    result = play(
        bot(in_parts), rows, exits={"stop_loss": "0.1"}, instrument=market(max_qty="4"), sizing="fixed", size=12
    )
    assert [fill[2:] for fill in told(result)[4:]] == [(4, 80, "stop_loss")] * 3
    assert result.position("ABC/USD") == 0


def test_an_exit_too_small_to_send_is_sent_once_the_position_has_grown():
    def grow(now, was, p, candle, my, wanted):
        wanted.target(0.4 if closed(my) < 2 else 1.0)

    rows = [100, 100, 100, 100, (100, 100, 90, 90)]
    rules = market(min_notional="400")
    result = play(bot(grow), rows, exits={"stop_loss": "0.05"}, instrument=rules, **FIXED)
    assert codes(result)[0] == (1, "below_minimum", 380, 400)
    assert told(result)[2:] == [(4, "sell", 10, 95, "stop_loss")]


def test_an_exit_too_small_to_send_is_not_asked_for_again_while_nothing_changes():
    result = play(bot(long_once), [100] * 6, exits={"stop_loss": "0.1", "take_profit": "0.5"},
                  instrument=market(min_notional="1000"), limits={"max_drawdown": "0.9"}, **FIXED)  # fmt: skip
    assert codes(result) == [(1, "below_minimum", 900, 1000)]


def test_a_protective_fill_is_told_to_the_strategy_with_its_slot():
    def follow(now, was, p, candle, my, wanted):
        if my.event == CLOSE:
            wanted.market(0, 1, 10.0)
        elif my.event == FILL and my.slot >= my.slots:
            my.mem.slot = my.slot
            my.mem.side = my.side

    result = play(bot(follow, events=(CLOSE, FILL), memory={"slot": 1, "side": 1}), [100, 100, 90],
                  exits={"stop_loss": "0.05"})  # fmt: skip
    assert list(result.ran.state.parts["mem"]) == [1.0, -1.0]


def test_dust_is_not_protected():
    """A purchase whose base fee leaves less than a lot has nothing that a stop could sell."""
    rules = market(fee_asset="ABC", fee_precision=2, taker_fee="0.1")
    result = play(bot(long_once), [100] * 4, exits={"stop_loss": "0.05"}, instrument=rules, sizing="fixed", size=1)
    assert len(result.fills) == 1
    assert result.ran.state.account.arrivals == 1


@pytest.mark.parametrize(("short", "closed_lots"), [(3.0, 2), (1.0, 0)])
def test_a_short_is_closed_no_further_than_its_dust_lets(short, closed_lots):
    """What closes it takes dust back: of three lots with 0.8 of a coin beside them two are left, of one none."""

    def turn(now, was, p, candle, my, wanted):
        my.mem.n += 1.0
        if my.mem.n == 1.0:
            wanted.market(0, 1, 2.0)  # 1.8 come in
        elif my.mem.n == 2.0:
            wanted.market(1, -1, 1.0)  # 0.8 is dust
        elif my.mem.n == 3.0:
            wanted.market(2, -1, p.short)

    rules = market(fee_asset="ABC", fee_precision=2, taker_fee="0.1", shortable=True)
    one = type("Short", (bot(turn, memory={"n": 0}, slots=3),), {"short": Param(short, 1.0, 3.0)})
    candles = [100, 100, 100, 100, (100, 106, 100, 100)]
    result = play(one, candles, exits={"stop_loss": "0.05"}, instrument=rules, sizing="fixed", size=1)
    assert told(result)[3:] == ([(4, "buy", closed_lots, 105, "stop_loss")] if closed_lots else [])
    assert result.ran.state.account.arrivals == 3 + (closed_lots > 0)


@pytest.mark.parametrize("value", ["2.5", "-1", "NaN", "1e12"])
def test_an_age_that_is_no_whole_number_is_refused_with_its_value(value):
    with pytest.raises(
        BadInput, match=f"exit time_candles is {re.escape(str(Decimal(value)))}; write a whole number of candles"
    ):
        exits_of({"time_candles": Decimal(value)})
