"""What falls due for holding on paper, at rates that never change, and the dividends that a bot was told of: what of a
position each takes or brings.

A paper venue of the engine's own asks for its account's position, a live bot on a paper account for its own
(docs/rules.md section 12). Plain integers of any size; a run in research has its charges compiled (`ledger.charges`).
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from botswain.ledger.charges import cash_of, dividend_of
from botswain.model.actions import ShareAction
from botswain.model.charges import BORROW_YEAR, Holding
from botswain.model.venue_reports import VenueCharge

FUNDING, BORROW, DIVIDEND = "funding", "borrow", "dividend"


def due(holding: Holding, after_ms: int, upto_ms: int) -> Iterator[tuple[int, str]]:
    """Times after the one and up to the other with what they are of; of one time the funding first."""
    times = [(at, FUNDING) for at in holding.fundings(after_ms, upto_ms)]
    yield from sorted([*times, *((at, BORROW) for at in holding.borrows(after_ms, upto_ms))], key=lambda one: one[0])


def charge_of(
    holding: Holding, time_ms: int, kind: str, symbol: int, held: int, price: int, unit: int
) -> VenueCharge | None:
    """One charge of a symbol; None where nothing is held that it is of.

    held   base units, below 0 when short; price: the last close in ticks
    unit   money units that one base unit at one tick is worth
    """
    if held == 0 or (kind == BORROW and held > 0):
        return None
    rate = holding.funding if kind == FUNDING else holding.borrow
    part = Fraction(rate) if kind == FUNDING else -Fraction(rate) / BORROW_YEAR
    cash = cash_of(held, abs(held) * price * unit, part)
    return VenueCharge(time_ms, symbol, kind, f"{rate:f}", held, price, cash)


def paid_of(action: ShareAction, symbol: int, held: int, price: int, unit: Fraction) -> VenueCharge | None:
    """What a dividend brings a long and costs a short; None where nothing is held.

    held   whole lots, below 0 when short; price: the last close in ticks
    unit   money units that one unit of quote paid for each share is for a lot
    """
    if held == 0:
        return None
    cash = dividend_of(held, Fraction(action.dividend) * unit)
    return VenueCharge(action.time_ms, symbol, DIVIDEND, f"{action.dividend.normalize():f}", held, price, cash)
