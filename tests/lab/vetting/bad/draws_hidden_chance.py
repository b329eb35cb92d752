"""Tosses a coin that is called otherwise: only what it does shows it."""

import importlib

from botswain import Strategy, step

COIN = importlib.import_module("ran" + "dom").Random(7)


def toss():
    return COIN.random()


class Draws(Strategy):
    """In or out by chance."""

    @step
    def decide(now, was, p, candle, my, wanted):
        wanted.target(1.0 if toss() > 0.5 else 0.0)
