"""The doctor's comparison: every kind of difference, by itself, with the rule that explains it or none."""

from dataclasses import replace
from decimal import Decimal

import msgspec
import pytest

from botswain.engine.doctor import Books, Finding, Kept, Rule, Shown, compare, lasting
from botswain.engine.order_ids import OrderIds
from botswain.model.order_events import OrderReport
from botswain.model.orders import OrderKind, OrderState, Side, Tif

KEY = bytes(range(32))
OURS = OrderIds(("e", "t", "a", "b"), KEY).of("BTC/USDT", 0, 1, 1)
ZERO, ONE = Decimal(0), Decimal(1)
KEPT = Kept(OURS, "one", "BTC/USDT", open=True, unknown=False, filled=ZERO)
REPORT = OrderReport(
    market_id="BTCUSDT",
    client_order_id=OURS,
    venue_order_id="1",
    list_id="",
    side=Side.BUY,
    kind=OrderKind.LIMIT,
    post_only=False,
    tif=Tif.GTC,
    state=OrderState.NEW,
    qty=ONE,
    price=Decimal(100),
    trigger=ZERO,
    trailing_bips=0,
    filled_qty=ZERO,
    filled_notional=ZERO,
    venue_time_ms=1,
)


def found(kept=KEPT, report=REPORT, running=(), **more):
    """The differences of one order."""
    books = Books({kept.name: kept} if kept else {}, {}, {}, frozenset(running))
    orders = {report.client_order_id: report} if report else {}
    return compare(books, Shown(orders, **more), (KEY,))


def state(**values):
    """The venue's report, changed."""
    return msgspec.structs.replace(REPORT, **values)


def rules(*arguments, **more):
    """The rules of the differences."""
    return [one.rule for one in found(*arguments, **more)]


FILLED = {"state": OrderState.FILLED, "filled_qty": ONE}


def test_what_agrees_is_not_told():
    assert found() == []
    assert found(replace(KEPT, open=False, filled=ONE), state(**FILLED)) == []


@pytest.mark.parametrize(("running", "rule"), [((), Rule.NEXT_START), (("one",), Rule.ON_ITS_WAY)])
def test_a_journal_behind_the_venue_is_explained_by_who_will_catch_up(running, rule):
    assert rules(KEPT, state(filled_qty=ONE), running) == [rule]
    assert rules(KEPT, state(**FILLED), running) == [rule]
    assert rules(KEPT, state(state=OrderState.CANCELED), running) == [rule]


@pytest.mark.parametrize("running", [(), ("one",)])
def test_more_booked_than_filled_is_not(running):
    assert rules(replace(KEPT, filled=ONE), REPORT, running) == [None]
    assert rules(replace(KEPT, open=False, filled=ONE), state(state=OrderState.CANCELED), running) == [None]


@pytest.mark.parametrize(("running", "rule"), [((), Rule.NEXT_START), (("one",), Rule.ON_ITS_WAY)])
def test_fills_after_an_order_had_ended_are_booked_by_whoever_runs_its_bot_and_explain_its_coins(running, rule):
    ended = replace(KEPT, open=False)
    [late] = found(ended, state(**FILLED), running)
    assert (late.rule, late.text) == (
        rule, "filled 1 at the venue, 0 is booked for one; by the journal it had ended before that",
    )  # fmt: skip
    books = Books({OURS: ended}, {"BTC": ONE}, {}, frozenset(running))
    shown = Shown({OURS: state(**FILLED)}, balances={"BTC": Decimal("0.5")})
    assert [one.rule for one in compare(books, shown, (KEY,))] == [rule, Rule.NOT_BOOKED]


def test_an_order_that_should_have_ended_and_works_is_not_explained():
    assert rules(replace(KEPT, open=False)) == [None]


def test_an_order_that_should_work_and_is_absent_is_only_explained_while_in_doubt():
    assert rules(KEPT, None, absent=frozenset([OURS])) == [None]
    assert rules(replace(KEPT, unknown=True), None, absent=frozenset([OURS])) == [Rule.IN_DOUBT]


def test_orders_without_our_mark_are_foreign_and_those_with_it_must_be_known():
    assert rules(None, state(client_order_id="somebody")) == [Rule.FOREIGN]
    assert rules(None, state(client_order_id="somebody", **FILLED)) == []
    assert rules(None) == [None]
    assert rules(None, state(state=OrderState.CANCELED)) == []


def test_an_old_order_that_the_venue_forgot_is_explained():
    assert rules(replace(KEPT, open=False, filled=ONE), None) == [Rule.FORGOTTEN]


@pytest.mark.parametrize(
    ("base", "quote", "there", "expected"),
    [
        ("1", "100", {"BTC": "1", "USDT": "100"}, {}),
        ("1", "100", {"BTC": "3", "USDT": "100"}, {"BTC": Rule.IN_NO_BOOK}),
        ("1", "100", {"BTC": "0.5", "USDT": "100"}, {"BTC": None}),
        ("1", "100", {"BTC": "1", "USDT": "500"}, {"USDT": Rule.IN_NO_BOOK}),
        ("1", "100", {"BTC": "1", "USDT": "5"}, {"USDT": Rule.CAPITAL}),
    ],
)
def test_balances_are_itemised_and_only_what_is_missing_of_a_book_is_unexplained(base, quote, there, expected):
    books = Books({}, {"BTC": Decimal(base)}, {"USDT": Decimal(quote)})
    shown = Shown({}, balances={asset: Decimal(qty) for asset, qty in there.items()})
    assert {one.about: one.rule for one in compare(books, shown, (KEY,))} == expected


def test_fills_that_are_not_booked_yet_explain_a_balance():
    books = Books({OURS: KEPT}, {"BTC": ONE}, {})
    shown = Shown({OURS: state(**FILLED)}, balances={"BTC": Decimal("0.5")})
    assert [one.rule for one in compare(books, shown, (KEY,))] == [Rule.NEXT_START, Rule.NOT_BOOKED]


def test_a_row_that_cannot_be_read_hides_nothing_and_is_told():
    assert [one.text for one in found(broken=("no price",))] == ["a row cannot be read: no price"]


def test_only_what_was_there_before_is_unexplained_after_a_second_look():
    first, second = [Finding("a", "x")], [Finding("a", "y"), Finding("b", "z"), Finding("c", "w", Rule.FOREIGN)]
    assert [one.about for one in lasting(first, second)] == ["a", "c"]
