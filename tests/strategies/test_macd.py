"""Averages of 2 and 3 closes, a signal line of 2, on a drawn market that falls and rises again."""

import pytest
from tests.strategies.signal_stage import refusal, trades

# Close:  10 9     8     7     8     9     10   11   12   13   12   11
# MACD:   0  -0.17 -0.31 -0.39 -0.11 0.14  0.30 0.39 0.45 0.47 0.15 -0.12
# Signal: 0  -0.11 -0.24 -0.34 -0.19 0.03  0.21 0.33 0.41 0.45 0.25 0.01
ROWS = [10, 10, 10, 10, 9, 8, 7, 8, 9, 10, 11, 12, 13, 12, 11, 11]
QUICK = {"fast": 2, "slow": 3, "signal": 2}


def test_it_is_long_while_the_macd_is_above_its_signal_line():
    assert trades("macd", ROWS, **QUICK) == [(8, 10, 9), (14, -10, 11)]


def test_it_turns_over_where_it_may():
    assert trades("macd", ROWS, **QUICK, direction="both") == [(5, -10, 8), (8, 20, 9), (14, -20, 11)]


def test_a_distance_of_the_price_leaves_out_the_first_crossing():
    # 0.08 of 8 is 1.0 %, 0.11 of 9 is 1.2 %.
    assert trades("macd", ROWS, **QUICK, threshold=0.011) == [(9, 10, 10), (14, -10, 11)]


def test_above_zero_it_waits_for_the_macd_itself():
    assert trades("macd", ROWS, **QUICK, side_of_zero=True) == [(9, 10, 10), (14, -10, 11)]


@pytest.mark.parametrize(
    ("params", "message"),
    [
        ({"fast": 26}, "parameter fast is 26 and slow is 26; fast must be below slow"),
        ({"signal": 1}, "parameter signal is 1; it must be from 2 to 500"),
    ],
)
def test_it_refuses_lines_that_never_cross(params, message):
    assert message in refusal("macd", **params)
