"""Draws its threshold once, when it is loaded: another one in every process."""

import os

from botswain import Strategy, step

EDGE = int.from_bytes(os.urandom(4), "big") / 2**32


class Draws(Strategy):
    """In on some candles."""

    @step
    def decide(now, was, p, candle, my, wanted):
        part = candle.close * 10.0 - int(candle.close * 10.0)
        wanted.target(1.0 if part > EDGE else 0.0)
