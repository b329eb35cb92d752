"""Money and quantities as whole numbers of 1e-18, and the decimal strings of the wire.

One unit for every asset, fine enough for tick x lot of any symbol that is listed, so that nothing is ever rounded but
fees, and those by the core's own rule.
"""

from __future__ import annotations

import re
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache

from botswain.model.errors import BadInput

DIGITS = 18
UNIT = 10**DIGITS
SHOWN = 8
HIDDEN = 10 ** (DIGITS - SHOWN)
NUMBER_RANGE = r"^([0-9]{1,20})(\.[0-9]{1,20})?$"
_NUMBER = re.compile(r"([0-9]{1,20})(?:\.([0-9]{1,20}))?")


@lru_cache(maxsize=16_384)
def text_of(units: int) -> str:
    """The decimal string: eight decimals, more only where they are not zero."""
    sign = "-" if units < 0 else ""
    whole, rest = divmod(abs(units), UNIT)
    shown, hidden = divmod(rest, HIDDEN)
    if hidden:
        return f"{sign}{whole}.{rest:018d}".rstrip("0")
    return f"{sign}{whole}.{shown:08d}"


def parsed(text: str) -> tuple[int, int] | None:
    """Units and the number of decimals that are not trailing zeros; None where it is no plain decimal number."""
    match = _NUMBER.fullmatch(text)
    if match is None:
        return None
    decimals = (match[2] or "").rstrip("0")
    kept = decimals[:DIGITS]
    return int(match[1]) * UNIT + int((kept + "0" * DIGITS)[:DIGITS]), len(decimals)


def units_of(value: Decimal | Fraction, what: str) -> int:
    """A decimal in units. Raises BadInput where it is finer than a unit."""
    exact = Fraction(value) * UNIT
    if exact.denominator != 1:
        raise BadInput(f"{what} is {value}; the sandbox counts at most {DIGITS} decimals")
    return int(exact)
