"""Fills booked by hand: what they do to cash, cost, dust, fees, realised profit and round trips, to the last unit."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from botswain.build.link import link
from botswain.core.records import RECORDS, REPORT, Record
from botswain.ledger import books
from botswain.ledger.books import BOOK, FEE_BASE, FEE_QUOTE, FEE_THIRD, OVERFLOW, TERMS, TRIP_CLOSED

BUY, SELL = 1, -1
E8 = 100_000_000
RATE = 100_000  # 0.1 %


class Desk:
    """One book and its account; a lot is `lot_units` base units, a tick x base unit is one unit of money."""

    def __init__(self, capital=1_000_000, lot_units=1, fee_in=FEE_QUOTE, third_quantum=1, **more):
        self.book, self.terms, self.account = Record(BOOK), Record(TERMS), Record(RECORDS["account"])
        values = {"lot_units": lot_units, "lot_money": lot_units, "unit_money": 1, "fee_in": fee_in}
        values |= {"quote_quantum": 1, "base_quantum": 1, "third_quantum": third_quantum, **more}
        for name, value in values.items():
            setattr(self.terms, name, value)
        self.account.cash, self.account.money_limit = capital, 4.0e18

    def fill(self, side, lots, price, rate=0):
        """Book a fill with the fee that the terms ask for; returns the flags."""
        fee = books.fee_of(self.terms, side, lots, price, rate)
        entry = Record(REPORT)
        entry.side, entry.lots, entry.price, entry.fee = side, lots, price, fee
        return books.post(self.book, self.terms, self.account, entry)

    def is_(self, **expected):
        """Compare fields of the book, and cash."""
        found = {name: self.account.cash if name == "cash" else getattr(self.book, name) for name in expected}
        assert found == expected


def test_a_long_position_is_bought_twice_and_sold_in_two_parts():
    desk = Desk(capital=1000)
    assert desk.fill(BUY, 2, 100) == 0
    assert desk.fill(BUY, 1, 106) == 0
    desk.is_(pos=3, cost=306, cash=694)
    assert desk.fill(SELL, 2, 110) == 0
    desk.is_(pos=1, cost=102, cash=914, realized=16)
    assert desk.fill(SELL, 1, 100) == TRIP_CLOSED
    desk.is_(pos=0, cost=0, cash=1014, realized=14, trips=1, trip_profit=14, trip_realized=0)


def test_a_cost_that_does_not_divide_is_taken_out_by_the_floor_and_nothing_is_lost():
    desk = Desk()
    desk.fill(BUY, 1, 33)
    desk.fill(BUY, 2, 33)
    desk.book.cost += 1  # 100 for three
    for left, realized in ((67, 33 - 33), (34, 0), (0, -1)):
        desk.fill(SELL, 1, 33)
        desk.is_(cost=left, realized=realized)


def test_a_short_position_gains_when_it_is_bought_back_lower():
    desk = Desk(capital=1000)
    desk.fill(SELL, 4, 100)
    desk.is_(pos=-4, cost=400, cash=1400)
    assert desk.fill(BUY, 1, 90) == 0
    desk.is_(pos=-3, cost=300, realized=10)
    assert desk.fill(BUY, 3, 105) == TRIP_CLOSED
    desk.is_(pos=0, cost=0, cash=995, realized=-5, trip_profit=-5, trips=1)


def test_a_fill_through_zero_closes_first_and_opens_with_the_rest():
    desk = Desk(capital=1000)
    desk.fill(BUY, 2, 100)
    assert desk.fill(SELL, 5, 90) == TRIP_CLOSED
    desk.is_(pos=-3, cost=270, cash=1250, realized=-20, trip_profit=-20, trips=1, won=0)
    assert desk.fill(BUY, 4, 80) == TRIP_CLOSED
    desk.is_(pos=1, cost=80, cash=930, realized=10, trip_profit=30, trips=2, won=1)


def test_quote_fees_leave_cash_and_are_taken_off_the_round_trip():
    desk = Desk(capital=100_000)
    desk.fill(BUY, 10, 1000, RATE)  # 10,000 x 0.1 % = 10
    desk.fill(SELL, 10, 1050, RATE)  # 10.5, half up: 11
    desk.is_(cash=100_000 - 10_010 + 10_489, fees_quote=21, realized=500, trip_profit=479, trip_paid=21, won=1)
    desk.fill(BUY, 1, 400, RATE)  # 0.4: nothing
    desk.is_(fees_quote=21, trip_fees=0)


def test_base_fees_are_taken_from_what_is_bought_and_leave_dust_after_the_sale():
    """A lot is 1000 base units; a fee of 0.1 % of two lots is 2 units."""
    desk = Desk(capital=1_000_000, lot_units=1000, fee_in=FEE_BASE)
    desk.fill(BUY, 2, 100, RATE)
    desk.is_(pos=1998, cost=200_000, cash=800_000, fees_base=2, fees_quote=0)
    assert desk.fill(SELL, 1, 110, RATE) == TRIP_CLOSED  # 998 units cannot be sold; the sale pays 110 in quote
    desk.is_(pos=0, cost=0, dust=998, dust_cost=99_900, cash=909_890, fees_quote=110)
    desk.is_(realized=110_000 - 100_100, trip_profit=9_900 - 110, trips=1)
    assert books.worth_at(desk.book, desk.terms, 110) == 998 * 110


def test_the_next_buy_takes_dust_back_into_the_position_with_its_cost():
    desk = Desk(lot_units=1000, fee_in=FEE_BASE)
    desk.fill(BUY, 2, 100, RATE)
    desk.fill(SELL, 1, 110, RATE)
    desk.fill(BUY, 1, 120, RATE)
    desk.is_(pos=998 + 999, cost=99_900 + 120_000, dust=0, dust_cost=0)
    assert books.received_units(desk.terms, BUY, 1, 1) == 999
    assert books.received_units(desk.terms, SELL, 1, 1) == 1000


def test_a_short_covered_with_base_fees_leaves_owed_dust_and_buying_it_back_is_no_round_trip():
    desk = Desk(lot_units=1000, fee_in=FEE_BASE)
    desk.fill(SELL, 1, 100)
    assert desk.fill(BUY, 1, 90, RATE) == TRIP_CLOSED  # 999 units came in for 90,000; one is still owed
    desk.is_(pos=0, dust=-1, dust_cost=100, realized=99_900 - 90_000, trips=1, trip_profit=9_900)
    assert desk.fill(BUY, 1, 80) == 0
    desk.is_(pos=999, cost=80_000 - 80, dust=0, dust_cost=0, realized=9_900 + 20, trips=1, trip_realized=20)


def test_a_buy_that_is_eaten_by_owed_dust_and_its_fee_opens_nothing():
    desk = Desk(lot_units=1000, fee_in=FEE_BASE)
    desk.fill(SELL, 1, 100)
    desk.fill(BUY, 1, 100, E8 * 6 // 10)
    desk.is_(pos=0, dust=-600, dust_cost=60_000, trips=1)
    assert desk.fill(BUY, 1, 100, E8 * 4 // 10) == 0
    desk.is_(pos=0, cost=0, dust=0, dust_cost=0, trips=1, trip_realized=0, trip_fees=0)


def test_dust_held_while_short_covers_as_much_of_the_short_when_something_is_bought():
    desk = Desk(capital=0, lot_units=1000, fee_in=FEE_BASE)
    desk.fill(BUY, 2, 100, RATE)
    desk.fill(SELL, 1, 110)
    desk.fill(SELL, 2, 120)
    desk.is_(pos=-2000, cost=240_000, dust=998, dust_cost=99_900)
    desk.fill(BUY, 1, 100)
    # 998 units covered at what the dust cost, then 1000 at 100; two are left of the short: dust the other way.
    desk.is_(pos=0, dust=-2, dust_cost=240_000 - 119_760 - 120_000, trips=2)
    desk.is_(realized=9_900 + (119_760 - 99_900) + (120_000 - 100_000))


def test_third_asset_fees_are_booked_to_their_own_account_and_count_at_their_price():
    desk = Desk(capital=100_000, fee_in=FEE_THIRD, third_quantum=4)
    desk.fill(BUY, 10, 1000, RATE)  # 10 of money: 2.5 units of the third asset, half up: 3
    desk.is_(cash=90_000, third=-3, fees_third=3, fees_quote=0)
    assert books.worth_at(desk.book, desk.terms, 1000) == 10_000 - 12
    assert desk.fill(SELL, 10, 1000, RATE) == TRIP_CLOSED
    desk.is_(third=-6, realized=0, trip_profit=-24, trip_paid=24)


def test_base_fees_are_paid_in_quote_where_something_is_sold():
    terms = Desk(fee_in=FEE_BASE).terms
    assert books.fee_kind(terms, SELL) == FEE_QUOTE
    assert books.fee_kind(terms, BUY) == FEE_BASE
    assert books.cash_change(terms, SELL, 2, 100, 7) == 193
    assert books.cash_change(terms, BUY, 2, 100, 7) == -200


@pytest.mark.parametrize(
    ("cash", "side", "lots", "price", "flags"),
    [
        (0, SELL, 4_000_000, 1_000_000_000_001, OVERFLOW),  # one fill worth more than the limit
        (3_999_999_999_999_999_000, SELL, 2, 1_000, OVERFLOW),  # cash beyond it
        (0, SELL, 2, 1_000, 0),
    ],
)
def test_money_beyond_its_limit_is_reported(cash, side, lots, price, flags):
    desk = Desk(capital=cash)
    assert desk.fill(side, lots, price) == flags


def test_a_position_whose_cost_passes_the_limit_is_reported():
    desk = Desk(capital=0)
    desk.account.money_limit = 5000.0
    assert desk.fill(SELL, 2, 2000) == 0
    desk.account.cash = 0
    assert desk.fill(SELL, 1, 2000) == OVERFLOW


def test_the_volume_of_many_fills_outgrows_64_bits_and_is_still_exact():
    desk = Desk(capital=3 * 10**18)
    for _ in range(5):
        desk.fill(BUY, 10**9, 2 * 10**9)
        desk.fill(SELL, 10**9, 2 * 10**9)
    assert books.traded(desk.book) == 2 * 10**19
    assert desk.book.volume < 1 << 62


def test_a_rebate_in_quote_comes_to_cash_and_is_a_fee_below_zero():
    desk = Desk(capital=100_000)
    desk.fill(BUY, 100, 100, -RATE)
    desk.fill(SELL, 100, 105, -RATE)
    # Of 10,000 and 10,500: 10 and 10.5, of which the half stays with the venue.
    desk.is_(cash=100_000 - 9_990 + 10_510, fees_quote=-20, realized=500, trip_profit=520, trip_paid=-20)


def test_a_rebate_in_base_comes_to_the_position_at_no_cost():
    desk = Desk(capital=1_000_000, lot_units=1000, fee_in=FEE_BASE)
    desk.fill(BUY, 2, 100, -RATE)
    desk.is_(pos=2002, cost=200_000, cash=800_000, fees_base=-2)
    desk.fill(SELL, 2, 100)
    desk.is_(pos=0, dust=2, dust_cost=200_000 - 199_800, trips=1)


def test_what_is_paid_back_beyond_a_short_is_dust_that_cost_nothing_and_opens_nothing():
    desk = Desk(capital=0, lot_units=1000, fee_in=FEE_BASE)
    desk.fill(SELL, 2, 100)
    assert desk.fill(BUY, 2, 90, -RATE) == TRIP_CLOSED
    desk.is_(pos=0, cost=0, dust=2, dust_cost=0, realized=20_000, trips=1, trip_profit=20_000)


def test_a_lot_and_more_that_is_paid_back_beyond_a_short_is_a_position_that_cost_nothing():
    desk = Desk(capital=0, lot_units=1000, fee_in=FEE_BASE)
    desk.fill(SELL, 200, 100)
    desk.fill(BUY, 200, 90, -E8 // 100)
    desk.is_(pos=2000, cost=0, dust=0, realized=2_000_000, trips=1)


def test_a_short_that_a_rebate_closes_costs_no_more_than_was_paid():
    """998 are held, 2000 are sold: 1002 short. Of 1010 that come in for 100,000 eight are too many."""
    desk = Desk(capital=0, lot_units=1000, fee_in=FEE_BASE)
    desk.fill(BUY, 1, 100, E8 // 500)
    desk.fill(SELL, 2, 100)
    desk.is_(pos=-1002, cost=100_200)
    desk.fill(BUY, 1, 100, -E8 // 100)
    desk.is_(pos=0, cost=0, dust=8, dust_cost=0, realized=99_800 - 100_000 + 100_200 - 100_000)


def test_a_third_asset_that_is_paid_back_is_owned():
    desk = Desk(capital=100_000, fee_in=FEE_THIRD, third_quantum=4)
    desk.fill(BUY, 100, 100, -RATE)
    # 10 of 10,000 are 2.5 units; the half stays with the venue.
    desk.is_(cash=90_000, third=2, fees_third=-2, trip_fees=-8)


RATES = (0, RATE, 12_345, -RATE, -E8 // 100)
fills = st.lists(
    st.tuples(st.sampled_from([BUY, SELL]), st.integers(1, 40), st.integers(1, 5000), st.sampled_from(RATES)),
    min_size=1,
    max_size=40,
)


@given(fills, st.sampled_from([FEE_QUOTE, FEE_BASE, FEE_THIRD]), st.sampled_from([1, 10, 100_000]))
def test_nothing_is_made_or_lost_by_booking(many, fee_in, lot_units):
    capital = 10**9
    desk = Desk(capital, lot_units, fee_in, third_quantum=7)
    book, bought, traded = desk.book, 0, 0
    for side, lots, price, rate in many:
        desk.fill(side, lots, price, rate)
        bought += side * lots * lot_units
        traded += lots * lot_units * price
        assert book.pos + book.dust == bought - book.fees_base
        held = signed(book.cost, book.pos) + signed(book.dust_cost, book.dust)
        assert desk.account.cash + held == capital + book.realized - book.fees_quote
        assert book.third == -book.fees_third
        assert abs(book.dust) < lot_units
        assert book.cost >= 0
        assert book.pos != 0 or book.cost == 0
        assert books.traded(book) == traded


@given(fills, st.sampled_from([FEE_QUOTE, FEE_THIRD]))
def test_the_profits_of_round_trips_add_up_to_what_was_realised_less_fees(many, fee_in):
    desk = Desk(10**9, 1, fee_in, third_quantum=7)
    book, profit, paid = desk.book, 0, 0
    for side, lots, price, rate in many:
        if desk.fill(side, lots, price, rate) & TRIP_CLOSED:
            profit += book.trip_profit
            paid += book.trip_paid
        fees = book.fees_quote + 7 * book.fees_third
        assert profit + book.trip_realized - book.trip_fees == book.realized - fees
        assert paid + book.trip_fees == fees


def signed(cost, units):
    """A cost with the sign of what it was paid for."""
    return cost if units > 0 else -cost


@given(fills, st.sampled_from([FEE_QUOTE, FEE_BASE, FEE_THIRD]), st.sampled_from([1, 1000]))
def test_compiled_books_equal_interpreted_ones(compiled_post, many, fee_in, lot_units):
    desk = Desk(10**9, lot_units, fee_in, third_quantum=3)
    book, terms, account, entry = (
        np.zeros(1, kind).view(np.recarray)[0] for kind in (BOOK, TERMS, RECORDS["account"], REPORT)
    )
    for record, plain in ((terms, desk.terms), (account, desk.account)):
        for name in record.dtype.names:
            setattr(record, name, getattr(plain, name))
    for side, lots, price, rate in many:
        entry.side, entry.lots, entry.price = side, lots, price
        entry.fee = books.fee_of(desk.terms, side, lots, price, rate)
        assert compiled_post(book, terms, account, entry) == desk.fill(side, lots, price, rate)
        assert {name: int(book[name]) for name in BOOK.names} == vars(desk.book)
        assert int(account.cash) == desk.account.cash


@pytest.fixture(scope="module")
def compiled_post(kernels):
    """`post` as machine code."""
    return link(books.post, {}, compiled=True, folder=str(kernels)).call
