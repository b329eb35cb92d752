"""What was paid, or came in, for holding positions in a run, as a person reads it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from botswain.build.plan import EXACT, Units, as_decimal
from botswain.core.codes import BORROW, FUNDING
from botswain.core.records import State
from botswain.lab.actions import Placed

KINDS = {FUNDING: "funding", BORROW: "borrow"}


@dataclass(frozen=True, slots=True)
class DoneCharge:
    """One that met a position.

    kind      funding, or borrow: the fee of a day for what is sold short
    rate      of funding a part of the position's worth, of a borrow fee such a part a year
    position  in base, below 0 when short
    price     at which it was worth that: the last close
    cash      quote that came in, below 0: that was paid
    """

    time_ms: int
    symbol: str
    kind: str
    rate: Decimal
    position: Decimal
    price: Decimal
    cash: Decimal


def done_charges(state: State, placed: Sequence[Placed], units: Sequence[Units], unit: Fraction) -> list[DoneCharge]:
    """Of a run's memory, in which they stand as placed, in their order; unit: of money, in quote."""
    found = []
    for record, told in zip(state.parts["actions"][: int(state.account.acted)], placed, strict=False):
        # What a borrow fee passed over, as it was no short, was not written to.
        if told.kind in KINDS and int(record.before):
            of = units[told.symbol]
            found.append(
                DoneCharge(
                    told.time_ms,
                    of.symbol,
                    KINDS[told.kind],
                    told.rate,
                    EXACT.multiply(int(record.before), of.base),
                    EXACT.multiply(int(record.mark), of.tick),
                    as_decimal(int(record.cash) * unit),
                )
            )
    return found


def paid_in(state: State, kind: int, unit: Fraction) -> Decimal:
    """What was paid less what came in of one kind, in quote. Without a Decimal each: a search asks it of every run."""
    found = state.columns_of("actions", int(state.account.acted))
    return as_decimal(
        -sum(int(cash) for cash, of in zip(found["cash"], found["kind"], strict=True) if of == kind) * unit
    )
