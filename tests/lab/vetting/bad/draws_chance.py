"""Tosses a coin."""

import random

from botswain import Strategy, step


class Draws(Strategy):
    """In or out by chance."""

    @step
    def decide(now, was, p, candle, my, wanted):
        wanted.target(1.0 if random.random() > 0.5 else 0.0)
