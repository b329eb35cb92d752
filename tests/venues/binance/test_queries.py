"""Questions have the parameters and the weight the venue gives them, and impossible ones are never asked."""

import pytest

from botswain.model.errors import BadInput
from botswain.venues.binance import queries
from botswain.venues.binance.queries import Span
from botswain.venues.binance.requests import Call

ASKED = [
    (queries.time(), "time", "", 1, False),
    (queries.exchange_info(), "exchangeInfo", "", 20, False),
    (queries.exchange_info("BTCUSDT", "ETHUSDT"), "exchangeInfo", 'symbols=["BTCUSDT","ETHUSDT"]', 20, False),
    (
        queries.klines("BTCUSDT", "1m", Span(start_ms=5)),
        "klines",
        "symbol=BTCUSDT&interval=1m&startTime=5&limit=1000",
        2,
        False,
    ),
    (queries.trades("BTCUSDT", 5), "trades", "symbol=BTCUSDT&limit=5", 25, False),
    (queries.agg_trades("BTCUSDT", Span(10, from_id=7)), "aggTrades", "symbol=BTCUSDT&fromId=7&limit=10", 4, False),
    (queries.book_ticker("BTCUSDT"), "ticker/bookTicker", "symbol=BTCUSDT", 4, False),
    (queries.depth("BTCUSDT", 100), "depth", "symbol=BTCUSDT&limit=100", 5, False),
    (queries.depth("BTCUSDT", 5000), "depth", "symbol=BTCUSDT&limit=5000", 250, False),
    (queries.account(), "account", "omitZeroBalances=true", 20, True),
    (queries.order("BTCUSDT", client_order_id="x"), "order", "symbol=BTCUSDT&origClientOrderId=x", 4, True),
    (queries.order("BTCUSDT", venue_order_id="7"), "order", "symbol=BTCUSDT&orderId=7", 4, True),
    (queries.open_orders("BTCUSDT"), "openOrders", "symbol=BTCUSDT", 6, True),
    (queries.open_orders(), "openOrders", "", 80, True),
    (queries.all_orders("BTCUSDT", Span(from_id=9)), "allOrders", "symbol=BTCUSDT&orderId=9&limit=1000", 20, True),
    (queries.own_trades("BTCUSDT"), "myTrades", "symbol=BTCUSDT&limit=1000", 20, True),
    (queries.own_trades("BTCUSDT", venue_order_id="7"), "myTrades", "symbol=BTCUSDT&orderId=7&limit=1000", 5, True),
    (queries.order_list("l"), "orderList", "origClientOrderId=l", 4, True),
    (queries.open_order_lists(), "openOrderList", "", 6, True),
]


@pytest.mark.parametrize(("call", "path", "params", "weight", "signed"), ASKED)
def test_a_question_has_its_parameters_and_weight(
    call: Call, path: str, params: str, weight: int, signed: bool
) -> None:
    assert (call.method, call.path, call.weight, call.signed) == ("GET", path, weight, signed)
    assert "&".join(f"{name}={value}" for name, value in call.params) == params


def test_a_full_read_of_one_symbol_costs_what_the_design_counts_on() -> None:
    full = (queries.account(), queries.open_orders("BTCUSDT"), queries.own_trades("BTCUSDT"))
    assert sum(one.weight for one in full) == 46


def test_impossible_questions_are_not_asked() -> None:
    with pytest.raises(BadInput, match="timeframe '7m'"):
        queries.klines("BTCUSDT", "7m")
    with pytest.raises(BadInput, match="1001"):
        queries.own_trades("BTCUSDT", Span(1001))
    with pytest.raises(BadInput, match="either an id or times"):
        queries.own_trades("BTCUSDT", Span(from_id=1, start_ms=2))
    with pytest.raises(BadInput, match="only times"):
        queries.klines("BTCUSDT", "1m", Span(from_id=1))
    with pytest.raises(BadInput, match="without an id"):
        queries.order("BTCUSDT")
    with pytest.raises(BadInput, match="5001"):
        queries.depth("BTCUSDT", 5001)
