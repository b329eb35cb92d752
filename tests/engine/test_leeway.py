"""What orders leave open of an account: bounds that hold however they end, and no wider than they must be."""

from dataclasses import replace
from decimal import Decimal

import pytest
from tests.engine.test_tracks import UNITS

from botswain.engine.leeway import ANY, NOTHING, Span, doubtful, joined, left_open, spans_of
from botswain.engine.tracks import Track
from botswain.model.order_events import OwnTrade
from botswain.model.orders import Liquidity, OrderState, Side

ZERO, FEE = Decimal(0), Decimal("1.01")


def track(side=1, qty="10", price="100", name="a", **more):
    made = Track(name, "bot", 0, UNITS, Decimal(qty), price=Decimal(price), side=side)
    for key, value in more.items():
        setattr(made, key, value)
    return made


def working(side=1, name="a", **more):
    """One that is known to work."""
    return track(side, name=name, placing=False, state=OrderState.NEW, **more)


def fill(qty, at_ms, side=1, price=100, fee_asset="USDT"):
    qty = Decimal(qty)
    return OwnTrade(
        "BTCUSDT", str(at_ms), "99", "", Side.BUY if side > 0 else Side.SELL, Decimal(price), qty, qty * price,
        Decimal("0.5"), fee_asset, Liquidity.TAKER, at_ms,
    )  # fmt: skip


def spans(*tracks, unmoved=(), since_ms=0):
    return spans_of(left_open(tracks, since_ms), unmoved)


@pytest.mark.parametrize(
    ("one", "expected"),
    [
        (track(1), {"BTC": Span(ZERO, 10 * FEE), "USDT": Span(-1_000 * FEE, ZERO)}),
        (track(1, price="0"), {"BTC": Span(ZERO, 10 * FEE), "USDT": Span(-ANY, ZERO)}),
        (track(-1), {"BTC": Span(-10 * FEE, ZERO), "USDT": Span(ZERO, ANY)}),
        (track(1, told_qty=Decimal(4)), {"BTC": Span(ZERO, 6 * FEE), "USDT": Span(-600 * FEE, ZERO)}),
        (track(1, filled=Decimal(12)), {"BTC": Span(ZERO, 12 * FEE), "USDT": Span(-1_200 * FEE, ZERO)}),
        (track(1, price="0", mark=Decimal(90)), {"BTC": Span(ZERO, 10 * FEE), "USDT": Span(-1_800 * FEE, ZERO)}),
        (
            track(1, price="0", mark=Decimal(90), trigger=Decimal(95)),
            {"BTC": Span(ZERO, 10 * FEE), "USDT": Span(-1_900 * FEE, ZERO)},
        ),
        (track(1, mark=Decimal(90)), {"BTC": Span(ZERO, 10 * FEE), "USDT": Span(-1_000 * FEE, ZERO)}),
        (track(-1, mark=Decimal(90)), {"BTC": Span(-10 * FEE, ZERO), "USDT": Span(ZERO, 2_000 * FEE)}),
        (track(-1, price="0", mark=Decimal(90)), {"BTC": Span(-10 * FEE, ZERO), "USDT": Span(ZERO, 1_800 * FEE)}),
        (track(-1, price="0", trigger=Decimal(80)), {"BTC": Span(-10 * FEE, ZERO), "USDT": Span(ZERO, 1_600 * FEE)}),
        (working(), {}),
        (track(-1, state=OrderState.REJECTED, placing=False, sending=True), {}),
        (track(1, state=OrderState.CANCELED, filled=Decimal(3), told_qty=Decimal(3)), {}),
        (
            track(1, state=OrderState.CANCELED, filled=Decimal(3), told_qty=Decimal(1)),
            {"BTC": Span(ZERO, 2 * FEE), "USDT": Span(-200 * FEE, ZERO)},
        ),
        (track(1, price="0", told_qty=Decimal(10), filled=Decimal(10), sending=True), {}),
    ],
)
def test_an_order_in_doubt_may_have_filled_what_its_bot_was_not_told_at_its_worst_price(one, expected):
    assert spans(one) == expected


def test_a_fee_in_a_third_asset_leaves_that_one_open():
    units = replace(UNITS, fee_on_buy=(Decimal(1), "BNB"))
    assert spans(track(1, units=units))["BNB"] == Span(-ANY, ANY)


@pytest.mark.parametrize(
    ("one", "expected"),
    [
        (track(), True),
        (working(), False),
        (working(sending=True), True),
        (working(cancelling=True), True),
        (working(filled=Decimal(1)), True),
        (working(filled=Decimal(1), told_qty=Decimal(1)), False),
        (track(state=OrderState.EXPIRED, placing=False), True),
        (track(state=OrderState.EXPIRED, placing=False, ended=True), False),
    ],
)
def test_what_is_in_doubt_is_whatever_its_bot_may_not_have_been_told(one, expected):
    assert doubtful(one) is expected


def test_of_two_orders_of_a_list_one_fills_and_others_add_up():
    stop, target = track(-1, name="stop", partner="target"), track(-1, qty="6", name="target", partner="stop")
    assert spans(stop, target)["BTC"] == Span(-10 * FEE, ZERO)
    assert spans(stop, target, track(-1, qty="1", name="z"))["BTC"] == Span(-11 * FEE, ZERO)
    assert spans(track(1), track(-1, name="z"))["BTC"] == Span(-10 * FEE, 10 * FEE)


def test_a_fill_of_a_moment_ago_may_not_have_been_read_yet_and_an_older_one_has():
    bought = working(
        told={"5000"}, told_qty=Decimal(2), filled=Decimal(2), fills={"5000": fill(2, 5_000)}, filled_ms=5_040
    )
    assert spans(bought, since_ms=5_000) == {"BTC": Span(-2 * FEE, ZERO), "USDT": Span(ZERO, 200 * FEE)}
    assert spans(bought, since_ms=5_001) == {}
    sold = working(
        -1, told={"5000"}, told_qty=Decimal(2), filled=Decimal(2), fills={"5000": fill(2, 5_000, -1)}, filled_ms=5_040
    )
    assert spans(sold, since_ms=0) == {"BTC": Span(ZERO, 2 * FEE), "USDT": Span(-200 * FEE, ZERO)}
    paid = fill(2, 5_000, fee_asset="BNB")
    assert spans(replace(bought, fills={"5000": paid}))["BNB"] == Span(Decimal("-0.5"), Decimal("0.5"))


def test_where_the_base_has_not_moved_doubts_of_one_side_have_not_filled_and_leave_the_money_alone():
    late = working(
        name="z", told={"5000"}, told_qty=Decimal(2), filled=Decimal(2), fills={"5000": fill(2, 5_000)}, filled_ms=5_040
    )
    assert spans(track(-1), track(-1, name="b"), unmoved=["BTC"]) == {}
    assert spans(track(-1), track(1, name="b"), unmoved=["BTC"])["USDT"] == Span(-1_000 * FEE, ANY)
    assert spans(track(-1), late, unmoved=["BTC"])["USDT"].high == ANY
    other = replace(UNITS, symbol="ETH/BTC")
    assert spans(track(-1), track(1, name="b", units=other), unmoved=["BTC"])["USDT"].high == ANY
    assert spans(track(-1), unmoved=["ETH", "USDT"])["USDT"].high == ANY


def test_what_was_open_before_or_after_a_reading_counts():
    before = left_open([track(1), track(1, name="gone")], 0)
    after = left_open([track(1, told_qty=Decimal(9)), track(-1, name="new")], 0)
    assert spans_of(joined(before, after), ())["BTC"] == Span(-10 * FEE, 20 * FEE)


@pytest.mark.parametrize(("found", "nearest"), [(5, 5), (4, 5), (8, 5), (3, 4), (10, 7)])
def test_what_is_in_no_book_is_what_it_was_as_far_as_that_can_be(found, nearest):
    assert Span(Decimal(-1), Decimal(3)).nearest(Decimal(5), Decimal(found)) == nearest
    assert NOTHING.nearest(Decimal(5), Decimal(found)) == found
