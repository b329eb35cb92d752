"""Trades by the date of the machine, which is the same in all runs of a day."""

from datetime import UTC, datetime

from botswain import Strategy, step


def year():
    return datetime.now(UTC).year


class Draws(Strategy):
    """In this century."""

    @step
    def decide(now, was, p, candle, my, wanted):
        wanted.target(1.0 if candle.close * year() > 150_000.0 else 0.0)
