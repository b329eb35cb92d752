"""Remembers closes in a list of the module; the second run finds those of the first."""

from botswain import Strategy, step

SEEN = []


class Keeps(Strategy):
    """In above the mean of all it ever saw."""

    @step
    def decide(now, was, p, candle, my, wanted):
        SEEN.append(candle.close)
        mean = sum(SEEN) / len(SEEN)
        wanted.target(1.0 if candle.close > mean else 0.0)
