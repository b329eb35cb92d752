"""Takes its size from the environment."""

import os

from botswain import Strategy, step


class Draws(Strategy):
    """As large as the environment says."""

    @step
    def decide(now, was, p, candle, my, wanted):
        share = float(os.environ.get("SHARE", "0.5"))
        wanted.target(share if candle.close > 75.0 else 0.0)
