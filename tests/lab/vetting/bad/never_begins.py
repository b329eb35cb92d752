"""Counts candles until it may begin, and never may."""

from botswain import Strategy, step


class Never(Strategy):
    """Waits."""

    def memory(self):
        return {"seen": 1}

    @step
    def decide(now, was, p, candle, my, wanted):
        my.mem.seen += 1
        if my.mem.seen < 1_000_000:
            return
        wanted.target(1.0)
