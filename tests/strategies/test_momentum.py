"""Changes over two closes on drawn markets: in by a rise of 4 %, out when it is gone, and what may come between."""

from decimal import Decimal

import pytest
from tests.stage import codes, drawn, market, play, told
from tests.strategies.signal_stage import refusal, trades

from botswain.model.errors import BadInput

QUICK = {"lookback": 2, "enter": 0.04}
# Changes from the third close on: 0, 5 %, 6 %, 1 %, -0.9 %.
RISE = [100, 100, 100, 105, 106, 106, 105, 104]
FALL = [100, 100, 100, 95, 94, 94, 95, 96]
# Up by 5 %, then on by small steps, then down.
CLIMB = [100, 100, 100, 105, 106, 108, 109, 110, 111, 105, 105]


def test_it_buys_what_has_risen_and_sells_when_the_rise_is_over():
    assert trades("momentum", RISE, **QUICK) == [(4, 10, 106), (7, -10, 104)]


def test_a_change_that_is_too_small_is_not_followed():
    assert trades("momentum", RISE, lookback=2, enter=0.061) == []


def test_short_it_is_the_mirror():
    assert trades("momentum", FALL, **QUICK, direction="short") == [(4, -10, 94), (7, 10, 96)]


def test_it_holds_while_the_change_is_not_below_leave():
    assert trades("momentum", [100, 100, 100, 105, 105, 105, 105, 105], **QUICK) == [(4, 10, 105)]
    assert trades("momentum", RISE, **QUICK, leave=-0.01) == [(4, 10, 106)]  # at minute 6 it is -0.94 %
    assert trades("momentum", RISE, **QUICK, leave=0.01) == [(4, 10, 106), (6, -10, 105)]


def test_before_the_change_is_known_nothing_is_done():
    assert trades("momentum", [100, 110, 120], lookback=3, enter=0.04, late=True) == []


def test_a_rise_that_stood_before_anybody_looked_is_not_entered():
    rising = [100, 103, 106, 110, 115, 120]
    assert trades("momentum", rising, **QUICK) == []
    assert trades("momentum", rising, **QUICK, late=True) == [(3, 10, 110)]


def test_an_opposite_change_turns_it_over_where_it_may():
    rows = [100, 100, 100, 105, 106, 98, 98]  # from 105 to 98 it is -6.7 %
    assert trades("momentum", rows, **QUICK, direction="both") == [(4, 10, 106), (6, -20, 98)]
    assert trades("momentum", rows, market(), **QUICK, direction="both") == [(4, 10, 106), (6, -10, 98)]


def test_an_opposite_change_ends_a_side_whose_purchase_never_came():
    rows = [100, 100, 100, 105, 106, 98, 98]
    result = play("momentum", rows, params=QUICK, instrument=market(), sizing="fixed", size=10, capital=1000)
    assert told(result) == []
    assert [code for _slot, code, _value, _limit in codes(result)] == ["insufficient_balance"]  # once, not each close


class TestFilters:
    """What keeps it out of chop; each alone."""

    def test_a_trend_that_is_too_weak_is_not_entered(self):
        # Of two candles: 0 and 100 make 50 at the first rise, then 50 and 100 make 75.
        rows = [100, 100, 100, 100, 105, 110, 115, 116]
        assert trades("momentum", rows, **QUICK, min_strength=50, strength_period=2) == [(5, 10, 110)]
        assert trades("momentum", rows, **QUICK, min_strength=51, strength_period=2) == [(6, 10, 115)]

    def test_a_market_that_moves_too_little_is_not_entered(self):
        # The range of minute 3 is 5 of 105, 4.76 %; the next ones are smaller.
        assert trades("momentum", RISE, **QUICK, min_volatility=0.047, volatility_period=1)[:1] == [(4, 10, 106)]
        assert trades("momentum", RISE, **QUICK, min_volatility=0.048, volatility_period=1) == []

    def test_a_close_too_low_in_its_bands_is_not_entered(self):
        # 100, 100, 105: bands from 99.31 to 104.02, so 105 lies at 1.207 of them; 106 at 0.94 of its own.
        bands = {"band_period": 3, "band_width": 1}
        assert trades("momentum", RISE, **QUICK, band=1.2, **bands)[:1] == [(4, 10, 106)]
        assert trades("momentum", RISE, **QUICK, band=1.21, **bands) == []

    def test_short_a_close_too_high_in_its_bands_is_not_entered(self):
        bands = {"band_period": 3, "band_width": 1, "direction": "short"}
        assert trades("momentum", FALL, **QUICK, band=1.2, **bands)[:1] == [(4, -10, 94)]
        assert trades("momentum", FALL, **QUICK, band=1.21, **bands) == []

    def test_a_rise_against_the_macd_is_not_entered(self):
        # After the fall to 80 the MACD is far below its signal line, and stays there with a close of 84.
        rows = [100] * 40 + [80, 84, 84]
        assert trades("momentum", rows, lookback=1, enter=0.04) == [(42, 10, 84)]
        assert trades("momentum", rows, lookback=1, enter=0.04, macd=True) == []

    def test_a_filter_of_a_long_period_keeps_it_waiting_for_values(self):
        assert trades("momentum", RISE, **QUICK, min_volatility=0.0001, volatility_period=7) == []


class TestAdds:
    """More purchases as the position gains: equal parts of the size, the last one fills it."""

    def test_come_when_the_close_is_a_step_above_the_last_purchase(self):
        # 106 x 1.02 = 108.12: 108 is not above it, 109 is.
        assert trades("momentum", CLIMB, **QUICK, adds=1) == [(4, 5, 106), (7, 5, 110), (10, -10, 105)]

    def test_short_come_a_step_below(self):
        rows = [100, 100, 100, 95, 94, 92, 91, 90, 89, 95, 95]  # 94 x 0.98 = 92.12
        told_short = trades("momentum", rows, **QUICK, adds=1, direction="short")
        assert told_short == [(4, -5, 94), (6, -5, 91), (10, 10, 95)]

    def test_end_when_all_are_made(self):
        rows = [*CLIMB[:9], 120, 130, 140, 150]
        assert trades("momentum", rows, **QUICK, adds=1) == [(4, 5, 106), (7, 5, 110)]

    def test_are_no_more_than_one_a_close_however_far_it_jumped(self):
        rows = [100, 100, 100, 105, 106, 130, 130, 130]
        assert trades("momentum", rows, **QUICK, adds=4) == [(4, 2, 106), (6, 2, 130)]

    def test_begin_anew_with_the_next_position(self):
        rows = [*CLIMB, 105, 111, 112, 112]
        assert trades("momentum", rows, **QUICK, adds=1)[3:] == [(13, 5, 112)]

    def test_that_are_refused_are_not_asked_for_at_every_close(self):
        # Two orders a day: the first purchase and the add of 109. That of 112 is refused, and 113 and 114 are no step.
        rows = [100, 100, 100, 105, 106, 109, 109, 112, 113, 114, 114]
        result = play(
            "momentum", rows, params={**QUICK, "adds": 4}, instrument=market(), sizing="fixed", size=10,
            limits={"max_orders_day": 2},
        )  # fmt: skip
        assert [fill[:4] for fill in told(result)] == [(4, "buy", 2, 106), (6, "buy", 2, 109)]
        assert [code for _slot, code, _value, _limit in codes(result)] == ["max_orders"]

    def test_too_small_for_the_venue_are_not_retried(self):
        result = play(
            "momentum", CLIMB, params={**QUICK, "adds": 9}, instrument=market(min_qty="2"), sizing="fixed", size=10
        )
        assert told(result) == []
        assert [code for _slot, code, _value, _limit in codes(result)] == ["below_minimum"]


def test_a_gap_through_the_stop_is_sold_at_the_open_and_the_rise_is_used_up():
    # Bought at 106, the stop is at 101; minute 5 opens at 90. The change is above 4 % again at minute 6: another rise.
    rows = [100, 100, 100, 105, 106, 90, 111, 112, 112]
    result = play("momentum", rows, params=QUICK, instrument=market(), exits={"stop_loss": "0.05"},
                  sizing="fixed", size=10)  # fmt: skip
    assert [(m, s, p, why) for m, s, _q, p, why in told(result)] == [
        (4, "buy", 106, "target"), (5, "sell", 90, "stop_loss"), (7, "buy", 112, "target"),
    ]  # fmt: skip


def test_a_fee_taken_in_base_leaves_less_than_a_lot():
    rules = market(lot="0.1", fee_asset="ABC", fee_precision=3, taker_fee="0.006")
    result = play("momentum", RISE, params=QUICK, instrument=rules, sizing="fixed", size=10)
    assert [fill[1:3] for fill in told(result)] == [("buy", Decimal(10)), ("sell", Decimal("9.9"))]


def test_it_refuses_to_leave_where_it_enters():
    assert refusal("momentum", enter=0.01, leave=0.02) == (
        "parameter leave is 0.02 (2 %) and enter is 0.01 (1 %); leave must not be above enter"
    )


def test_it_refuses_purchases_that_would_be_sales():
    assert "adds 10 and add_step 0.1" in refusal("momentum", adds=10, add_step=0.1)


def test_it_refuses_a_change_that_does_not_pay_its_fees():
    dear = market(taker_fee="0.003")
    with pytest.raises(BadInput) as raised:
        play("momentum", RISE, params={"enter": 0.006}, instrument=dear)
    assert str(raised.value) == (
        "parameter enter is 0.006 (0.6 %), which does not pay the round-trip fee of 0.6 %; give one above 0.006 (0.6 %)"
    )
    play("momentum", RISE, params={"enter": 0.0061}, instrument=dear)
    with pytest.raises(BadInput, match=r"add_step is 0\.005"):
        play("momentum", RISE, params={"adds": 1, "add_step": 0.005}, instrument=dear)
    play("momentum", RISE, params={"add_step": 0.005}, instrument=dear)


BIG = "BIG/USD"


def with_market(rows, market_rows, minutes=None, **params):
    """What it does with the filter on a market's closes, whose average is over two."""
    settings = QUICK | {"filter_symbol": BIG, "filter_trend": 2} | params
    return trades("momentum", rows, **settings, reads=drawn(market_rows, BIG, minutes=minutes))


def test_with_a_market_it_enters_only_while_that_is_above_its_average():
    assert with_market(RISE, [50, 50, 50, 51, 50, 50, 50, 50]) == [(4, 10, 106), (7, -10, 104)]
    assert with_market(RISE, [50, 50, 50, 49, 60, 70, 80, 90]) == []
    assert with_market(RISE, [50, 50, 50, 49, 60, 70, 80, 90], late=True) == [(5, 10, 106), (7, -10, 104)]


def test_a_market_that_is_not_known_at_a_close_agrees_to_nothing_and_ends_nothing():
    up = list(range(50, 58))
    assert with_market(RISE, up) == [(4, 10, 106), (7, -10, 104)]
    assert with_market(RISE, [50, 51, 52, 54, 55, 56, 57], [0, 1, 2, 4, 5, 6, 7]) == []
    # Missing from the entry on it is held, and sold when the rise is over.
    assert with_market(RISE, [50, 51, 52, 53, 60], [0, 1, 2, 3, 7]) == [(4, 10, 106), (7, -10, 104)]


def test_short_it_enters_only_while_the_market_is_below_and_a_turn_against_it_only_ends():
    assert with_market(FALL, [50, 50, 50, 49, 60, 60, 60, 60], direction="short") == [(4, -10, 94), (7, 10, 96)]
    assert with_market(FALL, [50, 50, 50, 51, 60, 60, 60, 60], direction="short") == []
    rows = [100, 100, 100, 105, 106, 98, 98]
    assert with_market(rows, [50, 50, 50, 51, 52, 53, 54], direction="both") == [(4, 10, 106), (6, -10, 98)]
    assert with_market(rows, [50, 50, 50, 51, 52, 48, 47], direction="both") == [(4, 10, 106), (6, -20, 98)]
