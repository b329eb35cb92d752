"""Stands still within one line, where no count of lines sees it."""

from threading import Event

from botswain import Strategy, step

NEVER = Event()


class Still(Strategy):
    """Waits for what never comes."""

    @step
    def decide(now, was, p, candle, my, wanted):
        NEVER.wait()
        wanted.target(1.0)
