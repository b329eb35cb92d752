"""Trades by the clock of the machine."""

import time

from botswain import Strategy, step


class Draws(Strategy):
    """In on even seconds."""

    @step
    def decide(now, was, p, candle, my, wanted):
        second = int(time.time())
        wanted.target(1.0 if second % 2 == 0 else 0.0)
