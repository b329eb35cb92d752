"""The reference's margin for shorts and its rounding of ordered prices, worked out by hand (docs/rules.md, 4 and 5)."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest

from .books import Book
from .scenes import instrument
from .test_reference import Pit
from .units import BUY, SELL, markets, order_ticks
from .venue import LIMIT, MARKET, STOP, STOP_LIMIT, TAKE_PROFIT, rounds_up


def test_shorts_are_worth_no_more_than_twice_the_account() -> None:
    # Cash 500. Short 11 at 100 is 1,100, the account stays 500: more than twice. 10 is just twice; nothing goes on top.
    pit = Pit(cash=500, shortable=True)
    pit.rest(100, pit.send(0, SELL, MARKET, 11), pit.send(1, SELL, MARKET, 10), pit.send(2, SELL, MARKET, 1))
    assert pit.told == [(0, "INSUFFICIENT_BALANCE"), (1, -10, 100), (2, "INSUFFICIENT_BALANCE")]
    # At 90 the account is 1,500 - 900 = 600 and one more makes 990 of at most 1,200.
    pit.rest(90, pit.send(3, SELL, MARKET, 1))
    assert pit.told[3:] == [(3, -1, 90)]
    # A fee of 1 % comes out of the account: 10 leave 490, 9 leave 491, twice of which is 982.
    dear = Pit(cash=500, shortable=True, fee="0.01")
    dear.rest(100, dear.send(0, SELL, MARKET, 10), dear.send(1, SELL, MARKET, 9))
    assert dear.told == [(0, "INSUFFICIENT_BALANCE"), (1, -9, 100)]
    # Resting orders are judged when they fill, at their price: 10 at 110 would be 1,100 of at most 1,000.
    later = Pit(cash=500, shortable=True)
    later.rest(100, later.send(0, SELL, LIMIT, 10, 110), later.send(1, SELL, LIMIT, 9, 111))
    later.venue.walk(100, 120, 100, 120)
    assert later.told == [(0, "INSUFFICIENT_BALANCE"), (1, -9, 111)]


def test_a_sell_that_leaves_no_short_is_not_asked_for_margin() -> None:
    # Long 5 at 100 with nothing left: 5 may be sold at 1. 16 at 100 leave 11 short of an account of 500; 15 leave 10.
    pit = Pit(cash=500, shortable=True)
    pit.hold(5, 100)
    pit.rest(100, pit.send(0, SELL, MARKET, 16), pit.send(1, SELL, MARKET, 15))
    assert pit.told == [(0, "INSUFFICIENT_BALANCE"), (1, -15, 100)]
    closing = Pit(cash=500, shortable=True)
    closing.hold(5, 100)
    closing.rest(1, closing.send(0, SELL, MARKET, 5))
    assert closing.told == [(0, -5, 1)]


@pytest.mark.parametrize(("other", "most"), [(-4, 8), (4, 28), (0, 20)])
def test_the_margin_counts_the_other_symbols_at_their_last_close(other: int, most: int) -> None:
    # Cash 1,000 and `other` of BBB at 100. Short 4: the account is 600, so 1,200 of shorts, 400 of them there. Long 4:
    # 1,400, so 2,800.
    pit = Pit(cash=1000, shortable=True)
    held = Book(markets([instrument("BBB/USD")], Decimal(1000))["BBB/USD"], position=other, close=100)
    pit.account.books["BBB/USD"] = held
    pit.rest(100, pit.send(0, SELL, MARKET, most + 1), pit.send(1, SELL, MARKET, most))
    assert pit.told == [(0, "INSUFFICIENT_BALANCE"), (1, -most, 100)]


def test_ordered_prices_go_to_the_tick_by_kind_and_side() -> None:
    # 100.4 on a tick of 1. A limit must not be worse than asked, a trigger acts sooner: a sell's stop and a buy's
    # take-profit wait for a fall, so up is sooner.
    half = Fraction("100.4")
    found = {
        (kind, side): order_ticks(half, Fraction(1), up=rounds_up(kind, side))
        for kind in (LIMIT, STOP, STOP_LIMIT, TAKE_PROFIT)
        for side in (BUY, SELL)
    }
    assert found == {
        (LIMIT, BUY): 100, (LIMIT, SELL): 101, (STOP, BUY): 100, (STOP, SELL): 101,
        (STOP_LIMIT, BUY): 100, (STOP_LIMIT, SELL): 101, (TAKE_PROFIT, BUY): 101, (TAKE_PROFIT, SELL): 100,
    }  # fmt: skip


def test_ordered_prices_within_a_millionth_of_a_tick_are_on_it() -> None:
    near = [order_ticks(Fraction(x), Fraction(1), up=up) for x in ("99.999999", "100.000001") for up in (True, False)]
    assert near == [100, 100, 100, 100]
    assert order_ticks(Fraction("100.0000011"), Fraction(1), up=True) == 101
    assert order_ticks(Fraction("0.35"), Fraction("0.1"), up=False) == 3
