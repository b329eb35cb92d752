"""Splits and dividends booked by hand, and what must hold of all of them."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.ledger.test_books import BUY, SELL, Desk

from botswain.core.records import ACTION, Record
from botswain.ledger.books import OVERFLOW, TRIP_CLOSED
from botswain.ledger.shares import post_dividend, post_split

WHOLE = st.integers(1, 40)


def split(desk, num, den, mark):
    """Book num for den at a last close; the flags, and the action with what became of it."""
    action = Record(ACTION)
    action.num, action.den = num, den
    return post_split(desk.book, desk.terms, desk.account, action, mark), action


def dividend(desk, num, den=1):
    action = Record(ACTION)
    action.num, action.den = num, den
    return post_dividend(desk.book, desk.account, action), action


def test_what_is_not_held_does_not_change():
    desk = Desk(capital=1000)
    assert split(desk, 4, 1, 100)[0] == 0
    assert dividend(desk, 5)[0] == 0
    desk.is_(cash=1000, pos=0, realized=0)


def test_a_trip_that_a_split_ends_has_its_profit():
    desk = Desk(capital=1000)
    desk.fill(BUY, 3, 100)
    assert split(desk, 1, 8, 90)[0] == TRIP_CLOSED
    desk.is_(cash=970, pos=0, cost=0, trips=1, trip_profit=-30, trip_realized=0)


def test_a_dividend_is_counted_apart_and_in_what_is_realised():
    desk = Desk(capital=1000, shortable=1)
    desk.fill(SELL, 3, 100)
    assert dividend(desk, 7, 2)[1].cash == -11
    desk.is_(cash=1289, realized=-11, dividends=-11, trip_realized=-11, cost=300)


@pytest.mark.parametrize("post", [lambda desk: split(desk, 3, 2, 100), lambda desk: dividend(desk, 10)])
def test_money_beyond_the_limit_is_said(post):
    desk = Desk(capital=1000)
    desk.fill(BUY, 5, 100)
    desk.account.money_limit = 500.0
    assert post(desk)[0] == OVERFLOW
    desk.account.money_limit = 2.0
    assert post(desk)[0] == OVERFLOW


@given(st.sampled_from([BUY, SELL]), st.integers(1, 10**9), st.integers(1, 10**6), st.integers(1, 10**6), WHOLE, WHOLE)
def test_a_split_neither_makes_nor_loses_more_than_a_unit_of_money(side, lots, price, mark, num, den):
    desk = Desk(capital=0, shortable=1)
    desk.fill(side, lots, price)
    cash, cost = desk.account.cash, desk.book.cost
    _, action = split(desk, num, den, mark)
    ratio = Fraction(num, den)
    whole = side * (lots * num // den)
    assert (action.before, action.after, desk.book.pos) == (side * lots, whole, whole)
    # Worth in all, at the last close before and what that is a share after: never more, less by under a unit.
    before, after = cash + side * lots * mark, desk.account.cash + whole * mark / ratio
    assert 0 <= before - after < 1
    # What cost leaves, and what it brought, are in what is realised; nothing else is.
    assert desk.book.realized == side * ((desk.account.cash - cash) * side - (cost - desk.book.cost))
    if whole:
        assert abs(Fraction(desk.book.cost, abs(whole)) - Fraction(cost, lots) / ratio) < 1


@given(st.sampled_from([BUY, SELL]), st.integers(1, 10**9), st.integers(0, 10**8), st.integers(1, 10**6))
def test_a_dividend_is_rounded_against_the_account_by_less_than_a_unit(side, lots, num, den):
    desk = Desk(capital=0, shortable=1)
    desk.fill(side, lots, 1)
    before = desk.account.cash
    dividend(desk, num, den)
    exact = side * lots * Fraction(num, den)
    assert 0 <= exact - (desk.account.cash - before) < 1
