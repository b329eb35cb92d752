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
    # 99 came in for 1000, of which 4 are left: 40.4 of it.
    assert int(trip.left) == 40
    assert (trip.profit, trip.base_paid, trip.held) == (95 * 12 - 1000 + trip.left, 10, 4)
    assert here.open == {}


def test_a_cell_that_wins_with_few_lots_is_no_loss_for_what_it_leaves(made):
    """77 bought at 100 for 0.1 in base each: 69 come in, 60 are sold; the 9 that are left cost 1004."""
    cells, fill = made
    here = cells(lot=10)
    here.take(fill(0, 1, 77, 100, base_fee=8))
    [trip] = here.take(fill(0, -1, 60, 120))
    assert int(trip.profit) == 60 * 120 - 7700 + 7700 * 9 // 69 == 504


def test_what_is_sold_beyond_what_came_in_costs_what_the_rest_did(made):
    cells, fill = made
    here = cells(lot=10)
    here.take(fill(0, 1, 50, 100))
    [trip] = here.take(fill(0, -1, 55, 110))
    assert (trip.left, trip.profit) == (-500, 55 * 10)


def test_a_short_cell_that_is_bought_back_but_for_a_rest_has_not_earned_that(made):
    cells, fill = made
    here = cells(shortable=True, lot=10)
    here.take(fill(1, -1, 50, 100))
    [trip] = here.take(fill(1, 1, 50, 90, base_fee=2))
    assert (trip.held, trip.left, trip.profit) == (2, 200, 5000 - 200 - 4500)


def test_a_purchase_that_is_all_fee_leaves_no_gain_and_no_loss(made):
    cells, fill = made
    here = cells(lot=10)
    here.take(fill(0, 1, 8, 100, base_fee=8))
    [trip] = here.take(fill(0, -1, 5, 100))
    assert (trip.left, trip.profit) == (800, 500)


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
