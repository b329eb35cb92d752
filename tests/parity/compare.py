"""Says where the product's result first differs from the reference's outcome, in words a person can work with."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from .outcome import Fill, Outcome

VETOES = (
    "below_minimum", "max_orders", "price_collar", "max_open_positions", "max_position", "balance", "daily_loss",
    "drawdown", "cool_down", "weekly_loss", "max_exposure", "max_correlated_exposure",
    "drawdown_reduce", "drawdown_pause",
    "drawdown_flatten", "symbol_cool_down", "max_trade_risk", "order_rate",
)  # fmt: skip
FIELDS = ("time_ms", "seq", "symbol", "side", "qty", "price", "fee", "fee_asset", "slot", "reason")


def first_difference(result: Any, outcome: Outcome) -> str:
    """Empty where fills, equity and round trips are equal; else the first difference and the fills before it."""
    return (
        first_fill_difference(result.fills, outcome.fills)
        or _equity(result.equity, outcome.equity)
        or first_trip_difference(result.position_trips, outcome.round_trips)
    )


def first_veto_difference(result: Any, outcome: Outcome) -> str:
    """Empty where the gate refused and cut the same rows at the same times; else the first one that only one has.

    How often an exit that is too small is asked for again is nobody's rule: BELOW_MINIMUM counts for the strategy's own
    slots only. The product keeps its last notes: where it forgot some, only what came after those is compared.
    """
    own = result.plan.strategy.slots()
    forgot = int(result.ran.state.account.notes) > len(result.reasons)
    since = result.reasons[0].time_ms if forgot else -1

    def counts(slot: int, code: str) -> bool:
        return code in VETOES and slot >= 0 and (code != "below_minimum" or slot < own)

    got = Counter(
        (note.time_ms, note.symbol, note.slot, note.code)
        for note in result.reasons
        if note.time_ms > since and counts(note.slot, note.code) and (note.code != "below_minimum" or note.value > 0)
    )
    wanted = Counter(
        (note.time_ms, note.symbol, note.slot, note.code.lower())
        for note in outcome.reasons
        if note.time_ms > since and counts(note.slot, note.code.lower())
    )
    if got == wanted:
        return ""
    only_got, only_wanted = sorted((got - wanted).elements()), sorted((wanted - got).elements())
    return f"only the product vetoes: {only_got[:3]}; only the reference: {only_wanted[:3]}"


def count_differences(result: Any, outcome: Outcome) -> int:
    """How many fills and marks of equity differ, place by place."""
    fills = sum(_row(a) != _row(b) for a, b in zip(result.fills, outcome.fills, strict=False))
    marks = sum(tuple(a) != tuple(b) for a, b in zip(result.equity, outcome.equity, strict=False))
    missing = abs(len(result.fills) - len(outcome.fills)) + abs(len(result.equity) - len(outcome.equity))
    return fills + marks + missing


def hold_against(result: Any, outcome: Outcome, said: str = "") -> None:
    """Fail where the product's run and the reference's differ in a fill, in equity, in a trip or in a veto."""
    assert result.halt is None, result.halt
    assert first_difference(result, outcome) == "", said
    assert first_veto_difference(result, outcome) == "", said


def first_fill_difference(got: Sequence[Any], wanted: Sequence[Fill]) -> str:
    """Empty where all fills are equal."""
    for i in range(max(len(got), len(wanted))):
        a = _row(got[i]) if i < len(got) else ()
        b = _row(wanted[i]) if i < len(wanted) else ()
        if a != b:
            named = (
                ", ".join(name for name, x, y in zip(FIELDS, a, b, strict=False) if x != y) or "one side has no more"
            )
            return f"fill {i} of {len(got)} differs from {i} of {len(wanted)} in: {named}\n" + _around(got, wanted, i)
    return ""


def _around(got: Sequence[Any], wanted: Sequence[Fill], i: int) -> str:
    lines = []
    for title, side in (("product", got), ("reference", wanted)):
        lines.append(f"  {title}:")
        for k in range(max(0, i - 3), i + 1):
            shown = " ".join(str(x) for x in _row(side[k])) if k < len(side) else "(none)"
            lines.append(f"  {'>' if k == i else ' '} {k}: {shown}")
    return "\n".join(lines)


def _row(fill: Any) -> tuple[Any, ...]:
    return tuple(getattr(fill, name) for name in FIELDS)


def _equity(got: Sequence[Any], wanted: Sequence[Any]) -> str:
    if len(got) != len(wanted):
        return f"the product marks equity {len(got)} times, the reference {len(wanted)}"
    for i, (a, b) in enumerate(zip(got, wanted, strict=True)):
        if tuple(a) != tuple(b):
            return f"equity {i}: product {a[0]} {a[1]}, reference {b[0]} {b[1]}"
    return ""


def first_trip_difference(got: Sequence[Any], wanted: Sequence[Any]) -> str:
    """Empty where all round trips are equal."""
    if len(got) != len(wanted):
        return f"the product has {len(got)} round trips, the reference {len(wanted)}"
    names = ("symbol", "direction", "entry_ms", "exit_ms", "profit")
    for i, (a, b) in enumerate(zip(got, wanted, strict=True)):
        mine, theirs = ([getattr(trip, name) for name in names] for trip in (a, b))
        if mine != theirs:
            return f"round trip {i}: product {mine}, reference {theirs}"
    return ""
