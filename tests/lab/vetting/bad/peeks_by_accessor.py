"""Uses Botswain's own accessor and the name that a row has after the step was rewritten."""

from botswain import Strategy, step
from botswain.core.access import candle_close


class Peeks(Strategy):
    """Buys before it rises."""

    @step
    def decide(now, was, p, candle, my, wanted):
        later = candle_close(sim_, row_ + 1)  # noqa: F821
        wanted.target(1.0 if later > candle.close else 0.0)
