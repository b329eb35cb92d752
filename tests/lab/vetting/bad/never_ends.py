"""Looks for something that is not there."""

from botswain import Strategy, step


class Endless(Strategy):
    """Halves a number until it is negative."""

    @step
    def decide(now, was, p, candle, my, wanted):
        rest = candle.close
        while rest >= 0.0:
            rest = rest / 2.0
        wanted.target(1.0)
