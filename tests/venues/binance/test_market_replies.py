"""Answers to public requests become candles, trades, quotes and books, exactly."""

from decimal import Decimal

import pytest
from tests.venues.binance.payloads import raw

from botswain.venues.binance import market_replies as replies
from botswain.venues.binance.wire import Unreadable

KLINE = [
    1499040000000,
    "0.01634790",
    "0.80000000",
    "0.01575800",
    "0.01577100",
    "148976.11427815",
    1499644799999,
    "2434.19055334",
    308,
    "1756.87402397",
    "28.46694368",
    "0",
]


def test_the_venues_time_is_read() -> None:
    assert replies.server_time_ms(b'{"serverTime":1499827319559,"new":1}') == 1499827319559


def test_a_candle_is_closed_once_its_time_is_over() -> None:
    found = replies.candles(raw([KLINE]), "ETHBTC", "1w", now_ms=1499644800000).items[0]
    assert (found.open, found.close, found.volume) == (
        Decimal("0.0163479"),
        Decimal("0.015771"),
        Decimal("148976.11427815"),
    )
    assert (found.open_ms, found.close_ms, found.trades, found.closed) == (1499040000000, 1499644799999, 308, True)
    assert not replies.candles(raw([KLINE]), "ETHBTC", "1w", now_ms=1499644799999).items[0].closed


@pytest.mark.parametrize(("place", "value"), [(1, "NaN"), (5, "-1"), (2, None), (0, "1499040000000")])
def test_a_candle_with_a_wrong_number_is_set_aside(place: int, value: object) -> None:
    bad = [*KLINE[:place], value, *KLINE[place + 1 :]]
    found = replies.candles(raw([bad, KLINE]), "ETHBTC", "1w", now_ms=0)
    assert (len(found.items), [one.row for one in found.broken]) == (1, [0])


def test_trades_say_who_took() -> None:
    one = {"id": 28457, "price": "4.00000100", "qty": "12.0", "quoteQty": "48.0", "time": 5, "isBuyerMaker": True}
    found = replies.trades(raw([one, {**one, "isBuyerMaker": False}]), "BTCUSDT").items
    assert [(two.trade_id, two.taker_side, two.price) for two in found] == [
        (28457, -1, Decimal("4.000001")),
        (28457, 1, Decimal("4.000001")),
    ]


def test_agg_trades_keep_their_first_and_last_id() -> None:
    one = {"a": 26129, "p": "0.01633102", "q": "4.70443515", "f": 27781, "l": 27783, "T": 7, "m": True, "M": True}
    found = replies.agg_trades(raw([one]), "BTCUSDT").items[0]
    assert (found.agg_id, found.first_id, found.last_id, found.taker_side) == (26129, 27781, 27783, -1)


def test_a_quote_is_read_alone_and_in_a_list() -> None:
    one = {"symbol": "LTCBTC", "bidPrice": "4.0", "bidQty": "431.0", "askPrice": "4.000002", "askQty": "9.0"}
    alone, listed = replies.quotes(raw(one)).items[0], replies.quotes(raw([one, one])).items
    assert listed == (alone, alone)
    assert (alone.bid, alone.ask) == (4, Decimal("4.000002"))


def test_a_book_is_read_whole_or_not_at_all() -> None:
    found = replies.depth(b'{"lastUpdateId":7,"bids":[["4.0","431.0"]],"asks":[["4.1","12.0"]]}')
    assert (found.last_id, found.bids, found.asks) == (7, ((4, 431),), ((Decimal("4.1"), 12),))
    with pytest.raises(Unreadable, match="asks"):
        replies.depth(b'{"lastUpdateId":7,"bids":[],"asks":[["4.1","Infinity"]]}')
    with pytest.raises(Unreadable, match="lastUpdateId"):
        replies.depth(b'{"bids":[],"asks":[]}')


def test_what_is_not_json_is_an_error_that_shows_it() -> None:
    with pytest.raises(Unreadable, match="<html>"):
        replies.depth(b"<html>Forbidden</html>")
