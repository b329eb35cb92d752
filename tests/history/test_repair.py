"""The repairs a person may ask for at import."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.history.samples import candles_of, same, sound, sound_columns

from botswain.history.checks import check
from botswain.history.findings import Kind
from botswain.history.repair import rounded, sorted_once
from botswain.model.candles import Candles
from botswain.model.errors import BadInput


@settings(max_examples=30, deadline=None)
@given(st.permutations(range(12)), st.lists(st.integers(0, 11), max_size=6))
def test_any_order_with_any_repeats_sorts_to_the_same_candles(order: list[int], repeats: list[int]) -> None:
    rows = [*order, *repeats]
    columns = {name: [values[row] for row in rows] for name, values in sound_columns(12).items()}
    candles, dropped = sorted_once(candles_of(columns))
    assert same(candles, sound(12))
    assert dropped == len(repeats)


def test_two_different_candles_of_one_time_both_stay_to_be_refused() -> None:
    columns = {name: values + values[-1:] for name, values in sound_columns(5).items()}
    columns["volume"][-1] = 99.0
    candles, dropped = sorted_once(candles_of(columns))
    assert dropped == 0
    assert check(candles).count(Kind.DUPLICATE) == 1


def test_nothing_sorts_to_nothing() -> None:
    assert len(sorted_once(sound(0))[0]) == 0


def test_rounding_undoes_the_noise_of_32_bits_and_leaves_volume() -> None:
    clean = sound(30)
    noisy = (np.float32(getattr(clean, name)).astype(np.float64) for name in ("open", "high", "low", "close"))
    candles = rounded(Candles("BTC/USDT", "1h", clean.ts, *noisy, clean.volume), 2)
    assert same(candles, clean)


def test_rounding_a_price_away_is_refused() -> None:
    columns = sound_columns(3)
    columns["low"][1] = 0.004
    with pytest.raises(BadInput, match=r"row 2: low 0\.004 becomes 0 with 2 decimals; write more decimals"):
        rounded(candles_of(columns), 2)
    with pytest.raises(BadInput, match=r"decimals is 13; write 0 to 12"):
        rounded(candles_of(columns), 13)
