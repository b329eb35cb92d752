"""The closed sets that describe an order and a fill, in the words people and venues use (FIX, ISO, CCXT).

Compiled code speaks in small integers (`core.codes`); these are the names at the edges: store, API, screen.
"""

from __future__ import annotations

from enum import StrEnum


class Side(StrEnum):
    BUY = "buy"
    SELL = "sell"


class OrderKind(StrEnum):
    MARKET = "market"
    LIMIT = "limit"
    STOP = "stop"
    STOP_LIMIT = "stop_limit"
    TAKE_PROFIT = "take_profit"
    TRAILING = "trailing"


class Tif(StrEnum):
    """Time in force."""

    GTC = "gtc"
    IOC = "ioc"
    FOK = "fok"
    DAY = "day"


class OrderState(StrEnum):
    """FIX 39 in words, and our `unknown`: sent, and nobody can say yet what became of it."""

    PENDING_NEW = "pending_new"
    NEW = "new"
    PARTIALLY_FILLED = "partially_filled"
    PENDING_CANCEL = "pending_cancel"
    PENDING_REPLACE = "pending_replace"
    UNKNOWN = "unknown"
    FILLED = "filled"
    CANCELED = "canceled"
    REJECTED = "rejected"
    EXPIRED = "expired"


# An order that has been in one of these never works again; late fills may still arrive for it.
FINAL_STATES = frozenset({OrderState.FILLED, OrderState.CANCELED, OrderState.REJECTED, OrderState.EXPIRED})


class FillKind(StrEnum):
    """Whether a fill row is the venue's own, inferred from a total, or the reversal of an inferred one."""

    VENUE = "venue"
    INFERRED = "inferred"
    REVERSAL = "reversal"


class Liquidity(StrEnum):
    MAKER = "maker"
    TAKER = "taker"
    UNKNOWN = "unknown"
