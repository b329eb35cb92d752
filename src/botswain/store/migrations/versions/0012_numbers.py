"""Orders are found by the venue's numbers of them. Frozen, as 0001 is.

A fill that is in no book is traced by that number to its order; until now all events of an account's orders were gone
through for it.
"""

from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forward. There is no way back: going back is restoring a backup."""
    op.create_index(op.f("ix_order_events_venue_order_id"), "order_events", ["venue_order_id"])
