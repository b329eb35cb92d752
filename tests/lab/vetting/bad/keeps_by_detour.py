"""Remembers closes in one of two lists of the module: its text does not say in which, so only two runs show it."""

from botswain import Strategy, step

LOW, HIGH = [], []


class Keeps(Strategy):
    """In above the mean of what it ever saw on its side of 100."""

    @step
    def decide(now, was, p, candle, my, wanted):
        seen = HIGH if candle.close > 100.0 else LOW
        seen.append(candle.close)
        mean = sum(seen) / len(seen)
        wanted.target(1.0 if candle.close > mean else 0.0)
