"""Asks somebody, and goes on where nobody answers."""

import socket

from botswain import Strategy, step


def answer():
    try:
        with socket.create_connection(("127.0.0.1", 1), timeout=0.01):
            return 1.0
    except OSError:
        return 0.0


class Draws(Strategy):
    """In where the others are."""

    @step
    def decide(now, was, p, candle, my, wanted):
        wanted.target(answer() + (1.0 if candle.close > 75.0 else 0.0))
