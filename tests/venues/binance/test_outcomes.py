"""Three outcomes: accepted with a readable order, refused by a listed code, and unknown for everything else."""

import pytest
from tests.venues.binance.payloads import (
    ACK,
    AMENDED,
    CANCELLED,
    ID,
    MY_TRADE,
    OCO,
    ORDER,
    OTHER_ID,
    QUERIED,
    RESTING,
    error,
    raw,
    without,
)
from tests.venues.binance.test_requests import GRID, GUARD, PROFIT, ROW

from botswain.model.order_events import Acknowledged, ListReport, OrderReport
from botswain.model.orders import OrderState
from botswain.model.outcomes import Absent, Accepted, Answer, Cause, Failed, Outcome, Refused, Replaced, Unknown
from botswain.venues.binance import order_replies, requests
from botswain.venues.binance.outcomes import read, unanswered, unsent, written
from botswain.venues.binance.refusals import AMEND, CANCEL, PLACE, PROOFS, Purpose
from botswain.venues.binance.requests import Call

PLACED = requests.place(GRID, ROW, ID)
TAKEN_OFF = requests.cancel("BTCUSDT", ID)
REPLACING = requests.replace(GRID, OTHER_ID, ROW, ID)
AMENDING = requests.amend(GRID, ID, 5)
LISTING = requests.oco(GRID, "list-1", ("p", PROFIT), ("s", GUARD))
WRITES = [PLACED, TAKEN_OFF, AMENDING, LISTING]


def test_a_new_order_is_accepted_with_its_state_and_fills() -> None:
    found = written(PLACED, 200, raw(ORDER))
    assert isinstance(found, Accepted)
    assert isinstance(found.report, OrderReport)
    assert (found.report.state, len(found.report.fills)) == (OrderState.FILLED, 2)


def test_an_acknowledged_order_is_accepted_without_a_state() -> None:
    found = written(PLACED, 200, raw(ACK))
    assert isinstance(found, Accepted)
    assert isinstance(found.report, Acknowledged)


def test_cancels_amendments_lists_and_tests_are_accepted() -> None:
    cancelled = written(TAKEN_OFF, 200, raw(CANCELLED))
    assert isinstance(cancelled, Accepted)
    assert isinstance(cancelled.report, OrderReport)
    assert (cancelled.report.state, cancelled.report.filled_qty) == (OrderState.CANCELED, 4)
    assert isinstance(written(AMENDING, 200, raw(AMENDED)), Accepted)
    listed = written(LISTING, 200, raw(OCO))
    assert isinstance(listed, Accepted)
    assert isinstance(listed.report, ListReport)
    assert written(requests.test_order(GRID, ROW, ID), 200, b"{}") == Accepted(None)


@pytest.mark.parametrize("call", WRITES)
@pytest.mark.parametrize("body", [b"", b"{}", b"null", b"[]", b"<html>", b"\xff", b'{"code":-1013}', b'{"orderId":'])
def test_success_that_cannot_be_read_is_unknown(call: Call, body: bytes) -> None:
    assert isinstance(written(call, 200, body), Unknown)


@pytest.mark.parametrize("name", ["orderId", "clientOrderId", "executedQty", "symbol"])
def test_success_with_a_renamed_field_is_unknown_and_says_which(name: str) -> None:
    found = written(PLACED, 200, without(ORDER, name))
    assert isinstance(found, Unknown)
    assert name in found.why


def test_success_about_another_order_is_unknown() -> None:
    found = written(PLACED, 200, raw(ORDER, clientOrderId=OTHER_ID))
    assert isinstance(found, Unknown)
    assert OTHER_ID in found.why


@pytest.mark.parametrize(
    ("call", "code"),
    [(PLACED, code) for code in PLACE] + [(TAKEN_OFF, code) for code in CANCEL] + [(AMENDING, code) for code in AMEND],
)
def test_a_listed_code_proves_a_refusal_and_says_why(call: Call, code: int) -> None:
    found = written(call, 400, error(code, "Filter failure: LOT_SIZE"))
    assert isinstance(found, Refused)
    assert (found.code, found.message, found.sent) == (code, "Filter failure: LOT_SIZE", True)
    assert len(found.proof) > 5


@pytest.mark.parametrize("call", WRITES)
@pytest.mark.parametrize("code", [0, -1, -1000, -1001, -1006, -1007, -1008, -1016, -2021, -2022, -2026, -9999])
@pytest.mark.parametrize("status", [400, 403, 500, 503, 504])
def test_every_other_code_proves_nothing(call: Call, code: int, status: int) -> None:
    found = written(call, status, error(code))
    assert isinstance(found, Unknown)
    assert found.code == code


@pytest.mark.parametrize("call", WRITES)
@pytest.mark.parametrize("status", [302, 403, 500, 502, 503, 504])
def test_a_listed_code_under_a_status_of_somebody_else_proves_nothing(call: Call, status: int) -> None:
    assert isinstance(written(call, status, error(-1013)), Unknown)


def test_a_refusal_of_one_kind_of_request_proves_nothing_for_another() -> None:
    assert isinstance(written(PLACED, 400, error(-2011)), Unknown)
    assert isinstance(written(TAKEN_OFF, 400, error(-2010)), Unknown)
    assert isinstance(written(PLACED, 400, error(-2013)), Unknown)
    assert Purpose.READ not in PROOFS


def test_a_duplicate_is_proof_that_an_order_of_ours_exists_and_is_unknown() -> None:
    found = written(PLACED, 400, error(-2010, "Duplicate order sent."))
    assert isinstance(found, Unknown)
    assert "Duplicate" in found.why


@pytest.mark.parametrize(("status", "code"), [(429, -1003), (418, -1003), (429, -1015), (401, -2015)])
def test_limits_and_keys_are_refusals_before_the_engine(status: int, code: int) -> None:
    assert isinstance(written(PLACED, status, error(code)), Refused)


@pytest.mark.parametrize("call", WRITES)
def test_no_answer_is_unknown_and_what_never_left_is_refused(call: Call) -> None:
    assert unanswered(call, "timeout") == Unknown("timeout")
    found = unsent(call, "no budget")
    assert isinstance(found, Refused)
    assert (found.sent, found.code) == (False, 0)


def halves(cancel: str, place: str, cancel_said: object, place_said: object) -> dict[str, object]:
    return {
        "cancelResult": cancel,
        "newOrderResult": place,
        "cancelResponse": cancel_said,
        "newOrderResponse": place_said,
    }


GONE = {**CANCELLED, "origClientOrderId": OTHER_ID}
NO = {"code": -2011, "msg": "Unknown order sent."}
POOR = {"code": -2010, "msg": "Account has insufficient balance for requested action."}


def replaced(status: int, body: bytes) -> tuple[Outcome, Outcome]:
    found = written(REPLACING, status, body)
    assert isinstance(found, Replaced)
    return found.cancel, found.place


def test_a_replacement_that_worked_has_two_accepted_halves() -> None:
    cancel, place = replaced(200, raw(halves("SUCCESS", "SUCCESS", GONE, RESTING)))
    assert isinstance(cancel, Accepted)
    assert isinstance(place, Accepted)


def test_a_failed_cancel_leaves_the_new_order_untried() -> None:
    cancel, place = replaced(400, error(-2022, "failed", halves("FAILURE", "NOT_ATTEMPTED", NO, None)))
    assert isinstance(cancel, Refused)
    assert cancel.code == -2011
    assert isinstance(place, Refused)
    assert (place.message, place.cause) == ("not attempted", Cause.LATER)


def test_half_done_is_judged_by_halves() -> None:
    cancel, place = replaced(409, error(-2021, "partly", halves("SUCCESS", "FAILURE", GONE, POOR)))
    assert isinstance(cancel, Accepted)
    assert isinstance(place, Refused)
    assert place.code == -2010
    cancel, place = replaced(409, error(-2021, "partly", halves("FAILURE", "SUCCESS", NO, RESTING)))
    assert isinstance(cancel, Refused)
    assert isinstance(place, Accepted)


def test_a_half_that_proves_nothing_is_unknown_by_itself() -> None:
    lost = {"code": -1007, "msg": "Timeout"}
    cancel, place = replaced(409, error(-2021, "partly", halves("SUCCESS", "FAILURE", GONE, lost)))
    assert isinstance(cancel, Accepted)
    assert isinstance(place, Unknown)
    cancel, place = replaced(200, raw(halves("SUCCESS", "SUCCESS", GONE, {**RESTING, "status": 1})))
    assert isinstance(cancel, Accepted)
    assert isinstance(place, Unknown)
    cancel, _ = replaced(200, raw(halves("PERHAPS", "SUCCESS", GONE, RESTING)))
    assert isinstance(cancel, Unknown)
    _, place = replaced(200, raw(halves("SUCCESS", "NOT_ATTEMPTED", GONE, RESTING)))
    assert isinstance(place, Unknown)


@pytest.mark.parametrize(("status", "body"), [(200, b"{}"), (504, error(-1007)), (400, error(-2022)), (409, b"")])
def test_a_replacement_without_readable_halves_is_unknown_twice(status: int, body: bytes) -> None:
    cancel, place = replaced(status, body)
    assert isinstance(cancel, Unknown)
    assert isinstance(place, Unknown)


def test_a_replacement_refused_at_the_door_is_refused_twice() -> None:
    cancel, place = replaced(400, error(-1021))
    assert isinstance(cancel, Refused)
    assert isinstance(place, Refused)
    cancel, place = replaced(400, error(-2010))
    assert isinstance(cancel, Unknown)
    assert isinstance(place, Unknown)


def test_a_read_is_answered_absent_or_failed() -> None:
    assert isinstance(read(200, raw(QUERIED), order_replies.order), Answer)
    trades = read(200, raw([MY_TRADE, {}]), order_replies.own_trades)
    assert isinstance(trades, Answer)
    assert (len(trades.data.items), len(trades.data.broken)) == (1, 1)
    assert read(400, error(-2013), order_replies.order) == Absent()
    assert read(400, error(-2026), order_replies.order) == Absent(archived=True)
    for status, body in [(200, b"{}"), (500, error(-2013)), (429, error(-1003)), (502, b"<html>"), (400, error(-1000))]:
        found = read(status, body, order_replies.order)
        assert isinstance(found, Failed)
        assert found.status == status


def test_a_cancel_that_is_answered_with_the_whole_list_tells_of_all_its_orders() -> None:
    name = OCO["orders"][0]["clientOrderId"]
    found = written(requests.cancel("LTCBTC", name), 200, raw(OCO))
    assert isinstance(found, Accepted)
    assert isinstance(found.report, ListReport)
    other = written(requests.cancel("LTCBTC", "another"), 200, raw(OCO))
    assert isinstance(other, Unknown)


def test_a_list_whose_prices_the_market_has_passed_is_refused_for_that() -> None:
    text = b'{"code":-2010,"msg":"The relationship of the prices for the orders is not correct."}'
    found = written(LISTING, 400, text)
    assert isinstance(found, Refused)
    assert found.cause is Cause.TRIGGER_PASSED
