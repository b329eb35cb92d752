"""Reads a file at each candle."""

from pathlib import Path

from botswain import Strategy, step


class Draws(Strategy):
    """As its own text is long."""

    @step
    def decide(now, was, p, candle, my, wanted):
        text = Path(__file__).read_text()
        wanted.target(1.0 if candle.close > len(text) / 10.0 else 0.0)
