"""The first tables: tenants, accounts, bots, journal, orders, fills, positions, outbox, market segments.

Frozen: databases out there were made by it. Nothing is imported from `tables`, which moves on; Key, Int64 and Units
mean the same column types for good. Rows that say what happened cannot be changed or deleted: triggers refuse it on
both databases, and refuse events for a sealed segment.
"""

import sqlalchemy as sa
from alembic import op

from botswain.store.types import Int64, Key, Units

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

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
)
REMEDY = "rows of this table are never changed or deleted; write a new row that corrects it"
SEALED = "this market segment is sealed; open a new one"


def upgrade() -> None:
    """Forward. There is no way back: going back is restoring a backup."""
    create_meta()
    create_tenants()
    create_accounts()
    create_bots()
    create_journal()
    create_anchors()
    create_orders()
    create_order_events()
    create_fills()
    create_positions()
    create_outbox()
    create_outbox_delivery()
    create_market_segments()
    create_market_events()
    create_market_seals()
    if op.get_bind().dialect.name == "postgresql":
        guard_postgres()
    else:
        guard_sqlite()


def create_meta() -> None:
    op.create_table(
        "meta",
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_meta")),
    )


def create_tenants() -> None:
    op.create_table(
        "tenants",
        sa.Column("id", Key(), nullable=False),
        sa.Column("name", sa.String(length=128), nullable=False),
        sa.Column("created_ms", Int64(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tenants")),
        sa.UniqueConstraint("name", name=op.f("uq_tenants_name")),
    )


def create_accounts() -> None:
    op.create_table(
        "accounts",
        sa.Column("id", Key(), nullable=False),
        sa.Column("tenant_id", Key(), nullable=False),
        sa.Column("name", sa.String(length=128), nullable=False),
        sa.Column("venue", sa.String(length=32), nullable=False),
        sa.Column("environment", sa.String(length=16), nullable=False),
        sa.Column("created_ms", Int64(), nullable=False),
        sa.CheckConstraint("environment IN ('paper', 'sandbox', 'test', 'live')", name=op.f("ck_accounts_environment")),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenants.id"], name=op.f("fk_accounts_tenant_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_accounts")),
        sa.UniqueConstraint("tenant_id", "name", name=op.f("uq_accounts_tenant_id_name")),
    )


def create_bots() -> None:
    op.create_table(
        "bots",
        sa.Column("id", Key(), nullable=False),
        sa.Column("tenant_id", Key(), nullable=False),
        sa.Column("account_id", Key(), nullable=False),
        sa.Column("name", sa.String(length=128), nullable=False),
        sa.Column("strategy", sa.String(length=128), nullable=False),
        sa.Column("config", sa.Text(), nullable=False),
        sa.Column("desired_state", sa.String(length=16), nullable=False),
        sa.Column("halted_reason", sa.String(length=512), nullable=True),
        sa.Column("halted_by", sa.String(length=128), nullable=True),
        sa.Column("halted_ms", Int64(), nullable=True),
        sa.Column("journal_epoch", sa.LargeBinary(length=16), nullable=False),
        sa.Column("lease_owner", sa.String(length=128), nullable=True),
        sa.Column("lease_epoch", Int64(), nullable=False),
        sa.Column("lease_until_ms", Int64(), nullable=False),
        sa.Column("created_ms", Int64(), nullable=False),
        sa.Column("version", Int64(), nullable=False),
        sa.CheckConstraint("desired_state IN ('running', 'stopped')", name=op.f("ck_bots_desired_state")),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_bots_account_id")),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenants.id"], name=op.f("fk_bots_tenant_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bots")),
        sa.UniqueConstraint("tenant_id", "name", name=op.f("uq_bots_tenant_id_name")),
    )


def create_journal() -> None:
    op.create_table(
        "journal",
        sa.Column("bot_id", Key(), nullable=False),
        sa.Column("seq", Int64(), autoincrement=False, nullable=False),
        sa.Column("tenant_id", Key(), nullable=False),
        sa.Column("kind", sa.SmallInteger(), nullable=False),
        sa.Column("version", sa.SmallInteger(), nullable=False),
        sa.Column("time_ms", Int64(), nullable=False),
        sa.Column("payload", sa.LargeBinary(), nullable=False),
        sa.Column("prev_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("hash", sa.LargeBinary(length=32), nullable=False),
        sa.PrimaryKeyConstraint("bot_id", "seq", name=op.f("pk_journal")),
    )


def create_anchors() -> None:
    op.create_table(
        "anchors",
        sa.Column("bot_id", Key(), nullable=False),
        sa.Column("seq", Int64(), autoincrement=False, nullable=False),
        sa.Column("tenant_id", Key(), nullable=False),
        sa.Column("hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("anchored_ms", Int64(), nullable=False),
        sa.ForeignKeyConstraint(["bot_id"], ["bots.id"], name=op.f("fk_anchors_bot_id")),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenants.id"], name=op.f("fk_anchors_tenant_id")),
        sa.PrimaryKeyConstraint("bot_id", "seq", name=op.f("pk_anchors")),
        sqlite_with_rowid=False,
    )


def create_orders() -> None:
    op.create_table(
        "orders",
        sa.Column("client_order_id", Key(), nullable=False),
        sa.Column("tenant_id", Key(), nullable=False),
        sa.Column("account_id", Key(), nullable=False),
        sa.Column("bot_id", Key(), nullable=False),
        sa.Column("seq", Int64(), nullable=False),
        sa.Column("symbol", sa.String(length=64), nullable=False),
        sa.Column("slot", sa.SmallInteger(), nullable=False),
        sa.Column("rev", Int64(), nullable=False),
        sa.Column("attempt", sa.SmallInteger(), nullable=False),
        sa.Column("side", sa.String(length=4), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("tif", sa.String(length=8), nullable=False),
        sa.Column("flags", sa.SmallInteger(), nullable=False),
        sa.Column("qty_lots", Int64(), nullable=False),
        sa.Column("price_ticks", Int64(), nullable=True),
        sa.Column("trigger_ticks", Int64(), nullable=True),
        sa.Column("tick_units", Int64(), nullable=False),
        sa.Column("lot_units", Int64(), nullable=False),
        sa.Column("unit_scale", sa.SmallInteger(), nullable=False),
        sa.Column("link", sa.SmallInteger(), nullable=False),
        sa.Column("parent", sa.SmallInteger(), nullable=False),
        sa.Column("reason", sa.SmallInteger(), nullable=False),
        sa.Column("time_ms", Int64(), nullable=False),
        sa.CheckConstraint("side IN ('buy', 'sell')", name=op.f("ck_orders_side")),
        sa.CheckConstraint("qty_lots > 0", name=op.f("ck_orders_qty_lots")),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_orders_account_id")),
        sa.ForeignKeyConstraint(["bot_id"], ["bots.id"], name=op.f("fk_orders_bot_id")),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenants.id"], name=op.f("fk_orders_tenant_id")),
        sa.PrimaryKeyConstraint("client_order_id", name=op.f("pk_orders")),
        sa.UniqueConstraint(
            "bot_id", "symbol", "slot", "rev", "attempt", name=op.f("uq_orders_bot_id_symbol_slot_rev_attempt")
        ),
    )
    op.create_index(op.f("ix_orders_bot_id_seq"), "orders", ["bot_id", "seq"])


def create_order_events() -> None:
    op.create_table(
        "order_events",
        sa.Column("client_order_id", Key(), nullable=False),
        sa.Column("seq", Int64(), autoincrement=False, nullable=False),
        sa.Column("tenant_id", Key(), nullable=False),
        sa.Column("bot_id", Key(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("filled_lots", Int64(), nullable=False),
        sa.Column("qty_lots", Int64(), nullable=True),
        sa.Column("venue_order_id", sa.String(length=128), nullable=True),
        sa.Column("code", sa.String(length=128), nullable=True),
        sa.Column("reason", sa.SmallInteger(), nullable=False),
        sa.Column("time_ms", Int64(), nullable=False),
        sa.Column("venue_time_ms", Int64(), nullable=True),
        sa.ForeignKeyConstraint(["bot_id"], ["bots.id"], name=op.f("fk_order_events_bot_id")),
        sa.ForeignKeyConstraint(
            ["client_order_id"], ["orders.client_order_id"], name=op.f("fk_order_events_client_order_id")
        ),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenants.id"], name=op.f("fk_order_events_tenant_id")),
        sa.PrimaryKeyConstraint("client_order_id", "seq", name=op.f("pk_order_events")),
    )
    op.create_index(op.f("ix_order_events_bot_id_seq"), "order_events", ["bot_id", "seq"])


def create_fills() -> None:
    op.create_table(
        "fills",
        sa.Column("bot_id", Key(), nullable=False),
        sa.Column("seq", Int64(), autoincrement=False, nullable=False),
        sa.Column("part", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("tenant_id", Key(), nullable=False),
        sa.Column("account_id", Key(), nullable=False),
        sa.Column("symbol", sa.String(length=64), nullable=False),
        sa.Column("venue_trade_id", sa.String(length=128), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("linked_trade_id", sa.String(length=128), nullable=True),
        sa.Column("client_order_id", Key(), nullable=True),
        sa.Column("slot", sa.SmallInteger(), nullable=False),
        sa.Column("side", sa.String(length=4), nullable=False),
        sa.Column("qty_lots", Int64(), nullable=False),
        sa.Column("price_ticks", Int64(), nullable=False),
        sa.Column("tick_units", Int64(), nullable=False),
        sa.Column("lot_units", Int64(), nullable=False),
        sa.Column("unit_scale", sa.SmallInteger(), nullable=False),
        sa.Column("fee_asset", sa.String(length=32), nullable=False),
        sa.Column("fee_units", Units(), nullable=False),
        sa.Column("fee_scale", sa.SmallInteger(), nullable=False),
        sa.Column("cash_units", Units(), nullable=False),
        sa.Column("realized_units", Units(), nullable=False),
        sa.Column("money_scale", sa.SmallInteger(), nullable=False),
        sa.Column("liquidity", sa.String(length=8), nullable=False),
        sa.Column("reason", sa.SmallInteger(), nullable=False),
        sa.Column("time_ms", Int64(), nullable=False),
        sa.Column("instant_seq", Int64(), nullable=False),
        sa.CheckConstraint("side IN ('buy', 'sell')", name=op.f("ck_fills_side")),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_fills_account_id")),
        sa.ForeignKeyConstraint(["bot_id"], ["bots.id"], name=op.f("fk_fills_bot_id")),
        sa.ForeignKeyConstraint(["client_order_id"], ["orders.client_order_id"], name=op.f("fk_fills_client_order_id")),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenants.id"], name=op.f("fk_fills_tenant_id")),
        sa.PrimaryKeyConstraint("bot_id", "seq", "part", name=op.f("pk_fills")),
        sa.UniqueConstraint(
            "account_id", "symbol", "venue_trade_id", name=op.f("uq_fills_account_id_symbol_venue_trade_id")
        ),
    )


def create_positions() -> None:
    op.create_table(
        "positions",
        sa.Column("bot_id", Key(), nullable=False),
        sa.Column("symbol", sa.String(length=64), nullable=False),
        sa.Column("tenant_id", Key(), nullable=False),
        sa.Column("account_id", Key(), nullable=False),
        sa.Column("seq", Int64(), nullable=False),
        sa.Column("qty_units", Units(), nullable=False),
        sa.Column("dust_units", Units(), nullable=False),
        sa.Column("qty_scale", sa.SmallInteger(), nullable=False),
        sa.Column("cost_units", Units(), nullable=False),
        sa.Column("realized_units", Units(), nullable=False),
        sa.Column("fees_units", Units(), nullable=False),
        sa.Column("money_scale", sa.SmallInteger(), nullable=False),
        sa.Column("time_ms", Int64(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_positions_account_id")),
        sa.ForeignKeyConstraint(["bot_id"], ["bots.id"], name=op.f("fk_positions_bot_id")),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenants.id"], name=op.f("fk_positions_tenant_id")),
        sa.PrimaryKeyConstraint("bot_id", "symbol", name=op.f("pk_positions")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_positions_account_id_symbol"), "positions", ["account_id", "symbol"])


def create_outbox() -> None:
    op.create_table(
        "outbox",
        sa.Column("bot_id", Key(), nullable=False),
        sa.Column("seq", Int64(), autoincrement=False, nullable=False),
        sa.Column("part", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("tenant_id", Key(), nullable=False),
        sa.Column("topic", sa.String(length=64), nullable=False),
        sa.Column("payload", sa.LargeBinary(), nullable=False),
        sa.Column("time_ms", Int64(), nullable=False),
        sa.ForeignKeyConstraint(["bot_id"], ["bots.id"], name=op.f("fk_outbox_bot_id")),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenants.id"], name=op.f("fk_outbox_tenant_id")),
        sa.PrimaryKeyConstraint("bot_id", "seq", "part", name=op.f("pk_outbox")),
    )


def create_outbox_delivery() -> None:
    op.create_table(
        "outbox_delivery",
        sa.Column("consumer", sa.String(length=64), nullable=False),
        sa.Column("bot_id", Key(), nullable=False),
        sa.Column("tenant_id", Key(), nullable=False),
        sa.Column("seq", Int64(), nullable=False),
        sa.Column("delivered_ms", Int64(), nullable=False),
        sa.ForeignKeyConstraint(["bot_id"], ["bots.id"], name=op.f("fk_outbox_delivery_bot_id")),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenants.id"], name=op.f("fk_outbox_delivery_tenant_id")),
        sa.PrimaryKeyConstraint("consumer", "bot_id", name=op.f("pk_outbox_delivery")),
        sqlite_with_rowid=False,
    )


def create_market_segments() -> None:
    op.create_table(
        "market_segments",
        sa.Column("id", Key(), nullable=False),
        sa.Column("feed", sa.String(length=160), nullable=False),
        sa.Column("opened_ms", Int64(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_market_segments")),
    )
    op.create_index(op.f("ix_market_segments_feed_id"), "market_segments", ["feed", "id"])


def create_market_events() -> None:
    op.create_table(
        "market_events",
        sa.Column("segment_id", Key(), nullable=False),
        sa.Column("sequence", Int64(), autoincrement=False, nullable=False),
        sa.Column("kind", sa.SmallInteger(), nullable=False),
        sa.Column("version", sa.SmallInteger(), nullable=False),
        sa.Column("time_ms", Int64(), nullable=False),
        sa.Column("payload", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["segment_id"], ["market_segments.id"], name=op.f("fk_market_events_segment_id")),
        sa.PrimaryKeyConstraint("segment_id", "sequence", name=op.f("pk_market_events")),
        sqlite_with_rowid=False,
    )


def create_market_seals() -> None:
    op.create_table(
        "market_seals",
        sa.Column("segment_id", Key(), nullable=False),
        sa.Column("last_sequence", Int64(), nullable=False),
        sa.Column("hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("sealed_ms", Int64(), nullable=False),
        sa.ForeignKeyConstraint(["segment_id"], ["market_segments.id"], name=op.f("fk_market_seals_segment_id")),
        sa.PrimaryKeyConstraint("segment_id", name=op.f("pk_market_seals")),
    )


def guard_sqlite() -> None:
    for table in APPEND_ONLY:
        for verb in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{table}: {REMEDY}'); END"
            )
    op.execute(
        "CREATE TRIGGER market_events_sealed BEFORE INSERT ON market_events "
        "WHEN EXISTS (SELECT 1 FROM market_seals WHERE segment_id = NEW.segment_id) "
        f"BEGIN SELECT RAISE(ABORT, 'market_events: {SEALED}'); END"
    )


def guard_postgres() -> None:
    op.execute(
        "CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        f"RAISE EXCEPTION '%: {REMEDY}', TG_TABLE_NAME USING ERRCODE = 'restrict_violation'; END $$"
    )
    for table in APPEND_ONLY:
        op.execute(
            f"CREATE TRIGGER {table}_no_change BEFORE UPDATE OR DELETE ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
        )
        op.execute(
            f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
        )
    op.execute(
        "CREATE FUNCTION refuse_sealed() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        "PERFORM 1 FROM market_segments WHERE id = NEW.segment_id FOR KEY SHARE; "  # waits for one who is sealing it
        "IF EXISTS (SELECT 1 FROM market_seals WHERE segment_id = NEW.segment_id) THEN "
        f"RAISE EXCEPTION 'market_events: {SEALED}' USING ERRCODE = 'restrict_violation'; END IF; "
        "RETURN NEW; END $$"
    )
    op.execute(
        "CREATE TRIGGER market_events_sealed BEFORE INSERT ON market_events "
        "FOR EACH ROW EXECUTE FUNCTION refuse_sealed()"
    )
