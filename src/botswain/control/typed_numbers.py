"""Numbers as people type them into settings, read exactly."""

from __future__ import annotations

from decimal import Decimal

from botswain.model.errors import BadInput

Value = str | int | float | bool


def number(what: str, value: Value) -> Decimal:
    """A number as it was written. Raises BadInput where it is none."""
    try:
        found = Decimal(str(value))
    except ArithmeticError:
        raise BadInput(f"{what} is {value!r}; write a number") from None
    if not found.is_finite():
        raise BadInput(f"{what} is {value!r}; write a finite number")
    return found
