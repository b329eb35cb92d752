"""${message}

Frozen once released: a database out there was made by it. A change is a new file beside it.
"""

import sqlalchemy as sa
from alembic import op

from botswain.store.types import Int64, Key, Units

revision = ${repr(up_revision)}
down_revision = ${repr(down_revision)}
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forward. There is no way back: going back is restoring a backup."""
    ${upgrades if upgrades else "pass"}
