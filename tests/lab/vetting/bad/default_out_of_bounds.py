"""Has a default that its own bounds refuse."""

from botswain import Param, Strategy, above, step, ta


class Bounds(Strategy):
    """Holds above its average."""

    candles = Param(600, 2, 500, help="candles in the average")

    def indicators(self):
        return {"mean": ta.SMA(self.candles)}

    @step
    def decide(now, was, p, candle, my, wanted):
        wanted.target(1.0 if above(candle.close, now.mean) else 0.0)
