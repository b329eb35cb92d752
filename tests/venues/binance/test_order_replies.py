"""Orders, fills and balances are read whole, with the words of the model; what changed its shape is an error."""

from decimal import Decimal

import pytest
from tests.venues.binance.payloads import (
    ACCOUNT,
    ACK,
    AMENDED,
    CANCELLED,
    ID,
    MY_TRADE,
    OCO,
    ORDER,
    QUERIED,
    RESTING,
    raw,
    without,
)

from botswain.model.order_events import Acknowledged, OrderReport
from botswain.model.orders import Liquidity, OrderKind, OrderState, Side, Tif
from botswain.venues.binance import account_replies
from botswain.venues.binance import order_replies as replies
from botswain.venues.binance.wire import Unreadable


def test_a_full_answer_has_the_order_and_each_of_its_fills() -> None:
    found = replies.placed(raw(ORDER))
    assert isinstance(found, OrderReport)
    assert (found.state, found.kind, found.side, found.tif) == (OrderState.FILLED, OrderKind.LIMIT, Side.BUY, Tif.GTC)
    assert (found.client_order_id, found.venue_order_id, found.list_id) == (ID, "28", "")
    assert (found.filled_qty, found.leaves_qty, found.avg_price) == (10, 0, Decimal("61837.62"))
    assert [(one.key, one.qty, one.price) for one in found.fills] == [
        (("BTCUSDT", "56"), 4, Decimal("61837.6")),
        (("BTCUSDT", "57"), 6, Decimal("61837.64")),
    ]
    first = found.fills[0]
    assert (first.fee, first.fee_asset, first.liquidity) == (Decimal("0.004"), "BTC", Liquidity.TAKER)
    assert (first.client_order_id, first.venue_order_id, first.side) == (ID, "28", Side.BUY)
    assert first.quote_qty == Decimal("247350.4")


def test_what_may_not_take_has_not_taken_even_where_it_fills_in_the_answer() -> None:
    found = replies.placed(raw(ORDER, type="LIMIT_MAKER"))
    assert isinstance(found, OrderReport)
    assert {one.liquidity for one in found.fills} == {Liquidity.MAKER}


def test_a_result_answer_has_no_fills_and_an_ack_has_no_state() -> None:
    result = replies.placed(without(RESTING, "fills"))
    assert isinstance(result, OrderReport)
    assert (result.state, result.fills, result.venue_time_ms) == (OrderState.NEW, (), 1507725176595)
    assert replies.placed(raw(ACK)) == Acknowledged("BTCUSDT", ID, "28", "", 1507725176595)


def test_a_full_answer_without_its_status_is_no_ack_but_an_error() -> None:
    with pytest.raises(Unreadable, match="status"):
        replies.placed(without(ORDER, "status"))


def test_a_queried_order_knows_when_it_changed_and_whether_it_rests() -> None:
    found = replies.order(raw(QUERIED))
    assert (found.venue_time_ms, found.on_book, found.leaves_qty) == (1499827319560, True, 10)


def test_a_cancelled_order_has_its_own_name_and_keeps_what_was_filled() -> None:
    found = replies.order(raw(CANCELLED))
    assert (found.client_order_id, found.state) == (ID, OrderState.CANCELED)
    assert (found.filled_qty, found.leaves_qty, found.final) == (4, 0, True)


@pytest.mark.parametrize(
    ("status", "state", "cause"),
    [
        ("PENDING_NEW", OrderState.PENDING_NEW, ""),
        ("PARTIALLY_FILLED", OrderState.PARTIALLY_FILLED, ""),
        ("EXPIRED", OrderState.EXPIRED, "INSUFFICIENT_LIQUIDITY"),
        ("EXPIRED_IN_MATCH", OrderState.EXPIRED, "EXPIRED_IN_MATCH"),
        ("REJECTED", OrderState.REJECTED, ""),
    ],
)
def test_every_status_has_its_state_and_the_cause_is_kept(status: str, state: OrderState, cause: str) -> None:
    reason = {"expiryReason": cause} if status == "EXPIRED" else {}
    found = replies.order(raw(QUERIED, status=status, **reason))
    assert (found.state, found.cause) == (state, cause)


def test_a_post_only_order_is_a_limit_order() -> None:
    found = replies.order(raw(QUERIED, type="LIMIT_MAKER"))
    assert (found.kind, found.post_only) == (OrderKind.LIMIT, True)


@pytest.mark.parametrize("name", ["status", "executedQty", "cummulativeQuoteQty", "orderId", "clientOrderId", "side"])
def test_an_order_that_lacks_a_field_is_an_error_that_names_it(name: str) -> None:
    with pytest.raises(Unreadable, match=name):
        replies.order(without(QUERIED, name))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("status", "SLEEPING"),
        ("type", "TWAP"),
        ("side", "HOLD"),
        ("timeInForce", "GTX"),
        ("executedQty", "NaN"),
        ("origQty", "-1"),
        ("orderId", "28"),
        ("fills", "none"),
    ],
)
def test_an_order_with_an_unknown_word_or_number_is_an_error_that_names_it(name: str, value: object) -> None:
    with pytest.raises(Unreadable, match=name):
        replies.placed(raw(ORDER, **{name: value}))


def test_new_fields_are_ignored() -> None:
    assert replies.order(raw(QUERIED, tomorrow={"a": 1})) == replies.order(raw(QUERIED))


def test_one_row_that_cannot_be_read_is_set_aside_and_the_others_stay() -> None:
    bad = {**QUERIED, "symbol": "ETHUSDT", "clientOrderId": "mine", "status": 5}
    found = replies.orders(raw([bad, QUERIED, "garbage"]))
    assert [one.client_order_id for one in found.items] == [ID]
    assert [(one.row, one.market_id, one.client_order_id) for one in found.broken] == [
        (0, "ETHUSDT", "mine"),
        (2, "", ""),
    ]


def test_an_amended_order_has_its_new_quantity_and_its_old_name() -> None:
    found = replies.amended(raw(AMENDED))
    assert (found.client_order_id, found.qty, found.state, found.side) == (ID, 5, OrderState.NEW, Side.SELL)
    with pytest.raises(Unreadable, match="amendedOrder"):
        replies.amended(without(AMENDED, "amendedOrder"))


def test_an_order_list_has_its_legs_and_their_reports() -> None:
    found = replies.order_list(raw(OCO))
    assert (found.list_id, found.list_client_id, found.contingency, found.done) == ("1", "list-1", "OCO", False)
    assert found.orders == (("10", "stop-1"), ("11", "profit-1"))
    stop, profit = found.reports
    assert isinstance(stop, OrderReport)
    assert isinstance(profit, OrderReport)
    assert (stop.kind, stop.list_id, profit.post_only) == (OrderKind.STOP, "1", True)


def test_an_own_trade_has_its_fee_and_its_key() -> None:
    (found,) = replies.own_trades(raw([MY_TRADE])).items
    assert found.key == ("BTCUSDT", "28457")
    assert (found.side, found.liquidity, found.fee, found.fee_asset) == (
        Side.BUY,
        Liquidity.TAKER,
        Decimal("10.1"),
        "BNB",
    )
    assert (found.venue_order_id, found.quote_qty) == ("100234", Decimal("48.000012"))


def test_what_the_venue_pays_back_is_a_fee_below_zero() -> None:
    (found,) = replies.own_trades(raw([{**MY_TRADE, "commission": "-0.00000002"}])).items
    assert found.fee == Decimal("-0.00000002")
    order = replies.placed(raw(ORDER, fills=[{**ORDER["fills"][0], "commission": "-0.1"}]))
    assert isinstance(order, OrderReport)
    assert order.fills[0].fee == Decimal("-0.1")
    rates = {**ACCOUNT["commissionRates"], "maker": "-0.00010000"}
    assert account_replies.account(raw(ACCOUNT, commissionRates=rates)).maker_fee == Decimal("-0.0001")
    with pytest.raises(Unreadable, match=r"taker is -0\.00010000"):
        account_replies.account(raw(ACCOUNT, commissionRates={**rates, "taker": "-0.00010000"}))
    with pytest.raises(Unreadable, match="commission is NaN"):
        replies.placed(raw(ORDER, fills=[{**ORDER["fills"][0], "commission": "NaN"}]))


def test_the_account_is_read_whole_or_not_at_all() -> None:
    found = account_replies.account(raw(ACCOUNT))
    assert (found.can_trade, found.maker_fee, found.taker_fee) == (True, Decimal("0.0015"), Decimal("0.002"))
    assert [(one.asset, one.free, one.locked) for one in found.balances] == [
        ("BTC", Decimal("4723846.89208129"), Decimal("0.00000001")),
        ("LTC", Decimal("4763368.68006011"), 0),
    ]
    with pytest.raises(Unreadable, match="free"):
        account_replies.account(raw(ACCOUNT, balances=[{"asset": "BTC", "locked": "0"}]))
    with pytest.raises(Unreadable, match="locked"):
        account_replies.account(raw(ACCOUNT, balances=[{"asset": "BTC", "free": "1", "locked": "NaN"}]))
