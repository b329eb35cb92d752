"""Keeps a count in the module, where a restart loses it and a second run finds it."""

from botswain import Strategy, step

COUNT = 0


def counted():
    global COUNT
    COUNT += 1
    return COUNT


class Keeps(Strategy):
    """In on every third call."""

    @step
    def decide(now, was, p, candle, my, wanted):
        calls = counted()
        wanted.target(1.0 if calls % 3 == 0 else 0.0)
