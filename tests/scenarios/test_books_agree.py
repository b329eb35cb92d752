"""The comparison of a database with the exchange's books finds what it is there to find."""

from collections import Counter
from dataclasses import replace
from decimal import Decimal

import pytest
from tests.scenarios.books_agree import Filled, Journal, Placed, Shown, of_balances, of_fills, of_orders, of_positions

BUY = Filled("a", "buy", Decimal("2"), Decimal("100"), Decimal("0.002"), "BTC", True)
KEY = ("BTC/USDT", "7")
ROW = {
    "side": "BUY",
    "origQty": "3",
    "price": "100.0",
    "stopPrice": "0",
    "status": "PARTIALLY_FILLED",
    "executedQty": "2",
}


def books():
    """An order of three, two of them filled, alike on both sides."""
    zero = Decimal(0)
    kept = Journal({"a": Placed("one", "BTC/USDT", "buy", Decimal(3), Decimal(100), zero)}, {"a"}, {KEY: BUY})
    kept.held["one", "BTC/USDT"], kept.cash = Decimal("1.998"), Decimal(-200)
    return kept, Shown({"a": dict(ROW)}, {KEY: BUY}, Counter(["a"]))


def said(kept, shown):
    """All that is found."""
    standing = {"free": {"BTC": "1.998", "USDT": "700"}, "locked": {"USDT": "100"}}
    start = {"USDT": Decimal(1_000)}
    found = [*of_orders(kept, shown), *of_fills(kept, shown), *of_positions(kept, shown)]
    return [*kept.twice, *found, *of_balances(kept, standing, start)]


def test_equal_books_have_no_difference():
    assert said(*books()) == []


def sent_twice(_, shown):
    shown.names["a"] = 2


def unknown_to_us(_, shown):
    shown.orders["b"], shown.names["b"] = dict(ROW, executedQty="0"), 1


def lost(_, shown):
    shown.orders["a"]["status"] = "CANCELED"


def forgotten(kept, _):
    kept.open.clear()


def not_booked(kept, _):
    kept.fills.clear()


def booked_only(kept, _):
    kept.fills["BTC/USDT", "8"] = BUY


def fee_off_by_one(kept, _):
    kept.fills[KEY] = replace(BUY, fee=Decimal("0.00200001"))


def position_off_by_one(kept, _):
    kept.held["one", "BTC/USDT"] += Decimal("0.00000001")


def cash_off_by_one(kept, _):
    kept.cash += Decimal("0.00000001")


def other_quantity(_, shown):
    shown.orders["a"]["origQty"] = "4"


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (sent_twice, "order a was sent 2 times"),
        (unknown_to_us, "order b is at the venue and in no journal"),
        (lost, "order a works by the journal, not at the venue"),
        (forgotten, "order a works at the venue, ended by the journal"),
        (not_booked, "order a filled 2 at the venue, 0 is booked"),
        (booked_only, "fill ('BTC/USDT', '8') is None at the venue"),
        (fee_off_by_one, "fee=Decimal('0.00200001')"),
        (position_off_by_one, "in the book"),
        (cash_off_by_one, "the account holds 800 USDT, by the books 800.00000001"),
        (other_quantity, "order a is ('buy', Decimal('4')"),
    ],
)
def test_a_difference_is_found(spoil, words):
    kept, shown = books()
    spoil(kept, shown)
    assert any(words in one for one in said(kept, shown)), said(kept, shown)
