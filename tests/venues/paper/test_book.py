"""The paper venue: whatever it is asked, no order is lost or doubled, and its places are always accounted for."""

from decimal import Decimal
from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

from botswain.build.decider import Bar, matching
from botswain.build.layout import layout_of
from botswain.build.plan import Plan, new_state
from botswain.core.codes import FOK, GTC, IOC, LIMIT, MARKET, POST_ONLY, REDUCE_ONLY, STOP, STOP_LIMIT, TAKE_PROFIT
from botswain.core.scale import Sizing
from botswain.model.errors import FailClosed
from botswain.model.instrument import Instrument
from botswain.model.intents import Request, Wanted
from botswain.model.reasons import Reason
from botswain.strategies.grid import Grid
from botswain.venues.paper.book import PaperVenue

LEVELS = 6
WIDTH = LEVELS + 2
BTC, ETH = 0, 1


@cache
def rules(kernels):
    return matching(kernels)


def venue(kernels, shortable=False, capital=1_000_000):
    """An account on two symbols with ticks and lots of one."""
    rule = {"tick_size": Decimal(1), "lot_size": Decimal(1), "shortable": shortable}
    plan = Plan(
        Grid(levels=LEVELS, step="0.01"),
        (Instrument("BTC/USDT", **rule), Instrument("ETH/USDT", **rule)),
        60_000,
        Decimal(capital),
        Sizing("fixed", Decimal(1)),
    )
    return PaperVenue(new_state(plan, layout_of(plan.strategy), 4096, compiled=True), rules(kernels))


def row(symbol=BTC, slot=0, side=1, kind=LIMIT, price=100, leaves=5, **more):
    """A wanted row; price is the trigger of kinds that have one."""
    limit = price if kind in (LIMIT, STOP_LIMIT) else 0
    trigger = price if kind in (STOP, STOP_LIMIT, TAKE_PROFIT) else 0
    values = {"rev": 1, "tif": GTC, "flags": 0, "link": 0, "tag": 0, "reducing": False, **more}
    return Wanted(symbol=symbol, slot=slot, side=side, kind=kind, price=limit, trigger=trigger, leaves=leaves, **values)


def bar(first, high, low, last):
    return Bar(first, high, low, last, (float(first), float(high), float(low), float(last), 1.0))


def still(price):
    return bar(price, price, price, price)


def place(name, **facts):
    return Request("", name, row(**facts))


def consistent(book):
    """Every place is free or an order's, every order is active exactly where it is noted."""
    for s in range(2):
        mine = {slot for symbol, slot in book.names if symbol == s}
        assert sorted([*mine, *book.free[s]]) == list(range(WIDTH))
        active = book.state.parts["orders"].active[s * WIDTH : (s + 1) * WIDTH]
        assert {slot for slot in range(WIDTH) if active[slot]} == mine
    assert {name: place for place, name in book.names.items()} == book.places


def test_a_request_waits_for_its_symbols_next_candle(kernels):
    book = venue(kernels)
    book.submit([place("a", kind=MARKET), place("b", symbol=ETH, kind=MARKET)])
    assert [one.client_order_id for one in book.candles(1, {ETH: still(50)})] == ["b"]
    assert [one.places for one in book.waiting] == ["a"]
    [filled] = book.candles(2, {BTC: still(70)})
    assert (filled.client_order_id, filled.price, filled.time_ms, filled.seq, filled.lots) == ("a", 70, 2, 0, 5)
    assert (book.cash, book.position(BTC), book.position(ETH)) == (1_000_000 - 5 * 70 - 5 * 50, 5, 5)


def test_what_reduces_arrives_first_however_long_the_others_waited(kernels):
    book = venue(kernels, capital=1_000)
    book.submit([place("eth", symbol=ETH, kind=MARKET, leaves=10)])
    book.candles(1, {ETH: still(100)})
    assert book.cash == 0
    # Bitcoin's buy waits for a candle; the sale that pays for it is asked for later and comes first.
    book.submit([place("buy", kind=MARKET, leaves=9)])
    book.candles(2, {ETH: still(100)})
    book.submit([place("sell", symbol=ETH, side=-1, kind=MARKET, leaves=10, reducing=True)])
    reports = book.candles(3, {BTC: still(100), ETH: still(100)})
    assert [(one.client_order_id, one.lots) for one in reports] == [("sell", 10), ("buy", 9)]


def test_of_equals_the_earlier_symbol_and_slot_arrives_first(kernels):
    book = venue(kernels, capital=500)
    book.submit([place("late", symbol=ETH, kind=MARKET, leaves=5), place("b", slot=2, kind=MARKET, leaves=5)])
    book.submit([place("a", slot=1, kind=MARKET, leaves=3)])
    reports = book.candles(1, {ETH: still(100), BTC: still(100)})
    assert [(one.client_order_id, one.lots) for one in reports] == [("a", 3), ("b", 0), ("late", 0)]
    assert {one.reason for one in reports if one.lots == 0} == {Reason.INSUFFICIENT_BALANCE}


def test_an_order_cancelled_while_it_waits_never_arrives(kernels):
    book = venue(kernels)
    book.submit([place("a", kind=MARKET)])
    book.submit([Request("a", "", None)])
    assert book.candles(1, {BTC: still(100)}) == []
    assert book.waiting == []
    consistent(book)


def test_a_chain_of_replacements_while_waiting_leaves_the_last(kernels):
    book = venue(kernels)
    book.submit([place("a", price=50)])
    book.submit([Request("a", "b", row(price=60))])
    book.submit([Request("b", "c", row(price=70))])
    assert book.candles(1, {BTC: still(100)}) == []
    assert set(book.places) == {"c"}
    consistent(book)


def test_a_replacement_of_a_resting_order_takes_its_place_and_arrives_anew(kernels):
    book = venue(kernels)
    book.submit([place("a", price=50), place("first", slot=1, price=60)])
    book.candles(1, {BTC: still(100)})
    book.submit([Request("a", "b", row(price=60))])
    reports = book.candles(2, {BTC: bar(100, 100, 55, 55)})
    assert [(one.client_order_id, one.price, one.seq) for one in reports] == [("first", 60, 0), ("b", 60, 1)]
    consistent(book)


def test_a_cancel_of_an_order_that_is_gone_does_nothing(kernels):
    book = venue(kernels)
    book.submit([place("a", kind=MARKET)])
    book.candles(1, {BTC: still(100)})
    book.submit([Request("a", "", None), Request("never", "", None)])
    assert book.candles(2, {BTC: still(100)}) == []
    assert book.waiting == []


def test_one_of_a_group_that_fills_on_arrival_ends_those_still_on_their_way(kernels):
    book = venue(kernels)
    book.submit([place("buy", kind=MARKET)])
    book.candles(1, {BTC: still(100)})
    exits = {"side": -1, "flags": REDUCE_ONLY, "link": 7, "reducing": True}
    book.submit([place("stop", slot=6, kind=STOP, price=120, **exits), place("target", slot=7, price=130, **exits)])
    reports = book.candles(2, {BTC: still(110)})
    assert [(one.client_order_id, one.lots, one.reason) for one in reports] == [
        ("stop", 5, 0),
        ("target", 0, Reason.LINKED),
    ]
    consistent(book)


@pytest.mark.parametrize(
    ("facts", "reason"),
    [
        ({"flags": POST_ONLY, "price": 200}, Reason.POST_ONLY),
        ({"tif": IOC, "price": 50}, Reason.NOT_FILLED),
        ({"tif": FOK, "price": 50}, Reason.NOT_FILLED),
        ({"side": -1, "kind": MARKET, "flags": REDUCE_ONLY}, Reason.NOTHING_TO_REDUCE),
        ({"side": -1, "kind": MARKET}, Reason.INSUFFICIENT_BALANCE),
        ({"kind": MARKET, "leaves": 1_000_000}, Reason.INSUFFICIENT_BALANCE),
    ],
)
def test_an_end_without_a_fill_is_final_and_says_why(facts, reason, kernels):
    book = venue(kernels)
    book.submit([place("a", **facts)])
    [ended] = book.candles(1, {BTC: still(100)})
    assert (ended.lots, ended.final, ended.reason, ended.trade_id) == (0, True, reason, "")
    assert (book.cash, book.position(BTC), book.places) == (1_000_000, 0, {})
    consistent(book)


def test_fills_are_numbered_within_the_instant_and_trades_for_good(kernels):
    book = venue(kernels)
    book.submit([place("a", kind=MARKET), place("b", slot=1, kind=MARKET), place("c", symbol=ETH, kind=MARKET)])
    first = book.candles(1, {BTC: still(100), ETH: still(10)})
    book.submit([place("d", kind=MARKET)])
    second = book.candles(2, {BTC: still(100)})
    assert [(one.seq, one.trade_id) for one in [*first, *second]] == [(0, "1"), (1, "2"), (2, "3"), (0, "4")]


def test_a_full_book_refuses_rather_than_lose_an_order(kernels):
    book = venue(kernels)
    book.submit([place(f"o{k}", slot=k, price=10) for k in range(WIDTH + 1)])
    with pytest.raises(FailClosed, match=rf"book is full \({WIDTH} orders\); order o{WIDTH} was not taken"):
        book.candles(1, {BTC: still(100)})


prices = st.integers(80, 120)
kinds = st.sampled_from([MARKET, LIMIT, STOP, STOP_LIMIT, TAKE_PROFIT])


@st.composite
def candles(draw):
    """One candle of each symbol, of one, or of none."""
    found = {}
    for s in (BTC, ETH):
        if draw(st.booleans()):
            first, last = draw(prices), draw(prices)
            up, down = draw(st.integers(0, 5)), draw(st.integers(0, 5))
            found[s] = bar(first, max(first, last) + up, min(first, last) - down, last)
    return found


@st.composite
def wishes(draw):
    """What somebody wants to do with one slot: place or replace there, or cancel."""
    if draw(st.integers(0, 4)) == 0:
        return ("cancel", draw(st.sampled_from([BTC, ETH])), draw(st.integers(0, WIDTH - 1)))
    return (
        "want",
        row(
            symbol=draw(st.sampled_from([BTC, ETH])),
            slot=draw(st.integers(0, WIDTH - 1)),
            side=draw(st.sampled_from([1, -1])),
            kind=draw(kinds),
            price=draw(prices),
            leaves=draw(st.integers(1, 3_000)),
            tif=draw(st.sampled_from([GTC, GTC, GTC, IOC, FOK])),
            flags=draw(st.sampled_from([0, 0, POST_ONLY, REDUCE_ONLY])),
            link=draw(st.sampled_from([0, 0, 0, 1, 2])),
            reducing=draw(st.booleans()),
        ),
    )


@given(stream=st.lists(st.tuples(st.lists(wishes(), max_size=6), candles()), max_size=25), shortable=st.booleans())
def test_any_stream_of_requests_loses_and_doubles_no_order(stream, shortable, kernels):
    book = venue(kernels, shortable=shortable, capital=20_000)
    believed, ended, cash, held = {}, set(), 20_000, [0, 0]
    for instant, (asked, bars) in enumerate(stream):
        requests = []
        for number, (what, *given_) in enumerate(asked):
            at = (given_[0].symbol, given_[0].slot) if what == "want" else tuple(given_)
            old = believed.pop(at, ("", None))[0]
            if what == "want":
                name = f"{instant}-{number}"
                believed[at] = (name, given_[0])
                requests.append(Request(old, name, given_[0]))
            elif old:
                requests.append(Request(old, "", None))
        book.submit(requests)
        reports = book.candles(instant, bars)
        names = {name: (at, wanted) for at, (name, wanted) in believed.items()}
        for k, one in enumerate(fill for fill in reports if fill.lots):
            assert one.seq == k
        for one in reports:
            at, wanted = names[one.client_order_id]  # a stranger, or one that ended before, is a KeyError
            assert one.client_order_id not in ended
            assert one.final
            assert one.symbol in bars
            assert (one.symbol, one.side) == (wanted.symbol, wanted.side)
            assert 0 <= one.lots <= wanted.leaves
            if one.lots:
                assert bars[one.symbol].low <= one.price <= bars[one.symbol].high
                cash -= one.side * one.lots * one.price
                held[one.symbol] += one.side * one.lots
            ended.add(one.client_order_id)
            del believed[at]
        assert book.cash == cash
        assert [book.position(s) for s in range(2)] == held
        assert shortable or (cash >= 0 and min(held) >= 0)
        waiting = {one.places for one in book.waiting if one.places}
        cancelled = {one.cancels for one in book.waiting}
        assert (set(book.places) | waiting) - cancelled == {name for name, _ in believed.values()}
        consistent(book)


def test_what_was_saved_is_held_again_waiting_orders_and_free_places_too(kernels):
    book, other = venue(kernels, shortable=True), venue(kernels, shortable=True)
    book.submit([place(f"o{k}", slot=k, price=90 - k) for k in range(4)])
    book.submit([place("stop", slot=5, kind=STOP, side=-1, price=80)])
    book.candles(1, {BTC: bar(100, 101, 88, 95)})
    book.submit([Request("o3", "again", row(slot=3, rev=2, price=85)), place("eth", symbol=ETH, kind=MARKET)])
    other.submit([place("old", price=50)])
    other.restore(book.saved())
    assert other.saved() == book.saved()
    assert (other.cash, other.position(BTC)) == (book.cash, book.position(BTC))
    consistent(other)
    for open_ms, bars in ((2, {BTC: bar(95, 96, 79, 80)}), (3, {BTC: still(80), ETH: still(20)})):
        assert other.candles(open_ms, bars) == book.candles(open_ms, bars) != []
        assert other.saved() == book.saved()
    consistent(other)
