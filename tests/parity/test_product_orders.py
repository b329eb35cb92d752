"""How the product takes an ordered price to the tick, seen by what fires: the shipped bots never order one off it.

Worked out by hand; `test_reference_margin` says the same of the reference.
"""

from __future__ import annotations

from typing import Any

from botswain import START, Strategy, backtest, step

from .scenes import HOUR_MS, START_MS, drawn, flat, instrument


class OffTheTick(Strategy):  # type: ignore[misc]
    """Buys 2 and asks for one order of every triggered kind and side, on a tick of 1 always at 0.4 beyond it."""

    def events(self) -> tuple[int, ...]:
        """Once, at the start."""
        return (START,)

    def slots(self) -> int:
        """One each."""
        return 7

    @step  # type: ignore[untyped-decorator]
    def decide(now: Any, was: Any, p: Any, candle: Any, my: Any, wanted: Any) -> None:  # noqa: ARG002
        wanted.market(0, 1, 2.0)
        wanted.take_profit(1, 1, 97.4, 1.0)
        wanted.take_profit(2, -1, 105.4, 1.0)
        wanted.stop(3, -1, 93.4, 1.0)
        wanted.stop(4, 1, 107.4, 1.0)
        wanted.limit(5, 1, 92.4, 1.0)
        wanted.limit(6, -1, 109.4, 1.0)


def test_triggers_act_sooner_and_limits_are_never_worse_than_asked() -> None:
    # Sooner: the buy's take-profit at 98, the sell's at 105, the stops at 94 and 107. Limits: 92 and 110, which 109 and
    # 93 in hour 4 do not touch.
    rows = [flat(100), flat(100), (100, 105, 98, 100), (100, 107, 94, 100), (100, 109, 93, 100), (100, 110, 92, 100)]
    result = backtest(OffTheTick, {"AAA/USD": drawn(rows)}, instrument={"AAA/USD": instrument()}, capital="10000")
    assert [((f.time_ms - START_MS) // HOUR_MS, f.slot, f.side, int(f.price)) for f in result.fills] == [
        (1, 0, "buy", 100), (2, 1, "buy", 98), (2, 2, "sell", 105), (3, 3, "sell", 94), (3, 4, "buy", 107),
        (5, 5, "buy", 92), (5, 6, "sell", 110),
    ]  # fmt: skip
