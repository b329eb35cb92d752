"""One request and two orders: what an outcome says of each, and when the end of one is told."""

from decimal import Decimal

import msgspec
import pytest
from tests.engine.test_tracks import QTY, UNITS, fill, report

from botswain.engine.list_legs import end_of, joined, part_of, parts_of, tie, withheld
from botswain.engine.tracks import Track
from botswain.model.errands import Errand
from botswain.model.intents import Request
from botswain.model.order_events import Acknowledged, ListReport
from botswain.model.orders import OrderState
from botswain.model.outcomes import Accepted, Cause, Refused, Replaced, Unknown
from botswain.model.reasons import Reason

GONE = Refused(-2011, "Unknown order sent.", "p", cause=Cause.GONE)


def leg(name, state=OrderState.NEW, filled=0):
    return msgspec.structs.replace(report(state, filled, [fill(1, filled)] if filled else []), client_order_id=name)


def listed(*reports, names=("a", "b")):
    orders = tuple((str(7 + k), name) for k, name in enumerate(names))
    return ListReport("BTCUSDT", "3", "L", "OCO", "EXECUTING", False, orders, tuple(reports), 9)


def errand(*requests, seq=1):
    found = [
        Errand("acc", "bot", seq + k, 1, "BTC/USDT", Decimal(1), Decimal(1), one) for k, one in enumerate(requests)
    ]
    return joined(found)


def tracks():
    first, second = (Track(name, "bot", 0, UNITS, QTY) for name in ("a", "b"))
    tie(first, second)
    return first, second


CANCELS = (Request("a", "", None, listed="L"), Request("b", "", None, listed="L"))


def test_the_two_requests_of_a_list_are_one_errand_and_no_others():
    plain = Request("x", "", None)
    found = errand(plain, *CANCELS, plain)
    assert [(one.seq, one.requests) for one in found] == [(1, (plain,)), (2, CANCELS), (4, (plain,))]


def test_an_accepted_list_says_something_of_each_of_its_orders():
    (one,) = errand(*CANCELS)
    told = listed(leg("a"), leg("b"))
    assert parts_of(one, Accepted(told)) == [(CANCELS[0], Accepted(leg("a"))), (CANCELS[1], Accepted(leg("b")))]


def test_an_order_that_is_only_named_was_taken():
    assert part_of("b", Accepted(listed(leg("a")))) == Accepted(Acknowledged("BTCUSDT", "b", "8", "3", 9))


def test_an_order_that_a_list_does_not_name_is_unknown():
    assert isinstance(part_of("c", Accepted(listed(leg("a"), leg("b")))), Unknown)
    assert isinstance(part_of("c", Accepted(None)), Unknown)


@pytest.mark.parametrize("outcome", [GONE, Unknown("lost")])
def test_what_is_refused_or_unknown_is_so_for_both(outcome):
    (one,) = errand(*CANCELS)
    assert [two for _, two in parts_of(one, outcome)] == [outcome, outcome]


def test_a_request_by_itself_keeps_its_outcome():
    (one,) = errand(Request("a", "", None))
    both = Replaced(GONE, GONE)
    assert parts_of(one, both) == [(one.request, both)]
    assert parts_of(one, Accepted(leg("a"))) == [(one.request, Accepted(leg("a")))]


def test_a_cancel_that_is_answered_with_the_whole_list_says_what_became_of_its_order():
    (one,) = errand(Request("a", "", None))
    ended = leg("a", OrderState.CANCELED)
    assert parts_of(one, Accepted(listed(ended, leg("b")))) == [(one.request, Accepted(ended))]


@pytest.mark.parametrize(
    ("cause", "alone", "as_list"),
    [
        (Cause.FUNDS, Reason.INSUFFICIENT_BALANCE, Reason.INSUFFICIENT_BALANCE),
        (Cause.TRIGGER_PASSED, Reason.TRIGGER_PASSED, Reason.LIST_PASSED),
        (Cause.POST_ONLY, Reason.POST_ONLY, Reason.LIST_PASSED),
        (Cause.LATER, Reason.NOT_SENT, Reason.NOT_SENT),
        (Cause.RULES, Reason.REFUSED, Reason.LIST_REFUSED),
        (Cause.OTHER, Reason.REFUSED, Reason.LIST_REFUSED),
    ],
)
def test_a_refused_list_has_its_orders_tried_by_themselves(cause, alone, as_list):
    assert end_of(Track("a", "bot", 0, UNITS, QTY), cause) is alone
    assert end_of(tracks()[0], cause) is as_list


class TestTheEndOfOne:
    """The venue ends an order of a list because the other fires, and may say so first."""

    def test_it_waits_for_the_fill_of_the_other(self):
        first, second = tracks()
        first.merge(leg("a", OrderState.EXPIRED))
        assert withheld(first, second)
        second.merge(leg("b", OrderState.FILLED, 10))
        assert withheld(first, second)
        second.news()
        assert not withheld(first, second)
        assert [one.reason for one in first.news()[1:]] == [Reason.LINKED]

    def test_it_waits_no_longer_than_for_a_part_of_it(self):
        first, second = tracks()
        first.merge(leg("a", OrderState.EXPIRED))
        second.merge(leg("b", OrderState.PARTIALLY_FILLED, 3))
        second.news()
        assert not withheld(first, second)

    def test_where_both_end_without_a_fill_neither_waits(self):
        first, second = tracks()
        for one, track in (("a", first), ("b", second)):
            track.merge(leg(one, OrderState.EXPIRED))
        assert not withheld(first, second)
        assert not withheld(second, first)

    def test_a_cancelled_order_and_one_without_a_list_never_wait(self):
        first, second = tracks()
        first.merge(leg("a", OrderState.CANCELED))
        assert not withheld(first, second)
        assert not withheld(second, None)

    def test_an_order_that_was_never_in_a_list_expires(self):
        one = Track("a", "bot", 0, UNITS, QTY)
        one.merge(leg("a", OrderState.EXPIRED))
        assert [two.reason for two in one.news()[1:]] == [Reason.EXPIRED]
