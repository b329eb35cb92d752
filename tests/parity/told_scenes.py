"""A scene of a few candles with its wishes twice: as a step of the product, and told to the reference's bot.

Tick 1, lot 1, no fees, short positions allowed unless said.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any

from botswain import CLOSE, END, FILL, Options, Strategy, backtest, step

from .compare import first_difference, first_veto_difference
from .desk import Desk
from .reference import run
from .scenes import HOUR_MS, START_MS, drawn, instrument
from .venue import STOP

Fills = list[tuple[int, str, int, int, int]]
LOOSE = {"max_drawdown": "0.9"}


class Scene(Strategy):  # type: ignore[misc]
    """Counts its closes."""

    tags = ("target",)

    def events(self) -> tuple[int, ...]:
        """All that a step can be told."""
        return (CLOSE, FILL, END)

    def slots(self) -> int:
        """A few."""
        return 4

    def memory(self) -> dict[str, int]:
        """Closes so far."""
        return {"closes": 1}


def played(
    decide: Callable[..., None], tell: Callable[[Desk, str, int], None], rows: Sequence[tuple[float, ...]],
    *, capital: str = "10000", limits: dict[str, Any] | None = None,
    exits: dict[str, str] | None = None, **facts: Any,
) -> Fills:  # fmt: skip
    """The fills of both as (hour, side, qty, price, slot), once they are found to be the same."""
    candles = drawn(rows)  # type: ignore[arg-type]
    rules = instrument(candles.symbol, shortable=facts.pop("shortable", True), **facts)
    one = type("Scene", (Scene,), {"decide": step(decide)})
    result = backtest(
        one, candles, instrument=rules, capital=capital, sizing="fixed", limits=limits or {},
        exits=exits or {}, options=Options(compiled=False),
    )  # fmt: skip
    outcome = run(
        "told", {candles.symbol: candles}, {candles.symbol: rules}, params={"slots": 4, "tell": tell},
        capital=Decimal(capital), sizing="fixed", limits=limits,
        exits={name: Decimal(value) for name, value in (exits or {}).items()},
    )  # fmt: skip
    assert result.halt is None, result.halt
    assert first_difference(result, outcome) == ""
    assert first_veto_difference(result, outcome) == ""
    return [((f.time_ms - START_MS) // HOUR_MS, f.side, int(f.qty), int(f.price), f.slot) for f in outcome.fills]


def want(
    desk: Desk, slot: int, side: int, kind: str, lots: int, ticks: int = 0, *, fresh: bool = True, **more: Any
) -> None:
    """A wish of the reference's bot at a price or trigger."""
    where = {"trigger" if kind == STOP else "price": ticks}
    desk.table.want(slot, side, kind, lots, desk.book.close, fresh=fresh, tag="target", **(where | more))
