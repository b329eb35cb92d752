"""What the doors need: people and their sessions, jobs, marks of equity, and more words for what is wanted of a bot.

Frozen, as 0001 is.
"""

import sqlalchemy as sa
from alembic import op

from botswain.store.types import Int64, Key, Units

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def owned(table: str) -> list[sa.schema.SchemaItem]:
    """The owner's column and what holds it to the table of owners."""
    return [
        sa.Column("tenant_id", Key(), nullable=False),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenants.id"], name=op.f(f"fk_{table}_tenant_id")),
    ]


def upgrade() -> None:
    """Forward. There is no way back: going back is restoring a backup."""
    people()
    work()
    op.add_column("bots", sa.Column("halt_mode", sa.String(length=16), nullable=True))
    op.add_column("bots", sa.Column("stop_mode", sa.String(length=16), nullable=True))
    op.add_column("bots", sa.Column("edition", Int64(), nullable=False, server_default="1"))
    op.add_column("bots", sa.Column("lineage", Key(), nullable=True))
    op.add_column("bots", sa.Column("archived_ms", Int64(), nullable=True))
    for table, columns in (("fills", ["tenant_id", "time_ms"]), ("orders", ["tenant_id", "time_ms"])):
        op.create_index(op.f(f"ix_{table}_tenant_id_time_ms"), table, columns)


def people() -> None:
    """Who may sign in, and answers that are not given twice."""
    op.create_table(
        "users",
        sa.Column("id", Key(), nullable=False),
        *owned("users"),
        sa.Column("name", sa.String(length=128), nullable=False),
        sa.Column("password_hash", sa.String(length=256), nullable=False),
        sa.Column("created_ms", Int64(), nullable=False),
        sa.Column("changed_ms", Int64(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_users")),
        sa.UniqueConstraint("name", name=op.f("uq_users_name")),
    )
    op.create_table(
        "sessions",
        sa.Column("id", Key(), nullable=False),
        *owned("sessions"),
        sa.Column("user_id", Key(), nullable=False),
        sa.Column("family", Key(), nullable=False),
        sa.Column("token_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("created_ms", Int64(), nullable=False),
        sa.Column("expires_ms", Int64(), nullable=False),
        sa.Column("used_ms", Int64(), nullable=True),
        sa.Column("revoked_ms", Int64(), nullable=True),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_sessions_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sessions")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_sessions_token_hash")),
    )
    op.create_index(op.f("ix_sessions_family"), "sessions", ["family"])
    op.create_table(
        "repeats",
        *owned("repeats"),
        sa.Column("key", sa.String(length=128), nullable=False),
        sa.Column("request_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("status", sa.SmallInteger(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("created_ms", Int64(), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "key", name=op.f("pk_repeats")),
    )


def work() -> None:
    """Jobs, and what bots were worth."""
    op.create_table(
        "jobs",
        sa.Column("id", Key(), nullable=False),
        *owned("jobs"),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("request", sa.Text(), nullable=False),
        sa.Column("progress", sa.Float(), nullable=False),
        sa.Column("message", sa.String(length=512), nullable=False),
        sa.Column("result", sa.Text(), nullable=True),
        sa.Column("created_ms", Int64(), nullable=False),
        sa.Column("started_ms", Int64(), nullable=True),
        sa.Column("ended_ms", Int64(), nullable=True),
        sa.CheckConstraint("state IN ('waiting', 'running', 'done', 'failed', 'canceled')", name=op.f("ck_jobs_state")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_jobs")),
    )
    op.create_index(op.f("ix_jobs_tenant_id_kind_id"), "jobs", ["tenant_id", "kind", "id"])
    op.create_table(
        "marks",
        sa.Column("bot_id", Key(), nullable=False),
        sa.Column("time_ms", Int64(), nullable=False),
        *owned("marks"),
        sa.Column("equity_units", Units(), nullable=False),
        sa.Column("cash_units", Units(), nullable=False),
        sa.Column("realized_units", Units(), nullable=False),
        sa.Column("fees_units", Units(), nullable=False),
        sa.Column("money_scale", sa.SmallInteger(), nullable=False),
        sa.Column("round_trips", Int64(), nullable=False),
        sa.Column("won", Int64(), nullable=False),
        sa.ForeignKeyConstraint(["bot_id"], ["bots.id"], name=op.f("fk_marks_bot_id")),
        sa.PrimaryKeyConstraint("bot_id", "time_ms", name=op.f("pk_marks")),
        sqlite_with_rowid=False,
    )
