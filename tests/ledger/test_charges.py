"""What holding costs, booked by hand."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.ledger.test_books import BUY, SELL, Desk

from botswain.core.records import ACTION, Record
from botswain.ledger.books import OVERFLOW
from botswain.ledger.charges import cash_of, post_charge


def charge(desk, num, den, mark):
    """Book a part of what is held, at a last close; the flags, and the action with what became of it."""
    action = Record(ACTION)
    action.num, action.den = num, den
    return post_charge(desk.book, desk.terms, desk.account, action, mark), action


def test_who_holds_nothing_pays_nothing():
    desk = Desk(capital=1000)
    assert charge(desk, 1, 100, 50)[0] == 0
    desk.is_(cash=1000, realized=0)


def test_it_is_cash_and_realised_profit_and_leaves_the_cost():
    desk = Desk(capital=1000, shortable=1)
    desk.fill(SELL, 3, 100)
    flags, action = charge(desk, -1, 7, 110)
    assert (flags, action.cash, action.before, action.after, action.mark) == (0, -48, -3, -3, 110)
    desk.is_(cash=1252, pos=-3, cost=300, realized=-48, trip_realized=-48, dividends=0, fees_quote=0)


@pytest.mark.parametrize("limit", [900.0, 2.0])
def test_money_beyond_the_limit_is_said(limit):
    desk = Desk(capital=1000)
    desk.fill(BUY, 5, 100)
    desk.account.money_limit = limit
    assert charge(desk, 1, 10**18, 181 if limit > 500 else 0)[0] == OVERFLOW


@given(
    st.integers(-(10**9), 10**9), st.integers(1, 4 * 10**9), st.integers(-(10**18), 10**18), st.integers(1, 10**18),
)  # fmt: skip
def test_what_is_paid_is_never_less_than_its_worth_and_what_is_got_never_more(lots, mark, num, den):
    desk = Desk(capital=0)
    desk.book.pos = lots
    if abs(num) > den:
        num = den
    flags, action = charge(desk, num, den, mark)
    exact = -lots * mark * num
    assert flags == (OVERFLOW if abs(lots) * mark > 4.0e18 else 0)
    if not flags:
        assert action.cash == exact // den
        desk.is_(cash=action.cash, realized=action.cash)


@given(
    st.integers(-(10**6), 10**6).filter(bool),
    st.integers(1, 10**6),
    st.integers(-(10**9), 10**9).filter(bool),
    st.integers(1, 10**9),
)
def test_python_charges_what_the_core_does(lots, mark, num, den):
    desk = Desk(capital=10**15, shortable=1)
    desk.fill(BUY if lots > 0 else SELL, abs(lots), 1)
    _, action = charge(desk, num, den, mark)
    worth = abs(int(desk.book.pos)) * mark * int(desk.terms.unit_money)
    assert cash_of(int(desk.book.pos), worth, Fraction(num, den)) == action.cash
