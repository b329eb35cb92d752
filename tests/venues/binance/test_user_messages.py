"""User data becomes order reports with one fill each; contradictions are errors, never half an order."""

from decimal import Decimal
from typing import Any

import pytest
from tests.venues.binance.payloads import ID, raw, user
from tests.venues.binance.stream_payloads import EXECUTION, FILLED_PART

from botswain.model.market_events import ShuttingDown
from botswain.model.order_events import (
    Balance,
    BalanceMoved,
    BalancesChanged,
    ListReport,
    OrderReport,
    UnsupportedUserEvent,
    UserStreamEnded,
)
from botswain.model.orders import Liquidity, OrderKind, OrderState, Side, Tif
from botswain.venues.binance.user_messages import ApiReply, message
from botswain.venues.binance.wire import Unreadable


def report(**changes: Any) -> OrderReport:
    found = message(user({**EXECUTION, **changes}))
    assert isinstance(found, OrderReport)
    return found


def test_a_new_order_is_reported_without_fills() -> None:
    found = report()
    assert (found.client_order_id, found.venue_order_id, found.change) == (ID, "4293153", "NEW")
    assert (found.state, found.kind, found.side, found.tif) == (OrderState.NEW, OrderKind.LIMIT, Side.BUY, Tif.GTC)
    assert (found.qty, found.price, found.leaves_qty, found.fills) == (1, Decimal("0.1026441"), 1, ())


def test_a_trade_carries_its_fill_with_its_key_fee_and_role() -> None:
    found = report(**FILLED_PART)
    assert (found.state, found.filled_qty, found.leaves_qty) == (
        OrderState.PARTIALLY_FILLED,
        Decimal("0.4"),
        Decimal("0.6"),
    )
    (fill,) = found.fills
    assert fill.key == ("BTCUSDT", "77")
    assert (fill.qty, fill.price, fill.quote_qty) == (Decimal("0.4"), Decimal("0.102644"), Decimal("0.0410576"))
    assert (fill.fee, fill.fee_asset, fill.liquidity) == (Decimal("0.0004"), "BTC", Liquidity.MAKER)


def test_what_the_venue_pays_back_is_a_fee_below_zero() -> None:
    (fill,) = report(**{**FILLED_PART, "n": "-0.0004"}).fills
    assert (fill.fee, fill.fee_asset) == (Decimal("-0.0004"), "BTC")


def test_a_fill_whose_fee_comes_later_has_none_and_no_asset() -> None:
    (fill,) = report(**{**FILLED_PART, "n": "0", "N": None}).fills
    assert (fill.fee, fill.fee_asset) == (0, "")


def test_a_cancel_concerns_the_original_order_and_keeps_what_was_filled() -> None:
    found = report(x="CANCELED", X="CANCELED", c="cancel-1", C=ID, z="0.4", Z="0.0410576")
    assert (found.client_order_id, found.state, found.filled_qty) == (ID, OrderState.CANCELED, Decimal("0.4"))
    assert (found.leaves_qty, found.fills, found.final) == (0, (), True)


def test_an_amended_order_stands_under_its_new_name() -> None:
    found = report(x="REPLACED", X="NEW", c="new-name", C=ID, q="0.5")
    assert (found.client_order_id, found.qty, found.state) == ("new-name", Decimal("0.5"), OrderState.NEW)


@pytest.mark.parametrize(
    ("changes", "state", "cause"),
    [
        ({"x": "EXPIRED", "X": "EXPIRED", "eR": "OCO_TRIGGER"}, OrderState.EXPIRED, "OCO_TRIGGER"),
        ({"x": "TRADE_PREVENTION", "X": "EXPIRED_IN_MATCH"}, OrderState.EXPIRED, "EXPIRED_IN_MATCH"),
        (
            {"x": "REJECTED", "X": "REJECTED", "r": "INSUFFICIENT_BALANCES"},
            OrderState.REJECTED,
            "INSUFFICIENT_BALANCES",
        ),
        ({"x": "NEW", "X": "PENDING_NEW", "g": 9}, OrderState.PENDING_NEW, ""),
    ],
)
def test_every_end_says_why(changes: dict[str, Any], state: OrderState, cause: str) -> None:
    found = report(**changes)
    assert (found.state, found.cause) == (state, cause)


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"x": "CANCELED", "X": "FILLED"}, "x is 'CANCELED' but X is 'FILLED'"),
        ({"x": "SOMETHING"}, "x is 'SOMETHING'"),
        ({"X": "SOMETHING"}, "X is 'SOMETHING'"),
        ({"z": "NaN"}, "z is NaN"),
        ({"i": "4293153"}, r"\$\.i"),
        ({**FILLED_PART, "t": -1}, "t is -1"),
        ({**FILLED_PART, "l": None}, r"\$\.l"),
    ],
)
def test_what_contradicts_itself_or_changed_its_shape_is_an_error_that_names_it(
    changes: dict[str, Any], named: str
) -> None:
    with pytest.raises(Unreadable, match=named):
        report(**changes)


def test_balances_moves_and_list_states_are_read() -> None:
    position = {"e": "outboundAccountPosition", "E": 1, "u": 2, "B": [{"a": "ETH", "f": "10000.000000", "l": "0.5"}]}
    assert message(user(position)) == BalancesChanged((Balance("ETH", Decimal(10000), Decimal("0.5")),), 2)
    moved = {"e": "balanceUpdate", "E": 1, "a": "BTC", "d": "-100.00000000", "T": 3}
    assert message(user(moved)) == BalanceMoved("BTC", Decimal(-100), 3)
    listed = {
        "e": "listStatus",
        "E": 1,
        "s": "ETHBTC",
        "g": 2,
        "c": "OCO",
        "l": "EXEC_STARTED",
        "L": "EXECUTING",
        "r": "NONE",
        "C": "list",
        "T": 4,
        "O": [{"s": "ETHBTC", "i": 17, "c": "one"}, {"s": "ETHBTC", "i": 18, "c": "two"}],
    }
    assert message(user(listed)) == ListReport(
        "ETHBTC", "2", "list", "OCO", "EXECUTING", False, (("17", "one"), ("18", "two")), (), 4
    )


def test_ends_and_unknown_kinds_are_told() -> None:
    assert message(user({"e": "eventStreamTerminated", "E": 5})) == UserStreamEnded(5)
    assert message(raw({"e": "serverShutdown", "E": 5})) == ShuttingDown(5)
    assert message(user({"e": "externalLockUpdate", "E": 5})) == UnsupportedUserEvent("externalLockUpdate")


def test_answers_carry_their_result_or_their_error() -> None:
    assert message(b'{"id":"a","status":200,"result":{"subscriptionId":0}}') == ApiReply(
        "a", 200, 0, "", b'{"subscriptionId":0}'
    )
    refused = message(b'{"id":"a","status":401,"error":{"code":-2015,"msg":"Invalid API-key"}}')
    assert refused == ApiReply("a", 401, -2015, "Invalid API-key", b"")
