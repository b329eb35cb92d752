"""Orders against a recorded book and the trades beside it, computed by hand: taking levels, and waiting in line."""
# ruff: noqa: ARG001

from pathlib import Path
from random import Random

import numpy as np
from tests.core.test_trades import fills, tape, told
from tests.stage import PLAIN, T0, codes, market

from botswain.control.trading_hours import window_of
from botswain.core.codes import CLOSE, END, FILL, FOK, IOC, POST_ONLY, START
from botswain.lab.backtest import Options
from botswain.model.depth import ASK, BID, Depth

KERNELS = Path(__file__).resolve().parents[2] / ".cache" / "botswain-kernels"
CENTRE = ({98: 5, 97: 7}, {101: 2, 102: 1, 104: 9})


def book(snapshot, *changes):
    """Bids and asks a second before the first trade, then (milliseconds, BID or ASK, price, lots)."""
    bids, asks = snapshot
    rows = [(-1_000, BID, price, lots, 1) for price, lots in bids.items()]
    rows += [(-1_000, ASK, price, lots, 1) for price, lots in asks.items()]
    rows += [(*one, 0) for one in changes]
    ts, side, price, quantity, snapshot = (np.array(column) for column in zip(*rows, strict=True))
    return Depth("ABC/USD", T0 + ts, side, price, quantity, snapshot)


def test_a_market_order_takes_level_by_level_and_the_next_one_what_that_left():
    def buys(now, was, p, candle, my, wanted):
        my.mem.n += 1
        if my.mem.n == 1:
            wanted.market(0, 1, 4.0)
            wanted.market(1, 1, 1.0)
            wanted.market(2, -1, 6.0)

    result = told(buys, tape((0, 100), (5, 100)), depth=book(CENTRE))
    assert fills(result) == [
        (5, "buy", 2, 101, 0, False), (5, "buy", 1, 102, 0, False), (5, "buy", 1, 104, 0, False),
        (5, "buy", 1, 104, 1, False), (5, "sell", 5, 98, 2, False), (5, "sell", 1, 97, 2, False),
    ]  # fmt: skip


def test_what_the_book_has_not_got_waits_for_it_though_the_other_side_is_empty():
    def buys(now, was, p, candle, my, wanted):
        my.mem.n += 1
        if my.mem.n == 1:
            wanted.market(0, 1, 5.0)
        if my.mem.n == 4:
            wanted.market(1, -1, 2.0)

    changes = (
        (6, ASK, 103, 1),
        (7, BID, 98, 0),
        (8, ASK, 105, 9),
        (8, ASK, 103, 0),
        (30, ASK, 105, 0),
        (35, BID, 90, 9),
    )
    trades = tape((0, 100), (5, 100), (7, 100, 3), (9, 100), (20, 100), (40, 100))
    result = told(buys, trades, depth=book(({98: 1}, {101: 2}), *changes, (35, BID, 90, 9)))
    assert fills(result) == [
        (5, "buy", 2, 101, 0, False), (7, "buy", 1, 103, 0, False), (9, "buy", 2, 105, 0, False),
        (40, "sell", 2, 90, 1, False),
    ]  # fmt: skip


def test_a_limit_that_crosses_takes_as_far_as_its_price_and_goes_on_by_its_time_in_force():
    def limits(now, was, p, candle, my, wanted):
        my.mem.n += 1
        if my.mem.n == 1:
            wanted.limit(0, 1, 102.0, 4.0)
            wanted.flags(0, POST_ONLY)
            wanted.limit(1, 1, 102.0, 4.0)
            wanted.tif(1, FOK)
            wanted.limit(2, 1, 102.0, 2.0)
            wanted.tif(2, FOK)
            wanted.limit(3, 1, 102.0, 3.0)
            wanted.tif(3, IOC)
            wanted.limit(4, 1, 100.0, 3.0)
            wanted.tif(4, IOC)
        if my.mem.n == 2:
            wanted.limit(5, -1, 97.0, 20.0)

    trades = tape((0, 100), (5, 100), (9, 100), (10, 97, 3))
    result = told(limits, trades, slots=6, depth=book(CENTRE))
    assert fills(result) == [
        (5, "buy", 2, 101, 2, False), (5, "buy", 1, 102, 3, False), (9, "sell", 5, 98, 5, False),
        (9, "sell", 7, 97, 5, False), (9, "sell", 1, 97, 5, True), (10, "sell", 3, 97, 5, True),
    ]  # fmt: skip
    assert [one[:2] for one in codes(result)] == [
        (0, "post_only"), (1, "not_filled"), (3, "not_filled"), (4, "not_filled"),
    ]  # fmt: skip


def rests_at_98(now, was, p, candle, my, wanted):
    my.mem.n += 1
    if my.mem.n == 1:
        wanted.limit(0, 1, 98.0, 4.0)


def test_a_limit_waits_behind_what_stood_at_its_price_when_it_came():
    """Ahead: 5; 2 after a trade of 3; 1 when one is left there; still 1 when 20 stand; then its turn."""
    changes = ((3, BID, 98, 1), (4, BID, 98, 20))
    trades = tape((0, 100), (1, 100), (2, 98, 3), (5, 98, 1), (6, 98, 2), (7, 98, 1), (8, 97, 9))
    result = told(rests_at_98, trades, depth=book(CENTRE, *changes))
    assert fills(result) == [(6, "buy", 2, 98, 0, True), (7, "buy", 1, 98, 0, True), (8, "buy", 1, 98, 0, True)]


def test_a_price_at_which_nothing_ever_stands_has_no_line():
    def rests(now, was, p, candle, my, wanted):
        my.mem.n += 1
        if my.mem.n == 1:
            wanted.limit(0, 1, 99.0, 1.0)
            wanted.limit(1, -1, 200.0, 1.0)
            wanted.limit(2, -1, 100.0, 1.0)
        if my.mem.n == 4:
            wanted.withdraw(1)

    trades = tape((0, 99), (1, 99), (2, 99, 1), (3, 100, 1), (4, 100), (5, 100))
    assert fills(told(rests, trades, depth=book(CENTRE))) == [
        (1, "buy", 1, 99, 0, True), (3, "sell", 1, 100, 2, True),
    ]  # fmt: skip


def test_own_orders_at_one_price_stand_behind_each_other_and_those_between_them_count_once():
    """First 5 ahead; the second comes when 9 stand there. Of 7 lots the first gets 2: 4 are left ahead of the second.

    Of the next 6 the first gets its third, and the second the one beyond 4.
    """

    def rests(now, was, p, candle, my, wanted):
        my.mem.n += 1
        if my.mem.n == 1:
            wanted.limit(0, 1, 98.0, 3.0)
        if my.mem.n == 3:
            wanted.limit(1, 1, 98.0, 3.0)
            wanted.limit(2, 1, 97.0, 3.0)

    trades = tape((0, 100), (1, 100), (4, 100), (5, 98, 7), (6, 98, 6), (7, 98, 1))
    result = told(rests, trades, depth=book(CENTRE, (2, BID, 98, 9)))
    assert fills(result) == [
        (5, "buy", 2, 98, 0, True), (6, "buy", 1, 98, 0, True), (6, "buy", 1, 98, 1, True), (7, "buy", 1, 98, 1, True),
    ]  # fmt: skip


def test_a_trade_through_takes_own_orders_before_it_gets_there_and_no_more_than_its_lots():
    def rests(now, was, p, candle, my, wanted):
        my.mem.n += 1
        if my.mem.n == 1:
            wanted.limit(0, -1, 104.0, 2.0)
            wanted.limit(1, -1, 103.0, 2.0)
            wanted.limit(2, -1, 103.0, 2.0)
            wanted.stop(3, -1, 50.0, 1.0)

    trades = tape((0, 100), (1, 100), (2, 105, 5), (3, 105, 9), (4, 100, 2))
    result = told(rests, trades, depth=book(CENTRE))
    assert fills(result) == [
        (2, "sell", 2, 103, 1, True), (2, "sell", 2, 103, 2, True), (2, "sell", 1, 104, 0, True),
        (3, "sell", 1, 104, 0, True),
    ]  # fmt: skip


def test_what_is_left_of_a_trade_is_taken_from_the_book_until_a_level_is_told_anew():
    def buys(now, was, p, candle, my, wanted):
        my.mem.n += 1
        if my.mem.n == 2:
            wanted.market(0, 1, 3.0)
            wanted.market(1, -1, 1.0)
        if my.mem.n == 3:
            wanted.market(2, 1, 3.0)

    trades = tape((0, 100), (1, 104, 7), (2, 97, 4), (20, 100))
    result = told(buys, trades, depth=book(CENTRE, (5, ASK, 101, 1), (5, ASK, 104, 9)))
    assert fills(result) == [
        (2, "buy", 2, 104, 0, False), (2, "sell", 1, 98, 1, False), (20, "buy", 1, 101, 0, False),
        (20, "buy", 3, 104, 2, False),
    ]  # fmt: skip


def test_a_trade_at_a_bid_takes_from_it_and_leaves_no_bid_above():
    def sells(now, was, p, candle, my, wanted):
        my.mem.n += 1
        if my.mem.n == 2:
            wanted.market(0, -1, 9.0)

    trades = tape((0, 100), (1, 97, 3), (2, 100))
    assert fills(told(sells, trades, depth=book(CENTRE))) == [(2, "sell", 4, 97, 0, False)]


def test_the_other_side_of_the_book_fills_a_resting_limit_that_it_reaches_as_maker():
    def rests(now, was, p, candle, my, wanted):
        my.mem.n += 1
        if my.mem.n == 1:
            wanted.limit(0, 1, 98.0, 4.0)
            wanted.limit(1, -1, 101.0, 1.0)
            wanted.take_profit(2, 1, 10.0, 1.0)

    changes = ((6, BID, 98, 0), (6, BID, 97, 0), (6, ASK, 98, 1), (6, ASK, 97, 2), (30, ASK, 97, 0), (30, ASK, 98, 0),
               (30, ASK, 101, 0), (31, BID, 101, 8))  # fmt: skip
    trades = tape((0, 100), (1, 100), (7, 99), (8, 99), (40, 102))
    assert fills(told(rests, trades, depth=book(CENTRE, *changes))) == [
        (7, "buy", 2, 98, 0, True), (7, "buy", 1, 98, 0, True), (40, "sell", 1, 101, 1, True),
    ]  # fmt: skip


def test_a_trigger_walks_the_book_that_its_trade_left():
    def rests(now, was, p, candle, my, wanted):
        my.mem.n += 1
        if my.mem.n == 1:
            wanted.stop(0, -1, 98.0, 4.0)
            wanted.stop_limit(1, -1, 98.0, 97.0, 9.0)
            wanted.take_profit(2, 1, 97.0, 1.0)
            wanted.stop(3, 1, 99.0, 1.0)

    trades = tape((0, 100), (1, 98, 3), (2, 97, 1))
    result = told(rests, trades, depth=book(CENTRE))
    assert fills(result) == [
        # The last price, 100, has reached the buy stop when it arrives.
        (1, "buy", 1, 101, 3, False), (1, "sell", 2, 98, 0, False), (1, "sell", 2, 97, 0, False),
        (1, "sell", 5, 97, 1, False), (2, "sell", 1, 97, 1, True), (2, "buy", 1, 101, 2, False),
    ]  # fmt: skip


def test_a_stop_limit_arrives_at_the_book_or_rests_and_a_stop_without_one_waits():
    def rests(now, was, p, candle, my, wanted):
        my.mem.n += 1
        if my.mem.n == 1:
            wanted.stop_limit(0, -1, 99.0, 99.0, 2.0)
            wanted.stop(1, -1, 98.0, 2.0)

    trades = tape((0, 100), (1, 99, 1), (2, 98, 6), (3, 96, 9), (5, 100))
    result = told(rests, trades, depth=book(({98: 6}, {101: 9}), (4, BID, 95, 1)))
    assert fills(result) == [(5, "sell", 1, 95, 1, False), (5, "sell", 1, 99, 0, True)]


def test_changes_of_a_millisecond_come_after_its_trades_and_orders_find_the_book_of_their_arrival():
    def buys(now, was, p, candle, my, wanted):
        my.mem.n += 1
        if my.mem.n == 1:
            wanted.market(0, 1, 1.0)

    changes = ((0, ASK, 99, 1), (40, ASK, 99, 0), (40, ASK, 100, 1), (60, ASK, 100, 0))
    trades = tape((0, 100, 1), (100, 103), (200, 103))
    # Asked for at 0, after the trade: with what was told then. 50 ms later another ask is the best one.
    assert fills(told(buys, trades, depth=book(CENTRE, *changes)))[0] == (100, "buy", 1, 99, 0, False)
    late = told(buys, trades, depth=book(CENTRE, *changes), latency_ms=50)
    assert fills(late)[0] == (100, "buy", 1, 100, 0, False)
    later = told(buys, trades, depth=book(CENTRE, *changes), latency_ms=100)
    assert fills(later)[0] == (100, "buy", 1, 101, 0, False)


def test_candles_are_decided_on_when_they_close_and_hours_when_they_end():
    def hold(now, was, p, candle, my, wanted):
        my.mem.n += 1
        wanted.target(1.0)

    flattened = window_of("00:00-00:03 UTC", at_end="flatten", minutes_before=0)
    changes = ((60_000, ASK, 100, 1), (60_050, ASK, 100, 0), (180_000, BID, 99, 1), (240_050, BID, 99, 0))
    trades = tape((100, 100), (60_100, 100), (61_000, 100), (240_100, 101), (300_000, 100))
    for latency_ms, bought in ((0, 100), (70, 101)):
        result = told(
            hold, trades, timeframe="1m", latency_ms=latency_ms, depth=book(CENTRE, *changes), window=flattened, size=1
        )
        assert fills(result)[0] == (60_100, "buy", 1, bought, 0, False)
        # What the end of the hours asks for is told late with the trade after it, and then there is no other.
        assert fills(result)[1:] == ([(240_100, "sell", 1, 99, 4, False)] if latency_ms == 0 else [])


def test_a_part_of_a_book_that_cannot_be_paid_ends_the_order_and_what_can_only_reduce_nothing():
    def buys(now, was, p, candle, my, wanted):
        my.mem.n += 1
        if my.mem.n == 1:
            wanted.market(0, 1, 9.0)
            wanted.limit(1, 1, 97.0, 1.0)

    result = told(buys, tape((0, 100), (1, 100), (2, 97, 9)), depth=book(CENTRE), capital=310)
    assert [one[:4] for one in fills(result)] == [(1, "buy", 2, 101), (1, "buy", 1, 102)]
    assert [one[:2] for one in codes(result)] == [(0, "insufficient_balance"), (1, "insufficient_balance")]


def anything(now, was, p, candle, my, wanted):
    if my.event == FILL:
        if my.mem.n % 3 == 0 and my.slot < 6:
            wanted.renew(my.slot)
        return
    my.mem.n += 1
    wish = int(my.mem.n * 7 + candle.volume * 13)
    slot = wish % 6
    side = 1 if wish // 6 % 2 == 0 else -1
    price = candle.close + side * (wish // 12 % 7 - 4)
    kind = wish % 11
    if my.mem.n % 4 != 0:
        wanted.renew(slot)
    if kind < 2:
        wanted.market(slot, side, float(1 + wish % 9))
    elif kind < 7:
        wanted.limit(slot, side, price, float(1 + wish % 9))
    elif kind == 7:
        wanted.stop(slot, side, candle.close + side * 2.0, float(1 + wish % 5))
    elif kind == 8:
        wanted.stop_limit(slot, side, candle.close + side * 1.0, price, float(1 + wish % 5))
    elif kind == 9:
        wanted.take_profit(slot, side, candle.close - side * 2.0, 3.0)
    else:
        wanted.withdraw(slot)
    if kind < 7 and wish % 5 == 0:
        wanted.tif(slot, IOC)
    if kind < 7 and wish % 17 == 0:
        wanted.tif(slot, FOK)
    if wish % 4 == 0:
        wanted.link(slot, 1)


def drawn(seed, count=400):
    """Trades around levels that come, go and cross over."""
    chance, now, middle = Random(seed), 0, 1_000
    rows, prints, standing = [], [], {}

    def tell(side, price, lots, number=0):
        standing[side, price] = lots
        rows.append((T0 + now - 1, side, price, lots, number))

    for far in range(1, 6):
        tell(BID, middle - far, chance.randrange(1, 30), 1)
        tell(ASK, middle + far, chance.randrange(1, 30), 1)
    for _ in range(count):
        now += chance.choice((0, 1, 5, 30))
        side = chance.choice((BID, ASK))
        price, lots = middle - side * chance.randrange(0, 6), chance.choice((0, 1, 4, 20))
        for other, level in [one for one, stands in standing.items() if stands and lots]:
            if other == -side and (level - price) * side <= 0:
                tell(other, level, 0)
        tell(side, price, lots)
        middle += chance.choice((-1, 0, 0, 1))
        prints.append((now, middle + chance.randrange(-3, 4), chance.randrange(1, 25)))
    columns = (np.array(column) for column in zip(*rows, strict=True))
    return tape(*prints), Depth("ABC/USD", *columns)


def test_a_run_beside_a_book_is_the_same_compiled_and_interpreted_and_conserves_what_it_trades():
    settings = {"capital": 100_000, "instrument": market(shortable=True, taker_fee="0.001"), "slots": 6}
    settings |= {"events": (START, CLOSE, FILL, END), "exits": {"stop_loss": "0.004", "take_profit": "0.003"}}
    count = 0
    for seed in range(4):
        trades, depth = drawn(seed)
        for latency_ms in (0, 20):
            how = settings | {"depth": depth, "latency_ms": latency_ms}
            plain = told(anything, trades, options=PLAIN, **how)
            fast = told(anything, trades, options=Options(folder=KERNELS), **how)
            assert fast.ran.compiled
            assert plain.halt is None
            assert list(fast.fills) == list(plain.fills)
            assert fast.equity == plain.equity
            bought = sum(one.qty if one.side == "buy" else -one.qty for one in plain.fills)
            assert bought == plain.position("ABC/USD")
            count += len(plain.fills)
    assert count > 500
