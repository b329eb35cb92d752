"""Reads a table when it is loaded, which it may; but it is told."""

from pathlib import Path

from botswain import Strategy, step

SIZE = float(len(Path(__file__).read_bytes()))


class Draws(Strategy):
    """In above the size of its own file, over ten."""

    @step
    def decide(now, was, p, candle, my, wanted):
        wanted.target(1.0 if candle.close > SIZE / 10.0 else 0.0)
