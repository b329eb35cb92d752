"""Rates as values: what is none is refused with what it is."""

from decimal import Decimal

import pytest

from botswain.model.charges import BorrowRate, FundingRate, Holding
from botswain.model.errors import BadInput


@pytest.mark.parametrize(
    ("kind", "rate", "said"),
    [
        (FundingRate, "NaN", "funding rate of A/B is NaN; write a fraction between -1 and 1, such as 0.0001"),
        (FundingRate, "1.01", "funding rate of A/B is 1.01; write a fraction between"),
        (FundingRate, "-Infinity", "funding rate of A/B is -Infinity"),
        (FundingRate, "0.0000000000000000001", "0.0000000000000000001; at most 18 decimals are kept"),
        (BorrowRate, "-0.03", "borrow rate of A/B is -0.03; write a fraction a year from 0 to 100, such as 0.03"),
        (BorrowRate, "101", "borrow rate of A/B is 101; write a fraction a year"),
        (BorrowRate, "sNaN", "borrow rate of A/B is sNaN; write a fraction a year"),
        (BorrowRate, "0.000000001", "borrow rate of A/B is 0.000000001; at most 8 decimals are kept"),
    ],
)
def test_what_is_no_rate_is_refused_with_it(kind, rate, said):
    with pytest.raises(BadInput, match=said):
        kind("A/B", 0, Decimal(rate))


def test_the_largest_and_the_finest_are_rates():
    assert FundingRate("A/B", 0, Decimal("-1")).rate == -1
    assert FundingRate("A/B", 0, Decimal("1e-18")).rate > 0
    assert BorrowRate("A/B", 0, Decimal(100)).rate == 100
    assert BorrowRate("A/B", 0, Decimal(0)).rate == 0


def test_what_never_changes_comes_due_by_the_clock():
    hour, day = 3_600_000, 86_400_000
    holding = Holding(Decimal("0.0001"), 8, Decimal("0.03"))
    # After the one, up to and with the other: what was due when the last candle opened has been charged.
    assert list(holding.fundings(day, 2 * day)) == [day + 8 * hour, day + 16 * hour, 2 * day]
    assert list(holding.fundings(day - 1, day)) == [day]
    assert list(holding.borrows(day, 3 * day + hour)) == [2 * day, 3 * day]
    assert list(Holding(borrow=Decimal(1)).fundings(0, 9 * day)) == []
    assert list(Holding(funding=Decimal(1)).borrows(0, 9 * day)) == []
    assert [one.any for one in (holding, Holding(), Holding(funding=Decimal("-0.1")))] == [True, False, True]


@pytest.mark.parametrize("hours", [0, -8, 7, 25, 48])
def test_hours_that_do_not_divide_a_day_are_refused(hours):
    with pytest.raises(BadInput, match=f"funding_hours is {hours}; write hours that divide a day"):
        Holding(Decimal("0.0001"), hours)
