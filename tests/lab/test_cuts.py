"""The same part of candles is the same object, and its ticks are those of candles that were never cut."""

from __future__ import annotations

import gc
from decimal import Decimal
from weakref import ref

import numpy as np
import pytest
from tests.lab.made import waves

from botswain.core import scale
from botswain.lab import market
from botswain.lab.cuts import part_of, whole_of
from botswain.lab.market import ticks_of
from botswain.model.candles import COLUMNS, Candles
from botswain.model.errors import BadInput

CENT = Decimal("0.01")


@pytest.fixture
def reckoned(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Of how many prices ticks were worked out, one number a column."""
    found: list[int] = []

    def counted(prices, tick, what):
        found.append(len(prices))
        return scale.to_ticks(prices, tick, what)

    monkeypatch.setattr(market, "to_ticks", counted)
    return found


def test_the_same_part_is_the_same_object_and_shares_memory() -> None:
    whole = waves()
    part = part_of(whole, 10, 50)
    assert part is part_of(whole, 10, 50)
    assert part is not part_of(whole, 11, 50)
    assert part is not part_of(waves(), 10, 50)
    assert np.shares_memory(part.close, whole.close)
    assert whole_of(part) == (whole, 10)
    assert whole_of(whole) is None


def test_what_was_cut_from_nothing_that_lives_is_no_part_and_keeps_nothing_alive() -> None:
    whole = waves()
    part, gone = part_of(whole, 10, 50), ref(whole)
    del whole
    gc.collect()
    assert gone() is None
    assert whole_of(part) is None
    assert len(ticks_of(part, CENT)[0]) == 40


def test_ticks_of_a_part_are_those_of_the_same_candles_that_were_never_cut(reckoned: list[int]) -> None:
    whole = waves()
    for first, last, new in (
        (20, 100, [80] * 4),
        (30, 100, []),
        (20, 90, []),
        (10, 100, [90] * 4),
        (150, 160, [10] * 4),
    ):
        reckoned.clear()
        part = part_of(whole, first, last)
        found = ticks_of(part, CENT)
        assert reckoned == new
        alone = Candles("X/USDT", "1h", *(getattr(part, name).copy() for name in ("ts", *COLUMNS)))
        for one, true in zip(found, ticks_of(alone, CENT), strict=True):
            np.testing.assert_array_equal(one, true)
            assert one.flags.c_contiguous


def test_another_tick_is_reckoned_apart() -> None:
    part = part_of(waves(), 0, 20)
    np.testing.assert_array_equal(ticks_of(part, CENT)[3] * 10, ticks_of(part, Decimal("0.001"))[3])


def test_a_price_off_the_grid_is_told_only_where_it_is_used() -> None:
    one = waves()
    closes = one.close.copy()
    closes[5] += 0.004
    whole = Candles(one.symbol, one.timeframe, one.ts, one.open, one.high, one.low, closes, one.volume)
    assert len(ticks_of(part_of(whole, 6, 40), CENT)[3]) == 34
    with pytest.raises(BadInput, match=r"close price .* in row 3 is not a positive multiple of the tick 0\.01"):
        ticks_of(part_of(whole, 3, 40), CENT)
    assert len(ticks_of(part_of(whole, 7, 40), CENT)[3]) == 33
