"""What names of files say."""

from __future__ import annotations

from pathlib import Path

import pytest

from botswain.history.names import checked_symbol, meant, symbol_named, timeframe_named
from botswain.model.errors import BadInput


@pytest.mark.parametrize(
    ("path", "symbol", "timeframe"),
    [
        ("binance/BTC-USDT/5m.parquet", "BTC/USDT", "5m"),
        ("binance/BTC-USDT/1h_2024.parquet", "BTC/USDT", "1h"),
        ("data/BTC_USDT-5m.csv", "BTC/USDT", "5m"),
        ("x/1000SATS-USDT/1d.parquet", "1000SATS/USDT", "1d"),
        ("x/BTCUSDT-1m-2024-01.csv", "BTC/USDT", "1m"),
        ("x/ETHBTC.csv", "ETH/BTC", None),
        ("x/BTC-PERP-4h.csv", "BTC/PERP", "4h"),
        ("us-equity/SPY/1m_2019-02.parquet", None, "1m"),
        ("home/my-candles.csv", None, None),
        ("home/SPY_1min.csv", None, None),
        ("home/prices-2024.csv", None, None),
    ],
)
def test_symbol_and_timeframe_in_names(path: str, symbol: str | None, timeframe: str | None) -> None:
    assert symbol_named(Path("/root") / path) == symbol
    assert timeframe_named(Path(path)) == timeframe


def test_a_symbol_is_base_slash_quote() -> None:
    for good in ("BTC/USDT", "1000SATS/USDT", "BTC-PERP/USD", "BRK.B/USD", "币安人生/USDT", "ÄÖ.1/EUR"):
        assert checked_symbol(good) == good
    for bad in ("BTCUSDT", "BTC/", "../USDT", "BTC/USDT/X", "a b/c", "BTC/US\n", "₿/USDT", "a/..", "a_b/c"):
        with pytest.raises(BadInput, match=r"is not BASE/QUOTE; write it as BTC/USDT"):
            checked_symbol(bad)


def test_a_near_word_is_meant_and_a_far_one_is_not() -> None:
    assert meant("BTC/USTD", ["BTC/USDT", "ETH/USDT"]) == "; did you mean 'BTC/USDT'?"
    assert meant("zzz", ["BTC/USDT"]) == ""
