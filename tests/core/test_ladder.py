"""A position that goes in parts: rungs of a take-profit ladder, each with its share and its own stop."""
# ruff: noqa: ARG001

import pytest
from tests.core.test_exits import FIXED, SHORT, long_once, run, short_once
from tests.stage import bot, closed, codes, market, play, told

HALF = {"take_profit_1": "0.02", "take_profit_share_1": "0.5"}
TWO = {**HALF, "take_profit_2": "0.05", "take_profit_share_2": "0.3"}
ALL = {**HALF, "take_profit_2": "0.05"}
STOP = {"stop_loss": "0.1"}
UP = (100, 103, 100, 103)


def rows_of(result):
    """What stands of the exits: slot, trigger or price, leaves."""
    found = []
    for slot, row in enumerate(result.ran.state.parts["rows"]):
        if slot and row.state == 2:
            found.append((slot, row.trigger or row.price, row.eff - row.filled))
    return found


class TestRungs:
    """Each takes its share at its gain; the rest goes on."""

    def test_one_candle_may_reach_several(self):
        rows = [100, 100, (100, 106, 100, 104), 104]
        assert run(long_once, rows, TWO) == [(2, "sell", 5, 102, "take_profit_1"), (2, "sell", 3, 105, "take_profit_2")]

    def test_the_last_without_a_share_takes_what_is_left(self):
        rows = [100, 100, (100, 106, 100, 104), 104]
        assert run(long_once, rows, ALL) == [(2, "sell", 5, 102, "take_profit_1"), (2, "sell", 5, 105, "take_profit_2")]

    def test_of_a_short_they_lie_below(self):
        rows = [100, 100, (100, 100, 94, 96), (96, 120, 96, 120)]
        assert run(short_once, rows, TWO | STOP, instrument=SHORT) == [
            (2, "buy", 5, 98, "take_profit_1"), (2, "buy", 3, 95, "take_profit_2"), (3, "buy", 2, 110, "stop_loss"),
        ]  # fmt: skip

    def test_a_short_that_cannot_gain_so_much_keeps_that_part(self):
        rows = [100, 100, (100, 100, 1, 1), (1, 300, 1, 300)]
        assert run(short_once, rows, HALF | {"take_profit_2": "1.5"}, instrument=SHORT) == [
            (2, "buy", 5, 98, "take_profit_1")
        ]

    def test_an_open_beyond_several_takes_them_there(self):
        rows = [100, 100, (110, 110), 110]
        assert run(long_once, rows, TWO) == [(2, "sell", 5, 110, "take_profit_1"), (2, "sell", 3, 110, "take_profit_2")]

    def test_shares_go_down_to_whole_lots_together(self):
        # A third of ten, twice, and the rest: 3, 6 - 3 and 10 - 6.
        rungs = {"take_profit_1": "0.01", "take_profit_share_1": "0.333", "take_profit_2": "0.02"}
        rungs |= {"take_profit_share_2": "0.333", "take_profit_3": "0.03"}
        assert [one[2] for one in run(long_once, [100, (100, 104), 104], rungs)] == [3, 3, 4]


class TestStops:
    """Every piece has its own, so that the remainder is never bare."""

    def test_what_is_left_keeps_its_stop_within_the_candle(self):
        rows = [100, 100, (100, 103, 85, 85), 85]
        # Up first (nearer), then down: half at 102, the other half stopped in the same candle.
        assert run(long_once, rows, HALF | STOP) == [
            (2, "sell", 5, 102, "take_profit_1"), (2, "sell", 5, 90, "stop_loss"),
        ]  # fmt: skip

    def test_all_pieces_go_at_the_stop_and_together_they_are_the_position(self):
        rows = [100, 100, (100, 100, 85, 85), 85]
        found = run(long_once, rows, TWO | STOP)
        assert {one[3:] for one in found} == {(90, "stop_loss")}
        assert [one[2] for one in found] == [2, 5, 3]

    def test_pairs_are_groups_of_their_own(self):
        result = play(bot(long_once), [100, 100, 100], exits=TWO | STOP, **FIXED)
        assert rows_of(result) == [(1, 90, 2), (3, 90, 5), (4, 102, 5), (5, 90, 3), (6, 105, 3)]
        links = [row.link - (1 << 40) for row in result.ran.state.parts["rows"]]
        assert [links[slot] for slot in (1, 3, 4, 5, 6)] == [0, 1, 1, 2, 2]

    def test_the_remainder_trails_and_breaks_even_as_ever(self):
        exits = HALF | {
            "stop_loss": "0.1",
            "break_even": "0.02",
            "trailing_stop": "0.04",
            "trailing_activation": "0.06",
        }
        rows = [100, 100, (100, 102), (102, 102, 99, 101), 101]
        assert run(long_once, rows, exits) == [(2, "sell", 5, 102, "take_profit_1"), (3, "sell", 5, 100, "break_even")]
        rows = [100, (100, 110), (110, 120), (120, 120, 110, 112), 112]
        assert run(long_once, rows, exits)[1:] == [(3, "sell", 5, 116, "trailing_stop")]

    def test_a_stop_that_nobody_has_leaves_the_rest_without_orders(self):
        result = play(bot(long_once), [100, 100, UP, 103], exits=HALF, **FIXED)
        assert told(result)[1:] == [(2, "sell", 5, 102, "take_profit_1")]
        assert rows_of(result) == []

    def test_what_goes_by_the_clock_goes_whole_and_takes_no_rung_along(self):
        rows = [100, 100, UP, 103, (103, 110, 103, 110)]
        assert run(long_once, rows, TWO | STOP | {"time_candles": "2"}) == [
            (2, "sell", 5, 102, "take_profit_1"), (3, "sell", 5, 103, "time_exit"),
        ]  # fmt: skip


def test_by_the_clock_in_orders_of_the_greatest_size_one_follows_the_other():
    rows = [100, 100, 100, 100, 100, 100, 100]
    found = run(long_once, rows, TWO | STOP | {"time_candles": "2"}, instrument=market(max_qty="6"))
    assert [one[2:] for one in found] == [(6, 100, "time_exit")]
    found = run(in_parts, rows, TWO | STOP | {"time_candles": "2"}, instrument=market(max_qty="6"))
    assert [one[2:] for one in found if one[4] == "time_exit"] == [(6, 100, "time_exit"), (4, 100, "time_exit")]


def in_parts(now, was, p, candle, my, wanted):
    """Ten, in two orders."""
    if closed(my) == 0:
        wanted.market(0, 1, 6.0)
    elif closed(my) == 1:
        wanted.renew(0)
        wanted.market(0, 1, 4.0)


class TestTaken:
    """A rung that is taken stays so until the position is closed."""

    def test_a_position_that_grows_gives_what_was_added_to_the_rungs_that_are_left(self):
        def adds(now, was, p, candle, my, wanted):
            if closed(my) == 0:
                wanted.market(0, 1, 10.0)
            elif closed(my) == 2:
                wanted.renew(0)
                wanted.market(0, 1, 5.0)

        # Ten at 100, five gone at 102; five more at 100. Of ten the second rung has 3/5, the rest 2/5.
        rows = [100, 100, (100, 103, 100, 100), 100, 100]
        result = play(bot(adds), rows, exits=TWO | STOP, **FIXED)
        assert told(result)[1:] == [(2, "sell", 5, 102, "take_profit_1"), (3, "buy", 5, 100, "target")]
        assert rows_of(result) == [(1, 90, 4), (5, 90, 6), (6, 105, 6)]

    def test_what_was_bought_before_a_rung_was_reached_is_left_of_it(self):
        def buys_the_dip(now, was, p, candle, my, wanted):
            if closed(my) == 0:
                wanted.market(0, 1, 10.0)
                wanted.limit(1, 1, 95.0, 10.0)

        # Ten more come in at 95, then the orders that rest take five and five, of ten and ten by then.
        rows = [100, 100, (100, 106, 94, 96), 96, 96]
        result = play(bot(buys_the_dip, slots=2), rows, exits=ALL, sizing="fixed", size="10", capital="10000")
        assert [one[1:4] for one in told(result)] == [
            ("buy", 10, 100), ("buy", 10, 95), ("sell", 5, 102), ("sell", 5, 105),
        ]  # fmt: skip
        rows = [row for row in result.ran.state.parts["rows"][2:] if row.state == 2]
        assert [(row.price, row.eff - row.filled) for row in rows] == [(100, 5), (103, 5)]

    def test_when_all_are_taken_and_there_is_more_they_begin_anew(self):
        # Buying back five gives four, six gives five: what fees took in coins is bought at the rungs as well.
        rules = market(shortable=True, maker_fee="0.1", taker_fee="0", fee_asset="ABC")
        rows = [100, 100, (100, 100, 97, 97), (97, 97, 94, 94), 94, 94]
        assert run(short_once, rows, ALL, instrument=rules) == [
            (2, "buy", 5, 98, "take_profit_1"), (3, "buy", 6, 95, "take_profit_2"), (4, "buy", 1, 94, "take_profit_2"),
        ]  # fmt: skip

    def test_of_a_new_position_none_is_taken(self):
        def in_and_out(now, was, p, candle, my, wanted):
            wanted.target(0.0 if closed(my) == 3 else 1.0)

        rows = [100, 100, UP, 103, (103, 100), 100, UP, 103]
        assert [one[4] for one in run(in_and_out, rows, HALF)] == [
            "take_profit_1", "target", "target", "take_profit_1",
        ]  # fmt: skip

    def test_through_zero_neither(self):
        def turns_round(now, was, p, candle, my, wanted):
            wanted.target(1.0 if closed(my) < 3 else -1.0)

        rows = [100, 100, UP, 103, 103, (103, 103, 99, 99), 99]
        found = run(turns_round, rows, HALF, instrument=SHORT)
        assert found == [
            (2, "sell", 5, 102, "take_profit_1"), (4, "sell", 15, 103, "target"), (5, "buy", 5, 100, "take_profit_1"),
        ]  # fmt: skip

    def test_one_larger_than_an_order_may_be_is_taken_when_all_of_it_is(self):
        # Nine at the rung, in orders of at most six, and one that stays.
        exits = {"take_profit_1": "0.02", "take_profit_share_1": "0.9"} | STOP
        rows = [100, 100, 100, UP, UP, 103, (103, 103, 89, 89)]
        assert [one for one in run(in_parts, rows, exits, instrument=market(max_qty="6")) if one[1] == "sell"] == [
            (3, "sell", 6, 102, "take_profit_1"), (4, "sell", 3, 102, "take_profit_1"), (6, "sell", 1, 90, "stop_loss"),
        ]  # fmt: skip

    def test_a_stop_that_took_less_than_it_was_for_is_laid_anew(self):
        # Buying back two at the stop gives one, for the fee is taken in coins.
        rules = market(shortable=True, maker_fee="0", taker_fee="0.3", fee_asset="ABC")
        rows = [100, 100, (100, 115, 100, 115), *[115] * 8]
        found = run(short_once, rows, TWO | STOP, instrument=rules)
        assert [one[2:] for one in found[:3]] == [(2, 110, "stop_loss"), (5, 110, "stop_loss"), (3, 110, "stop_loss")]
        assert {one[3:] for one in found[3:]} == {(115, "stop_loss")}
        result = play(bot(short_once), rows, exits=TWO | STOP, instrument=rules, **FIXED)
        assert result.position("ABC/USD") == 0


class TestSmall:
    """What is too small to send joins the next piece, or the last."""

    def lots(self, exits, **rules):
        return rows_of(play(bot(long_once), [100, 100, 100], exits=exits, instrument=market(**rules), **FIXED))

    def test_a_rung_joins_the_next_one(self):
        # At the stop of 90 five lots are worth 450 and three 270.
        exits = {"take_profit_1": "0.02", "take_profit_share_1": "0.3", "take_profit_2": "0.05"} | STOP
        assert self.lots(exits, min_notional="300") == [(5, 90, 10), (6, 105, 10)]

    def test_the_rest_joins_the_last_rung(self):
        assert self.lots(TWO | STOP, min_notional="200") == [(3, 90, 5), (4, 102, 5), (5, 90, 5), (6, 105, 5)]

    def test_joined_by_what_was_before_it_the_rest_stands(self):
        exits = HALF | {"take_profit_2": "0.05", "take_profit_share_2": "0.3"} | STOP
        assert self.lots(exits, min_qty="4") == [(1, 90, 5), (3, 90, 5), (4, 102, 5)]

    def test_where_nothing_is_large_enough_for_two_it_stays_together(self):
        assert self.lots(TWO | STOP, min_qty="6") == [(5, 90, 10), (6, 105, 10)]
        assert self.lots(ALL | STOP, min_qty="6") == [(5, 90, 10), (6, 105, 10)]

    def test_a_position_too_small_for_any_order_has_none_and_says_so(self):
        def less(now, was, p, candle, my, wanted):
            if closed(my) == 0:
                wanted.market(0, 1, 10.0)
            elif closed(my) == 1:
                wanted.market(1, -1, 7.0)

        result = play(bot(less, slots=2), [100, 100, 100, 100], exits=TWO | STOP, sizing="fixed", size="10",
                      capital="10000", instrument=market(min_qty="6"))  # fmt: skip
        assert [row.state for row in result.ran.state.parts["rows"][2:] if row.qty and row.state == 2] == []
        assert codes(result)[-1][1] == "below_minimum"

    def test_as_the_price_makes_them_smaller_they_join(self):
        # A short's trailing stop comes down: at 100 x 1.1 three lots are worth 330, at 80 x 1.1 only 264.
        exits = {"take_profit_1": "0.5", "take_profit_share_1": "0.3", "trailing_stop": "0.1"}
        rules = {"min_notional": "140", "shortable": True}
        rows = [100, 100, (100, 40), 40, 40]
        before = rows_of(play(bot(short_once), rows[:2], exits=exits, instrument=market(**rules), **FIXED))
        assert before == [(1, 110, 7), (3, 110, 3), (4, 50, 3)]
        after = rows_of(play(bot(short_once), rows, exits=exits, instrument=market(**rules), **FIXED))
        assert after == [(1, 44, 7)]


def test_what_leaves_by_the_market_is_no_piece():
    def sells_four(now, was, p, candle, my, wanted):
        if closed(my) == 0:
            wanted.market(0, 1, 10.0)
        elif closed(my) == 1:
            wanted.market(1, -1, 4.0)

    result = play(bot(sells_four, slots=2), [100, 100, 100], exits=TWO | STOP, sizing="fixed", size="10",
                  capital="10000")  # fmt: skip
    rows = [row for row in result.ran.state.parts["rows"][2:] if row.state == 2]
    assert [row.eff for row in rows] == [2, 3, 3, 1, 1]  # of six: the rest 2, 3 and 1


class TestHeld:
    """A strategy's own sells lock coins: of the rest first, then of the rungs in their order."""

    def test_they_are_held_and_go_with_the_others(self):
        def sells(now, was, p, candle, my, wanted):
            if closed(my) == 0:
                wanted.market(0, 1, 10.0)
            elif closed(my) == 1:
                wanted.limit(1, -1, 120.0, 4.0)

        rows = [100, 100, 100, (100, 100, 85, 85), 85]
        result = play(bot(sells, slots=2), rows, exits=TWO | STOP, sizing="fixed", size="10", capital="10000")
        assert [one[2:] for one in told(result)[1:]] == [
            (2, 90, "stop_loss"), (3, 90, "stop_loss"), (2, 90, "stop_loss"), (3, 90, "stop_loss"),
        ]  # fmt: skip
        assert result.position("ABC/USD") == 0

    def test_what_nobody_protects_is_covered_first(self):
        def sells(now, was, p, candle, my, wanted):
            if closed(my) == 0:
                wanted.market(0, 1, 10.0)
                wanted.limit(1, -1, 120.0, 5.0)

        result = play(bot(sells, slots=2), [100, 100, 100], exits=HALF, sizing="fixed", size="10", capital="10000")
        target = result.ran.state.parts["rows"][5]
        assert (target.price, target.eff, target.held) == (102, 5, 0)


@pytest.mark.parametrize("code", ["take_profit_1", "take_profit_4"])
def test_fills_say_which_rung(code):
    rungs = {"take_profit_1": "0.01", "take_profit_2": "0.02", "take_profit_3": "0.03", "take_profit_4": "0.04"}
    rungs |= {f"take_profit_share_{number}": "0.25" for number in range(1, 5)}
    assert code in [one[4] for one in run(long_once, [100, (100, 105), 105], rungs)]
