"""The tables of what can be made again: from the journal, or from the fills. Lists and pictures are read from them."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Index, SmallInteger, Table, Text

from botswain.store.columns import key, metadata, money, number, small, tenant, word
from botswain.store.types import Units

# What a bot was worth at a time: cash and open positions at the last close, in quote. Made from its memory, for
# pictures and lists; the journal can make it again.
marks = Table(
    "marks",
    metadata,
    key("bot_id", ForeignKey("bots.id"), primary_key=True),
    number("time_ms", primary_key=True, autoincrement=False),
    tenant(),
    money("equity_units"),
    money("cash_units"),
    money("realized_units"),
    money("fees_units"),
    small("money_scale"),
    number("round_trips"),
    number("won"),
    sqlite_with_rowid=False,
)

# The limit of each kind that a bot reached last, with its numbers: from then on, and until when, it opens nothing.
# Written with the step whose note says so, for lists; the journal can make it again.
blocks = Table(
    "blocks",
    metadata,
    key("bot_id", ForeignKey("bots.id"), primary_key=True),
    small("reason", primary_key=True, autoincrement=False),
    tenant(),
    number("seq"),
    money("value_units"),
    money("limit_units"),
    small("scale"),
    number("since_ms"),
    number("until_ms", nullable=True),
    sqlite_with_rowid=False,
)

# Round trips that have ended, by the fill that ended them (place: one of several that it ended), and of each bot how
# far its fills were gathered and what is under way. Made from the fills by whoever shows them, and made anew where a
# fill was taken back: they are neither the journal's nor of it.
round_trips = Table(
    "round_trips",
    metadata,
    key("bot_id", ForeignKey("bots.id"), primary_key=True),
    number("seq", primary_key=True, autoincrement=False),
    small("part", primary_key=True, autoincrement=False),
    small("place", primary_key=True, autoincrement=False),
    tenant(),
    word("symbol", 64),
    small("direction"),
    money("qty_units"),
    money("entry_units"),
    money("exit_units"),
    money("profit_units"),
    money("fees_units"),
    small("scale"),
    number("entry_ms"),
    number("exit_ms"),
    small("exit_reason"),
    Index(None, "tenant_id", "exit_ms"),
    Index(None, "bot_id", "exit_ms"),
    sqlite_with_rowid=False,
)

gathered = Table(
    "gathered",
    metadata,
    key("bot_id", ForeignKey("bots.id"), primary_key=True),
    tenant(),
    number("upto_seq"),
    small("upto_part"),
    number("closed"),
    number("won"),
    Column("profit_units", Units(), nullable=False, server_default="0"),
    Column("profit_scale", SmallInteger(), nullable=False, server_default="0"),
    Column("under_way", Text(), nullable=False),
    sqlite_with_rowid=False,
)
