"""Hashes a text, which comes out otherwise in every process; nothing is read that reading would find."""

from botswain import Strategy, step

WORD = "trend".__hash__() % 1000 / 1000.0


class Draws(Strategy):
    """In on some candles."""

    @step
    def decide(now, was, p, candle, my, wanted):
        part = candle.close * 10.0 - int(candle.close * 10.0)
        wanted.target(1.0 if part > WORD else 0.0)
