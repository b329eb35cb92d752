"""Orders as values after a split, by hand (docs/rules.md section 11)."""

import pytest

from botswain.core.codes import LIMIT, STOP, TAKE_PROFIT
from botswain.core.orders_split import after_split
from botswain.model.intents import Wanted


def wanted(kind, side, price, trigger, leaves, held=0):
    return Wanted(0, 0, 1, side, kind, price, trigger, 0, 0, 0, 0, leaves, reducing=False, held=held)


@pytest.mark.parametrize(
    ("kind", "side", "price", "trigger", "expected"),
    [
        (LIMIT, 1, 101, 0, (67, 0)),  # 67.33: a purchase not dearer
        (LIMIT, -1, 101, 0, (68, 0)),  # a sale not cheaper
        (STOP, -1, 0, 101, (0, 68)),
        (STOP, 1, 0, 101, (0, 67)),
        (TAKE_PROFIT, -1, 0, 101, (0, 67)),  # sooner
        (TAKE_PROFIT, 1, 0, 101, (0, 68)),
    ],
)
def test_prices_go_to_the_tick_that_is_no_better_for_the_market(kind, side, price, trigger, expected):
    after = after_split(wanted(kind, side, price, trigger, 5, 3), 3, 2)
    assert (after.price, after.trigger) == expected
    assert (after.leaves, after.held) == (7, 4)


def test_of_too_little_no_lot_is_left_and_a_price_is_a_tick_at_least():
    after = after_split(wanted(LIMIT, 1, 3, 0, 4), 1, 5)
    assert (after.price, after.leaves) == (15, 0)
    assert after_split(wanted(LIMIT, 1, 3, 0, 4), 5, 1).price == 1
