"""Intents become exact strings: nothing rounded, nothing cut, nothing that the venue would have to guess."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace as changed
from tests.venues.binance.payloads import ID, OTHER_ID

from botswain.core.codes import (
    FOK,
    GTC,
    IOC,
    LIMIT,
    MARKET,
    POST_ONLY,
    PROTECTIVE,
    REDUCE_ONLY,
    STOP,
    STOP_LIMIT,
    TAKE_PROFIT,
)
from botswain.model.errors import BadInput
from botswain.model.intents import Request, Wanted
from botswain.venues.binance import requests
from botswain.venues.binance.refusals import Purpose
from botswain.venues.binance.requests import Call, Grid

GRID = Grid("BTCUSDT", Decimal("0.01"), Decimal("0.00001"))
ROW = Wanted(
    symbol=0,
    slot=3,
    rev=1,
    side=1,
    kind=LIMIT,
    price=6_183_764,
    trigger=0,
    tif=GTC,
    flags=0,
    link=0,
    tag=0,
    leaves=50_000,
    reducing=False,
)


def sent(call: Call) -> str:
    return "&".join(f"{name}={value}" for name, value in call.params)


@pytest.mark.parametrize(
    ("row", "text"),
    [
        (ROW, "type=LIMIT&timeInForce=GTC&quantity=0.5&price=61837.64"),
        (changed(ROW, tif=IOC), "type=LIMIT&timeInForce=IOC&quantity=0.5&price=61837.64"),
        (changed(ROW, tif=FOK), "type=LIMIT&timeInForce=FOK&quantity=0.5&price=61837.64"),
        (changed(ROW, flags=POST_ONLY), "type=LIMIT_MAKER&quantity=0.5&price=61837.64"),
        (changed(ROW, kind=MARKET), "type=MARKET&quantity=0.5"),
        (changed(ROW, kind=STOP, trigger=6_200_000), "type=STOP_LOSS&quantity=0.5&stopPrice=62000"),
        (
            changed(ROW, kind=STOP_LIMIT, trigger=6_200_010),
            "type=STOP_LOSS_LIMIT&timeInForce=GTC&quantity=0.5&price=61837.64&stopPrice=62000.1",
        ),
        (
            changed(ROW, kind=TAKE_PROFIT, trigger=6_000_000, flags=REDUCE_ONLY | PROTECTIVE),
            "type=TAKE_PROFIT&quantity=0.5&stopPrice=60000",
        ),
    ],
)
def test_every_kind_has_exactly_the_fields_the_venue_wants(row: Wanted, text: str) -> None:
    call = requests.place(GRID, row, ID)
    assert sent(call) == f"symbol=BTCUSDT&side=BUY&{text}&newClientOrderId={ID}&newOrderRespType=FULL"
    assert (call.method, call.path, call.purpose, call.expects, call.counts) == ("POST", "order", Purpose.PLACE, ID, 1)


def test_selling_is_the_other_side() -> None:
    assert "side=SELL" in sent(requests.place(GRID, changed(ROW, side=-1), ID))


@given(count=st.integers(1, 10**15), decimals=st.integers(0, 18))
def test_text_is_plain_digits_of_exactly_the_value(count: int, decimals: int) -> None:
    found = requests.text("X", "price", count, Decimal(1).scaleb(-decimals))
    assert Decimal(found) == count * Decimal(1).scaleb(-decimals)
    assert set(found) <= set("0123456789.")
    assert not ("." in found and found.endswith(("0", ".")))


@pytest.mark.parametrize(
    ("row", "named"),
    [
        (changed(ROW, leaves=0), "quantity"),
        (changed(ROW, price=0), "price"),
        (changed(ROW, kind=STOP), "price"),
        (changed(ROW, kind=STOP, trigger=5, flags=POST_ONLY), "post-only"),
        (changed(ROW, kind=99), "kind 99"),
        (changed(ROW, tif=9), "tif 9"),
        (changed(ROW, side=0), "side 0"),
    ],
)
def test_what_the_venue_cannot_hold_is_refused_before_it_is_sent(row: Wanted, named: str) -> None:
    with pytest.raises(BadInput, match=named):
        requests.place(GRID, row, ID)


@pytest.mark.parametrize("bad", ["", "x" * 37, "a b", "ö", "a.b", "a\n"])
def test_an_id_that_the_venue_would_not_take_is_refused(bad: str) -> None:
    with pytest.raises(BadInput, match="client order id"):
        requests.place(GRID, ROW, bad)


def test_a_cancel_names_the_order_by_our_id_and_may_use_the_reserve() -> None:
    call = requests.cancel("BTCUSDT", ID)
    assert (call.method, call.path, sent(call)) == ("DELETE", "order", f"symbol=BTCUSDT&origClientOrderId={ID}")
    assert (call.urgent, call.counts, call.purpose) == (True, 0, Purpose.CANCEL)


@pytest.mark.parametrize(("changes", "urgent"), [({}, False), ({"reducing": True}, True), ({"protective": True}, True)])
def test_what_reduces_or_protects_may_use_the_reserve(changes: dict[str, bool], urgent: bool) -> None:
    assert requests.place(GRID, changed(ROW, **changes), ID).urgent is urgent


def test_a_replacement_places_only_if_the_cancel_worked() -> None:
    call = requests.replace(GRID, OTHER_ID, ROW, ID)
    assert (call.method, call.path) == ("POST", "order/cancelReplace")
    assert sent(call) == (
        "symbol=BTCUSDT&side=BUY&type=LIMIT&timeInForce=GTC&quantity=0.5&price=61837.64"
        f"&cancelReplaceMode=STOP_ON_FAILURE&cancelOrigClientOrderId={OTHER_ID}"
        f"&newClientOrderId={ID}&newOrderRespType=FULL"
    )


def test_an_amendment_keeps_the_orders_name() -> None:
    call = requests.amend(GRID, ID, 30_000)
    assert (call.method, call.path, call.expects) == ("PUT", "order/amend/keepPriority", ID)
    assert sent(call) == f"symbol=BTCUSDT&origClientOrderId={ID}&newQty=0.3&newClientOrderId={ID}"


PROFIT = changed(ROW, side=-1, price=7_000_000)
GUARD = changed(ROW, side=-1, kind=STOP_LIMIT, price=4_990_000, trigger=5_000_000, protective=True)


def test_a_selling_list_has_its_profit_above_and_its_stop_below() -> None:
    call = requests.oco(GRID, "list-1", ("p", PROFIT), ("s", GUARD))
    assert sent(call) == (
        "symbol=BTCUSDT&side=SELL&quantity=0.5&aboveType=LIMIT_MAKER&abovePrice=70000&aboveClientOrderId=p"
        "&belowType=STOP_LOSS_LIMIT&belowPrice=49900&belowStopPrice=50000&belowTimeInForce=GTC&belowClientOrderId=s"
        "&listClientOrderId=list-1&newOrderRespType=FULL"
    )
    assert call == requests.oco(GRID, "list-1", ("s", GUARD), ("p", PROFIT))
    assert (call.urgent, call.counts, call.expects) == (True, 2, "list-1")


def test_a_buying_list_has_its_stop_above() -> None:
    profit = changed(ROW, kind=TAKE_PROFIT, trigger=5_000_000)
    guard = changed(ROW, kind=STOP, trigger=7_000_000)
    assert sent(requests.oco(GRID, "l", ("p", profit), ("s", guard))) == (
        "symbol=BTCUSDT&side=BUY&quantity=0.5&aboveType=STOP_LOSS&aboveStopPrice=70000&aboveClientOrderId=s"
        "&belowType=TAKE_PROFIT&belowStopPrice=50000&belowClientOrderId=p&listClientOrderId=l&newOrderRespType=FULL"
    )


@pytest.mark.parametrize(
    "other", [PROFIT, changed(GUARD, leaves=1), changed(GUARD, side=1), changed(GUARD, kind=MARKET)]
)
def test_orders_that_do_not_belong_together_make_no_list(other: Wanted) -> None:
    with pytest.raises(BadInput, match="list"):
        requests.oco(GRID, "l", ("p", PROFIT), ("s", other))


def test_a_journaled_request_becomes_the_call_it_asks_for() -> None:
    assert requests.of_request(GRID, Request("", ID, ROW)) == requests.place(GRID, ROW, ID)
    assert requests.of_request(GRID, Request(ID, "", None)) == requests.cancel("BTCUSDT", ID)
    assert requests.of_request(GRID, Request(OTHER_ID, ID, ROW)) == requests.replace(GRID, OTHER_ID, ROW, ID)


def test_the_two_requests_of_a_list_become_one_call() -> None:
    first, second = (Request("", name, row, listed="list-1") for name, row in (("s", GUARD), ("p", PROFIT)))
    assert requests.of_list(GRID, first, second) == requests.oco(GRID, "list-1", ("p", PROFIT), ("s", GUARD))
    off = [Request(name, "", None, listed="list-1") for name in ("s", "p")]
    assert requests.of_list(GRID, off[0], off[1]) == requests.cancel_list("BTCUSDT", "list-1")
