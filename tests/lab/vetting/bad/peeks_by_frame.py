"""Finds the run in the function that called it, and reads the next candle there."""

import sys

from botswain import Strategy, step


def next_close(candle_now):
    run = sys._getframe(1).f_locals["sim_"]
    row = sys._getframe(1).f_locals["row_"]
    return run.close[min(row + 1, len(run.close) - 1)] - candle_now


class Peeks(Strategy):
    """Buys before it rises."""

    @step
    def decide(now, was, p, candle, my, wanted):
        wanted.target(1.0 if next_close(candle.close) > 0.0 else 0.0)
