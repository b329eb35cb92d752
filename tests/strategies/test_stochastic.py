"""%K of candles that all reach from 90 to 110, so that it is the close's place between them; %D is the mean of two.

%K is above %D when it rose: a close of 92 is 10, of 98 40, of 104 70, of 108 90.
"""

import pytest
from tests.strategies.signal_stage import refusal, trades

QUICK = {"period": 2, "smooth": 1, "signal": 2}


def reaching(*closes):
    """Candles of one reach."""
    return [(close, 110, 90, close) for close in closes]


def test_it_buys_a_rise_from_below_and_leaves_at_a_fall_from_above():
    # From 10 to 40 is a turn. The fall from 70 to 50 is none; that from 90 to 80 is.
    rows = reaching(100, 100, 100, 92, 98, 104, 100, 108, 106, 106)
    assert trades("stochastic", rows, **QUICK) == [(5, 10, 104), (9, -10, 106)]


def test_a_rise_in_the_middle_is_no_turn():
    assert trades("stochastic", reaching(100, 100, 100, 96, 104, 96, 104, 104), **QUICK) == []
    assert trades("stochastic", reaching(100, 100, 100, 94, 104, 104), **QUICK) == []  # 20 is not below 20
    assert trades("stochastic", reaching(100, 100, 100, 94, 104, 104), **QUICK, oversold=21) == [(5, 10, 104)]


def test_it_turns_over_where_it_may():
    rows = reaching(100, 100, 100, 92, 98, 108, 106, 92, 98, 98)
    assert trades("stochastic", rows, **QUICK, direction="both") == [(5, 10, 108), (7, -20, 92), (9, 20, 98)]


def test_what_a_rolling_sum_leaves_of_nothing_is_no_turn():
    # The last closes are the lowest: %K and its average are 0, and TA-Lib has the average at -4e-15.
    rows = [108, 108, 94, 99, 101, 91, 91, 91, 91, 91, 91, 91]
    assert trades("stochastic", rows, period=4, smooth=2, signal=2, oversold=30, overbought=60) == []


@pytest.mark.parametrize(
    ("params", "message"),
    [
        ({"oversold": 80}, "oversold is 80.0 and overbought is 80.0; oversold must be below"),
        ({"signal": 1}, "parameter signal is 1; it must be from 2 to 100"),
    ],
)
def test_it_refuses_what_cannot_turn(params, message):
    assert message in refusal("stochastic", **params)
