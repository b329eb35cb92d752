"""Exact decimals as a whole number of units of 10^-scale, and back.

A price step of 0.05 and a quantity step of 1e-8 have no common fixed scale that fits 64 bits, so every row says its
own. Python's usual context is never used: it would round at 28 digits without a word.
"""

from __future__ import annotations

from collections.abc import Iterable
from decimal import MAX_EMAX, MAX_PREC, MIN_EMIN, Context, Decimal

from botswain.model.errors import BadInput

MAX_SCALE = 36
# As many digits as there are.
UNROUNDED = Context(prec=MAX_PREC, Emin=MIN_EMIN, Emax=MAX_EMAX)
TENS = [10**count for count in range(MAX_SCALE + 1)]
FIVES = {5**count: count for count in range(MAX_SCALE + 1)}


def scale_of(*values: Decimal) -> int:
    """The fewest decimals that write all values exactly, 0 to 36. Raises BadInput for NaN, infinity or finer."""
    return max((_decimals(value) for value in values), default=0)


def to_units(value: Decimal, scale: int) -> int:
    """`value` as a whole number of 10^-scale. Raises BadInput when it is finer than that, NaN or infinite."""
    over, under = _ratio(value)
    number, rest = divmod(over * int(10**scale), under)
    if rest:
        raise BadInput(f"{value} has more than {scale} decimals and cannot be kept exactly; round it first")
    return number


def units_of(values: Iterable[Decimal]) -> tuple[list[int], int]:
    """Values as whole numbers of 10^-scale, and that scale: `scale_of` and `to_units` of a row's amounts in one go.

    Raises BadInput as they do.
    """
    found, most = [], 0
    for value in values:
        # As text: a Decimal gives its digits and their places sooner so than as numbers.
        whole, _, part = f"{value:f}".partition(".")
        part = part.rstrip("0")
        if len(part) > MAX_SCALE:
            raise _too_fine(value)
        try:
            found.append((int(whole + part), len(part)))
        except ValueError as error:
            raise _unkept(value) from error
        most = max(most, len(part))
    return [number * TENS[most - places] for number, places in found], most


def to_decimal(units: int, scale: int) -> Decimal:
    """The decimal that is `units` x 10^-scale, written without trailing zeros."""
    while scale > 0 and units % 10 == 0:
        units, scale = units // 10, scale - 1
    return Decimal(units).scaleb(-scale, UNROUNDED)


def total(values: Iterable[Decimal]) -> Decimal:
    """The exact sum of any number of decimals."""
    parts = list(values)
    scale = scale_of(*parts)
    return to_decimal(sum(to_units(part, scale) for part in parts), scale)


def _decimals(value: Decimal) -> int:
    """The fewest decimals that write a value: its denominator is a product of twos and fives, and they are as many as

    there are of the one of which there are more.
    """
    _, under = _ratio(value)
    twos = (under & -under).bit_length() - 1
    fives = FIVES.get(under >> twos)
    if fives is None or max(twos, fives) > MAX_SCALE:
        raise _too_fine(value)
    return max(twos, fives)


def _ratio(value: Decimal) -> tuple[int, int]:
    """A value as a fraction in lowest terms."""
    try:
        return value.as_integer_ratio()
    except (ValueError, OverflowError) as error:
        raise _unkept(value) from error


def _too_fine(value: Decimal) -> BadInput:
    return BadInput(f"{value} has more than {MAX_SCALE} decimals; no more are kept")


def _unkept(value: Decimal) -> BadInput:
    return BadInput(f"{value} is not a number that can be stored; an amount must be finite")
