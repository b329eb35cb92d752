"""Two averages on a drawn market: when it buys, when it sells, and what it refuses to be."""

import pytest
from tests.stage import market, play, told

from botswain.model.errors import BadInput
from botswain.strategies.sma_crossover import SmaCrossover

FIXED = {"sizing": "fixed", "size": 10}
QUICK = {"fast": 2, "slow": 3}


def test_it_holds_while_the_fast_average_is_above_the_slow_one():
    # Averages of 2 and 3 closes: above at candle 4 (12 > 11.3), no longer at candle 6 (12 < 12.7).
    rows = [10, 10, 10, 10, (10, 14), 14, (14, 10), 10, 10, 10]
    assert told(play("sma_crossover", rows, params=QUICK, **FIXED)) == [
        (5, "buy", 10, 14, "target"), (7, "sell", 10, 10, "target"),
    ]  # fmt: skip


def test_averages_that_are_equal_are_not_above():
    assert told(play("sma_crossover", [10] * 12, params=QUICK, **FIXED)) == []
    assert told(play("sma_crossover", [10] * 12, params=QUICK | {"direction": "both"}, **FIXED)) == []


def test_it_goes_short_instead_of_flat_where_it_may():
    rows = [10, 10, 10, (10, 14), 14, (14, 8), 8, 8]
    both = told(
        play("sma_crossover", rows, params=QUICK | {"direction": "both"}, instrument=market(shortable=True), **FIXED)
    )
    assert both == [(4, "buy", 10, 14, "target"), (6, "sell", 20, 8, "target")]
    spot = told(play("sma_crossover", rows, params=QUICK | {"direction": "both"}, **FIXED))
    assert spot == [(4, "buy", 10, 14, "target"), (6, "sell", 10, 8, "target")]


def test_before_its_averages_are_known_it_wants_nothing():
    rows = [(10, 11), (11, 12), (12, 13), (13, 14), 14, 14]
    assert told(play("sma_crossover", rows, params={"fast": 2, "slow": 4}, **FIXED))[0][0] == 4


def test_a_threshold_waits_until_they_are_apart():
    # 12 of 11.3 is 5.9 % above, 14 of 12.7 is 10.5 %. It leaves where they meet, as without.
    rows = [10, 10, 10, 10, (10, 14), 14, (14, 10), 10, 10, 10]
    assert told(play("sma_crossover", rows, params=QUICK | {"threshold": 0.06}, **FIXED)) == [
        (6, "buy", 10, 14, "target"), (7, "sell", 10, 10, "target"),
    ]  # fmt: skip


def test_in_time_only_it_does_not_enter_what_stood_before():
    rows = [10, 11, 12, 13, 14, 15, 16]
    assert told(play("sma_crossover", rows, params=QUICK, **FIXED))[0][0] == 3
    assert told(play("sma_crossover", rows, params=QUICK | {"late": False}, **FIXED)) == []


def test_a_hull_average_turns_sooner_than_a_simple_one():
    rows = [*range(40, 20, -1), *range(20, 40)]
    entered = {
        kind: told(play("sma_crossover", rows, params={"fast": 4, "slow": 9, "average": kind}, **FIXED))[0][0]
        for kind in ("SMA", "HMA")
    }
    assert entered["HMA"] < entered["SMA"]


def test_its_own_settings_come_first_and_then_the_shared_ones():
    assert list(SmaCrossover.parameters()) == [
        "fast", "slow", "average", "threshold", "direction", "confirm", "late", "trend", "cooldown",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("params", "message"),
    [
        ({"fast": 50}, "parameter fast is 50 and slow is 50; fast must be below slow"),
        ({"fast": 1}, "parameter fast is 1; it must be from 2 to 2000"),
        ({"slwo": 30}, "did you mean 'slow'?"),
    ],
)
def test_it_refuses_averages_that_cannot_cross(params, message):
    with pytest.raises(BadInput) as raised:
        SmaCrossover(**params)
    assert message in str(raised.value)
