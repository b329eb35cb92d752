"""What a journal row can be: kinds that keep their number for good, and how a row points at a market event.

The numbers stand in stored rows and in their hashes, so they never change their meaning and are never reused. What is
inside a record of a kind belongs to whoever writes it; the store only needs the kind and its version.
"""

from __future__ import annotations

from enum import IntEnum

import msgspec


class RecordKind(IntEnum):
    """The kinds of a bot's journal rows (SEMANTICS 5.1)."""

    STARTED = 1  # a process took the bot up: configuration, code hash, where the indicators start
    STEP = 2  # wanted orders, reasons or the strategy's memory changed, and the event that did it
    CHECKPOINT = 3  # the whole state, so that recovery need not read from the beginning
    INTENT = 4  # an order request, written before it is sent
    ORDER = 5  # what became of an order
    FILL = 6
    COMMAND = 7  # a person asked for something
    HALT = 8
    RESUMED = 9  # a halt was lifted
    ANCHOR = 10  # the indicators were started again from another candle
    REVISION = 11  # a candle differs from the one that was decided on
    UNAVAILABLE = 12  # a symbol's candle was not there in time; its entries are blocked
    STOPPED = 13
    AWAY = 14  # the bot's market went on without it: which candles it missed
    HEARD = 15  # what follows was told by the venue or a person, and after which market event
    KNOWN = 16  # the venue holds an order
    UNSURE = 17  # nobody can say what became of a request
    SURFACED = 18  # an order that was given up works after all
    LINK = 19  # the account can be heard and is read, or not
    RENEWED = 20  # the database was put back from a backup: orders are named under another journal epoch
    CROSSED = 21  # a price was seen that a held order was waiting for
    RULED = 22  # the venue's rules of a symbol changed
    CHARGED = 23  # holding a position was charged for: a funding, or what was borrowed; or a dividend was paid
    SPLIT = 24  # shares were split
    RESIZED = 25  # what an order that works is for after a split


class MarketKind(IntEnum):
    """The kinds of market events, which are kept once per feed."""

    CANDLE = 1
    TRADE = 2
    QUOTE = 3
    STATUS = 4  # the market halted, opened, changed its rules
    HISTORY = 5  # a candle from before the first bot that needs it, for its indicators
    LATE = 6  # a symbol's candle was not there in time
    STALE = 7  # a symbol's data is too old, or insane; FRESH takes it back
    FRESH = 8
    REVISED = 9  # a candle came again with other figures
    BEAT = 10  # candles that form, on which bots decided between closes


class MarketRef(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """Where a market event lies: the segment's id and the event's number in it (from 1)."""

    segment: str
    sequence: int
