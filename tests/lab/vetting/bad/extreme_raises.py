"""Fails at the lower end of a parameter."""

from botswain import Param, Strategy, step


class Extreme(Strategy):
    """In on some candles."""

    every = Param(3, 0, 50, help="in on every so many")

    def memory(self):
        return {"seen": 1}

    @step
    def decide(now, was, p, candle, my, wanted):
        my.mem.seen += 1
        wanted.target(1.0 if int(my.mem.seen) % p.every == 0 else 0.0)
