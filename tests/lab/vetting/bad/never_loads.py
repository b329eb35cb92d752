"""Computes for ever when it is loaded."""

from botswain import Strategy, step

number = 1
while number > 0:
    number += 1


class Endless(Strategy):
    """Would hold."""

    @step
    def decide(now, was, p, candle, my, wanted):
        wanted.target(1.0)
