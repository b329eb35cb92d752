"""Columns of candles: of one type and one length, whatever they were made of."""

import numpy as np
import pytest

from botswain.model.candles import COLUMNS, Candles
from botswain.model.errors import BadInput


def made(ts, volume, count=3):
    prices = [np.full(count, 100.0) for _ in range(4)]
    return Candles("ABC/USD", "1m", ts, *prices, volume)


def test_columns_are_read_only_and_shared_with_their_slices():
    one = made(np.arange(3), np.ones(3))
    part = one.slice(1, 3)
    assert len(part) == 2
    assert part.close.base is not None
    with pytest.raises(ValueError, match="read-only"):
        one.close[0] = 5.0


def test_numbers_of_another_type_are_converted():
    """Compiled code reads eight bytes a number: an int64 of 1 read as a float64 would be 5e-324."""
    one = made(np.arange(3, dtype=np.int32), np.array([1, 2, 3]))
    assert one.ts.dtype == np.int64
    assert one.volume.tolist() == [1.0, 2.0, 3.0]
    assert all(getattr(one, name).dtype == np.float64 for name in COLUMNS)
    assert made([1, 2, 3], [1, 2, 3]).volume.dtype == np.float64


def test_every_other_candle_is_a_copy_that_lies_in_one_piece():
    long = np.arange(6.0)
    one = Candles("ABC/USD", "1m", np.arange(3), *[long[::2]] * 5)
    assert one.close.tolist() == [0.0, 2.0, 4.0]
    assert one.close.flags.c_contiguous


@pytest.mark.parametrize("volume", [np.ones(2), np.ones(4), np.ones((3, 1))])
def test_columns_of_different_lengths_are_refused(volume):
    with pytest.raises(BadInput, match=r"candles of ABC/USD: volume has the shape .* beside 3 times"):
        made(np.arange(3), volume)


def test_times_that_are_not_whole_are_refused():
    with pytest.raises(BadInput, match="candles of ABC/USD: ts is float64; give int64, in milliseconds"):
        made(np.arange(3) * 1.0, np.ones(3))
