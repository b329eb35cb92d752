"""How messages say a part of something: as it is kept, and in percent, which is what forms ask for."""

from __future__ import annotations

from decimal import Decimal

# Decimal has many zeros, and writes most of them with decimals.
NOTHING = Decimal(0)


def part(value: float | Decimal) -> str:
    """0.02 as "0.02 (2 %)", with no digit more or less."""
    exact = value if isinstance(value, Decimal) else Decimal(str(value))
    if not exact.is_finite():
        return str(value)
    return f"{exact or NOTHING:f} ({in_percent(exact)})"


def in_percent(value: Decimal) -> str:
    """0.02 as "2 %"."""
    return f"{value.scaleb(2).normalize() or NOTHING:f} %"
