"""Levels of an order book as columns: what is refused, with its row."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from botswain.model.depth import ASK, BID, Depth, depth_of_quotes
from botswain.model.errors import BadInput

ROWS: dict[str, list[Any]] = {
    "ts": [5, 5, 9], "side": [BID, ASK, BID], "price": [99.0, 101, 98], "quantity": [1.0, 2, 0], "snapshot": [1, 1, 0],
}  # fmt: skip


def made(**changed: Any) -> Depth:
    """Three levels, some columns others."""
    return Depth("A/B", **{name: np.array(column) for name, column in (ROWS | changed).items()})


def test_columns_are_converted_and_stand_still() -> None:
    depth = made(price=[99, 101, 98], quantity=[1, 2, 0])
    assert (len(depth), depth.price.dtype, depth.snapshot.dtype) == (3, np.float64, np.int64)
    with pytest.raises(ValueError, match="read-only"):
        depth.price[0] = 7


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"ts": [5.0, 5.0, 9.0]}, "depth of A/B: ts is float64; give int64, in milliseconds"),
        ({"price": [1.0, 2.0]}, "price has the shape (2,) beside 3 times; give columns of one length"),
        ({"side": [1, 0, 2]}, "row 2: side 0 is neither 1, a bid, nor -1, an ask (2 such)"),
        ({"price": [99.0, -1, 98]}, "row 2: price -1.0 is not above zero (1 such); correct or leave out such rows"),
        ({"price": [99.0, 101, np.inf]}, "row 3: price inf is not above zero"),
        ({"quantity": [1.0, -2, 0]}, "row 2: quantity -2.0 is no quantity that stands (1 such)"),
        ({"quantity": [np.nan, 2, 0]}, "row 1: quantity nan is no quantity that stands"),
        ({"ts": [5, 5, 4]}, "row 3: ts 4 is before the one above it (1 such); sort the changes by time"),
        (
            {"snapshot": [0, 0, 0]},
            "depth of A/B begins with a change, and what it changes is not known; begin with a snap",
        ),
        ({name: [] for name in ROWS} | {"ts": np.array([], np.int64)}, "there is no level in the depth of A/B"),
    ],
)
def test_what_is_no_depth_is_refused(changed: dict[str, Any], said: str) -> None:
    with pytest.raises(BadInput) as refused:
        made(**changed)
    assert said in str(refused.value)


def test_quotes_are_snapshots_of_two_levels() -> None:
    depth = depth_of_quotes(
        "A/B", np.array([1, 2]), *(np.array(one) for one in ([9.0, 8], [1.0, 0], [10.0, 11], [3.0, 4]))
    )
    assert depth.snapshot.tolist() == [1, 1, 2, 2]
    assert depth.side.tolist() == [BID, ASK, BID, ASK]
    assert [depth.price.tolist(), depth.quantity.tolist()] == [[9, 10, 8, 11], [1, 3, 0, 4]]
