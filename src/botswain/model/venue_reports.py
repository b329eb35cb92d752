"""What a venue tells us of an order:

a fill, or its end. Integers in ticks, lots and fee units, as the core takes them.
"""

from __future__ import annotations

from enum import IntEnum

from msgspec import Struct


class FeeWord(IntEnum):
    """What is known of a fill's fee."""

    TOLD = 0
    INFERRED = 1  # nobody can tell it any more; it is what the bot's rules say
    ODD = 2  # it is in no asset or digits of the bot's rules and stands in no book


class VenueReport(Struct, frozen=True):
    """One report.

    lots         filled now; 0 is the end of the order
    fee          in the fee asset's smallest unit, as the core's REPORT has it; below 0 the venue paid it
    reason       the row's tag for a fill, the code of an end
    final        the order is finished
    trade_id     the venue's own number of the fill; empty for an end
    fee_word     whether the fee is what the venue said; where it is not, `fee` is 0
    """

    client_order_id: str
    time_ms: int
    seq: int
    symbol: int
    side: int
    lots: int
    price: int
    fee: int
    maker: bool
    reason: int
    final: bool
    trade_id: str
    fee_word: FeeWord = FeeWord.TOLD
