"""What an account was last found to hold beyond its bots' books, kept so that a restart knows what has changed since.

One row of the installation's facts for each account. What it says is a claim about the venue at a time, never a part
of the books: it is what a fill that every surface of the venue has forgotten can still be told from.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

import msgspec

from botswain.model.errors import FailClosed
from botswain.store import meta
from botswain.store.scope import Tx


class Residual(msgspec.Struct, frozen=True):
    """What is in no book of an asset.

    at_ms  when that was so, as the venue stamps fills, with nothing on its way
    told   what has been found of it since and was told, while an order was in doubt: a start does not tell it again
    """

    qty: Decimal
    at_ms: int
    told: Decimal | None = None


async def kept(tx: Tx, account_id: str) -> dict[str, Residual]:
    """What was kept of an account, by asset. Raises FailClosed where it cannot be read."""
    found = await meta.get(tx, named(account_id))
    if found is None:
        return {}
    try:
        return msgspec.json.decode(found, type=dict[str, Residual])
    except msgspec.DecodeError as error:
        raise FailClosed(
            f"what account {account_id} held beyond its bots' books cannot be read ({error}); remove the row "
            f"{named(account_id)!r} of the table meta once doctor explains every difference of the account"
        ) from None


async def keep(tx: Tx, account_id: str, found: Mapping[str, Residual]) -> None:
    """Keep what was found of an account, by asset; others stay as they are. tx must be the platform's."""
    both = {**await kept(tx, account_id), **found}
    await meta.put(tx, named(account_id), msgspec.json.encode(both).decode())


def named(account_id: str) -> str:
    """The fact's name."""
    return f"residue {account_id}"
