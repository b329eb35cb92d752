"""Compares a running total with zero: the total hangs on the candle that it began with."""

from botswain import Strategy, above, step, ta


class Drifts(Strategy):
    """In while the total is above zero."""

    def indicators(self):
        return {
            "mean": ta.SMA(10),
            "total": ta.OBV(),
        }

    @step
    def decide(now, was, p, candle, my, wanted):
        wanted.target(1.0 if above(now.total, 0.0) and now.mean == now.mean else 0.0)
