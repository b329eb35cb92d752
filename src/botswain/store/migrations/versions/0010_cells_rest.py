"""What is left of a cell under a lot is not a loss of its round trip: trips are gathered anew from the fills. Frozen.

Until now a trip of a cell was charged with all that was bought for it, also with what it still held.
"""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forward. There is no way back: going back is restoring a backup."""
    for name in ("round_trips", "gathered"):
        op.execute(sa.delete(sa.table(name)))
