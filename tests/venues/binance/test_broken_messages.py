"""Whatever a message turns into on its way, it is read whole or it is an error: no half orders, no other exceptions."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Iterator
from contextlib import suppress
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.venues.binance import payloads as rest
from tests.venues.binance import stream_payloads as streams
from tests.venues.binance.payloads import raw
from tests.venues.binance.test_outcomes import AMENDING, LISTING, PLACED, REPLACING, TAKEN_OFF

from botswain.model.order_events import OrderReport
from botswain.model.outcomes import Accepted, Refused, Replaced, Unknown
from botswain.venues.binance import account_replies, market_replies, order_replies, stream_messages, user_messages
from botswain.venues.binance.outcomes import read, written
from botswain.venues.binance.requests import Call
from botswain.venues.binance.rules import rules
from botswain.venues.binance.wire import Unreadable

Reader = Callable[[bytes], object]
VALUES: tuple[Any, ...] = (None, True, -1, 2**70, 1.5, "", "x", "NaN", "-Infinity", "1E+999999", [], {}, [[]], {"a": 1})
READERS: dict[str, tuple[Reader, Any]] = {
    "exchangeInfo": (rules, rest.EXCHANGE_INFO),
    "placed": (order_replies.placed, rest.ORDER),
    "order": (order_replies.order, rest.QUERIED),
    "orders": (order_replies.orders, [rest.QUERIED]),
    "amended": (order_replies.amended, rest.AMENDED),
    "list": (order_replies.order_list, rest.OCO),
    "trades": (order_replies.own_trades, [rest.MY_TRADE]),
    "account": (account_replies.account, rest.ACCOUNT),
    "depth": (market_replies.depth, {"lastUpdateId": 1, "bids": [["1", "2"]], "asks": [["3", "4"]]}),
    "agg trade": (stream_messages.message, streams.AGG_TRADE),
    "kline": (stream_messages.message, {"stream": "btcusdt@kline_1m", "data": streams.KLINE}),
    "diff": (stream_messages.message, {"stream": "btcusdt@depth", "data": streams.DEPTH}),
    "quote": (stream_messages.message, streams.BOOK_TICKER),
    "fill": (user_messages.message, {"subscriptionId": 0, "event": streams.FILLED_PART}),
}


def broken(value: Any) -> Iterator[Any]:
    """The payload with every field at every depth missing, renamed and replaced, one at a time."""
    for path in paths(value):
        whole = copy.deepcopy(value)
        *way, last = path
        inner = whole
        for step in way:
            inner = inner[step]
        old = inner.pop(last) if isinstance(inner, dict) else inner[last]
        if isinstance(inner, dict):
            yield copy.deepcopy(whole)
            inner[f"{last}_"] = old
            yield copy.deepcopy(whole)
        for other in VALUES:
            inner[last] = other
            yield copy.deepcopy(whole)


def paths(value: Any, way: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for name, inner in items:
        yield (*way, name)
        yield from paths(inner, (*way, name))


def sane(found: object) -> None:
    """An order that was read has numbers that can be counted with."""
    if isinstance(found, OrderReport):
        for value in (found.qty, found.price, found.trigger, found.filled_qty, found.filled_notional):
            assert isinstance(value, Decimal)
            assert Decimal(0) <= value < 10**30
        assert found.client_order_id is not None


@pytest.mark.parametrize("name", READERS)
def test_a_message_with_one_broken_field_is_read_or_an_error(name: str) -> None:
    reader, payload = READERS[name]
    reader(raw(payload))
    errors = 0
    for one in broken(payload):
        try:
            sane(reader(raw(one)))
        except Unreadable as error:
            errors += "cannot be read" in str(error)
    assert errors > 5 or name in ("orders", "trades", "exchangeInfo")


HALVES = {
    "cancelResult": "SUCCESS",
    "newOrderResult": "SUCCESS",
    "cancelResponse": {**rest.CANCELLED, "origClientOrderId": rest.OTHER_ID},
    "newOrderResponse": rest.RESTING,
}
WRITES = [
    (PLACED, rest.ORDER),
    (TAKEN_OFF, rest.CANCELLED),
    (AMENDING, rest.AMENDED),
    (LISTING, rest.OCO),
    (REPLACING, HALVES),
]


@pytest.mark.parametrize(("call", "payload"), WRITES, ids=["place", "cancel", "amend", "list", "replace"])
def test_a_write_whose_reply_is_broken_is_accepted_for_our_own_order_or_unknown(call: Call, payload: Any) -> None:
    for one in broken(payload):
        found = written(call, 200, raw(one))
        halves = (found.cancel, found.place) if isinstance(found, Replaced) else (found,)
        for half in halves:
            if isinstance(half, Accepted):
                sane(half.report)
            elif isinstance(half, Refused):
                # Only the text of a half can say so, and no success turns into one.
                assert call is REPLACING
            else:
                assert isinstance(half, Unknown)


@given(st.binary(max_size=60), st.sampled_from(sorted(READERS)))
def test_noise_is_an_error_and_never_anything_else(noise: bytes, name: str) -> None:
    reader, _ = READERS[name]
    with suppress(Unreadable):
        reader(noise)


@given(st.data())
def test_a_message_that_was_cut_or_garbled_is_an_error_or_whole(data: st.DataObject) -> None:
    reader, payload = READERS[data.draw(st.sampled_from(sorted(READERS)))]
    text = bytearray(raw(payload))
    for _ in range(data.draw(st.integers(0, 3))):
        text[data.draw(st.integers(0, len(text) - 1))] = data.draw(st.integers(0, 255))
    cut = bytes(text[: data.draw(st.integers(0, len(text)))])
    with suppress(Unreadable):
        sane(reader(cut))


@pytest.mark.parametrize("name", READERS)
def test_what_is_nested_without_end_is_an_error(name: str) -> None:
    with pytest.raises(Unreadable):
        READERS[name][0](b'{"tomorrow":' + b"[" * 100_000)


@given(
    st.integers(100, 599),
    st.binary(max_size=40) | st.builds(lambda code: json.dumps({"code": code}).encode(), st.integers()),
)
def test_any_reply_has_an_outcome(status: int, body: bytes) -> None:
    for call, _ in WRITES:
        found = written(call, status, body)
        assert isinstance(found, Refused | Unknown | Replaced)
    read(status, body, order_replies.order)
