"""A walk-forward in one plain sentence: whether what was chosen held on what came after."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from botswain.lab.amounts import percent
from botswain.lab.validation.warnings import FEW_DAYS, FEW_TRIPS

LIKELY = 0.95
# Below this part of the growth in training what was found was mostly noise (Pardo, 2008).
EFFICIENT = 0.5


@dataclass(frozen=True, slots=True)
class Evidence:
    """What is known of the test spans together.

    total, held  the return of the joined account, and of buying and holding meanwhile
    halted       the first fold in whose test span the strategy was halted
    in_sample    return a year in training; efficiency, probable: as in `Walked`
    unfinished   folds that were not done
    """

    total: float
    held: float
    days: int
    trips: int
    fills: int
    folds: int
    gained: int
    halted: int | None
    in_sample: float
    efficiency: float | None
    probable: float | None
    unfinished: int


def verdict_of(of: Evidence) -> str:
    """The sentence."""
    part = f" ({of.unfinished} of {of.folds + of.unfinished} folds were not done)" if of.unfinished else ""
    if not of.fills:
        return f"There is nothing to judge: nothing was traded on the test spans{part}."
    if of.halted is not None:
        return f"This is no evidence: the strategy was halted in the test span of fold {of.halted}{part}."
    spans = f"{of.gained} of {of.folds} test spans gained" if of.folds > 1 else "one test span"
    made = f"{percent(of.total, sign=True)} in {of.days:,} days that it was not chosen on, {spans}"
    trained = f"against {percent(of.in_sample, sign=True)} a year where it was chosen"
    if of.total <= 0:
        return f"It does not hold: {made}, {trained}{part}."
    doubts = list(doubts_of(of))
    if of.trips < FEW_TRIPS or of.days < FEW_DAYS:
        more = f", and {doubts[0]}" if doubts else ""
        return f"This is too little to judge by: {made} with {of.trips:,} round trips{more}{part}."
    if doubts:
        return f"It may not hold: {made}, but {', and '.join(doubts[:2])}{part}."
    market = f"buying and holding made {percent(of.held, sign=True)}"
    return f"It holds here: {made}; {market}{part}."


def doubts_of(of: Evidence) -> Iterator[str]:
    """What speaks against one that made money, the gravest first."""
    if of.probable is None or of.probable < LIKELY:
        told = "cannot be told" if of.probable is None else f"has a probability of {percent(of.probable)} only"
        yield f"that this is more than luck {told}"
    if of.efficiency is not None and of.efficiency < EFFICIENT:
        yield f"only {percent(of.efficiency)} of the growth in training is left"
    if of.folds > 1 and 2 * of.gained < of.folds:
        yield "most test spans lost"
    if of.held > of.total:
        yield f"buying and holding made {percent(of.held, sign=True)}"
