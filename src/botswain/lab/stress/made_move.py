"""Candles that go on from the last real ones in straight moves: what meets every order that lies on the way."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from itertools import pairwise

import numpy as np

from botswain.model.candles import Candles
from botswain.model.errors import BadInput
from botswain.model.timeframe import timeframe_ms


def moved_on(candles: Candles, tick: Decimal, turns: Sequence[Decimal], steps: int) -> Candles:
    """The candles, then one that stands at their last close, then to each price of `turns` `steps` in equal parts (by

    ratio). Prices are whole ticks; the volume is the median of what there was. Raises BadInput where a move is no tick.
    """
    places = [round(float(candles.close[-1]) / float(tick)), *(int(one / tick) for one in turns)]
    parts = [np.array(places[:1])]
    for begin, end in pairwise(places):
        if end < 1 or begin == end:
            raise BadInput(
                f"a move from {begin * tick} to {end * tick} is none on a tick of {tick}; give a larger one that "
                "leaves a price above 0"
            )
        parts.append(np.rint(begin * (end / begin) ** (np.arange(1, steps + 1) / steps)).astype(np.int64))
    closes = np.array([float(int(one) * tick) for one in np.concatenate(parts)])
    opens = np.concatenate((closes[:1], closes[:-1]))
    length = timeframe_ms(candles.timeframe)
    ts = int(candles.ts[-1]) + length * np.arange(1, len(closes) + 1, dtype=np.int64)
    volume = np.full(len(closes), float(np.median(candles.volume)))
    made = (opens, np.maximum(opens, closes), np.minimum(opens, closes), closes, volume)
    known = (candles.open, candles.high, candles.low, candles.close, candles.volume)
    columns = (np.concatenate(pair) for pair in zip(known, made, strict=True))
    return Candles(candles.symbol, candles.timeframe, np.concatenate((candles.ts, ts)), *columns)
