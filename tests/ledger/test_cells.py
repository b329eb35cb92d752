"""Round trips of cells, by hand: in integers as a backtest has them, in decimals as they are shown."""

from decimal import Decimal

import pytest

from botswain.ledger.cells import Booked, Cells


def whole_share(amount, part, whole):
    return amount * part // whole


def exact_share(amount, part, whole):
    return amount * part / whole


@pytest.fixture(params=[(int, whole_share), (Decimal, exact_share)], ids=["integers", "decimals"])
def made(request):
    """What makes cells, and fills of a price and a quantity with a fee."""
    kind, share = request.param

    def cells(count=4, shortable=False, lot=1):
        return Cells(count, shortable, kind(lot), share)

    def fill(slot, side, qty, price, fee=0, base_fee=0):
        paid = kind(base_fee * price)
        return Booked((slot, price), slot, side, kind(qty - side * base_fee), kind(qty), kind(qty * price), kind(fee),
                      paid)  # fmt: skip

    return cells, fill


def told(ended):
    return [(one.slot, one.first[1], one.direction, one.qty, one.exit_qty, one.profit) for one in ended]


def test_each_cell_is_a_trip_of_its_own_whatever_the_others_hold(made):
    cells, fill = made
    here = cells()
    assert here.take(fill(2, 1, 10, 100)) == here.take(fill(1, 1, 10, 90)) == []
    assert told(here.take(fill(1, -1, 10, 100, fee=3))) == [(1, 90, 1, 10, 10, 97)]
    assert here.take(fill(1, 1, 10, 90, fee=2)) == []
    assert told(here.take(fill(2, -1, 10, 110))) == [(2, 100, 1, 10, 10, 100)]
    assert told(here.take(fill(1, -1, 10, 100, fee=3))) == [(1, 90, 1, 10, 10, 95)]
    assert here.open == {}


def test_a_cell_that_is_sold_in_parts_is_one_trip_and_ends_with_the_last(made):
    cells, fill = made
    here = cells()
    here.take(fill(0, 1, 6, 100))
    here.take(fill(0, 1, 4, 100))
    assert here.take(fill(0, -1, 7, 110)) == []
    assert told(here.take(fill(0, -1, 3, 120))) == [(0, 100, 1, 10, 10, 130)]


def test_a_fee_in_base_is_less_to_sell_and_what_is_left_under_a_lot_keeps_nothing_open(made):
    cells, fill = made
    here = cells(lot=5)
    here.take(fill(0, 1, 100, 10, base_fee=1))
    [trip] = here.take(fill(0, -1, 95, 12))
    assert (trip.profit, trip.base_paid, trip.held) == (95 * 12 - 1000, 10, 4)
    assert here.open == {}


def test_an_exit_closes_all_cells_the_oldest_first_and_shares_its_fee_among_them(made):
    cells, fill = made
    here = cells()
    for slot, price in ((3, 100), (1, 90), (2, 80)):
        here.take(fill(slot, 1, 10, price))
    ended = here.take(fill(4, -1, 25, 70, fee=5))
    assert told(ended) == [(3, 100, 1, 10, 10, -302), (1, 90, 1, 10, 10, -202)]
    assert told(here.take(fill(5, -1, 5, 60))) == [(2, 80, 1, 10, 10, -151)]
    assert here.take(fill(4, -1, 5, 60)) == []
    assert here.open == {}


def test_a_sale_beyond_its_cell_closes_others_where_nobody_may_be_short(made):
    cells, fill = made
    here = cells()
    here.take(fill(0, 1, 10, 90))
    here.take(fill(1, 1, 10, 100))
    assert told(here.take(fill(1, -1, 20, 110))) == [(1, 100, 1, 10, 10, 100), (0, 90, 1, 10, 10, 200)]


def test_a_cell_may_begin_with_a_sale_where_one_may_be_short_and_turn_through_nothing(made):
    cells, fill = made
    here = cells(shortable=True)
    here.take(fill(1, -1, 10, 100))
    here.take(fill(0, 1, 10, 90))
    assert told(here.take(fill(1, 1, 15, 95))) == [(1, 100, -1, 10, 10, 50)]
    assert {slot: (one.direction, one.held) for slot, one in here.open.items()} == {0: (1, 10), 1: (1, 5)}
