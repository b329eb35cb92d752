"""Orders against one candle: who fills, in which order, at which price, and who is turned away."""

import pytest
from tests.core.venue_desk import BUY, SELL, Desk

from botswain.core.codes import FOK, GTC, IOC, POST_ONLY, REDUCE_ONLY, STOP, STOP_LIMIT, TAKE_PROFIT

BPS = 10_000  # one basis point in parts of a hundred million


def test_a_market_order_fills_at_the_price_it_meets():
    desk = Desk()
    assert desk.send(0, BUY, 3, at=100) == [(0, 3, 100, "taker")]
    assert (desk.cash, desk.position) == (9_700, 3)


def test_slippage_makes_market_fills_worse_by_whole_ticks_and_leaves_limits_alone():
    desk = Desk(slippage_e8=25 * BPS, shortable=1)
    assert desk.send(0, BUY, 1, at=1000) == [(0, 1, 1003, "taker")]  # 2.5 ticks, up
    assert desk.send(0, SELL, 1, at=1000) == [(0, 1, 997, "taker")]
    assert desk.limit(0, BUY, 1, 1001, at=1000) == [(0, 1, 1000, "taker")]


def test_a_limit_that_crosses_fills_at_the_book_and_one_that_does_not_rests():
    desk = Desk()
    assert desk.limit(0, BUY, 1, 105, at=100) == [(0, 1, 100, "taker")]
    assert desk.limit(0, BUY, 1, 100, at=100) == [(0, 1, 100, "taker")]
    assert desk.limit(0, BUY, 1, 99, at=100) == []
    assert desk.limit(1, SELL, 1, 101, at=100) == []
    assert desk.resting() == [0, 1]


@pytest.mark.parametrize(
    ("flags", "tif", "price", "news"),
    [
        (POST_ONLY, GTC, 100, [(0, "POST_ONLY")]),
        (POST_ONLY, GTC, 99, []),
        (0, IOC, 99, [(0, "NOT_FILLED")]),
        (0, FOK, 99, [(0, "NOT_FILLED")]),
        (0, IOC, 100, [(0, 1, 100, "taker")]),
        (0, FOK, 101, [(0, 1, 100, "taker")]),
    ],
)
def test_time_in_force_and_post_only_are_judged_on_arrival(flags, tif, price, news):
    assert Desk().limit(0, BUY, 1, price, flag_bits=flags, tif=tif) == news


@pytest.mark.parametrize(
    ("kind", "side", "trigger", "at_once"),
    [
        (STOP, BUY, 100, True), (STOP, BUY, 99, True), (STOP, BUY, 101, False),
        (STOP, SELL, 100, True), (STOP, SELL, 101, True), (STOP, SELL, 99, False),
        (TAKE_PROFIT, BUY, 100, True), (TAKE_PROFIT, BUY, 101, True), (TAKE_PROFIT, BUY, 99, False),
        (TAKE_PROFIT, SELL, 100, True), (TAKE_PROFIT, SELL, 99, True), (TAKE_PROFIT, SELL, 101, False),
    ],
)  # fmt: skip
def test_a_trigger_at_or_behind_the_book_fires_on_arrival(kind, side, trigger, at_once):
    desk = Desk(position=1)
    assert desk.send(0, side, 1, kind, trigger=trigger, at=100) == ([(0, 1, 100, "taker")] if at_once else [])


def test_resting_limits_fill_on_touch_as_maker_at_their_own_price():
    desk = Desk(position=5, maker_e8=1_000_000, taker_e8=2_000_000)
    desk.limit(0, BUY, 1, 95)
    desk.limit(1, SELL, 1, 104)
    assert desk.candle(100, 103, 96, 100) == []
    assert desk.candle(100, 104, 95, 100) == [(1, 1, 104, "maker"), (0, 1, 95, "maker")]
    assert desk.cash == 10_000 + 104 - 1 - 95 - 1  # one per cent: 1.04 and 0.95, half up


def test_through_needs_one_tick_more_for_limits_but_not_for_stops():
    desk = Desk(position=5, through=1)
    desk.limit(0, BUY, 1, 95)
    desk.limit(1, SELL, 1, 105)
    desk.send(2, SELL, 1, STOP, trigger=95)
    assert desk.candle(100, 105, 95, 100) == [(2, 1, 95, "taker")]
    assert desk.candle(100, 106, 94, 100) == [(0, 1, 95, "maker"), (1, 1, 105, "maker")]


def test_the_price_goes_to_the_nearer_extreme_first_and_a_tie_goes_down():
    for candle, first in (((100, 106, 95, 100), 0), ((100, 105, 94, 100), 1), ((100, 105, 95, 100), 0)):
        desk = Desk(position=5)
        desk.limit(0, BUY, 1, 95)
        desk.limit(1, SELL, 1, 105)
        assert [slot for slot, *_ in desk.candle(*candle)] == [first, 1 - first]


def test_orders_fire_in_the_order_the_price_meets_them():
    desk = Desk(position=9, cash=10**6)
    for slot, price in enumerate((96, 98, 97)):
        desk.limit(slot, BUY, 1, price)
    for slot, price in enumerate((103, 101, 102), 3):
        desk.limit(slot, SELL, 1, price)
    assert [slot for slot, *_ in desk.candle(100, 104, 96, 104)] == [1, 2, 0, 4, 5, 3]


def test_at_one_price_the_earlier_arrival_fires_first():
    desk = Desk(slots=6, position=9)
    for slot in (3, 1, 2):
        desk.limit(slot, BUY, 1, 95)
    for slot in (5, 4, 0):
        desk.limit(slot, SELL, 1, 105)
    assert [slot for slot, *_ in desk.candle(100, 105, 95, 100)] == [3, 1, 2, 5, 4, 0]


def test_the_earlier_arrival_is_found_again_after_the_first_was_cancelled():
    for side, price in ((BUY, 95), (SELL, 105)):
        desk = Desk(slots=6, position=9)
        for slot in (4, 2, 3, 1):
            desk.limit(slot, side, 1, price)
        desk.limit(5, side, 1, 100 - 6 * side)
        desk.cancel(4)
        assert [slot for slot, *_ in desk.candle(100, 106, 94, 100)] == [2, 3, 1, 5]


def test_what_the_open_has_passed_fills_at_the_open_before_the_path():
    desk = Desk(position=9, slippage_e8=100 * BPS)
    desk.limit(0, BUY, 1, 95)
    desk.limit(1, BUY, 1, 97)
    desk.send(2, SELL, 1, STOP, trigger=96)
    desk.send(3, SELL, 1, TAKE_PROFIT, trigger=105)
    # It opens at 90: limits as maker at 90, the stop at 90 less one per cent.
    assert desk.candle(90, 106, 88, 106) == [(1, 1, 90, "maker"), (2, 1, 89, "taker"), (0, 1, 90, "maker"),
                                             (3, 1, 103, "taker")]  # fmt: skip


def test_an_open_above_upward_orders_fires_them_from_the_lowest():
    desk = Desk(position=9)
    desk.limit(0, SELL, 1, 105)
    desk.send(1, BUY, 1, STOP, trigger=103)
    assert desk.candle(110, 111, 109, 110) == [(1, 1, 110, "taker"), (0, 1, 110, "maker")]


def test_stops_and_take_profits_fill_at_their_trigger_with_slippage():
    desk = Desk(position=9, slippage_e8=100 * BPS)
    desk.send(0, SELL, 1, STOP, trigger=950, at=1000)
    desk.send(1, BUY, 1, STOP, trigger=1050, at=1000)
    desk.send(2, BUY, 1, TAKE_PROFIT, trigger=940, at=1000)
    desk.send(3, SELL, 1, TAKE_PROFIT, trigger=1060, at=1000)
    assert desk.candle(1000, 1080, 930, 1000) == [
        (0, 1, 940, "taker"), (2, 1, 950, "taker"), (1, 1, 1061, "taker"), (3, 1, 1049, "taker"),
    ]  # fmt: skip


class TestStopLimit:
    """When it fires it becomes a limit at that point of the path."""

    def test_fills_at_the_trigger_as_taker_where_its_limit_crosses_there(self):
        desk = Desk(position=5)
        desk.send(0, SELL, 1, STOP_LIMIT, trigger=95, price=94)
        assert desk.candle(100, 101, 90, 92) == [(0, 1, 95, "taker")]

    def test_rests_for_the_remaining_path_where_it_does_not_cross(self):
        desk = Desk(position=5)
        desk.send(0, SELL, 1, STOP_LIMIT, trigger=95, price=97)
        assert desk.candle(100, 101, 94, 98) == [(0, 1, 97, "maker")]

    def test_may_fill_on_the_last_leg_to_the_close(self):
        desk = Desk()
        desk.send(0, BUY, 1, STOP_LIMIT, trigger=105, price=103)
        assert desk.candle(100, 106, 99, 104) == []
        desk = Desk()
        desk.send(0, BUY, 1, STOP_LIMIT, trigger=105, price=103)
        assert desk.candle(100, 106, 99, 102) == [(0, 1, 103, "maker")]
        desk = Desk(position=1)
        desk.send(0, SELL, 1, STOP_LIMIT, trigger=95, price=97)
        assert desk.candle(100, 101, 94, 97) == [(0, 1, 97, "maker")]

    def test_that_is_post_only_ends_where_it_crosses(self):
        desk = Desk(position=5)
        desk.send(0, SELL, 1, STOP_LIMIT, trigger=95, price=94, flag_bits=POST_ONLY)
        assert desk.candle(100, 101, 90, 92) == [(0, "POST_ONLY")]

    def test_already_triggered_arrives_as_a_limit(self):
        desk = Desk()
        assert desk.send(0, BUY, 1, STOP_LIMIT, trigger=99, price=98, at=100) == []
        assert desk.candle(100, 101, 98, 100) == [(0, 1, 98, "maker")]

    def test_fired_by_the_open_uses_the_open(self):
        desk = Desk(position=5)
        desk.send(0, SELL, 1, STOP_LIMIT, trigger=95, price=93)
        desk.send(1, SELL, 1, STOP_LIMIT, trigger=94, price=92)
        assert desk.candle(91, 92, 90, 91) == [(1, 1, 92, "maker")]
        assert desk.resting() == [0]


class TestReduceOnly:
    """Fills no more than what is left of the position."""

    def test_is_cut_to_the_whole_lots_of_the_position(self):
        desk = Desk(position=2_500, lot_units=1000, lot_money=1000)
        assert desk.send(0, SELL, 5, flag_bits=REDUCE_ONLY) == [(0, 2, 100, "taker")]
        assert desk.position == 500
        assert desk.send(0, SELL, 5, flag_bits=REDUCE_ONLY) == [(0, "NOTHING_TO_REDUCE")]

    @pytest.mark.parametrize(("side", "position"), [(BUY, 0), (BUY, 3), (SELL, 0), (SELL, -3)])
    def test_on_the_wrong_side_has_nothing_to_reduce(self, side, position):
        desk = Desk(position=position, shortable=1)
        assert desk.send(0, side, 1, flag_bits=REDUCE_ONLY) == [(0, "NOTHING_TO_REDUCE")]

    def test_buys_back_a_short(self):
        desk = Desk(position=-3, shortable=1)
        assert desk.send(0, BUY, 5, flag_bits=REDUCE_ONLY) == [(0, 3, 100, "taker")]


class TestBalance:
    """Judged at the fill, on the account as it is at that point of the path."""

    def test_a_buy_needs_its_notional_and_its_quote_fee(self):
        desk = Desk(cash=1001, taker_e8=100_000)
        assert desk.send(0, BUY, 10, at=100) == [(0, 10, 100, "taker")]
        assert desk.cash == 0
        assert Desk(cash=1000, taker_e8=100_000).send(0, BUY, 10, at=100) == [(0, "INSUFFICIENT_BALANCE")]

    def test_a_sale_needs_the_coins(self):
        assert Desk(position=2).send(0, SELL, 3) == [(0, "INSUFFICIENT_BALANCE")]
        assert Desk(position=3).send(0, SELL, 3) == [(0, 3, 100, "taker")]

    def test_a_base_fee_is_taken_from_what_a_buy_receives(self):
        desk = Desk(cash=200_000, lot_units=1000, lot_money=1000, fee_in=1, taker_e8=100_000)
        assert desk.send(0, BUY, 2, at=100) == [(0, 2, 100, "taker")]
        assert (desk.cash, desk.position) == (0, 1998)

    def test_a_shortable_instrument_is_sold_on_a_margin_of_one_half(self):
        desk = Desk(cash=150, shortable=1)
        assert desk.send(0, SELL, 4, at=100) == [(0, "INSUFFICIENT_BALANCE")]
        assert desk.send(0, SELL, 3, at=100) == [(0, 3, 100, "taker")]
        assert desk.send(0, BUY, 3, at=500) == [(0, 3, 500, "taker")]  # closing a short is never refused
        assert desk.cash == -1050
        assert desk.send(0, BUY, 1, at=1) == [(0, "INSUFFICIENT_BALANCE")]

    def test_coins_sold_on_the_way_pay_for_what_is_bought_later(self):
        desk = Desk(cash=0, position=1)
        desk.limit(0, BUY, 1, 95)
        desk.limit(1, SELL, 1, 101)
        assert desk.candle(100, 101, 95, 95) == [(1, 1, 101, "maker"), (0, 1, 95, "maker")]
        desk = Desk(cash=0, position=1)
        desk.limit(0, BUY, 1, 99)
        desk.limit(1, SELL, 1, 105)
        assert desk.candle(100, 105, 99, 105) == [(0, "INSUFFICIENT_BALANCE"), (1, 1, 105, "maker")]


def test_when_one_of_a_group_fills_the_others_end_at_once():
    desk = Desk(position=9)
    desk.send(0, SELL, 1, STOP, trigger=95, link=7)
    desk.limit(1, SELL, 1, 105, link=7)
    desk.limit(2, SELL, 1, 105, link=8)
    desk.limit(3, SELL, 1, 106, link=7)
    assert desk.candle(100, 106, 95, 106) == [(0, 1, 95, "taker"), (1, "LINKED"), (3, "LINKED"), (2, 1, 105, "maker")]
    assert desk.resting() == []


def test_a_group_ends_in_the_order_of_arrival():
    desk = Desk(position=9)
    for slot in (2, 0, 1):
        desk.limit(slot, SELL, 1, 110 + slot, link=7)
    desk.send(3, SELL, 1, STOP, trigger=95, link=7)
    assert desk.candle(100, 100, 95, 95) == [(3, 1, 95, "taker"), (2, "LINKED"), (0, "LINKED"), (1, "LINKED")]


def test_an_order_that_ends_without_a_fill_leaves_its_group_alone():
    desk = Desk(position=0)
    desk.limit(1, SELL, 1, 105, link=7)
    assert desk.send(0, SELL, 1, link=7) == [(0, "INSUFFICIENT_BALANCE")]
    assert desk.resting() == [1]


def test_fills_of_an_instant_are_numbered_and_ends_are_not():
    desk = Desk(position=1, cash=100)
    desk.send(0, BUY, 1, at=100)
    desk.send(0, BUY, 1, at=100)
    desk.send(0, SELL, 1, at=100)
    reports = desk.state.parts["reports"][:3]
    assert [(one.lots, one.seq, one.final) for one in reports] == [(1, 0, 1), (0, 0, 1), (1, 1, 1)]


def test_a_tag_is_the_reason_of_the_fill():
    desk = Desk()
    desk.send(0, BUY, 1, tag=42)
    assert desk.state.parts["reports"][0].reason == 42


class TestHeld:
    """An order of which lots are not in the book."""

    def test_fills_what_rests_then_what_was_held_and_ends_the_orders_of_its_side(self):
        desk = Desk(position=10)
        desk.limit(0, SELL, 4, 120)
        desk.limit(1, BUY, 4, 80)
        desk.send(2, SELL, 10, STOP, trigger=95, flag_bits=REDUCE_ONLY, link=1, held=4)
        desk.limit(3, SELL, 10, 110, flag_bits=REDUCE_ONLY, link=1, held=4)
        assert desk.candle(100, 100, 95, 95) == [
            (2, 6, 95, "taker"), (2, 4, 95, "taker"), (0, "LINKED"), (3, "LINKED"),
        ]  # fmt: skip
        assert desk.resting() == [1]

    def test_has_nothing_more_to_fill_where_the_position_is_what_rests(self):
        desk = Desk(position=6)
        desk.send(0, SELL, 10, STOP, trigger=95, flag_bits=REDUCE_ONLY, held=4)
        assert desk.candle(100, 100, 95, 95) == [(0, 6, 95, "taker")]
        assert desk.state.parts["reports"][0].final == 1

    def test_is_final_with_its_last_part_only(self):
        desk = Desk(position=10)
        desk.send(0, SELL, 10, STOP, trigger=95, flag_bits=REDUCE_ONLY, held=4)
        desk.candle(100, 100, 95, 95)
        assert [one.final for one in desk.state.parts["reports"][:2]] == [0, 1]

    def test_held_whole_without_a_group_fills_at_once_and_ends_what_shares_its_coins(self):
        desk = Desk(position=10, maker_e8=0, taker_e8=10**6)
        desk.limit(0, SELL, 10, 120)
        desk.limit(1, SELL, 10, 110, flag_bits=REDUCE_ONLY, held=10)
        assert desk.candle(100, 110, 100, 100) == [(1, 10, 110, "taker"), (0, "LINKED")]
        assert desk.cash == 10_000 + 1_100 - 11
