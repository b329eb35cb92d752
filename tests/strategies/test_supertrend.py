"""A band one average range of two candles away, on candles that reach one up and one down from their close."""

from tests.strategies.signal_stage import refusal, trades

QUICK = {"period": 2, "multiplier": 1}


def reaching(*closes):
    """Candles that open where they close."""
    return [(close, close + 1, close - 1, close) for close in closes]


# Ranges and bands: 2, from below at 98. 94: 4.5, through it, from above at 98.5. 100: 5.75, through it, from below at
# 94.25. 101: 3.875, at 97.125. 98: 3.94, which would be 94.1, so it stays. 97 is below it.
ROWS = reaching(100, 100, 100, 94, 100, 101, 98, 97, 97)


def test_it_is_long_while_the_band_below_holds():
    assert trades("supertrend", ROWS, **QUICK) == [(5, 10, 101), (8, -10, 97)]


def test_what_stood_before_anybody_looked_is_not_entered():
    assert trades("supertrend", reaching(100, 100, 100, 101, 102, 103), **QUICK) == []
    assert trades("supertrend", reaching(100, 100, 100, 101, 102, 103), **QUICK, late=True) == [(3, 10, 101)]


def test_it_turns_over_where_it_may():
    assert trades("supertrend", ROWS, **QUICK, direction="both") == [(4, -10, 100), (5, 20, 101), (8, -20, 97)]


def test_near_the_band_only_it_waits_for_the_band_to_come():
    # 5.75 from 100 is more than 5 %, 3.875 from 101 is not.
    assert trades("supertrend", ROWS, **QUICK, near_band=0.05) == [(6, 10, 98), (8, -10, 97)]


def test_it_refuses_a_band_without_distance():
    assert "parameter multiplier is 0" in refusal("supertrend", multiplier=0)
