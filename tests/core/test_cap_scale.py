"""The limits that few bots have, as they are typed: what they become, and what cannot be."""

import re
from decimal import Decimal

import pytest
from tests.stage import market

from botswain.build.layout import layout_of
from botswain.build.plan import MONEY_LIMIT, Plan, new_state
from botswain.core.cap_scale import CAP_NAMES, caps_of
from botswain.core.caps import worth_of
from botswain.core.codes import R_MONEY_OVERFLOW, WORKING
from botswain.core.entries import position_lots
from botswain.core.records import RULES
from botswain.core.scale import LIMIT_NAMES
from botswain.model.errors import BadInput
from botswain.strategies.sma_crossover import SmaCrossover


def of(exits=None, **limits):
    return caps_of({name: Decimal(value) for name, value in limits.items()}, exits or {}, 60_000)


def test_they_become_the_records_integers():
    found = of(
        max_weekly_loss="0.08", max_exposure="1.5", drawdown_reduce="0.05", drawdown_factor="0.5",
        drawdown_pause="0.1", drawdown_flatten="0.2", drawdown_smoothing="12",
        order_rate="4", order_rate_ms="600000",
    )  # fmt: skip
    assert (found["max_weekly_loss"], found["max_exposure"]) == (8_000_000, 150_000_000)
    assert (found["fall_reduce"], found["fall_factor"]) == (5_000_000, 50_000_000)
    assert (found["fall_pause"], found["fall_flatten"], found["fall_span"]) == (10_000_000, 20_000_000, 12)
    assert (found["order_rate"], found["rate_ms"]) == (4, 600_000)
    assert (found["max_alike"], found["alike_from"], found["alike_span"]) == (0, 0, 0)
    alike = of(max_correlated_exposure="0.4")
    assert (alike["max_alike"], alike["alike_from"], alike["alike_span"]) == (40_000_000, 70_000_000, 50)
    alike = of(max_correlated_exposure="0.4", correlation="0.25", correlation_period="12")
    assert (alike["alike_from"], alike["alike_span"]) == (25_000_000, 12)
    assert set(found) <= set(RULES.names)
    assert set(CAP_NAMES) <= set(LIMIT_NAMES)


def test_the_nearer_stop_is_where_a_position_ends():
    far = {"stop_loss": Decimal("0.05"), "trailing_stop": Decimal("0.02")}
    assert of(far, max_trade_risk="0.01")["stop_far"] == 2_000_000
    assert of({"stop_loss": Decimal("0.05")}, max_trade_risk="0.01")["stop_far"] == 5_000_000


def test_a_trailing_stop_that_waits_for_a_gain_is_no_end_of_a_new_position():
    waits = {"trailing_stop": Decimal("0.02"), "trailing_activation": Decimal("0.03")}
    assert of(waits | {"stop_loss": Decimal("0.05")}, max_trade_risk="0.01")["stop_far"] == 5_000_000
    with pytest.raises(BadInput, match=r"there is no stop at which a position would end; set the exit stop_loss"):
        of(waits, max_trade_risk="0.01")


def test_without_them_nothing_is_on_and_a_tier_alone_is_not_smoothed():
    assert set(of().values()) == {0}
    assert of(drawdown_pause="0.1")["fall_span"] == 1


def test_what_an_entry_far_below_the_price_is_worth_at_the_close_is_too_much_for_64_bits():
    plan = Plan(SmaCrossover(), (market(),), 60_000, limits={"max_exposure": Decimal("0.5")})
    state = new_state(plan, layout_of(plan.strategy), 1, compiled=False)
    state.account.money_limit = MONEY_LIMIT
    state.parts["lanes"][0].mark = 5_000_000
    row = state.parts["rows"][0]
    row.state, row.side, row.eff = WORKING, 1, 90_000_000_000_000  # at one tick no more than the capital
    assert worth_of(state.handle, 0) == 0
    assert state.account.code == R_MONEY_OVERFLOW
    state.account.money_limit, state.account.code = 1e300, 0  # with Python's integers it is what it is
    assert worth_of(state.handle, 0) == 450_000_000_000_000_000_000
    assert state.account.code == 0


def test_lots_that_max_position_leaves_are_too_many_for_64_bits_and_that_is_told():
    plan = Plan(SmaCrossover(), (market(),), 60_000, limits={"max_position": Decimal("999")})
    state = new_state(plan, layout_of(plan.strategy), 1, compiled=False)
    state.account.money_limit, state.account.equity = MONEY_LIMIT, 3 * 10**18
    state.parts["lanes"][0].mark = 1000
    assert position_lots(state.handle, 0) == 999 * 3 * 10**15
    assert state.account.code == 0
    state.parts["lanes"][0].mark = 1
    assert position_lots(state.handle, 0) == 0
    assert state.account.code == R_MONEY_OVERFLOW


@pytest.mark.parametrize(
    ("limits", "message"),
    [
        ({"max_weekly_loss": "1"}, "limit max_weekly_loss is 1 (100 %); write 0 (off) to below 1 (100 %), such as"),
        ({"max_exposure": "-0.5"}, "limit max_exposure is -0.5 (-50 %); write 0 (off) to below 1000"),
        ({"order_rate": "3"}, "limit order_rate is 3 and order_rate_ms is not set, so nothing says in which time; set"),
        ({"order_rate_ms": "60000"}, "limit order_rate_ms is 60000 and order_rate is not set, so it would"),
        (
            {"order_rate": "3", "order_rate_ms": "90000"},
            "limit order_rate_ms is 90000, no whole number of candles of 60000 ms; write 120000, or another multiple",
        ),
        ({"max_trade_risk": "0.01"}, "limit max_trade_risk is 0.01 (1 %) and there is no stop at which"),
        ({"max_exposure": "NaN"}, "limit max_exposure is NaN; write 0 (off)"),
        ({"max_correlated_exposure": "-1"}, "limit max_correlated_exposure is -1 (-100 %); write 0 (off)"),
        ({"correlation": "0.5"}, "limit correlation is 0.5 and max_correlated_exposure is not set, so it would never"),
        ({"correlation_period": "9"}, "limit correlation_period is 9 and max_correlated_exposure is not set"),
        ({"max_correlated_exposure": "1", "correlation": "1.1"}, "correlation is 1.1; write 0 (the usual 0.7) to 1"),
        ({"max_correlated_exposure": "1", "correlation": "NaN"}, "limit correlation is NaN; write 0"),
        ({"max_correlated_exposure": "1", "correlation_period": "2"}, "limit correlation_period is 2; write a number"),
        ({"max_correlated_exposure": "1", "correlation_period": "501"}, "closes from 3 to 500, or 0 for the usual 50"),
        ({"drawdown_pause": "1.5"}, "limit drawdown_pause is 1.5 (150 %); write 0 (off) to below 1"),
        ({"drawdown_smoothing": "2.5", "drawdown_pause": "0.1"}, "limit drawdown_smoothing is 2.5; write a whole"),
        ({"drawdown_smoothing": "5"}, "limit drawdown_smoothing is 5 and there is no tier whose fall it would smooth"),
        ({"drawdown_reduce": "0.05"}, "limit drawdown_reduce is 0.05 (5 %) and drawdown_factor is not set, so nothing"),
        ({"drawdown_factor": "0.5"}, "limit drawdown_factor is 0.5 (50 %) and drawdown_reduce is not set, so it would"),
        (
            {"drawdown_pause": "0.1", "drawdown_flatten": "0.1"},
            "limit drawdown_flatten is 0.1 (10 %), not above drawdown_pause, 0.1 (10 %); write a greater one, or leave",
        ),
        (
            {"drawdown_reduce": "0.2", "drawdown_factor": "0.5", "drawdown_flatten": "0.1"},
            "limit drawdown_flatten is 0.1 (10 %), not above drawdown_reduce, 0.2 (20 %); write a greater one",
        ),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused_with_its_value_and_what_to_write(limits, message):
    with pytest.raises(BadInput, match=re.escape(message)):
        of(**limits)
