"""The tables, as SQLAlchemy Core. A change here needs a migration beside it; a test compares the two.

Rows of the journal and of everything made from it are keyed by (bot_id, seq): the bot's id is a UUIDv7 and seq is the
journal row that made them, so nothing needs a second generator and a replay writes the same keys. Foreign keys stand
where rows are few; journal rows have none, because the commit reads their bot's row anyway (the lease).

The journal and what follows from it are rowid tables on SQLite: rows of many bots then share the pages at the end, and
only a leaf of the index is touched per bot (clustered by bot, a commit of 1,000 bots rewrote 1,000 pages of rows and
took twice as long). Market events come in the order of their key, so they are clustered by it.

Append-only tables (APPEND_ONLY) carry triggers that refuse UPDATE and DELETE on both databases. Retention will drop
whole sealed segments whose head hash is anchored, and only so: as the owner of the tables, in one transaction that
records the dropped range, drops the trigger, deletes rows up to an anchored seq, and puts the trigger back. No code
does it yet.
"""

from __future__ import annotations

from sqlalchemy import (
    CheckConstraint,
    Column,
    Float,
    ForeignKey,
    Index,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from botswain.store.columns import binary, key, metadata, money, number, small, tenant, word
from botswain.store.types import Int64, Key, Units

APPEND_ONLY = (
    "journal",
    "anchors",
    "orders",
    "order_events",
    "fills",
    "outbox",
    "market_segments",
    "market_events",
    "market_seals",
    "paper_trades",
)


# The installation and who uses it.

meta = Table("meta", metadata, Column("name", String(64), primary_key=True), Column("value", Text(), nullable=False))

tenants = Table(
    "tenants",
    metadata,
    key("id", primary_key=True),
    word("name", 128),
    number("created_ms"),
    UniqueConstraint("name"),
)

# People who may sign in, and the tokens that keep them signed in: each is good for one use, and one that comes twice
# ends all of its family.
users = Table(
    "users",
    metadata,
    key("id", primary_key=True),
    tenant(),
    word("name", 128),
    word("password_hash", 256),
    number("created_ms"),
    number("changed_ms"),
    UniqueConstraint("name"),
)

sessions = Table(
    "sessions",
    metadata,
    key("id", primary_key=True),
    tenant(),
    key("user_id", ForeignKey("users.id")),
    key("family"),
    binary("token_hash", 32),
    number("created_ms"),
    number("expires_ms"),
    number("used_ms", nullable=True),
    number("revoked_ms", nullable=True),
    UniqueConstraint("token_hash"),
    Index(None, "family"),
)

# Answers to requests that made something, so that a request that is repeated makes nothing twice.
repeats = Table(
    "repeats",
    metadata,
    Column("tenant_id", Key(), ForeignKey("tenants.id"), primary_key=True, nullable=False),
    Column("key", String(128), primary_key=True),
    binary("request_hash", 32),
    small("status"),
    Column("answer", Text(), nullable=False),
    number("created_ms"),
)

accounts = Table(
    "accounts",
    metadata,
    key("id", primary_key=True),
    tenant(),
    word("name", 128),
    word("venue", 32),
    word("environment", 16),
    number("created_ms"),
    number("port", nullable=True),
    UniqueConstraint("tenant_id", "name"),
    CheckConstraint("environment IN ('paper', 'sandbox', 'test', 'live')", name="environment"),
)

# Paper accounts: orders and balances of ours that no venue keeps. `market` is whose prices they are met by.
paper_books = Table(
    "paper_books",
    metadata,
    key("account_id", ForeignKey("accounts.id"), primary_key=True),
    tenant(),
    word("market", 16),
    number("port"),
    Column("terms", Text(), nullable=False),
    Column("state", Text(), nullable=False),
    number("changes"),
    CheckConstraint("market IN ('sandbox', 'test', 'live')", name="market"),
)

paper_orders = Table(
    "paper_orders",
    metadata,
    key("account_id", ForeignKey("accounts.id"), primary_key=True),
    Column("name", String(64), primary_key=True, nullable=False),
    tenant(),
    word("symbol", 32),
    number("number"),
    number("placed_ms"),
    small("working"),
    binary("body"),
    number("changes"),
    Index(None, "account_id", "working"),
)

paper_trades = Table(
    "paper_trades",
    metadata,
    key("account_id", ForeignKey("accounts.id"), primary_key=True),
    number("number", primary_key=True, autoincrement=False),
    tenant(),
    word("symbol", 32),
    number("order_number"),
    number("time_ms"),
    binary("body"),
)

# Venue keys, sealed. An account has one that counts; a revoked row stays, and says when.
credentials = Table(
    "credentials",
    metadata,
    key("id", primary_key=True),
    tenant(),
    key("account_id", ForeignKey("accounts.id")),
    word("name", 128),
    word("venue", 32),
    word("environment", 16),
    binary("sealed"),
    word("fingerprint", 64),
    Column("caps", Text(), nullable=False),
    number("created_ms"),
    number("revoked_ms", nullable=True),
    CheckConstraint("environment IN ('sandbox', 'test', 'live')", name="environment"),
)
for _name, _columns in (("account_id", ("account_id",)), ("name", ("tenant_id", "name"))):
    Index(
        f"uq_credentials_{_name}",
        *(credentials.c[one] for one in _columns),
        unique=True,
        sqlite_where=credentials.c.revoked_ms.is_(None),
        postgresql_where=credentials.c.revoked_ms.is_(None),
    )

bots = Table(
    "bots",
    metadata,
    key("id", primary_key=True),
    tenant(),
    key("account_id", ForeignKey("accounts.id")),
    word("name", 128),
    word("strategy", 128),
    Column("config", Text(), nullable=False),
    word("desired_state", 16),
    word("halted_reason", 512, nullable=True),
    word("halted_by", 128, nullable=True),
    number("halted_ms", nullable=True),
    binary("journal_epoch", 16),
    word("lease_owner", 128, nullable=True),
    number("lease_epoch"),
    number("lease_until_ms"),
    number("created_ms"),
    number("version"),
    # How it is to be stopped (else by its settings), and what it may have working while halted (else what reduces).
    word("stop_mode", 16, nullable=True),
    word("halt_mode", 16, nullable=True),
    # 1: it is to be stopped, and nobody has carried that out yet.
    small("stop_due", server_default="0"),
    # Which edition of its settings this is, the first edition's id, and when another took its place.
    Column("edition", Int64(), nullable=False, server_default="1"),
    Column("lineage", Key(), nullable=True),
    number("archived_ms", nullable=True),
    # Its name without regard to upper and lower case, by Unicode's rules; NULL of what is archived, and of twins that
    # were there before this was asked.
    word("folded", 384, nullable=True),
    UniqueConstraint("tenant_id", "name"),
    Index("uq_bots_tenant_id_folded", "tenant_id", "folded", unique=True),
    CheckConstraint("desired_state IN ('running', 'stopped')", name="desired_state"),
)

# The journal.

journal = Table(
    "journal",
    metadata,
    key("bot_id", primary_key=True),
    number("seq", primary_key=True, autoincrement=False),
    key("tenant_id"),
    small("kind"),
    small("version"),
    number("time_ms"),
    binary("payload"),
    binary("prev_hash", 32),
    binary("hash", 32),
)

anchors = Table(
    "anchors",
    metadata,
    key("bot_id", ForeignKey("bots.id"), primary_key=True),
    number("seq", primary_key=True, autoincrement=False),
    tenant(),
    binary("hash", 32),
    number("anchored_ms"),
    sqlite_with_rowid=False,
)

# Orders and fills. A row's tick and lot are tick_units and lot_units x 10^-unit_scale: rules change, rows do not.

orders = Table(
    "orders",
    metadata,
    key("client_order_id", primary_key=True),
    tenant(),
    key("account_id", ForeignKey("accounts.id")),
    key("bot_id", ForeignKey("bots.id")),
    number("seq"),
    word("symbol", 64),
    small("slot"),
    number("rev"),
    small("attempt"),
    word("side", 4),
    word("kind", 16),
    word("tif", 8),
    small("flags"),
    number("qty_lots"),
    number("price_ticks", nullable=True),
    number("trigger_ticks", nullable=True),
    number("tick_units"),
    number("lot_units"),
    small("unit_scale"),
    small("link"),
    small("parent"),
    small("reason"),
    number("time_ms"),
    UniqueConstraint("bot_id", "symbol", "slot", "rev", "attempt"),
    Index(None, "tenant_id", "time_ms"),
    CheckConstraint("side IN ('buy', 'sell')", name="side"),
    CheckConstraint("qty_lots > 0", name="qty_lots"),
    Index(None, "bot_id", "seq"),
)

order_events = Table(
    "order_events",
    metadata,
    key("client_order_id", ForeignKey("orders.client_order_id"), primary_key=True),
    number("seq", primary_key=True, autoincrement=False),
    tenant(),
    key("bot_id", ForeignKey("bots.id")),
    word("state", 20),
    number("filled_lots"),
    number("qty_lots", nullable=True),
    word("venue_order_id", 128, nullable=True),
    word("code", 128, nullable=True),
    small("reason"),
    number("time_ms"),
    number("venue_time_ms", nullable=True),
    Index(None, "bot_id", "seq"),
    Index(None, "venue_order_id"),
)

fills = Table(
    "fills",
    metadata,
    key("bot_id", ForeignKey("bots.id"), primary_key=True),
    number("seq", primary_key=True, autoincrement=False),
    small("part", primary_key=True, autoincrement=False),
    tenant(),
    key("account_id", ForeignKey("accounts.id")),
    word("symbol", 64),
    word("venue_trade_id", 128),
    word("kind", 16),
    word("linked_trade_id", 128, nullable=True),
    Column("client_order_id", Key(), ForeignKey("orders.client_order_id"), nullable=True),
    small("slot"),
    word("side", 4),
    number("qty_lots"),
    number("price_ticks"),
    number("tick_units"),
    number("lot_units"),
    small("unit_scale"),
    word("fee_asset", 32),
    money("fee_units"),
    small("fee_scale"),
    money("cash_units"),
    money("realized_units"),
    small("money_scale"),
    word("liquidity", 8),
    small("reason"),
    number("time_ms"),
    number("instant_seq"),
    UniqueConstraint("account_id", "symbol", "venue_trade_id"),
    Index(None, "tenant_id", "time_ms"),
    CheckConstraint("side IN ('buy', 'sell')", name="side"),
)

positions = Table(
    "positions",
    metadata,
    key("bot_id", ForeignKey("bots.id"), primary_key=True),
    Column("symbol", String(64), primary_key=True),
    tenant(),
    key("account_id", ForeignKey("accounts.id")),
    number("seq"),
    money("qty_units"),
    money("dust_units"),
    small("qty_scale"),
    money("cost_units"),
    money("realized_units"),
    money("fees_units"),
    small("money_scale"),
    number("time_ms"),
    Column("paid_units", Units(), nullable=True),
    Index(None, "account_id", "symbol"),
    sqlite_with_rowid=False,
)

# What is to be published, and how far each consumer got with each bot.

outbox = Table(
    "outbox",
    metadata,
    key("bot_id", ForeignKey("bots.id"), primary_key=True),
    number("seq", primary_key=True, autoincrement=False),
    small("part", primary_key=True, autoincrement=False),
    tenant(),
    word("topic", 64),
    binary("payload"),
    number("time_ms"),
)

outbox_delivery = Table(
    "outbox_delivery",
    metadata,
    Column("consumer", String(64), primary_key=True),
    key("bot_id", ForeignKey("bots.id"), primary_key=True),
    tenant(),
    number("seq"),
    number("delivered_ms"),
    sqlite_with_rowid=False,
)

# Long work for somebody: a backtest. request and result are JSON text.
jobs = Table(
    "jobs",
    metadata,
    key("id", primary_key=True),
    tenant(),
    word("kind", 32),
    word("state", 16),
    Column("request", Text(), nullable=False),
    Column("progress", Float(), nullable=False),
    word("message", 512),
    Column("result", Text(), nullable=True),
    number("created_ms"),
    number("started_ms", nullable=True),
    number("ended_ms", nullable=True),
    CheckConstraint("state IN ('waiting', 'running', 'done', 'failed', 'canceled')", name="state"),
    Index(None, "tenant_id", "kind", "id"),
)

# Market events, once per feed for everybody.

market_segments = Table(
    "market_segments",
    metadata,
    key("id", primary_key=True),
    word("feed", 160),
    number("opened_ms"),
    Index(None, "feed", "id"),
)

market_events = Table(
    "market_events",
    metadata,
    key("segment_id", ForeignKey("market_segments.id"), primary_key=True),
    number("sequence", primary_key=True, autoincrement=False),
    small("kind"),
    small("version"),
    number("time_ms"),
    binary("payload"),
    sqlite_with_rowid=False,
)

market_seals = Table(
    "market_seals",
    metadata,
    key("segment_id", ForeignKey("market_segments.id"), primary_key=True),
    number("last_sequence"),
    binary("hash", 32),
    number("sealed_ms"),
)
