"""What a venue tells us of an order:

a fill, or its end; and of a position, what it charges or pays for that, and what became of its shares. Integers in
ticks, lots and fee units, as the core takes them.
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


class VenueCharge(Struct, frozen=True):
    """What was charged for holding a position, or came in for it.

    kind      `funding`, or `borrow`: the fee of a day for what is sold short
    rate      of funding a part of what is held, of a borrow fee such a part a year, as text
    position  in base units, below 0 when short; price: the last close, in ticks
    cash      money units that came in, below 0: that were paid
    """

    time_ms: int
    symbol: int
    kind: str
    rate: str
    position: int
    price: int
    cash: int


class VenueSplit(Struct, frozen=True):
    """`num` shares became of `den`, before the candle that opened at open_ms.

    before, after  the position in lots, below 0 when short; price: the last close before it, in ticks
    cash           money units that came in for the fraction of a lot, below 0: that were paid
    ended          orders of which no lot was left
    """

    time_ms: int
    open_ms: int
    symbol: int
    num: int
    den: int
    before: int
    after: int
    price: int
    cash: int
    ended: tuple[str, ...]


# What a venue tells between two candles of its own accord.
Told = VenueReport | VenueCharge | VenueSplit
