"""Venue keys, sealed. Frozen, as 0001 is."""

import sqlalchemy as sa
from alembic import op

from botswain.store.types import Int64, Key

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forward. There is no way back: going back is restoring a backup."""
    op.create_table(
        "credentials",
        sa.Column("id", Key(), nullable=False),
        sa.Column("tenant_id", Key(), nullable=False),
        sa.Column("account_id", Key(), nullable=False),
        sa.Column("name", sa.String(length=128), nullable=False),
        sa.Column("venue", sa.String(length=32), nullable=False),
        sa.Column("environment", sa.String(length=16), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("caps", sa.Text(), nullable=False),
        sa.Column("created_ms", Int64(), nullable=False),
        sa.Column("revoked_ms", Int64(), nullable=True),
        sa.CheckConstraint("environment IN ('sandbox', 'test', 'live')", name=op.f("ck_credentials_environment")),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_credentials_account_id")),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenants.id"], name=op.f("fk_credentials_tenant_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_credentials")),
    )
    counts = sa.text("revoked_ms IS NULL")
    for name, columns in (("account_id", ["account_id"]), ("name", ["tenant_id", "name"])):
        op.create_index(
            op.f(f"uq_credentials_{name}"),
            "credentials",
            columns,
            unique=True,
            sqlite_where=counts,
            postgresql_where=counts,
        )
