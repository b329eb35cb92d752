"""A fill: what a venue did with one of our orders, in decimals, as people and files see it."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Literal


@dataclass(frozen=True, slots=True)
class Fill:
    """One fill.

    time_ms, seq  open time of the candle it fell in (live: venue time) and its number within that instant
    qty, price    in base and in quote
    fee           in fee_asset, zero or more
    slot, reason  which wanted row it belongs to and why: a strategy's tag or a protective exit
    """

    time_ms: int
    seq: int
    symbol: str
    side: Literal["buy", "sell"]
    qty: Decimal
    price: Decimal
    fee: Decimal
    fee_asset: str
    slot: int
    reason: str
    maker: bool = False


@dataclass(frozen=True, slots=True)
class RoundTrip:
    """A position from flat to flat.

    direction  +1 long, -1 short
    profit     realised profit less fees, in quote
    fees       of its fills, in quote; the profit has them taken off, one in base as less of what was sold
    qty        what was bought (of a short: sold) to open it, in base
    entry_price, exit_price  the average of its fills, in quote
    """

    symbol: str
    direction: int
    entry_ms: int
    exit_ms: int
    profit: Decimal
    fees: Decimal
    exit_reason: str
    qty: Decimal
    entry_price: Decimal
    exit_price: Decimal


@dataclass(frozen=True, slots=True)
class Note:
    """What the gate, the rounding or the venue did to a wanted row, with its two numbers (money in quote, else
    plain).
    """

    time_ms: int
    symbol: str
    slot: int
    code: str
    value: float
    limit: float
