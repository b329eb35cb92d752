"""What a bot's round trips made together, summed over those that have ended. Frozen, as 0001 is."""

from collections import Counter, defaultdict

import sqlalchemy as sa
from alembic import op

from botswain.store.types import Key, Units

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forward. There is no way back: going back is restoring a backup."""
    op.add_column("gathered", sa.Column("profit_units", Units(), nullable=False, server_default="0"))
    op.add_column("gathered", sa.Column("profit_scale", sa.SmallInteger(), nullable=False, server_default="0"))
    trips = sa.table("round_trips", sa.column("bot_id", Key()), sa.column("profit_units", Units()), sa.column("scale"))
    gathered = sa.table(
        "gathered", sa.column("bot_id", Key()), sa.column("profit_units", Units()), sa.column("profit_scale")
    )
    # Added here: SQLite's SUM would leave out what is too large for its integers.
    sums: defaultdict[str, Counter[int]] = defaultdict(Counter)
    for bot_id, units, scale in op.get_bind().execute(sa.select(trips)):
        sums[bot_id][scale] += units
    for bot_id, by_scale in sums.items():
        scale = max(by_scale)
        units = sum(part * 10 ** (scale - own) for own, part in by_scale.items())
        op.execute(gathered.update().where(gathered.c.bot_id == bot_id).values(profit_units=units, profit_scale=scale))
