"""Recorded trades replayed: the book stands around the last one, and resting orders fill at their own price."""

from __future__ import annotations

import os
from pathlib import Path

import polars as pl
import pytest
from tests.sandbox.scenes import Client, exchange

from botswain.model.errors import BadInput
from botswain.sandbox.trade_market import TradeMarket, read_trades

ROWS = {
    "ts": [1_700_000_040_000, 1_700_000_041_000, 1_700_000_050_000, 1_700_000_101_000],
    "price": [100.0, 100.5, 98.0, 99.0],
    "quantity": [1.0, 2.0, 0.5, 1.0],
    "side": ["buy", "buy", "sell", "buy"],
}
SHARED = Path(os.environ.get("BOTSWAIN_SHARED", Path(__file__).resolve().parents[3] / "shared"))
REAL = SHARED / "data/binance/BTC-USDT/trades_2021-01-08.parquet"


def written(folder: Path, rows: dict[str, list[object]] | None = None) -> Path:
    """A file of trades."""
    path = folder / "BTC-USDT.parquet"
    pl.DataFrame(rows or ROWS).write_parquet(path)
    return path


def opened(path: Path) -> Client:
    """A client of an exchange that replays a file."""
    return Client(exchange(TradeMarket([read_trades(path, "BTC/USDT")], {})))


def test_the_book_follows_the_trades_and_orders_take_its_levels(tmp_path: Path) -> None:
    client = opened(written(tmp_path))
    client.exchange.advance()
    assert client.public("ticker/bookTicker", symbol="BTCUSDT")["askPrice"] == "100.00000000"
    level = client.public("depth", symbol="BTCUSDT", limit=1)["asks"][0]
    whole = f"{float(level[1]) * 1.5:.5f}"
    found = client.order("BUY", "MARKET", quantity=whole)
    assert [one["price"] for one in found["fills"]] == ["100.00000000", "100.10000000"]
    left = client.public("depth", symbol="BTCUSDT", limit=1)["asks"][0]
    assert left[0] == "100.10000000"


def test_a_resting_order_fills_at_its_own_price_when_a_trade_goes_beyond(tmp_path: Path) -> None:
    client = opened(written(tmp_path))
    client.exchange.advance()
    client.limit("BUY", "3", "99")
    client.order("SELL", "STOP_LOSS", quantity="1", stopPrice="98.5")
    for _ in range(2):
        client.exchange.advance()
    assert [
        (one["price"], one["isMaker"], one["time"]) for one in client.send("GET", "myTrades", symbol="BTCUSDT")
    ] == [
        ("99.00000000", True, ROWS["ts"][2]),
        ("98.00000000", False, ROWS["ts"][2]),
    ]


def test_a_market_order_beyond_the_book_is_filled_in_part_and_expires(tmp_path: Path) -> None:
    client = opened(written(tmp_path))
    client.exchange.advance()
    client.exchange.floor.pairs["BTCUSDT"].ladder.put([], [(1000, 100_000)])
    found = client.order("BUY", "MARKET", quantity="2")
    assert (found["status"], found["expiryReason"]) == ("EXPIRED", "INSUFFICIENT_LIQUIDITY")
    assert found["executedQty"] == "0.00100000"


def test_minutes_are_made_of_the_trades(tmp_path: Path) -> None:
    client = opened(written(tmp_path))
    assert client.exchange.step(1) == 1
    first = client.public("klines", symbol="BTCUSDT", interval="1m")[0]
    assert first[1:6] == ["100.00000000", "100.50000000", "98.00000000", "98.00000000", "3.50000000"]
    assert client.exchange.step(5) == 0
    assert client.exchange.next_ms() is None


def test_files_that_are_no_trades_are_refused(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="missing: quantity"):
        read_trades(written(tmp_path, {"ts": [1], "price": [1.0]}), "BTC/USDT")
    with pytest.raises(BadInput, match="not in order"):
        read_trades(written(tmp_path, {"ts": [2, 1], "price": [1.0, 1.0], "quantity": [1.0, 1.0]}), "BTC/USDT")
    with pytest.raises(BadInput, match="cannot be read"):
        read_trades(tmp_path / "none.parquet", "BTC/USDT")


@pytest.mark.skipif(not REAL.exists(), reason=f"{REAL} is not here; set BOTSWAIN_SHARED to the folder of shared data")
def test_a_real_recording_plays_to_its_end() -> None:
    client = opened(REAL)
    count = 0
    while client.exchange.next_ms() is not None:
        client.exchange.advance()
        count += 1
    frame = pl.read_parquet(REAL)
    assert count == len(frame)
    assert client.public("ticker/price", symbol="BTCUSDT")["price"] == f"{frame['price'][-1]:.8f}"
