"""Figures as people read them: times, money, percents, ratios and durations. `-` stands for what has no value."""

from __future__ import annotations

from decimal import Decimal

from botswain.history.instants import iso
from botswain.lab.figure_table import Unit

MANY = 1e6
DAY_MS, HOUR_MS, MINUTE_MS = 86_400_000, 3_600_000, 60_000


def when(time_ms: int) -> str:
    """A time in UTC: 2024-01-31 09:05, with seconds only where there are any."""
    return iso(time_ms).removesuffix("Z").removesuffix(":00").replace("T", " ")


def money_digits(capital: Decimal) -> int:
    """Decimals money is shown with: enough to tell amounts of the size of the capital apart."""
    return 2 if capital >= 100 else 4 if capital >= 1 else 8


def money_text(value: Decimal | float | None, capital: Decimal, *, sign: bool = False) -> str:
    """Money for the eye: rounded, in thousands."""
    if value is None:
        return "-"
    return f"{value:{'+' if sign else ''},.{money_digits(capital)}f}"


def percent(value: float | None, *, sign: bool = False) -> str:
    """A fraction in percent."""
    if value is None:
        return "-"
    return f"{value * 100:{'+' if sign else ''}{',.2f' if abs(value) < MANY else '.3g'}} %"


def ratio(value: float | None) -> str:
    """A plain figure."""
    return "-" if value is None else f"{value:,.2f}" if abs(value) < MANY else f"{value:.3g}"


def length(duration_ms: float) -> str:
    """A duration by its two largest units."""
    days, rest = divmod(round(duration_ms), DAY_MS)
    hours, rest = divmod(rest, HOUR_MS)
    minutes, rest = divmod(rest, MINUTE_MS)
    named = [(days, "d"), (hours, "h"), (minutes, "min"), (rest // 1000, "s")]
    first = next((place for place, (count, _) in enumerate(named) if count), len(named) - 1)
    return " ".join(f"{count:,} {unit}" for count, unit in named[first : first + 2] if count) or "0 s"


def figure_text(unit: Unit, value: float | None, capital: Decimal) -> str:
    """One figure of a report in its unit."""
    if value is None:
        return "-"
    if unit is Unit.PERCENT:
        return percent(value)
    if unit is Unit.MONEY:
        return money_text(value, capital)
    if unit is Unit.COUNT:
        return f"{value:,}"
    if unit is Unit.LENGTH:
        return length(value)
    return when(int(value)) if unit is Unit.TIME else ratio(value)
