"""A strategy on exponential averages, which remember their first candle for good, and on the candle before."""

from botswain.core.codes import CLOSE, FILL
from botswain.core.indicators import ta
from botswain.core.num import above
from botswain.core.strategy import Strategy, step


class EmaCross(Strategy):
    """Long while the fast average is above the slow one and rising; its memory counts and sums what it sees."""

    name = "ema_cross"

    def indicators(self):
        return {"fast": ta.EMA(2), "slow": ta.EMA(4)}

    def memory(self):
        return {"seen": 1}

    def events(self):
        return (CLOSE, FILL)

    @step
    def decide(now, was, p, candle, my, wanted):  # noqa: ARG002
        my.mem.seen = my.mem.seen + now.slow
        wanted.target(1.0 if above(now.fast, now.slow) and above(now.fast, was.fast) else 0.0)
