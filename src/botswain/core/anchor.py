"""Where indicators start: the candle that history begins at, by one rule in research and live.

A recursive indicator depends on its first candle, so a run that starts at a moment anchors its indicators a fixed
number of candles before the calendar day of that moment: the same candle however often it is started that day.
"""

from __future__ import annotations

from collections.abc import Iterable

from botswain.core.indicators import Indicator
from botswain.model.timeframe import DAY_MS


def needed_candles(indicators: Iterable[Indicator]) -> int:
    """Candles an anchor lies before its boundary: ten times the longest period, and never less than the lookback."""
    return max((max(10 * one.longest_period, one.lookback) for one in indicators), default=0)


def anchor_ms(start_ms: int, timeframe_ms: int, needed: int) -> int:
    """Open time of the anchor candle for a run whose first decision is on the candle opening at `start_ms`."""
    boundary = start_ms - start_ms % max(DAY_MS, timeframe_ms)
    return boundary - needed * timeframe_ms
