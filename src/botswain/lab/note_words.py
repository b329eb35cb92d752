"""Notes of a run in words: their two numbers, and what became of the orders that they are about.

The same in a terminal and on the page of a run.
"""

from __future__ import annotations

from decimal import Decimal

from botswain.lab.amounts import money_digits, when
from botswain.lab.assumptions import plain
from botswain.lab.reached import Reached, reached_limits
from botswain.lab.result import Result
from botswain.model.note_texts import STOPPED, THEN, Meaning, Measure
from botswain.model.reasons import reason_name

CODES = {reason_name(reason): reason for reason in THEN}


def became_texts(result: Result) -> dict[str, str]:
    """What became of the orders of each code that was noted, after the numbers of the limit that stopped the latest."""
    found: dict[str, str] = {}
    for one, limit in zip(result.notes, reached_limits(result), strict=True):
        if one.code not in CODES or (one.slot < 0 and one.code in found):
            continue
        if one.slot < 0:
            found[one.code] = STOPPED
            continue
        numbers = "" if limit is None else f"{reached_text(result, limit)}; "
        found[one.code] = f"{numbers}{THEN[CODES[one.code]]}"
    return found


def reached_text(result: Result, one: Reached) -> str:
    """The numbers with which a limit was reached, and when."""
    return f"{numbers_text(result, one.meaning, float(one.value), float(one.limit))} on {when(one.time_ms)}"


def numbers_text(result: Result, meaning: Meaning, value: float, limit: float) -> str:
    """A note's two numbers with their words."""
    digits = {Measure.MONEY: money_digits(result.plan.capital), Measure.COUNT: 0}.get(meaning.measure)
    exact = (Decimal(f"{one:.12g}") for one in (value, limit))
    first, second = (plain(one) if digits is None else f"{one:,.{digits}f}" for one in exact)
    return f"{meaning.value} {first}, {meaning.limit} {second}"
