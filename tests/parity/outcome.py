"""What a run of the reference gives, in units a person reads. Values only."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal


@dataclass(frozen=True)
class Fill:
    """One fill, in units a person reads."""

    time_ms: int
    seq: int
    symbol: str
    side: str
    qty: Decimal
    price: Decimal
    fee: Decimal
    fee_asset: str
    slot: int
    reason: str


@dataclass(frozen=True)
class RoundTrip:
    """One opened and closed position; profit in quote, fees taken off."""

    symbol: str
    direction: int
    entry_ms: int
    exit_ms: int
    profit: Decimal


@dataclass(frozen=True)
class Reason:
    """Why a row was not sent, was cut or ended early."""

    time_ms: int
    symbol: str
    slot: int
    code: str


@dataclass
class Outcome:
    """Everything a run gave. Equity is (close instant, value); position and dust are in base.

    returned  codes that rows had waited for when they came back, and "again" where an ended row was asked for again
    """

    fills: list[Fill] = field(default_factory=list)
    equity: list[tuple[int, Decimal]] = field(default_factory=list)
    round_trips: list[RoundTrip] = field(default_factory=list)
    reasons: list[Reason] = field(default_factory=list)
    returned: set[str] = field(default_factory=set)
    position: dict[str, Decimal] = field(default_factory=dict)
    dust: dict[str, Decimal] = field(default_factory=dict)
    third: dict[str, Decimal] = field(default_factory=dict)
    cash: Decimal = Decimal(0)
