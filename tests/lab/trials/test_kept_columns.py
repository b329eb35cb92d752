"""Columns that are computed once."""

from __future__ import annotations

import numpy as np
import pytest
from tests.lab.made import waves

from botswain.core import indicators
from botswain.core.indicators import ta
from botswain.lab.trials import kept_columns
from botswain.lab.trials.kept_columns import KeptColumns


@pytest.fixture
def computed(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many columns each call had to compute."""
    found: list[int] = []

    def counted(declared, candles, others=None):
        found.append(len(declared))
        return indicators.columns(declared, candles, others)

    monkeypatch.setattr(kept_columns, "columns", counted)
    return found


def sma(*periods: int):
    return {f"a{k}": ta.SMA(period) for k, period in enumerate(periods)}


def test_columns_are_those_of_the_core_in_the_order_that_was_asked_for(computed: list[int]) -> None:
    kept, candles = KeptColumns(), waves()
    for declared in (sma(3, 9), sma(9, 3), sma(4, 9), {}, sma(9, 9)):
        found = kept.columns(declared, candles)
        for one, true in zip(found, indicators.columns(declared, candles), strict=True):
            np.testing.assert_array_equal(one, true)
    assert computed == [2, 0, 1, 0, 0]


def test_other_candles_have_columns_of_their_own(computed: list[int]) -> None:
    kept = KeptColumns()
    one, other = waves(), waves(first=100)
    assert kept.columns(sma(3), one)[0][50] != kept.columns(sma(3), other)[0][50]
    kept.columns(sma(3), one)
    assert computed == [1, 1, 0]


def test_what_there_is_no_room_for_is_kept_for_the_next_run_only(computed: list[int]) -> None:
    candles = waves()
    kept = KeptColumns(room=2 * 8 * len(candles))
    kept.columns(sma(3, 9), candles)
    kept.columns(sma(3, 10), candles)
    kept.columns(sma(4, 10), candles)
    kept.columns(sma(4, 11), candles)
    kept.columns(sma(3, 9), candles)
    kept.columns(sma(4, 11), candles)
    assert computed == [2, 1, 1, 1, 0, 2]
