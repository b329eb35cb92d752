"""Timeframes as people spell them."""

import pytest

from botswain.model.errors import BadInput
from botswain.model.timeframe import timeframe_ms, timeframe_of

SPELLED = {"1s": 1_000, "1m": 60_000, "15m": 900_000, "4h": 14_400_000, "1d": 86_400_000, "3d": 259_200_000}
SPELLED["1w"] = 604_800_000


@pytest.mark.parametrize(("text", "length_ms"), SPELLED.items())
def test_a_timeframe_is_its_length_and_back(text, length_ms):
    assert timeframe_ms(text) == length_ms
    assert timeframe_of(length_ms) == text


@pytest.mark.parametrize("text", ["", "m", "0m", "-1h", "1.5h", "1M", "10000m", "1 h", "hour"])
def test_what_is_no_timeframe_is_refused(text):
    with pytest.raises(BadInput) as raised:
        timeframe_ms(text)
    assert str(raised.value).startswith(f"timeframe {text!r} is not understood; write a number and a unit")


def test_a_length_is_spelled_in_its_largest_unit():
    assert timeframe_of(90 * 60_000) == "90m"
    assert timeframe_of(14 * 86_400_000) == "14d"
    assert timeframe_of(90_000) == "90s"


def test_a_length_below_a_second_has_no_name():
    with pytest.raises(BadInput, match="candles 1500 ms apart have no timeframe"):
        timeframe_of(1500)
