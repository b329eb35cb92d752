"""Deals on drawn markets: how they open, grow, take profit and end; purchases by the clock; what is refused."""

from decimal import Decimal

import pytest
from tests.stage import market, play, told

from botswain.model.errors import BadInput
from botswain.strategies.dca import Dca

# Base at 100, safety orders at 95 and 90, ten lots each of thirty; all is sold a tenth above the average.
LADDER = {"safety_orders": 2, "step": 0.05, "step_scale": 1, "volume_scale": 1, "take_profit": 0.1, "deals": 1}
FIXED = {"sizing": "fixed", "size": 30}
SHORT = market(shortable=True)
STEPS = {"take_profit": 0.05, "take_profit_2": 0.1, "take_profit_3": 0.2, "share": 0.5, "share_2": 0.3}
CLOCK = {"kind": "time", "every": 2, "parts": 3, "take_profit": 0}


def trades(rows, instrument=None, exits=None, limits=None, **params):
    """What it does on the rows: (minute, +bought or -sold, price, why)."""
    result = play(
        "dca", rows, params=LADDER | params, instrument=instrument, exits=exits or {}, limits=limits or {}, **FIXED
    )
    assert result.halt is None
    return [(minute, int(qty) if side == "buy" else -int(qty), int(price), why)
            for minute, side, qty, price, why in told(result)]  # fmt: skip


class TestDeal:
    """Base, safety orders, and one exit for all of it."""

    def test_buys_on_the_way_down_and_sells_all_above_the_average(self):
        # (100 + 95 + 90) / 3 = 95; a tenth above is 104.5, up to 105.
        rows = [100, 100, (100, 100, 89, 90), (90, 106, 90, 106)]
        assert trades(rows) == [
            (1, 10, 100, "base"),
            (2, 10, 95, "safety"),
            (2, 10, 90, "safety"),
            (3, -30, 105, "profit"),
        ]

    def test_takes_profit_without_a_safety_order_when_the_price_only_rises(self):
        assert trades([100, 100, (100, 112)]) == [(1, 10, 100, "base"), (2, -10, 110, "profit")]

    def test_sizes_and_steps_grow_by_their_scales(self):
        # Weights 1, 2, 4: sevenths of 30 are 4.3, 8.6 and 17.1. Steps of 5 and 10 per cent: 95 and 85.
        rows = [100, 100, (100, 100, 84, 85)]
        grown = trades(rows, volume=2, volume_scale=2, step_scale=2)
        assert grown == [(1, 4, 100, "base"), (2, 8, 95, "safety"), (2, 17, 85, "safety")]

    def test_rests_only_as_many_safety_orders_as_are_active(self):
        # The second is asked for when the first fills, so it rests from the candle after.
        rows = [100, 100, (100, 100, 89, 89), (91, 91, 90, 90)]
        assert trades(rows, active=1)[1:] == [(2, 10, 95, "safety"), (3, 10, 90, "safety")]

    def test_prices_the_profit_from_the_first_order_when_told(self):
        rows = [100, 100, (100, 100, 94, 95), (95, 111, 95, 110)]
        assert trades(rows, take_profit_from="first")[2:] == [(3, -20, 110, "profit")]

    def test_sells_first_and_buys_back_lower_when_short(self):
        # Safety at 105; average 102.5, a tenth below is 92.25, down to 92.
        rows = [100, 100, (100, 106, 100, 104), (104, 104, 91, 91)]
        assert trades(rows, SHORT, direction="short") == [
            (1, -10, 100, "base"), (2, -10, 105, "safety"), (3, 20, 92, "profit"),
        ]  # fmt: skip

    def test_shrinks_the_whole_ladder_to_the_cash_there_is(self):
        # 10 x (100 + 95 + 90) = 2,850 wanted, 1,425 there: half of each.
        result = play("dca", [100, 100, (100, 100, 89, 90)], params=LADDER, capital=1425, **FIXED)
        assert [int(one.qty) for one in result.fills] == [5, 5, 5]


class TestSteps:
    """A take profit in up to three parts."""

    def test_sell_their_shares_and_the_last_the_rest(self):
        rows = [100, 100, (100, 121)]
        assert trades(rows, **STEPS)[1:] == [
            (2, -5, 105, "profit"),
            (2, -3, 110, "profit"),
            (2, -2, 120, "profit"),
        ]

    def test_move_the_stop_to_where_nothing_is_lost(self):
        # No fees: the stop stands at the average of 100 once the first step has sold.
        rows = [100, 100, (100, 106, 100, 104), (104, 104, 99, 99)]
        assert trades(rows, break_even=True, **STEPS)[1:] == [
            (2, -5, 105, "profit"), (3, -3, 100, "stop"), (3, -2, 100, "stop"),
        ]  # fmt: skip

    def test_go_together_where_a_part_is_too_small_to_send(self):
        # Parts of 5, 3 and 2 lots; none below 4 are taken, so all ten go at the first step from the next close on.
        rules = market(min_qty="4")
        rows = [100, 100, 100, (100, 104), (104, 121)]
        assert trades(rows, rules, **STEPS)[1:] == [(4, -10, 105, "profit")]

    def test_follow_the_price_with_the_last_one(self):
        # Armed by the close of 112 over 110; the best close is 120, and 5 per cent below it 114.
        rows = [100, 100, (100, 112), (112, 120), (120, 115), (115, 113), 113]
        assert trades(rows, trailing=0.05)[1:] == [(6, -10, 113, "close")]


class TestEnd:
    """What ends a deal, and what comes after it."""

    def test_a_stop_from_the_first_price_sells_everything(self):
        rows = [100, 100, (100, 100, 84, 84)]
        # The stop is laid with the base: ten lots; the other twenty go at the next open, where their stop is passed.
        assert trades([*rows, 84], stop=0.15)[1:] == [
            (2, 10, 95, "safety"), (2, 10, 90, "safety"), (2, -10, 85, "stop"), (3, -20, 84, "stop"),
        ]  # fmt: skip

    def test_age_closes_it_by_the_market(self):
        assert trades([100, 100, 101, 102, 103], close_after=2)[1:] == [(3, -10, 102, "close")]

    def test_a_cooldown_keeps_it_out(self):
        rows = [100, 100, (100, 111), 100, 100, 100]
        assert [one[0] for one in trades(rows, deals=0) if one[3] == "base"] == [1, 3]
        assert [one[0] for one in trades(rows, deals=0, cooldown=2) if one[3] == "base"] == [1, 5]

    def test_the_number_of_deals_is_kept(self):
        rows = [100, 100, (100, 111), 111, (111, 123), 123, 123]
        assert [one[3] for one in trades(rows, deals=2)] == ["base", "profit", "base", "profit"]

    def test_a_loss_stops_it_for_good_when_told(self):
        rows = [100, 100, (100, 100, 96, 96), 96, 96]
        cut = {"stop": 0.04, "safety_orders": 0, "deals": 0}
        assert [one[3] for one in trades(rows, **cut)] == ["base", "stop", "base"]
        assert [one[3] for one in trades(rows, stop_after_loss=True, **cut)] == ["base", "stop"]

    def test_the_common_stop_loss_counts_as_one(self):
        rows = [100, 100, (100, 100, 96, 96), 96, 96]
        kept = trades(rows, exits={"stop_loss": "0.04"}, stop_after_loss=True, deals=0, safety_orders=0)
        assert [one[3] for one in kept] == ["base", "stop_loss"]

    def test_a_safety_order_that_fills_after_the_profit_is_sold_too(self):
        """One candle rises through the profit and falls through the safety order that was still in the book."""
        # High first: 6 above the open of 105, the low 11 below it. Bought at 95, a tenth above is 104.5, up to 105.
        rows = [100, 100, (105, 111, 94, 95), (95, 105, 95, 105)]
        assert trades(rows)[1:] == [(2, -10, 110, "profit"), (2, 10, 95, "safety"), (3, -10, 105, "profit")]

    def test_a_profit_that_fills_after_a_safety_order_leaves_what_that_one_brought_for_the_next_candle(self):
        # Low first: 6 below, 11 above. The order in the book is for ten; the rest goes at 97.5 x 1.1, up to 108.
        rows = [100, 100, (100, 111, 94, 95), (95, 109)]
        assert trades(rows)[1:] == [(2, 10, 95, "safety"), (2, -10, 110, "profit"), (3, -10, 108, "profit")]


class TestStart:
    """What opens a deal."""

    def test_a_close_far_enough_below_its_average(self):
        # Average of 100 and 97 is 98.5; 97 is 1.5 per cent below; 96.53 would be 2 per cent.
        below = {"start": "average", "average_period": 2, "average_distance": 0.02}
        assert trades([100, 100, 97, 97, 97], **below) == []
        # Average of 100 and 95 is 97.5, 2 per cent below it 95.55.
        assert [one[0] for one in trades([100, 100, 95, 95], **below)] == [3]

    def test_an_index_that_comes_below_its_level_and_not_one_that_is_there(self):
        by_index = {"start": "rsi", "rsi_period": 2, "rsi_level": 30}
        assert [one[0] for one in trades([100, 101, 102, 98, 98, 98], **by_index)] == [4]
        assert trades([100, 99, 98, 97, 96], **by_index) == []

    def test_only_within_the_band(self):
        assert [one[0] for one in trades([100, 100, 90, 90], max_price=95)] == [3]
        assert [one[0] for one in trades([100, 100, 110, 110], min_price=105)] == [3]

    def test_waits_after_a_base_order_that_was_refused(self):
        """One order a day: the second deal's base is refused once, not at every close."""
        rows = [100, 100, (100, 111), *[100] * 10]
        result = play("dca", rows, params=LADDER | {"deals": 0, "safety_orders": 0},
                      limits={"max_orders_day": 1}, **FIXED)  # fmt: skip
        assert [one.code for one in result.notes] == ["max_orders"]


class TestFees:
    """What is received is sold."""

    def test_in_base_leave_less_to_sell(self):
        rules = market(lot="0.1", fee_asset="ABC", fee_precision=3, maker_fee="0.01", taker_fee="0.01")
        result = play("dca", [100, 100, (100, 125)], params=LADDER | {"take_profit": 0.2}, instrument=rules, **FIXED)
        assert [(one.side, one.qty) for one in result.fills] == [("buy", Decimal("10.0")), ("sell", Decimal("9.9"))]

    def test_are_paid_by_the_stop_at_break_even(self):
        # Average 100, taker 1 per cent: 102.
        rules = market(maker_fee="0.01", taker_fee="0.01")
        steps = {"take_profit": 0.06, "take_profit_2": 0.2, "break_even": True}
        rows = [100, 100, (100, 107, 100, 106), (106, 106, 101, 101)]
        assert trades(rows, rules, **steps)[1:] == [(2, -5, 106, "profit"), (3, -5, 102, "stop")]


class TestClock:
    """The same money in parts, by time."""

    def test_buys_a_part_at_its_time_and_no_more_than_all(self):
        assert trades([100] * 9, **CLOCK) == [(1, 10, 100, "base"), (3, 10, 100, "base"), (5, 10, 100, "base")]

    def test_buys_more_in_a_dip_and_never_more_than_is_left(self):
        rows = [100, 100, 80, 80, 80, 80, 80]
        dips = CLOCK | {"dip": 0.1, "dip_window": 2, "dip_factor": 5}
        assert trades(rows, **dips) == [(1, 10, 100, "base"), (3, 20, 80, "base")]

    def test_takes_profit_on_the_whole_and_begins_again(self):
        # Bought at 100 and 90: 95, a tenth above is 104.5, up to 105; the open of 106 is better still.
        rows = [100, 100, 90, (90, 106), 106, 106]
        assert trades(rows, **CLOCK | {"take_profit": 0.1, "deals": 0}) == [
            (1, 10, 100, "base"), (3, 10, 90, "base"), (4, -20, 106, "profit"), (5, 10, 106, "base"),
        ]  # fmt: skip


class TestRefused:
    """Settings that cannot stand, or cannot pay."""

    @pytest.mark.parametrize(
        ("params", "message"),
        [
            ({"step": 0.3, "step_scale": 2}, "would stand 930.0 % below the first, at or below zero"),
            ({"take_profit": 0}, "take_profit is 0; a deal needs a profit"),
            ({"take_profit_3": 0.1}, "take_profit_3 is 0.1 (10 %) and take_profit_2 is 0; set both"),
            ({"take_profit_2": 0.01}, "take_profit_2 is 0.01 (1 %); it must be above the step before"),
            ({"trailing": 0.02}, "trailing must be smaller"),
            ({"break_even": True}, "there is one step only"),
            ({"stop": 0.05}, "the stop must be farther away"),
            ({"kind": "time", "direction": "short"}, "by the clock it only buys"),
            ({"min_price": 9, "max_price": 8}, "min_price must be below"),
            ({"take_profit_2": 0.1, "take_profit_3": 0.2, "share": 0.8}, "leave nothing for the third step"),
            ({"direction": "short", "take_profit": 1.5}, "must be below 1"),
            ({"safety_orders": 51}, "parameter safety_orders is 51; it must be from 0 to 50"),
        ],
    )
    def test_that_contradict_each_other(self, params, message):
        with pytest.raises(BadInput) as raised:
            Dca(**params)
        assert message in str(raised.value)

    def test_a_short_where_there_are_none(self):
        with pytest.raises(BadInput, match="direction is short and ABC/USD cannot be sold short here"):
            trades([100], direction="short")

    def test_a_profit_that_fees_eat(self):
        rules = market(maker_fee="0.05", taker_fee="0.05")
        with pytest.raises(BadInput, match=r"take_profit is 0.1 \(10 %\): this does not pay the round-trip fee of 10"):
            trades([100], rules)

    def test_orders_on_one_tick(self):
        with pytest.raises(
            BadInput, match="safety order 2 would stand at 99 with a tick of 1, where none can stand or another does"
        ):
            trades([100], step=0.005, step_scale=0.5)

    def test_an_order_below_the_minimum_with_its_numbers(self):
        with pytest.raises(BadInput) as raised:
            trades([100], market(min_notional="950"))
        assert "safety order 2 of 2 would be 10 ABC at 90, worth 900" in str(raised.value)
        assert "takes none below 950" in str(raised.value)

    def test_sizing_by_risk(self):
        with pytest.raises(BadInput, match="sizing risk does not fit dca"):
            play("dca", [100], params=LADDER, sizing="risk", size="0.01", exits={"stop_loss": "0.1"})
