"""At which sandbox an account is traded on: two on one machine are two markets. Frozen, as 0001 is.

Until now its bots' settings said it, and the newest bot's are taken.
"""

import json

import sqlalchemy as sa
from alembic import op

from botswain.store.types import Int64, Key

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

USUAL = 8331


def upgrade() -> None:
    """Forward. There is no way back: going back is restoring a backup."""
    op.add_column("accounts", sa.Column("port", Int64(), nullable=True))
    accounts = sa.table("accounts", sa.column("id", Key()), sa.column("environment"), sa.column("port", Int64()))
    bots = sa.table("bots", sa.column("id", Key()), sa.column("account_id", Key()), sa.column("config"))
    here = op.get_bind()
    theirs = sa.select(bots.c.account_id, bots.c.config).where(bots.c.account_id == accounts.c.id)
    found = here.execute(theirs.where(accounts.c.environment == "sandbox").order_by(bots.c.id)).fetchall()
    for account_id, config in found:
        port = json.loads(config)["market"].get("port", 0)
        values = {"port": 0 if port == USUAL else port}
        here.execute(accounts.update().where(accounts.c.id == account_id).values(**values))
