"""What splits and dividends did to a run's positions and cash, as a person reads it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

from botswain.build.plan import EXACT, as_decimal
from botswain.core.codes import DIVIDEND, SPLIT
from botswain.core.records import State
from botswain.lab.actions import Placed
from botswain.model.reasons import Reason


@dataclass(frozen=True, slots=True)
class DoneAction:
    """One that came to pass; of a split `split` is how many shares one became, of a dividend `dividend` is per share.

    position_before, position_after  in base, below 0 when short
    cash                             quote that came in, below 0: that was paid
    """

    time_ms: int
    symbol: str
    split: Fraction | None
    dividend: Decimal | None
    position_before: Decimal
    position_after: Decimal
    cash: Decimal


def done_actions(
    state: State, placed: Sequence[Placed], symbols: Sequence[tuple[str, Decimal]], unit: Fraction
) -> list[DoneAction]:
    """Of a run's memory, in which all stand as placed; symbols: name and lot of each, unit: of money, in quote."""
    found = []
    for one, told in zip(state.parts["actions"][: int(state.account.acted)], placed, strict=False):
        if told.kind not in (SPLIT, DIVIDEND):
            continue
        symbol, lot = symbols[told.symbol]
        found.append(
            DoneAction(
                told.time_ms,
                symbol,
                None if told.dividend else told.split,
                told.dividend or None,
                EXACT.multiply(int(one.before), lot),
                EXACT.multiply(int(one.after), lot),
                as_decimal(int(one.cash) * unit),
            )
        )
    return found


def splits_among(reports: Mapping[str, Any]) -> dict[int, Fraction]:
    """The places of splits among a run's reports, and how many shares one became."""
    columns = (reports["reason"], reports["lots"], reports["rev"], reports["seq"])
    rows = enumerate(zip(*([int(value) for value in one] for one in columns), strict=True))
    return {
        place: Fraction(after, before) for place, (reason, lots, after, before) in rows if reason == SPLITS and not lots
    }


SPLITS = int(Reason.SPLIT)
