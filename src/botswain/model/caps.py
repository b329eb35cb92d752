"""Caps of a venue key: what may be done with it whoever asks, enforced where requests are signed.

Only the values and their spelling as JSON; the gateway applies them. They are sealed together with the key, so that
nobody who can write the database can raise them.
"""

from __future__ import annotations

from decimal import Decimal
from enum import StrEnum

import msgspec
from msgspec import Struct

from botswain.model.errors import BadInput


class Write(StrEnum):
    """What can be asked of a venue with a key. Nothing else exists: no withdrawal, no transfer, no setting."""

    PLACE = "place"
    CANCEL = "cancel"
    AMEND = "amend"


class Caps(Struct, frozen=True, forbid_unknown_fields=True):
    """What a key may be used for.

    symbols            those that may be traded; empty: all
    max_notional       most that one order may be worth, in its symbol's quote asset; None: no limit
    orders_per_minute  most new orders in any 60 s; None: no limit. Exits count, and are never refused for it
    writes             what may be asked at all
    """

    symbols: tuple[str, ...] = ()
    max_notional: Decimal | None = None
    orders_per_minute: int | None = None
    writes: tuple[Write, ...] = (Write.PLACE, Write.CANCEL, Write.AMEND)


def checked_caps(caps: Caps) -> Caps:
    """The caps, if they make sense. Raises BadInput."""
    most, orders = caps.max_notional, caps.orders_per_minute
    if most is not None and not (most.is_finite() and most > 0):
        raise BadInput(f"the most an order may be worth is {most}; write a number above zero, or leave it out")
    if orders is not None and orders < 1:
        raise BadInput(f"the orders a minute are {orders}; write 1 or more, or leave it out")
    for symbol in caps.symbols:
        if symbol.count("/") != 1 or not all(symbol.split("/")) or symbol != symbol.strip():
            raise BadInput(f"symbol {symbol!r} is not BASE/QUOTE; write it as BTC/USDT")
    if not caps.writes:
        raise BadInput("the caps allow nothing at all; name at least one of place, cancel, amend")
    return caps


def caps_text(caps: Caps) -> str:
    """The caps as JSON, the same text for the same caps."""
    return msgspec.json.encode(caps, order="deterministic").decode()


def caps_of(text: str) -> Caps:
    """The caps that JSON text says. Raises BadInput."""
    try:
        return checked_caps(msgspec.json.decode(text, type=Caps))
    except msgspec.DecodeError as error:
        raise BadInput(f"the caps {text[:200]!r} cannot be read ({error}); add the key again") from None
