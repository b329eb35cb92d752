"""What falls due for holding at rates that never change, worked out by hand."""

from decimal import Decimal
from fractions import Fraction

import pytest

from botswain.ledger.charges import split_of
from botswain.ledger.dues import charge_of, due, paid_of
from botswain.model.actions import ShareAction
from botswain.model.charges import Holding

DAY = 86_400_000
HOUR = 3_600_000
BOTH = Holding(Decimal("0.001"), 8, Decimal("0.36"))


def test_times_come_in_order_and_of_one_the_funding_first():
    assert list(due(BOTH, DAY - HOUR, DAY + 8 * HOUR)) == [
        (DAY, "funding"), (DAY, "borrow"), (DAY + 8 * HOUR, "funding"),
    ]  # fmt: skip
    assert list(due(BOTH, DAY, DAY + 8 * HOUR - 1)) == []
    assert list(due(Holding(), 0, 9 * DAY)) == []


@pytest.mark.parametrize(
    ("kind", "held", "cash"),
    [
        ("funding", 1_001, -11),  # 10.01, rounded up
        ("funding", -1_001, 10),  # got, rounded down
        ("borrow", -1_001, -11),  # a 360th of 36 percent of it
        ("borrow", 1_001, None),
        ("funding", 0, None),
    ],
)
def test_a_charge_is_of_what_is_held_at_the_last_close(kind, held, cash):
    made = charge_of(BOTH, DAY, kind, 1, held, 5, 2)
    if cash is None:
        assert made is None
        return
    rate = "0.001" if kind == "funding" else "0.36"
    assert (made.time_ms, made.symbol, made.kind, made.rate) == (DAY, 1, kind, rate)
    assert (made.position, made.price, made.cash) == (held, 5, cash)


def test_a_rate_below_zero_pays_whoever_is_long():
    paid = Holding(Decimal("-0.001"), 8)
    assert charge_of(paid, DAY, "funding", 0, 1_001, 5, 2).cash == 10
    assert charge_of(paid, DAY, "funding", 0, -1_001, 5, 2).cash == -11


@pytest.mark.parametrize(("held", "cash"), [(7, 17), (-7, -18), (0, None)])  # 7 x 0.25 x 10 = 17.5
def test_a_dividend_is_for_each_lot_rounded_against_whoever_gets_or_pays_it(held, cash):
    made = paid_of(ShareAction("ABC/USD", DAY, dividend=Decimal("0.250")), 1, held, 5, Fraction(10))
    if cash is None:
        assert made is None
        return
    assert (made.time_ms, made.symbol, made.kind, made.rate) == (DAY, 1, "dividend", "0.25")
    assert (made.position, made.price, made.cash) == (held, 5, cash)


@pytest.mark.parametrize(
    ("held", "after", "cash"),
    [
        (5, 7, 3),  # 7.5: half a lot is a third of one before, of 10: 3.33, down
        (-5, -7, -4),
        (4, 6, 0),
        (0, 0, 0),
    ],
)
def test_a_split_leaves_whole_lots_and_cash_for_the_fraction(held, after, cash):
    assert split_of(held, 3, 2, 10) == (after, cash)
