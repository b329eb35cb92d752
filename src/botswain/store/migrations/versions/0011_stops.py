"""Whether the stop that is wanted of a bot is still to be carried out. Frozen, as 0001 is.

Until now a stop that nobody ran the bot for was only told of; what was asked for before this stays as it is.
"""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forward. There is no way back: going back is restoring a backup."""
    op.add_column("bots", sa.Column("stop_due", sa.SmallInteger(), nullable=False, server_default="0"))
