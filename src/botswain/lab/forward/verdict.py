"""A walk-forward in one word and in one plain sentence: whether what was chosen held on what came after."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from botswain.lab.amounts import percent
from botswain.lab.validation.warnings import FEW_DAYS, FEW_TRIPS

LIKELY = 0.95
# Below this part of the growth in training what was found was mostly noise (Pardo, 2008).
EFFICIENT = 0.5


class Standing(StrEnum):
    """The sentence in a word, for programs."""

    HOLDS = "holds"
    MAY_NOT_HOLD = "may_not_hold"
    DOES_NOT_HOLD = "does_not_hold"
    TOO_LITTLE = "too_little"
    HALTED = "halted"
    NOTHING = "nothing"


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


def standing_of(of: Evidence) -> Standing:
    """The word."""
    if not of.fills:
        return Standing.NOTHING
    if of.halted is not None:
        return Standing.HALTED
    if of.total <= 0:
        return Standing.DOES_NOT_HOLD
    if of.trips < FEW_TRIPS or of.days < FEW_DAYS:
        return Standing.TOO_LITTLE
    return Standing.MAY_NOT_HOLD if any(doubts_of(of)) else Standing.HOLDS


def verdict_of(of: Evidence) -> str:
    """The sentence."""
    part = f" ({of.unfinished} of {of.folds + of.unfinished} folds were not done)" if of.unfinished else ""
    spans = f"{of.gained} of {of.folds} test spans gained" if of.folds > 1 else "one test span"
    made = f"{percent(of.total, sign=True)} in {of.days:,} days that it was not chosen on, {spans}"
    doubts = list(doubts_of(of))
    match standing_of(of):
        case Standing.NOTHING:
            said = "There is nothing to judge: nothing was traded on the test spans"
        case Standing.HALTED:
            said = f"This is no evidence: the strategy was halted in the test span of fold {of.halted}"
        case Standing.DOES_NOT_HOLD:
            said = f"It does not hold: {made}, against {percent(of.in_sample, sign=True)} a year where it was chosen"
        case Standing.TOO_LITTLE:
            more = f", and {doubts[0]}" if doubts else ""
            said = f"This is too little to judge by: {made} with {of.trips:,} round trips{more}"
        case Standing.MAY_NOT_HOLD:
            said = f"It may not hold: {made}, but {', and '.join(doubts[:2])}"
        case Standing.HOLDS:
            said = f"It holds here: {made}; buying and holding made {percent(of.held, sign=True)}"
    return f"{said}{part}."


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
