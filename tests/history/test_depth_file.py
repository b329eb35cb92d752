"""Files of order books as people have them: levels, quotes, and a venue's messages; and what is said of bad ones."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from botswain.history.depth_file import read_depth, read_quotes
from botswain.history.names import UNNAMED
from botswain.model.depth import ASK, BID
from botswain.model.errors import BadInput

T0 = 1_700_000_000_000
LEVELS: dict[str, list[Any]] = {
    "ts": [T0, T0, T0 + 5, T0 + 5, T0 + 9], "side": ["bid", "ask", "bid", "Sell", "a"],
    "price": [99.5, 100.0, 99.5, 101.0, 100.0], "quantity": [1.0, 2.0, 0.0, 3.0, 4.0], "snapshot": [1, 1, 0, 0, 0],
    "first_update_id": [0, 0, 7, 7, 10], "last_update_id": [0, 0, 9, 9, 10],
}  # fmt: skip
QUOTES: dict[str, list[Any]] = {
    "ts": [T0, T0 + 5], "bid": [99.0, 98.0], "bid_size": [1.0, 0.0], "ask": [100.0, 101.0], "ask_size": [2.0, 3.0],
}  # fmt: skip


def written(folder: Path, rows: dict[str, list[Any]], name: str = "BTC-USDT.parquet", **changed: Any) -> Path:
    """A file, some columns others; None leaves one out."""
    path = folder / name
    frame = pl.DataFrame({key: value for key, value in (rows | changed).items() if value is not None}, strict=False)
    if path.suffix == ".csv":
        frame.write_csv(path)
    else:
        frame.write_parquet(path)
    return path


@pytest.mark.parametrize("name", ["BTC-USDT.parquet", "BTC-USDT.csv"])
def test_levels_are_read_by_the_names_of_their_columns_in_their_order(tmp_path: Path, name: str) -> None:
    depth = read_depth(written(tmp_path, LEVELS, name))
    assert depth.symbol == "BTC/USDT"
    assert depth.side.tolist() == [BID, ASK, BID, ASK, ASK]
    for column in ("ts", "price", "quantity", "snapshot"):
        assert getattr(depth, column).tolist() == LEVELS[column]
    uncounted = read_depth(written(tmp_path, LEVELS, first_update_id=None), "A/B")
    assert (uncounted.symbol, len(uncounted)) == ("A/B", 5)


def test_quotes_are_read_as_snapshots_of_one_level_a_side(tmp_path: Path) -> None:
    depth = read_quotes(written(tmp_path, QUOTES, "mine.csv"))
    assert depth.symbol == UNNAMED
    assert depth.price.tolist() == [99, 100, 98, 101]
    assert depth.quantity.tolist() == [1, 2, 0, 3]


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        (
            {"snapshot": None},
            "levels of depth need the columns ts, side, price, quantity and snapshot; missing: snapshot",
        ),
        ({"side": ["bid", "ask", "up", "b", None]}, "row 3: side 'up' is no side (2 such); write bid or ask"),
        ({"ts": [1, 2, 3, 4, 5]}, "row 1: ts 1 is no time of trading in milliseconds since 1970"),
        ({"price": [1.0, None, 1.0, 1.0, 1.0]}, "row 2: price None is no number (1 such)"),
        (
            {"snapshot": [0] * 5, "first_update_id": None},
            "depth of BTC/USDT begins with a change, and what it changes is not known",
        ),
        (
            {"first_update_id": [0, 0, 7, 7, 12]},
            "row 5: first_update_id 12 does not follow last_update_id 9 above it (1 such",
        ),
    ],
)
def test_levels_that_cannot_be_followed_are_refused(tmp_path: Path, changed: dict[str, Any], said: str) -> None:
    path = written(tmp_path, LEVELS, **changed)
    with pytest.raises(BadInput) as refused:
        read_depth(path)
    assert str(refused.value).startswith(f"{path}: ")
    assert said in str(refused.value)


def test_other_files_are_refused(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match=r"a file of levels of depth ends in .parquet or .csv, not '.xlsx'"):
        read_depth(tmp_path / "BTC-USDT.xlsx")
    with pytest.raises(BadInput, match="there is no such file; check the path"):
        read_quotes(tmp_path / "BTC-USDT.csv")
    with pytest.raises(BadInput, match="there is no such file; check the path"):
        read_depth(tmp_path / "BTC-USDT.jsonl")
    with pytest.raises(BadInput, match="there are no quotes in the file; give one that has some"):
        read_quotes(written(tmp_path, {name: [] for name in QUOTES}))


SNAPSHOT = {"lastUpdateId": 10, "bids": [["99.5", "1"]], "asks": [["100.0", "2"], ["101.0", "5"]]}


def update(first: int, last: int, at_ms: int, bids: Any = (), asks: Any = ()) -> dict[str, Any]:
    """A message of a combined stream, as captures keep it."""
    return {
        "recv_ns": 1,
        "msg": {
            "stream": "x@depth",
            "data": {"e": "depthUpdate", "E": T0 + at_ms, "U": first, "u": last, "b": bids, "a": asks},
        },
    }


def captured(folder: Path, *messages: Any, name: str = "BTC-USDT_raw.jsonl") -> Path:
    """A capture, a message a line."""
    path = folder / name
    text = "\n".join(one if isinstance(one, str) else json.dumps(one) for one in messages)
    if path.suffix == ".gz":
        path.write_bytes(gzip.compress(text.encode()))
    else:
        path.write_text(text)
    return path


@pytest.mark.parametrize("name", ["raw.jsonl", "raw.jsonl.gz"])
def test_messages_of_a_venue_are_a_snapshot_and_the_differences_after_it(tmp_path: Path, name: str) -> None:
    path = captured(
        tmp_path, update(1, 4, 0, [["1", "1"]]), update(5, 11, 1, [["99.5", "3"]]), {"msg": SNAPSHOT},
        {"stream": "x@trade", "data": {"e": "trade", "p": "1"}}, update(12, 12, 2, (), [["100.0", "0"]]),
        SNAPSHOT | {"lastUpdateId": 13, "asks": [["102", "1"]]}, update(13, 13, 3, [["50", "1"]]), update(14, 15, 4),
        name=name,
    )  # fmt: skip
    depth = read_depth(path, "A/B")
    columns = (depth.ts - T0, depth.price, depth.quantity, depth.snapshot)
    assert list(zip(*(one.tolist() for one in columns), strict=True)) == [
        (1, 99.5, 1, 1), (1, 100, 2, 1), (1, 101, 5, 1), (1, 99.5, 3, 0), (2, 100, 0, 0),
        (4, 99.5, 1, 2), (4, 102, 1, 2),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("messages", "said"),
    [
        ((SNAPSHOT, update(12, 13, 0)), "line 2: a difference begins with the id 12 and the book stands at 10; give a"),
        (
            (SNAPSHOT, update(9, 12, 0), update(12, 14, 1)),
            "line 3: a difference begins with the id 12 and the book stands",
        ),
        ((update(1, 2, 0),), "there is no snapshot (lastUpdateId) with differences (depthUpdate) after it"),
        ((SNAPSHOT, "{"), "line 2 cannot be read as a message of the market (JSONDecodeError: "),
        (
            ({"lastUpdateId": 3},),
            "line 1 cannot be read as a message of the market (KeyError: 'bids'); give one JSON object",
        ),
        ((SNAPSHOT, "[1]"), "line 2 cannot be read as a message of the market (AttributeError: "),
        ((SNAPSHOT, update(9, 12, 1, [["0", "1"]])), "price 0.0 is not above zero (1 such)"),
    ],
)
def test_a_capture_that_cannot_be_followed_is_refused(tmp_path: Path, messages: Any, said: str) -> None:
    path = captured(tmp_path, *messages)
    with pytest.raises(BadInput) as refused:
        read_depth(path)
    assert str(refused.value).startswith(f"{path}: ")
    assert said in str(refused.value)


def test_a_file_that_is_not_packed_is_said_to_be_no_capture(tmp_path: Path) -> None:
    path = tmp_path / "raw.jsonl.gz"
    path.write_text("{}")
    with pytest.raises(BadInput, match=r"line 1 cannot be read as a message of the market \(BadGzipFile: "):
        read_depth(path)
