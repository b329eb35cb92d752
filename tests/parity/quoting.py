"""A strategy of the benchmark of order books (benchmarks/depth.py): an order in line on either side."""

from __future__ import annotations

from typing import Any

from botswain.core.strategy import Strategy, step


class Quoting(Strategy):
    """A bid and an ask two hundredths from a trade, moved when the price has gone a tenth away from it."""

    name = "quoting"

    def slots(self) -> int:
        """One a side."""
        return 2

    def memory(self) -> dict[str, int]:
        """Where it quotes."""
        return {"middle": 1}

    @step
    def decide(now: Any, was: Any, p: Any, candle: Any, my: Any, wanted: Any) -> None:  # type: ignore[misc]  # noqa: ARG002
        """Quote both sides anew where the price has left."""
        if abs(candle.close - my.mem.middle) > 0.1:
            my.mem.middle = candle.close
            wanted.renew(0)
            wanted.renew(1)
            wanted.limit(0, 1, candle.close - 0.02, 1.0)
            wanted.limit(1, -1, candle.close + 0.02, 1.0)
