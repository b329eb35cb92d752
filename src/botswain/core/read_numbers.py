"""What a person wrote as a decimal, read as an exact integer, or refused with its value."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from fractions import Fraction

from botswain.ledger.exact import E8
from botswain.model.errors import BadInput, near
from botswain.model.parts import part

# Of a count, or of milliseconds that are added to a time: thirty thousand years.
MOST_COUNT = 10**15
# What a compiled run's records hold with room for a sum, and what none of them has to.
MACHINE = 1 << 62
MOST_WHOLE = 10**34


def check_names(what: str, given: Mapping[str, Decimal], known: Sequence[str]) -> None:
    """Refuse a name that does not exist, naming the nearest that does."""
    for name in given:
        if name not in known:
            raise BadInput(f"{what} {name!r} is unknown{near(name, known)}")


def share_e8(what: str, value: Decimal, most: Decimal) -> int:
    """A fraction from 0 to below `most` in units of 1e-8."""
    if not value:  # most limits are off in most runs
        return 0
    if not value.is_finite() or not 0 <= value < most:
        raise BadInput(f"{what} is {part(value)}; write 0 (off) to below {part(most)}, such as {part(0.05)}")
    return exact_e8(what, value)


def exact_e8(what: str, value: Decimal) -> int:
    """A decimal in units of 1e-8; refused where it has more digits."""
    scaled = value * E8
    if scaled != scaled.to_integral_value():
        raise BadInput(f"{what} is {value:f}; at most 8 decimals are kept")
    return int(scaled)


def whole_count(name: str, limits: Mapping[str, Decimal]) -> int:
    """A limit that is a number of something; 0 is off."""
    value = limits.get(name, Decimal(0))
    if not value.is_finite() or value != value.to_integral_value() or value < 0:
        raise BadInput(f"limit {name} is {value}; write a whole number of 0 or more, 0 to switch it off")
    if value > MOST_COUNT:
        raise BadInput(f"limit {name} is {value}; write at most {MOST_COUNT}, or 0 to switch it off")
    return int(value)


def whole(what: str, value: Fraction) -> int:
    """An integer, or BadInput with the value. Beyond MACHINE no compiled run holds it."""
    if value.denominator != 1:
        raise BadInput(f"{what} is {float(value)}, which is not on the grid of its symbol; give fewer decimals")
    if abs(value.numerator) >= MOST_WHOLE:
        raise BadInput(
            f"{what} has too many digits ({float(value):.3g} of its unit); give a smaller one, or a "
            "coarser tick_size or lot_size"
        )
    return int(value)
