"""An account's row: found by its name, or made. One that nothing has used yet is bound to nothing either.

A start that was refused may have left a row; whoever corrects the venue or the environment must not be told that it is
another account's. Once a key was sealed for it or a bot has begun on it, its kind is part of what happened.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from botswain.model.errors import BadInput
from botswain.store import accounts, bots, credentials, journal
from botswain.store.accounts import Account, Environment


async def account_for(
    tx: Any,
    name: str,
    venue: str,
    environment: Environment,
    new_id: Callable[[], str],
    now_ms: int,
    port: int | None = None,
) -> Account:
    """The tenant's account of this name. Raises BadInput where it is used and of another kind.

    port  a new account's, if it is one of a sandbox
    """
    found = {one.name: one for one in await accounts.listed(tx)}.get(name)
    if found is None:
        found = Account(new_id(), name, venue, environment, now_ms, port=port)
        await accounts.create(tx, found)
    if (found.venue, found.environment) == (venue, environment):
        return found
    if await used(tx, found):
        raise BadInput(
            f"account {name!r} is of {found.venue} {found.environment}, not of {venue} {environment}; name another "
            "account"
        )
    await accounts.set_up_anew(tx, found.id, venue, environment)
    return await accounts.get(tx, found.id)


async def used(tx: Any, account: Account) -> bool:
    """Whether a key was ever sealed for an account, it was opened as a paper account, or a bot has begun on it."""
    if account.market is not None:
        return True
    if any(one.account_id == account.id for one in await credentials.listed(tx)):
        return True
    theirs = [one.id for one in await bots.listed(tx) if one.account_id == account.id]
    return any([await journal.read(tx, one, limit=1) for one in theirs])
