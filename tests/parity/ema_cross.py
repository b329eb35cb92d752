"""The strategy of the benchmark's ticks: one unit long above an average of all prices so far, one short below it."""

from __future__ import annotations

from typing import Any

from botswain import Param, Strategy, step


class EmaCross(Strategy):  # type: ignore[misc]
    """The average is its own, in the benchmark's arithmetic; it decides from the 1,001st trade on."""

    span = Param(1000, 2, 100_000, help="trades that the average is over")

    def memory(self) -> dict[str, int]:
        """How many trades there were, and the average."""
        return {"seen": 1, "average": 1}

    def derived(self) -> dict[str, float]:
        """What a trade weighs."""
        return {"weight": 2 / (self.span + 1)}

    @step  # type: ignore[untyped-decorator]
    def decide(now: Any, was: Any, p: Any, candle: Any, my: Any, wanted: Any) -> None:  # noqa: ARG002
        price = candle.close
        if my.mem.seen == 0.0:
            my.mem.average = price
        else:
            my.mem.average += p.weight * (price - my.mem.average)
        my.mem.seen += 1.0
        if my.mem.seen > 1000.0:
            wanted.target(1.0 if price > my.mem.average else -1.0)


class Turning(Strategy):  # type: ignore[misc]
    """An order at every trade: one unit long, one short, by turns."""

    def memory(self) -> dict[str, int]:
        """Where it is."""
        return {"side": 1}

    @step  # type: ignore[untyped-decorator]
    def decide(now: Any, was: Any, p: Any, candle: Any, my: Any, wanted: Any) -> None:  # noqa: ARG002
        my.mem.side = -1.0 if my.mem.side > 0.0 else 1.0
        wanted.target(my.mem.side)
