"""Waits for an average that is longer than the candles."""

from botswain import Param, Strategy, above, step, ta


class Never(Strategy):
    """Holds above its average."""

    candles = Param(5_000, 2, 10_000, help="candles in the average")

    def indicators(self):
        return {
            "mean": ta.SMA(self.candles),
        }

    @step
    def decide(now, was, p, candle, my, wanted):
        wanted.target(1.0 if above(candle.close, now.mean) else 0.0)
