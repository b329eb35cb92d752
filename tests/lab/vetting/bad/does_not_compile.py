"""Writes the price out as text."""

from botswain import Strategy, step


class Texts(Strategy):
    """In on even cents."""

    @step
    def decide(now, was, p, candle, my, wanted):
        text = format(candle.close, ".2f")
        wanted.target(0.0 if text.endswith("0") else 1.0)
