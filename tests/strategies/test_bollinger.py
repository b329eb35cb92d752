"""Bands of three closes and one deviation on a drawn market: back to the average, or out of the bands."""

import pytest
from tests.stage import market, play
from tests.strategies.signal_stage import trades

from botswain.model.errors import BadInput

QUICK = {"period": 3, "width": 1}
# After 100, 100, 94 the average is 98, the deviation 2.83: the lower band is 95.2. Then the averages 96.3 and 95.
FALL = [100, 100, 100, 94, 95, 96, 96]
RISE = [100, 100, 100, 106, 105, 102, 102]  # 102 with an upper band of 104.8, then 103.7 and 104.3


def test_it_buys_below_the_band_and_leaves_at_the_average():
    assert trades("bollinger", FALL, **QUICK) == [(4, 10, 95), (6, -10, 96)]


def test_out_of_the_bands_it_buys_strength_and_leaves_below_the_average():
    assert trades("bollinger", RISE, **QUICK, mode="breakout") == [(4, 10, 105), (6, -10, 102)]
    assert trades("bollinger", FALL[:6], **QUICK, mode="breakout") == []


def test_short_it_is_the_mirror():
    assert trades("bollinger", RISE, **QUICK, direction="short") == [(4, -10, 105), (6, 10, 102)]


def test_a_way_back_that_is_too_short_is_not_taken():
    # From 94 to the average of 98 it is 4.3 % of the price.
    assert trades("bollinger", FALL, **QUICK, min_move=0.042) != []
    assert trades("bollinger", FALL, **QUICK, min_move=0.043) == []


def test_a_way_back_that_is_just_long_enough_is_taken_whatever_came_before():
    # From 100 to the average of 99.5 it is half a percent, and a rolling sum has it 1e-14 short of that.
    rows = [99.31, 109.23, 95.78, 91.18, 103.63, 101, 99, 100, 100]
    asked = {"period": 2, "width": 0.4, "mode": "breakout", "min_move": 0.005}
    assert trades("bollinger", rows, market(tick="0.01"), **asked)[-1] == (8, 10, 100)


def test_inside_wider_bands_nothing_happens():
    assert trades("bollinger", FALL, period=3, width=1.5) == []  # 98 less 4.2


def test_it_refuses_a_way_back_that_does_not_pay_its_fees():
    dear = market(taker_fee="0.003")
    with pytest.raises(BadInput) as raised:
        play("bollinger", FALL, instrument=dear)
    assert str(raised.value) == (
        "parameter min_move is 0.005 (0.5 %), which does not pay the round-trip fee of 0.6 %; "
        "give one above 0.006 (0.6 %)"
    )
    with pytest.raises(BadInput, match=r"min_move is 0\.005"):
        play("bollinger", FALL, instrument=market(taker_fee="0.0025"))
    play("bollinger", FALL, instrument=dear, params={"min_move": 0.0061})
    play("bollinger", FALL, instrument=dear, params={"mode": "breakout"})
