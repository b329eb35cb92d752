"""What bots were worth as time went on: rows for pictures and lists, written beside the journal and never in its way.

A bot has at most one mark for a time; another one for it changes nothing, so writing again after a crash is harmless.
They are made from a bot's memory, and the journal can make that again.
"""

from __future__ import annotations

import msgspec


class MarkRow(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A row of `marks`. Money in quote, in units of 10^-money_scale.

    time_ms      the minute in which the last candle closed that it counts with; of a bot that stops, its last fill's
    equity       cash and open positions at their last closes; realized: what is gained for good, all fees taken off
    round_trips  closed so far; won: those of them with a profit
    """

    tenant_id: str
    bot_id: str
    time_ms: int
    equity_units: int
    cash_units: int
    realized_units: int
    fees_units: int
    money_scale: int
    round_trips: int
    won: int


class MarkRows(msgspec.Struct, frozen=True):
    """Marks of any bots, for the writer. They rest on nothing, and nothing rests on them."""

    rows: tuple[MarkRow, ...]
