"""Lengths are what people write, and what is none is told with what to write."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from botswain.control.lengths import Length, length_of
from botswain.model.errors import BadInput


@pytest.mark.parametrize(
    ("given", "found"),
    [
        ("90d", Length("90d", ms=90 * 86_400_000)),
        ("1.5 h", Length("1.5 h", ms=5_400_000)),
        ("2w", Length("2w", ms=14 * 86_400_000)),
        ("2000 candles", Length("2000 candles", candles=2_000)),
        ("2,000 candles", Length("2,000 candles", candles=2_000)),
        (2_000, Length("2,000 candles", candles=2_000)),
        ("12.5%", Length("12.5%", share=Decimal("0.125"))),
        ("2024-03-01", Length("2024-03-01", at_ms=1_709_251_200_000)),
    ],
)
def test_a_length_is_a_time_a_number_of_candles_a_part_or_a_date(given: Any, found: Length) -> None:
    assert length_of("train", given, dated=True) == found


def test_nothing_is_a_length_only_where_it_may_be() -> None:
    assert length_of("purge", 0, none=True) == Length("0 candles")
    assert length_of("purge", "0", none=True) == Length("0")
    assert length_of("purge", "0d", none=True).ms == 0
    with pytest.raises(BadInput, match="test is 0 candles; write a length such as 90d"):
        length_of("test", 0)


@pytest.mark.parametrize(
    ("given", "dated", "said"),
    [
        ("90", True, "test is '90', neither a length nor a date; write a length such as 90d, 36h, 2000 candles or 25%"),
        ("90", False, "test is '90', which is no length; write a length such as 90d"),
        ("2024-03-01", False, "test is '2024-03-01', which is no length"),
        ("-3d", True, "test is '-3d', neither"),
        (-3, True, "test is -3; write a length"),
        (True, True, "test is True; write a length such as 90d, 36h, 2000 candles or 25% or a date"),
        (2.5, False, "test is 2.5; write a length"),
        ("100%", False, "test is 100% of all candles; write less than 100%"),
    ],
)
def test_what_is_no_length_is_refused(given: Any, dated: bool, said: str) -> None:
    with pytest.raises(BadInput) as raised:
        length_of("test", given, dated=dated)
    assert str(raised.value).startswith(said)
