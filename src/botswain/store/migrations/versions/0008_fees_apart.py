"""Which of a position's fees are not in what it realised: those in quote and in a third asset. Frozen, as 0001 is.

Fees in base are in it already, as coins that were not received. NULL stands for a row that nothing has changed since.
"""

import sqlalchemy as sa
from alembic import op

from botswain.store.types import Units

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forward. There is no way back: going back is restoring a backup."""
    op.add_column("positions", sa.Column("paid_units", Units(), nullable=True))
