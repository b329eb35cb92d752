"""Ends the process that runs it."""

import os

from botswain import Strategy, step


def leave(price):
    if price > 50.0:
        os._exit(7)


class Ends(Strategy):
    """Leaves."""

    @step
    def decide(now, was, p, candle, my, wanted):
        leave(candle.close)
