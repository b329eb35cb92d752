"""Paper accounts at a venue's prices: terms and state, orders, fills. Frozen, as 0001 is."""

import sqlalchemy as sa
from alembic import op

from botswain.store.types import Int64, Key

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

REMEDY = "rows of this table are never changed or deleted; write a new row that corrects it"


def of_account(table: str) -> list[sa.schema.SchemaItem]:
    """The account's and owner's columns and what holds them to their tables."""
    return [
        sa.Column("account_id", Key(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f(f"fk_{table}_account_id")),
        sa.Column("tenant_id", Key(), nullable=False),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenants.id"], name=op.f(f"fk_{table}_tenant_id")),
    ]


def upgrade() -> None:
    """Forward. There is no way back: going back is restoring a backup."""
    op.create_table(
        "paper_books",
        *of_account("paper_books"),
        sa.Column("market", sa.String(length=16), nullable=False),
        sa.Column("port", Int64(), nullable=False),
        sa.Column("terms", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("changes", Int64(), nullable=False),
        sa.CheckConstraint("market IN ('sandbox', 'test', 'live')", name=op.f("ck_paper_books_market")),
        sa.PrimaryKeyConstraint("account_id", name=op.f("pk_paper_books")),
    )
    op.create_table(
        "paper_orders",
        *of_account("paper_orders"),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("symbol", sa.String(length=32), nullable=False),
        sa.Column("number", Int64(), nullable=False),
        sa.Column("placed_ms", Int64(), nullable=False),
        sa.Column("working", sa.SmallInteger(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("changes", Int64(), nullable=False),
        sa.PrimaryKeyConstraint("account_id", "name", name=op.f("pk_paper_orders")),
    )
    op.create_index(op.f("ix_paper_orders_account_id_working"), "paper_orders", ["account_id", "working"])
    op.create_table(
        "paper_trades",
        *of_account("paper_trades"),
        sa.Column("number", Int64(), autoincrement=False, nullable=False),
        sa.Column("symbol", sa.String(length=32), nullable=False),
        sa.Column("order_number", Int64(), nullable=False),
        sa.Column("time_ms", Int64(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("account_id", "number", name=op.f("pk_paper_trades")),
    )
    guard()


def guard() -> None:
    """Fills are only ever added."""
    if op.get_bind().dialect.name == "postgresql":
        for verbs, each in (("UPDATE OR DELETE", "ROW"), ("TRUNCATE", "STATEMENT")):
            name = "change" if each == "ROW" else "truncate"
            op.execute(
                f"CREATE TRIGGER paper_trades_no_{name} BEFORE {verbs} ON paper_trades "
                f"FOR EACH {each} EXECUTE FUNCTION refuse_change()"
            )
        return
    for verb in ("UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER paper_trades_no_{verb.lower()} BEFORE {verb} ON paper_trades "
            f"BEGIN SELECT RAISE(ABORT, 'paper_trades: {REMEDY}'); END"
        )
