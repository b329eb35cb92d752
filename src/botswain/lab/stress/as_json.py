"""A stress as one JSON object: money, prices and quantities as text, shares and returns as numbers."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from botswain.lab.export import halt_object, text_of
from botswain.lab.metrics.figures import known
from botswain.lab.stress.ladder import Ladder, Rung
from botswain.lab.stress.stressing import Replayed, Stress
from botswain.lab.stress.words import notes_of, verdict_of


def stress_object(found: Stress) -> dict[str, Any]:
    """The object of `stress --json`.

    move     from the last close (over `top` where that is not null) to its end, in how many candles; what loses most
    needed, used   what all orders cost, and those that there was money for, fees among it
    ladder   the orders on the way, as `lab.stress.ladder` says; closed null: all of it is held at the end
    ruin     the price at which nothing is left, null: never
    windows  the worst times of the candles; why: where one could not be run
    """
    strategy = found.made.plan.strategy
    return {
        "strategy": strategy.label(),
        "parameters": dict(strategy.values),
        "symbol": found.rules.symbol,
        "verdict": verdict_of(found),
        "notes": list(notes_of(found)),
        "capital": text(found.capital),
        "move": move_object(found),
        "needed": text(found.needed),
        "used": text(found.used),
        "loss": text(found.loss),
        "least_equity": text(found.least),
        "round_trip_fee": float(found.round_trip),
        "smallest_step": None if found.step is None else float(found.step),
        "ruin": optional(found.ruin),
        "ladder": ladder_object(found.ladder),
        "windows": [window_object(one) for one in found.replayed],
        "halt": halt_object(found.made),
    }


def move_object(found: Stress) -> dict[str, Any]:
    """The move."""
    top = optional(found.top)
    return {"from": text(found.price), "top": top, "to": text(found.end), "candles": found.candles}


def ladder_object(ladder: Ladder) -> dict[str, Any]:
    """The ladder."""
    closed = ladder.closed
    told = None if closed is None else {"price": text(closed.price), "reason": closed.reason}
    return {"direction": ladder.direction, "rungs": [rung_object(one) for one in ladder.rungs], "closed": told}


def rung_object(one: Rung) -> dict[str, Any]:
    """One rung."""
    names = ("price", "qty", "money", "fee", "total_qty", "total_money", "average", "break_even", "loss")
    return {"number": one.number, "orders": one.orders, **{name: text(getattr(one, name)) for name in names}}


def window_object(one: Replayed) -> dict[str, Any]:
    """One window and what came of it."""
    found: dict[str, Any] = {
        "name": one.window.name,
        "start_ms": one.window.start_ms,
        "end_ms": one.window.end_ms,
        "market_change": one.window.change,
        "why": one.why,
        "least_equity": None if one.least is None else text(one.least),
        "metrics": None,
    }
    if one.result is not None:
        found["metrics"] = {name: text_of(known(value)) for name, value in one.result.metrics.items()}
    return found


def optional(value: Decimal | None) -> str | None:
    """A number, or null."""
    return None if value is None else text(value)


def text(value: Decimal) -> str:
    """A number as a person writes it, without zeros at its end."""
    found = f"{value:f}"
    return found.rstrip("0").rstrip(".") if "." in found else found
