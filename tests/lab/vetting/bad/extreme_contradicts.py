"""Fails in its declarations at the upper end of a parameter, with an error that is no sentence."""

from botswain import Param, Strategy, above, step, ta

LENGTHS = (10, 20, 50)


class Extreme(Strategy):
    """Holds above its average."""

    length = Param(1, 0, 3, help="which of the lengths")

    def indicators(self):
        return {"mean": ta.SMA(LENGTHS[self.length])}

    @step
    def decide(now, was, p, candle, my, wanted):
        wanted.target(1.0 if above(candle.close, now.mean) else 0.0)
