"""Purchases after drops of 5 % within three candles on drawn markets, and the sales above their average."""

from decimal import Decimal

import pytest
from tests.stage import codes, market, play
from tests.stage import told as fills_of
from tests.strategies.signal_stage import refusal

from botswain.model.errors import BadInput

QUICK = {"drop": 0.05, "window": 3, "cooldown": 3, "gain_1": 0.1}


def run(rows, exits=None, instrument=None, size=10, **params):
    """Fills as (minute, +10 bought or -10 sold, price)."""
    result = play("dip", rows, params=QUICK | params, instrument=instrument or market(), exits=exits or {},
                  sizing="fixed", size=size)  # fmt: skip
    assert result.halt is None
    return [(minute, qty if side == "buy" else -qty, price) for minute, side, qty, price, _why in fills_of(result)]


def test_it_buys_at_the_open_after_a_drop_and_sells_at_its_gain():
    # 95 is 5 % below 100; 96 + 10 % is 105.6, up to 106.
    assert run([100, 100, 100, 95, 96, (100, 107), 107]) == [(4, 10, 96), (5, -10, 106)]


def test_a_smaller_drop_is_not_bought():
    assert run([100, 100, 100, 96, 96, 96]) == []


def test_before_the_window_is_full_nothing_is_bought():
    assert run([100, 90, 90]) == []


def test_the_high_of_a_wick_counts():
    assert run([100, (100, 110, 100, 104), 104, 104]) == [(3, 10, 104)]


def test_purchases_keep_their_distance_in_time_and_are_no_more_than_allowed():
    falling = [100, 100, 100, 90, 80, 70, 60, 50, 40, 30, 20, 10, 10]
    assert run(falling, buys=2) == [(4, 10, 80), (7, 10, 50)]


def test_a_drop_may_be_measured_from_the_last_purchase_or_the_average():
    # Bought at 90. At minute 6 the high of three candles is 90 still, and 86 is 4.4 % below it.
    rows = [100, 100, 100, 90, 90, 90, 86, 86, 85, 85]
    assert run(rows, drop_from="last_buy") == [(4, 10, 90), (9, 10, 85)]  # 85 is 5.6 % below 90
    # Bought at 90 and 80: 5 % below the average of 85 is 80.75, below the last purchase 76.
    rows = [100, 100, 100, 90, 90, 90, 80, 80, 80, 80, 80]
    assert run(rows, drop_from="average") == [(4, 10, 90), (7, 10, 80), (10, 10, 80)]
    assert run(rows, drop_from="last_buy") == [(4, 10, 90), (7, 10, 80)]


def test_a_deeper_drop_is_bought_larger_within_the_money_there_is():
    rows = [100, 100, 100, 90, 90, 90, 90]  # twice the drop, up to floating point
    assert run([100, 100, 100, 85, 85], growth=1) == [(4, 30, 85)]  # 15 %: three parts
    assert run(rows, growth=0.5)[0][1] in (14, 15)
    assert run([100, 100, 100, 50, 50, 50, 25, 25, 25], growth=1) == [(4, 30, 50)]  # ten parts, but only three are


def test_it_follows_a_price_down_and_buys_the_rebound():
    # The low goes from 94 to 88; 89 is not 2 % above it (89.76), 90 is.
    rows = [100, 100, 100, 94, 90, 88, 89, 90, 91]
    assert run(rows, rebound=0.02) == [(8, 10, 91)]
    assert run(rows, rebound=0.02, patience=3) == []  # three candles later it gives up, and stays out for three


def test_a_limit_order_below_the_close_waits_and_is_withdrawn():
    # 95 less 2 % is 93.1, 93.
    assert run([100, 100, 100, 95, (95, 95, 93, 94), 94], limit_below=0.02) == [(4, 10, 93)]
    late = [100, 100, 100, 95, 95, 95, (95, 95, 93, 94), 94]
    assert run(late, limit_below=0.02, limit_life=2, cooldown=9) == []
    assert run(late, limit_below=0.02, limit_life=3, cooldown=9) == [(6, 10, 93)]


def test_near_the_top_of_a_longer_window_it_does_not_buy():
    rows = [100, 100, 100, 100, 95, 95]
    assert run(rows, near_top=0.06, top_window=4) == []
    assert run(rows, near_top=0.04, top_window=4) == [(5, 10, 95)]


def test_a_falling_knife_is_not_caught():
    # The average of four closes is 97.5 and 90 is 7.7 % below it.
    rows = [100, 100, 100, 90, 90]
    assert run(rows, knife=0.07, knife_average=4) == []
    assert run(rows, knife=0.08, knife_average=4) == [(4, 10, 90)]


class TestSales:
    """Over the average price, in steps or trailing; never below cost by itself."""

    def test_in_steps_share_the_position_and_the_last_sells_the_rest(self):
        rows = [100, 100, 100, 90, 90, (90, 120), 120]  # 99, 108, 117
        found = run(rows, sells=3, gain_2=0.2, gain_3=0.3)
        assert found == [(4, 10, 90), (5, -5, 99), (5, -2, 108), (5, -3, 117)]

    def test_are_laid_anew_over_the_average_by_every_purchase(self):
        # 90 and 80: the average is 85, its gain 93.5, up to 94.
        rows = [100, 100, 100, 90, 90, 90, 80, 80, (80, 95), 95]
        assert run(rows) == [(4, 10, 90), (7, 10, 80), (8, -20, 94)]

    def test_trailing_follow_the_closes_up_and_sell_when_one_falls_back(self):
        # Armed by 95 (5 % over 90), highest 100; 98 is not 2 % below it, 97 is.
        rows = [100, 100, 100, 90, 90, 95, 100, 98, 97, 96, 96]
        assert run(rows, sells=0, arm=0.05, trail=0.02) == [(4, 10, 90), (9, -10, 96)]

    def test_trailing_do_not_sell_at_a_loss(self):
        rows = [100, 100, 100, 90, 90, 95, 89, 88, 88]
        assert run(rows, sells=0, arm=0.05, trail=0.02, buys=1) == [(4, 10, 90)]

    def test_come_before_the_next_purchase_at_the_same_close(self):
        # 95 after 104: a drop of 8.7 %, and 5.6 % over cost. It sells; the drop is not bought.
        rows = [100, 100, 100, 90, 90, 95, 104, 95, 95, 95]
        assert run(rows, sells=0, arm=0.05, trail=0.02) == [(4, 10, 90), (8, -10, 95)]

    def test_below_the_venues_minimum_are_not_retried(self):
        result = play("dip", [100, 100, 100, 90, 90, 90, 90, 90, 90], params=QUICK | {"sells": 2, "gain_2": 0.2,
                      "share_1": 0.1, "buys": 1}, instrument=market(min_qty="2"), sizing="fixed", size=10)  # fmt: skip
        assert [code for _slot, code, _value, _limit in codes(result)] == ["below_minimum"]


def test_a_gap_through_the_stop_is_sold_at_the_open_and_it_stays_out_for_a_while():
    rows = [100, 100, 100, 90, 90, 70, 60, 50, 50]  # stop at 81; the cool-down ends with the close of minute 7
    assert run(rows, {"stop_loss": "0.1"}) == [(4, 10, 90), (5, -10, 70), (8, 10, 50)]


def test_a_sale_takes_back_the_purchase_that_rests():
    # Bought at 90; at minute 6 it asks for more at 84; minute 7 sells all first, then falls through 84.
    rows = [100, 100, 100, 90, 90, 90, (86, 86), (86, 100, 86, 99), (99, 99, 80, 80), 80]
    found = run(rows, limit_below=0.02, cooldown=3)
    assert [qty for _m, qty, _p in found[:2]] == [10, -10]


def test_a_purchase_that_cannot_be_paid_waits_for_the_cool_down():
    rows = [100, 100, 100, 90, 80, 70, 60, 50, 40, 40]
    result = play(
        "dip", rows, params=QUICK | {"cooldown": 4}, instrument=market(), sizing="fixed", size=10, capital=100
    )
    assert fills_of(result) == []
    assert len(codes(result)) == 2  # after minutes 3 and 7


def test_a_fee_taken_in_base_is_not_sold():
    rules = market(lot="0.1", fee_asset="ABC", fee_precision=3, taker_fee="0.006", maker_fee="0.006")
    found = run([100, 100, 100, 90, 90, (90, 120), 120], instrument=rules)
    assert [qty for _m, qty, _p in found] == [Decimal(10), Decimal("-9.9")]


def test_where_it_may_sell_short_it_does_not():
    rows = [100, 100, 100, 90, 90, (90, 120), 120, 130]
    assert run(rows, instrument=market(shortable=True)) == [(4, 10, 90), (5, -10, 99)]


@pytest.mark.parametrize(
    ("params", "words"),
    [
        ({"sells": 2, "gain_1": 0.05, "gain_2": 0.04}, "0.05 (5 %), 0.04 (4 %); each must be above the one before"),
        ({"sells": 3, "share_1": 0.6, "share_2": 0.4}, "share_1 0.6 (60 %) and share_2 0.4 (40 %)"),
        ({"drop": 0.02, "rebound": 0.02}, "rebound is 0.02 (2 %) and drop is 0.02 (2 %)"),
        ({"arm": 0.004}, "arm is 0.004 (0.4 %) and min_gain is 0.005 (0.5 %)"),
        ({"sells": 0}, "nothing would ever be sold"),
    ],
)
def test_it_refuses_settings_that_contradict_each_other(params, words):
    assert words in refusal("dip", **params)


def test_it_refuses_gains_that_do_not_pay_their_fees():
    dear = market(taker_fee="0.003")
    with pytest.raises(BadInput) as raised:
        play("dip", [100], params={"gain_1": 0.006}, instrument=dear)
    assert str(raised.value) == (
        "parameter gain_1 is 0.006 (0.6 %), which does not pay the round-trip fee of 0.6 %; "
        "give one above 0.006 (0.6 %)"
    )
    with pytest.raises(BadInput, match=r"min_gain is 0\.005"):
        play("dip", [100], params={"arm": 0.05}, instrument=dear)
    play("dip", [100], instrument=dear)


def test_it_refuses_sizing_by_risk():
    with pytest.raises(BadInput, match="sizing risk does not fit dip"):
        play("dip", [100], sizing="risk", size=0.01, exits={"stop_loss": "0.1"})
