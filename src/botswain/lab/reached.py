"""The limit that stopped an order: the numbers it was reached with, and when.

The note of an order that a limit of the account (or the cool-down of its symbol) stopped says how much of it was
wanted and filled. The limit's own numbers are in one note, written when it was reached; here they are put together.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from botswain.core.blocks import fraction_of
from botswain.lab.result import Result, as_list
from botswain.lab.run import money
from botswain.ledger.exact import E8
from botswain.model.note_texts import OF_ACCOUNT, OF_SYMBOL, Meaning
from botswain.model.reasons import Reason, reason_name

SYMBOLS_OWN = frozenset(reason_name(one) for one in OF_SYMBOL)
STOPS = SYMBOLS_OWN | {reason_name(one) for one in OF_ACCOUNT}
# The core's own, which has no types.
FLOOR_OF: Callable[[int, int], int] = fraction_of
DRAWDOWN = reason_name(Reason.DRAWDOWN)


@dataclass(frozen=True, slots=True)
class Reached:
    """A limit that was reached at a time: its two numbers, what they are, and their asset, empty for a count."""

    time_ms: int
    meaning: Meaning
    value: Decimal
    limit: Decimal
    asset: str


def reached_limits(result: Result) -> Sequence[Reached | None]:
    """For each of `result.notes`, the limit that stopped its order; None where none did.

    None too where that was so long ago that its note is not kept any more; but a drawdown, which never ends, is found
    in the equity.
    """
    latest: dict[tuple[str, str], Reached | None] = {}
    found: list[Reached | None] = []
    for place, one in enumerate(result.notes):
        if one.code not in STOPS:
            found.append(None)
            continue
        key = (one.code, one.symbol if one.code in SYMBOLS_OWN else "")
        if one.slot < 0:
            latest[key] = Reached(one.time_ms, result.meaning_at(place), *result.note_numbers(place))
        elif one.code == DRAWDOWN and key not in latest:
            latest[key] = drawn_down(result)
        found.append(latest.get(key) if one.slot >= 0 else None)
    return found


def drawn_down(result: Result) -> Reached | None:
    """When and with what the drawdown was reached, by the equity at each close (docs/rules.md section 7)."""
    instants, curve = as_list(result.market.instants), as_list(result.curve)
    if len(curve) != len(instants):
        return None  # of a run without a curve nobody knows
    share = E8 - int(result.plan.limits["max_drawdown"] * E8)
    peak = result.plan.capital_units
    for at, equity in zip(instants, curve, strict=True):
        peak = max(peak, equity)
        floor = FLOOR_OF(peak, share)
        if equity <= floor:
            quote = result.units[0].symbol.partition("/")[2]
            meaning, time_ms = OF_ACCOUNT[Reason.DRAWDOWN], at + result.market.timeframe_ms
            return Reached(time_ms, meaning, money(equity, result.unit), money(floor, result.unit), quote)
    return None
