"""What a bot is kept from and the round trips it has made, so that lists need not read journals and fills for them.

Frozen, as 0001 is.
"""

import sqlalchemy as sa
from alembic import op

from botswain.store.types import Int64, Key, Units

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def owned(table: str) -> list[sa.schema.SchemaItem]:
    """A bot's column, its owner's, and what holds them to their tables."""
    return [
        sa.Column("bot_id", Key(), nullable=False),
        sa.Column("tenant_id", Key(), nullable=False),
        sa.ForeignKeyConstraint(["bot_id"], ["bots.id"], name=op.f(f"fk_{table}_bot_id")),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenants.id"], name=op.f(f"fk_{table}_tenant_id")),
    ]


def upgrade() -> None:
    """Forward. There is no way back: going back is restoring a backup."""
    op.create_table(
        "blocks",
        *owned("blocks"),
        sa.Column("reason", sa.SmallInteger(), nullable=False),
        sa.Column("seq", Int64(), nullable=False),
        sa.Column("value_units", Units(), nullable=False),
        sa.Column("limit_units", Units(), nullable=False),
        sa.Column("scale", sa.SmallInteger(), nullable=False),
        sa.Column("since_ms", Int64(), nullable=False),
        sa.Column("until_ms", Int64(), nullable=True),
        sa.PrimaryKeyConstraint("bot_id", "reason", name=op.f("pk_blocks")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "round_trips",
        *owned("round_trips"),
        sa.Column("seq", Int64(), nullable=False),
        sa.Column("part", sa.SmallInteger(), nullable=False),
        sa.Column("place", sa.SmallInteger(), nullable=False),
        sa.Column("symbol", sa.String(length=64), nullable=False),
        sa.Column("direction", sa.SmallInteger(), nullable=False),
        *(sa.Column(f"{name}_units", Units(), nullable=False) for name in ("qty", "entry", "exit", "profit", "fees")),
        sa.Column("scale", sa.SmallInteger(), nullable=False),
        sa.Column("entry_ms", Int64(), nullable=False),
        sa.Column("exit_ms", Int64(), nullable=False),
        sa.Column("exit_reason", sa.SmallInteger(), nullable=False),
        sa.PrimaryKeyConstraint("bot_id", "seq", "part", "place", name=op.f("pk_round_trips")),
        sqlite_with_rowid=False,
    )
    for owner in ("tenant_id", "bot_id"):
        op.create_index(op.f(f"ix_round_trips_{owner}_exit_ms"), "round_trips", [owner, "exit_ms"])
    op.create_table(
        "gathered",
        *owned("gathered"),
        sa.Column("upto_seq", Int64(), nullable=False),
        sa.Column("upto_part", sa.SmallInteger(), nullable=False),
        sa.Column("closed", Int64(), nullable=False),
        sa.Column("won", Int64(), nullable=False),
        sa.Column("under_way", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("bot_id", name=op.f("pk_gathered")),
        sqlite_with_rowid=False,
    )
