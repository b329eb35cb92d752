"""Files of trades as people have them: what is read, and what is said of what cannot be."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import polars as pl
import pytest

from botswain.history.names import UNNAMED
from botswain.history.trade_file import read_trade_file, read_trades
from botswain.model.errors import BadInput

T0 = 1_700_000_000_000
ROWS: dict[str, list[Any]] = {
    "id": [7, 8, 9], "ts": [T0, T0, T0 + 5], "price": [100.5, 100.0, 101.0], "quantity": [1.0, 0.25, 3.0],
    "side": ["buy", "sell", "buy"],
}  # fmt: skip


def written(folder: Path, name: str = "BTC-USDT.parquet", **changed: Any) -> Path:
    """A file of three trades, some columns others; None leaves one out."""
    rows = {key: value for key, value in (ROWS | changed).items() if value is not None}
    path = folder / name
    frame = pl.DataFrame(rows)
    if path.suffix == ".csv":
        frame.write_csv(path)
    else:
        frame.write_parquet(path)
    return path


@pytest.mark.parametrize("name", ["BTC-USDT.parquet", "BTC-USDT.csv"])
def test_trades_are_read_by_the_names_of_their_columns_in_their_order(tmp_path: Path, name: str) -> None:
    read = read_trade_file(written(tmp_path, name))
    assert read.notes == ()
    assert read.trades.symbol == "BTC/USDT"
    assert [read.trades.ts.tolist(), read.trades.price.tolist(), read.trades.quantity.tolist()] == [
        ROWS["ts"], ROWS["price"], ROWS["quantity"],
    ]  # fmt: skip


def test_what_nothing_names_is_said(tmp_path: Path) -> None:
    path = written(tmp_path, "mine.csv")
    read = read_trade_file(path)
    assert (read.trades.symbol, len(read.notes)) == (UNNAMED, 1)
    assert read_trades(path, "A/B").symbol == "A/B"


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"ts": [T0, T0 + 5, T0]}, f"row 3: ts {T0} is before {T0 + 5} above it (1 such); sort the trades by time"),
        ({"price": [1.0, -2.0, 3.0]}, "row 2: price -2.0 is not above zero (1 such); correct or leave out such rows"),
        ({"price": [1.0, float("nan"), float("nan")]}, "row 2: price nan is not above zero (2 such)"),
        ({"quantity": [0.0, 1.0, 1.0]}, "row 1: quantity 0.0 is not above zero"),
        ({"quantity": [1.0, 1.0, float("inf")]}, "row 3: quantity inf is not above zero"),
        ({"quantity": [1.0, None, 1.0]}, "row 2: quantity None is no number (1 such)"),
        ({"price": ["1", "x", "3"]}, "row 2: price 'x' is no number (1 such)"),
        ({"ts": [1.5, 2.5, 3.5]}, "ts is Float64; write whole milliseconds since 1970 (UTC)"),
        ({"ts": [T0 * 1000] * 3}, f"row 1: ts {T0 * 1000} is no time of trading in milliseconds"),
        ({"price": None}, "trades need the columns ts, price and quantity; missing: price, there are id, ts"),
        ({name: [] for name in ROWS}, "there are no trades in the file; give one that has some"),
    ],
)
def test_what_is_no_trade_is_named_with_its_row_and_what_to_do(
    tmp_path: Path, changed: dict[str, Any], said: str
) -> None:
    path = written(tmp_path, **changed)
    with pytest.raises(BadInput) as refused:
        read_trades(path)
    assert str(refused.value).startswith(f"{path}: ")
    assert said in str(refused.value)


def test_what_is_no_file_of_trades_is_named(tmp_path: Path) -> None:
    (tmp_path / "empty.csv").write_text("")
    (tmp_path / "bad.parquet").write_text("no parquet")
    for name, said in (
        ("trades.txt", "ends in .parquet or .csv, not '.txt'"),
        ("absent.csv", "there is no such file"),
        ("empty.csv", "the file is empty"),
        ("bad.parquet", "cannot be read as trades"),
    ):
        with pytest.raises(BadInput, match=said):
            read_trades(tmp_path / name)
    with pytest.raises(BadInput, match="symbol 'x' is not BASE/QUOTE"):
        read_trades(tmp_path / "empty.csv", "x")
