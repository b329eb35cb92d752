"""What a reply means: a write was accepted, refused, or nobody knows; a read was answered or failed.

Pure. Status and raw body decide, never the class of an exception of a client library. Refused needs a listed code
(`refusals`); everything else that is not a readable acceptance is unknown and blocks its slot until it is read.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

import msgspec
from msgspec import Struct

from botswain.model.order_events import ListReport
from botswain.model.outcomes import (
    Absent,
    Accepted,
    Answer,
    Cause,
    Failed,
    Outcome,
    Refused,
    Replaced,
    Report,
    Unknown,
)
from botswain.venues.binance import order_replies
from botswain.venues.binance.refusals import ARCHIVED, HALF_DONE, NO_SUCH_ORDER, NOT_DONE, Purpose, cause, proof
from botswain.venues.binance.requests import Call
from botswain.venues.binance.wire import ABSENT, Unreadable, decode, excerpt, present

T = TypeVar("T")


class _Error(Struct):
    code: int
    msg: str = ""
    data: msgspec.Raw = ABSENT


class _Halves(Struct):
    cancelResult: str
    newOrderResult: str
    cancelResponse: msgspec.Raw = ABSENT
    newOrderResponse: msgspec.Raw = ABSENT


_ERROR = msgspec.json.Decoder(_Error)
_HALVES = msgspec.json.Decoder(_Halves)


def written(call: Call, status: int, body: bytes) -> Outcome | Replaced:
    """The outcome of a write that was answered."""
    if call.purpose is Purpose.REPLACE:
        return _replaced(call, status, body)
    if status == 200:
        return _accepted(call, body)
    return _refused(call.purpose, status, body)


def unanswered(call: Call, why: str) -> Outcome | Replaced:
    """The outcome of a write that left and was not answered."""
    return _both(call, Unknown(why))


def unsent(call: Call, why: str, wait_ms: int = 0) -> Outcome | Replaced:
    """The outcome of a write that never left, and how long none like it can; 0 where nobody knows."""
    return _both(call, Refused(0, why, "not sent", sent=False, cause=Cause.LATER, wait_ms=wait_ms))


def read(status: int, body: bytes, decoder: Callable[[bytes], T]) -> Answer[T] | Absent | Failed:
    """The outcome of a read that was answered."""
    try:
        if status == 200:
            return Answer(decoder(body))
        found = decode(_ERROR, f"a reply with status {status}", body)
    except Unreadable as error:
        return Failed(str(error), status)
    if status == 400 and found.code in (NO_SUCH_ORDER, ARCHIVED):
        return Absent(archived=found.code == ARCHIVED)
    forbidden = cause(status, found.code, found.msg) is Cause.FORBIDDEN
    return Failed(f"status {status}, code {found.code}: {found.msg}", status, found.code, forbidden)


def _both(call: Call, one: Outcome) -> Outcome | Replaced:
    return Replaced(one, one) if call.purpose is Purpose.REPLACE else one


def _accepted(call: Call, body: bytes) -> Outcome:
    """A success as the call's endpoint tells it; one about another order than ours proves nothing."""
    if call.path == "order/test":
        return Accepted(None)
    try:
        reader = order_replies.placed if call.method == "POST" else order_replies.cancelled
        report = _DECODERS.get(call.path, reader)(body)
    except Unreadable as error:
        return Unknown(f"the reply to {call.method} {call.path} says success: {error}")
    return _ours(report, call.expects)


def _ours(report: Report, expects: str) -> Outcome:
    names = {report.client_order_id} if not isinstance(report, ListReport) else legs_of(report)
    if expects and expects not in names:
        named = " and ".join(sorted(names))
        return Unknown(f"the reply is about order {named}, asked was {expects}; both are to be queried")
    return Accepted(report)


def legs_of(report: ListReport) -> set[str]:
    """All names that a list goes by."""
    return {report.list_client_id, *(name for _, name in report.orders)}


def _refused(purpose: Purpose, status: int, body: bytes) -> Outcome:
    try:
        error = decode(_ERROR, f"a reply with status {status}", body)
    except Unreadable as unreadable:
        return Unknown(str(unreadable))
    return _judged(purpose, status, error)


def _judged(purpose: Purpose, status: int, error: _Error) -> Outcome:
    reason = proof(purpose, status, error.code, error.msg)
    if reason is None:
        return Unknown(f"status {status}, code {error.code} proves nothing: {error.msg}", error.code)
    return Refused(error.code, error.msg, reason, cause=cause(status, error.code, error.msg))


def _replaced(call: Call, status: int, body: bytes) -> Outcome | Replaced:
    """Judge the halves, each by what is said of it."""
    raw: bytes | msgspec.Raw = body
    if status != 200:
        try:
            error = decode(_ERROR, f"a reply with status {status}", body)
        except Unreadable as unreadable:
            return _both(call, Unknown(str(unreadable)))
        if error.code not in (HALF_DONE, NOT_DONE) or not present(error.data) or status not in (400, 409):
            return _both(call, _judged(Purpose.REPLACE, status, error))
        raw = error.data
    try:
        halves = decode(_HALVES, "the halves of a cancel-replace", raw)
    except Unreadable as unreadable:
        return _both(call, Unknown(str(unreadable)))
    cancels = dict(call.params).get("cancelOrigClientOrderId", "")
    return Replaced(
        _half(Purpose.CANCEL, halves.cancelResult, halves.cancelResponse, cancels),
        _half(Purpose.PLACE, halves.newOrderResult, halves.newOrderResponse, call.expects),
    )


def _half(purpose: Purpose, result: str, response: msgspec.Raw, expects: str) -> Outcome:
    said = bytes(response)
    if result == "NOT_ATTEMPTED" and not present(response):
        # The order was not refused: it stays wanted, and is asked for again once it is known what became of the old.
        proof = "the other half failed first, so this one was never tried"
        return Refused(NOT_DONE, "not attempted", proof, cause=Cause.LATER)
    if result == "FAILURE":
        return _refused(purpose, 400, said)
    if result != "SUCCESS":
        return Unknown(f"one half of a cancel-replace is {result!r}, which is unknown: {excerpt(said)}")
    try:
        report = order_replies.placed(said) if purpose is Purpose.PLACE else order_replies.order(said)
    except Unreadable as error:
        return Unknown(f"one half of a cancel-replace says success: {error}")
    return _ours(report, expects)


_DECODERS: dict[str, Callable[[bytes], Report]] = {
    "order/amend/keepPriority": order_replies.amended,
    "orderList/oco": order_replies.order_list,
    "orderList": order_replies.order_list,
}
