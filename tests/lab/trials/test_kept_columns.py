"""Columns that are computed once."""

from __future__ import annotations

import gc

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


def test_what_was_not_read_for_the_longest_time_goes_first(computed: list[int]) -> None:
    candles = waves()
    kept = KeptColumns(room=3 * 8 * len(candles))
    for periods in ((3, 9), (3, 10), (4, 10), (3, 10), (9, 10)):
        kept.columns(sma(*periods), candles)
    # For 4 the 9 had to go; 3 was read since, so for 9 it is 4.
    assert computed == [2, 1, 1, 0, 1]
    kept.columns(sma(3, 4), candles)
    assert computed[-1] == 1


def test_what_the_latest_run_read_stays_without_room_for_it(computed: list[int]) -> None:
    candles = waves()
    kept = KeptColumns(room=8 * len(candles))
    for periods in ((3, 9), (3, 10), (3, 9)):
        kept.columns(sma(*periods), candles)
    assert computed == [2, 1, 1]


def test_candles_share_the_room_and_those_that_are_gone_leave_it(computed: list[int]) -> None:
    one, other = waves(), waves(first=100)
    kept = KeptColumns(room=4 * 8 * len(one))
    for candles in (one, other):
        for period in (3, 4, 5):
            kept.columns(sma(period), candles)
    del other, candles
    gc.collect()
    computed.clear()
    kept.columns(sma(3, 4, 5, 6), one)
    kept.columns(sma(3, 4, 5, 6), one)
    assert computed == [1, 0]
