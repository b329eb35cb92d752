"""What a bot is worth by books and prices, worked out by hand."""

from decimal import Decimal as D

from botswain.control.bot_worth import moved, worth_of
from botswain.control.known_prices import Price
from botswain.store.books_list import Books, Held
from botswain.store.mark_reads import Mark


def book(qty, dust="0", cost="0", symbol="BTC/USDT"):
    return Held(symbol, D(qty), D(dust), D(cost))


def mark(equity, cash, realized="0", fees="0"):
    money = {"equity": D(equity), "cash": D(cash), "realized": D(realized), "fees": D(fees)}
    return Mark(bot_id="b", time_ms=500, **money, round_trips=0, won=0)


def told(worth):
    return None if worth is None else (worth.equity, worth.realized, worth.unrealized, worth.valued_ms)


PRICES = {"BTC/USDT": Price(D(120), 900), "ETH/USDT": Price(D(9), 700)}


def test_what_is_held_is_valued_at_the_last_prices_and_as_of_the_oldest_of_them():
    both = Books(2, D(7), D(1), (book("2", cost="200"), book("-3", cost="30", symbol="ETH/USDT")))
    assert told(worth_of(D(1000), both, None, PRICES)) == (D(1050), D(7), D(43), 700)
    assert told(worth_of(D(1000), Books(0, D(7), D(1)), None, {})) == (D(1007), D(7), D(0), None)


def test_without_a_price_the_mark_says_what_it_was_worth_and_the_books_what_of_it_is_gained():
    half = Books(1, D(10), D(1), (book("1", cost="100"),))
    assert told(worth_of(D(1000), half, mark(1020, 800), {})) == (D(1020), D(10), D(10), 500)
    assert worth_of(D(1000), half, None, {}) is None
    assert told(worth_of(D(1000), Books(0, D(10), D(1), (book("0", "0.001"),)), None, {})) == (
        D(1010),
        D(10),
        D(0),
        None,
    )


def test_dust_cost_what_is_gone_from_the_cash_and_is_worth_that_where_no_mark_of_these_books_tells_it():
    dusty = Books(1, D(10), D(1), (book("1", "0.1", "100"),))
    # 1000 + 10 - 100 = 910, of which 11 went for the dust; it is worth 12.
    assert told(worth_of(D(1000), dusty, mark(1031, 899, 10, 1), PRICES)) == (D(1031), D(10), D(21), 900)
    for other in (mark(1031, 899, 9, 1), mark(1031, 899, 10, 2), mark(1031, 700, 10, 1), None):
        assert told(worth_of(D(1000), dusty, other, PRICES)) == (D(1030), D(10), D(20), 900)


def test_since_an_earlier_price_all_that_is_held_moved_and_nobody_knows_where_a_price_is_missing():
    both = Books(2, D(7), D(1), (book("2", "0.5", "200"), book("-3", cost="30", symbol="ETH/USDT")))
    assert moved(both, PRICES, {"BTC/USDT": D(100), "ETH/USDT": D(10)}) == D(53)
    assert moved(both, PRICES, {"BTC/USDT": D(100)}) is None
    assert moved(both, {}, {"BTC/USDT": D(100), "ETH/USDT": D(10)}) is None
