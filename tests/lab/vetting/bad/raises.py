"""Divides by what becomes zero."""

from botswain import Strategy, step


class Raises(Strategy):
    """Divides by the position."""

    @step
    def decide(now, was, p, candle, my, wanted):
        wanted.target(1.0 if candle.close / my.lots > 1.0 else 0.0)
