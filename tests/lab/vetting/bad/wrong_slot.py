"""Has one slot and asks for another."""

from botswain import Strategy, step


class Wrong(Strategy):
    """Bids in slot 3."""

    @step
    def decide(now, was, p, candle, my, wanted):
        wanted.limit(3, 1, candle.close, 0.0)
