"""Market stream messages become events; unknown kinds are reported and changed shapes are errors."""

from decimal import Decimal
from typing import Any

import pytest
from tests.venues.binance.payloads import raw, streamed
from tests.venues.binance.stream_payloads import AGG_TRADE, BOOK_TICKER, DEPTH, KLINE, TRADE

from botswain.model.market_events import AggTrade, Candle, DepthDiff, Quote, ShuttingDown, Trade, Unsupported
from botswain.venues.binance.stream_messages import Control, Heard, message
from botswain.venues.binance.wire import Unreadable

EVENTS = [
    ("btcusdt@trade", TRADE, Trade("BTCUSDT", 12345, Decimal("0.001"), Decimal(100), 1, 1672515782130), 12345),
    (
        "btcusdt@aggTrade",
        AGG_TRADE,
        AggTrade("BTCUSDT", 12345, Decimal("0.001"), Decimal(100), -1, 100, 105, 1672515782136),
        12345,
    ),
    (
        "bnbusdt@bookTicker",
        BOOK_TICKER,
        Quote("BNBUSDT", 400900217, Decimal("25.3519"), Decimal("31.21"), Decimal("25.3652"), Decimal("40.66")),
        400900217,
    ),
    (
        "btcusdt@depth@100ms",
        DEPTH,
        DepthDiff(
            "BTCUSDT",
            157,
            160,
            ((Decimal("0.0024"), Decimal(10)),),
            ((Decimal("0.0026"), Decimal(100)), (Decimal("0.0027"), Decimal(0))),
            1672515782136,
        ),
        160,
    ),
]


@pytest.mark.parametrize(("stream", "payload", "event", "number"), EVENTS)
def test_the_combined_and_the_plain_form_say_the_same(
    stream: str, payload: dict[str, Any], event: object, number: int
) -> None:
    assert message(streamed(stream, payload)) == Heard(stream, number, event)
    assert message(raw(payload)) == Heard("", number, event)


@pytest.mark.parametrize("closed", [False, True])
def test_a_candle_says_whether_it_is_closed(closed: bool) -> None:
    found = message(streamed("btcusdt@kline_1m", {**KLINE, "k": {**KLINE["k"], "x": closed}}))
    assert isinstance(found, Heard)
    event = found.event
    assert isinstance(event, Candle)
    assert (event.closed, event.timeframe, event.open_ms, event.trades) == (closed, "1m", 1672515780000, 100)
    assert (event.open, event.high, event.low, event.close) == tuple(
        map(Decimal, ("0.001", "0.0025", "0.0009", "0.002"))
    )
    assert (event.volume, event.quote_volume, event.venue_time_ms) == (1000, 1, 1672515782136)


@pytest.mark.parametrize(
    ("stream", "payload", "changes", "named"),
    [
        ("btcusdt@trade", TRADE, {"p": None}, r"\$\.p"),
        ("btcusdt@trade", TRADE, {"q": "NaN"}, "q is NaN"),
        ("btcusdt@aggTrade", AGG_TRADE, {"m": "yes"}, r"\$\.m"),
        ("btcusdt@depth", DEPTH, {"u": "160"}, r"\$\.u"),
        ("btcusdt@depth", DEPTH, {"b": [["1", "Infinity"]]}, "b is Infinity"),
        ("btcusdt@kline_1m", KLINE, {"k": {**KLINE["k"], "x": 1}}, r"\$\.k\.x"),
        ("btcusdt@bookTicker", BOOK_TICKER, {"A": "-1"}, "A is -1"),
    ],
)
def test_a_changed_shape_is_an_error_that_names_the_field(
    stream: str, payload: dict[str, Any], changes: dict[str, Any], named: str
) -> None:
    with pytest.raises(Unreadable, match=named):
        message(streamed(stream, payload, **changes))


def test_unknown_kinds_are_reported_and_a_shutdown_is_an_event() -> None:
    assert message(b'{"e":"tomorrow","E":1}') == Heard("", 0, Unsupported("tomorrow"))
    assert message(b'{"stream":"btcusdt@new","data":{"e":"x"}}') == Heard("btcusdt@new", 0, Unsupported("btcusdt@new"))
    assert message(b'{"e":"serverShutdown","E":7}') == Heard("", 0, ShuttingDown(7))
    assert message(b'{"stream":"!x","data":{"e":"serverShutdown","E":7}}') == Heard("!x", 0, ShuttingDown(7))


def test_answers_to_requests_are_told_apart_from_data() -> None:
    assert message(b'{"result":null,"id":3}') == Control(3, 0, "")
    assert message(b'{"code":2,"msg":"Invalid request: x"}') == Control(None, 2, "Invalid request: x")
    assert message(b'{"error":{"code":2,"msg":"bad"},"id":4}') == Control(4, 2, "bad")


@pytest.mark.parametrize("bad", [b"", b"null", b"[]", b"\xff\xfe", b'{"stream":1,"data":{}}'])
def test_garbage_is_an_error(bad: bytes) -> None:
    with pytest.raises(Unreadable):
        message(bad)
