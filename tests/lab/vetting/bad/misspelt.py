"""Has a typing mistake."""

from botswain import Strategy, step


class Misspelt(Strategy):
    """Means target."""

    @step
    def decide(now, was, p, candle, my, wanted):
        wanted.tarket(1.0)
