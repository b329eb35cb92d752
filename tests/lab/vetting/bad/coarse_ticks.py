"""Asks a thousandth of its price under nothing: on coarse ticks there is no such price."""

from botswain import Strategy, step


class Coarse(Strategy):
    """Bids a thousandth of the price, and holds above a mark."""

    def slots(self):
        return 2

    @step
    def decide(now, was, p, candle, my, wanted):
        wanted.limit(1, 1, candle.close / 2000.0, 1.0)
        wanted.target(1.0 if candle.close > 75.0 else 0.0)
