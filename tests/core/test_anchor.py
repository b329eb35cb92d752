"""Where indicators start: the same candle, however often a bot is started on one day."""

import pytest

from botswain.core.anchor import anchor_ms, needed_candles
from botswain.core.indicators import ta

HOUR_MS = 3_600_000
DAY_MS = 86_400_000
WEEK_MS = 7 * DAY_MS
MIDNIGHT = 1_700_000_000_000 // DAY_MS * DAY_MS


def test_an_anchor_lies_ten_times_the_longest_period_before_its_boundary():
    assert needed_candles([ta.SMA(20), ta.SMA(50)]) == 500
    assert needed_candles([ta.MACD(12, 26, 9)]) == 260
    assert needed_candles([ta.SMA(5, of=ta.RSI(14))]) == 140


def test_an_indicator_without_a_period_needs_ten_candles_and_none_needs_none():
    assert needed_candles([ta.OBV()]) == 10
    assert needed_candles([]) == 0


def test_a_chain_with_a_long_lookback_needs_all_of_it():
    chain = ta.SMA(2)
    for _ in range(30):
        chain = ta.SMA(2, of=chain)
    assert chain.lookback == 31
    assert needed_candles([chain]) == 31


@pytest.mark.parametrize("hours", [0, 1, 23])
def test_every_start_within_a_day_has_the_same_anchor(hours):
    assert anchor_ms(MIDNIGHT + hours * HOUR_MS, HOUR_MS, 500) == MIDNIGHT - 500 * HOUR_MS


def test_a_candle_longer_than_a_day_is_its_own_boundary():
    """Its candles are taken to stand on whole multiples of their length since 1970, as a day's do."""
    start = 1_700_000_000_000 // WEEK_MS * WEEK_MS
    assert anchor_ms(start, WEEK_MS, 10) == start - 10 * WEEK_MS
