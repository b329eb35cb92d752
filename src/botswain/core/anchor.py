"""Where indicators start: the candle that history begins at, by one rule in research and live.

A recursive indicator depends on its first candle, so a run that starts at a moment anchors its indicators a fixed
number of candles before the calendar day of that moment: the same candle however often it is started that day.
"""

from __future__ import annotations

from collections.abc import Iterable

from botswain.core.indicators import LONGER, Indicator, length_of
from botswain.model.timeframe import DAY_MS


def needed_candles(indicators: Iterable[Indicator], own_ms: int = 0) -> int:
    """Candles an anchor lies before its boundary: ten times the longest period, and never less than the lookback.

    own_ms  how long they are; asked only by indicators on longer ones, of which they need whole ones
    """
    return max((needed_by(one, own_ms) for one in indicators), default=0)


def needed_by(one: Indicator, own_ms: int) -> int:
    """The same of one."""
    if one.function == LONGER:
        # One more, for the anchor may lie within a longer candle, which is then left out.
        return (needed_by(one.inputs[0], length_of(one)) + 1) * -(-length_of(one) // own_ms)
    within = needed_candles((source for source in one.inputs if isinstance(source, Indicator)), own_ms)
    return max(10 * one.longest_period, one.lookback, within)


def anchor_ms(start_ms: int, timeframe_ms: int, needed: int) -> int:
    """Open time of the anchor candle for a run whose first decision is on the candle opening at `start_ms`."""
    boundary = start_ms - start_ms % max(DAY_MS, timeframe_ms)
    return boundary - needed * timeframe_ms
