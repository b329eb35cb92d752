"""A bot for benchmarks/latency.py: buys and sells in turn, every few candles."""

from botswain.core.strategy import Param, Strategy, step


class Pulse(Strategy):
    """In for some candles, out for as many; `phase` lets bots of one symbol act at different closes."""

    name = "pulse"

    every = Param(4, 1, 1_000, help="candles between two orders")
    phase = Param(0, 0, 1_000, help="candles before the first of them")

    def memory(self):
        """Closes seen."""
        return {"seen": 1}

    @step
    def decide(now, was, p, candle, my, wanted):  # noqa: ARG002
        my.mem.seen = my.mem.seen + 1.0
        turns = int((my.mem.seen + p.phase) / p.every)
        wanted.target(1.0 if turns % 2 == 1 else 0.0)
