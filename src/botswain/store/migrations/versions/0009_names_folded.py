"""Names of bots that differ in upper and lower case only are taken for each other, so an owner has one of them. Frozen.

Until now that was asked before a bot was made, so two made at the same instant could both be. Of such twins the first
made has the name by this rule; the others stay as they are, are named in the log, and keep nobody else from a name.
Archived bots have none: their names are not a person's.
"""

import logging

import sqlalchemy as sa
from alembic import op

from botswain.store.types import Int64, Key

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

log = logging.getLogger("botswain.store")


def upgrade() -> None:
    """Forward. There is no way back: going back is restoring a backup."""
    op.add_column("bots", sa.Column("folded", sa.String(384), nullable=True))
    names = ("tenant_id", "name", "folded")
    bots = sa.table("bots", sa.column("id", Key()), sa.column("archived_ms", Int64()), *map(sa.column, names))
    here = op.get_bind()
    present = sa.select(bots.c.id, bots.c.tenant_id, bots.c.name).where(bots.c.archived_ms.is_(None))
    first: dict[tuple[object, str], str] = {}
    for bot_id, tenant_id, name in here.execute(present.order_by(bots.c.id)).fetchall():
        folded = name.casefold()
        if (tenant_id, folded) in first:
            log.warning(
                "bots %r and %r of one owner differ in upper and lower case only and are taken for each other; both "
                "are kept as they are. Give %r another name in its settings",
                first[tenant_id, folded], name, name,
            )  # fmt: skip
            continue
        first[tenant_id, folded] = name
        here.execute(bots.update().where(bots.c.id == bot_id).values(folded=folded))
    op.create_index("uq_bots_tenant_id_folded", "bots", ["tenant_id", "folded"], unique=True)
