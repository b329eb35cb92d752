"""Compares the lease of what is about to be signed with the database, for a gateway in the engine's own process.

Such a gateway trusts its engine's rows, but not that the engine still has the bot: a process may have stood still
between a commit and its send while another took the bot from it (faults F73). So the last thing before a signature is
the lease, in both kinds of gateway at the same place and in the same words; one behind a socket compares the rows too
(`journaled`). Errands that come while the database is being read are read together, in one short query.
"""

from __future__ import annotations

from botswain.gateway.journaled import Asked, Store, let_off, strange
from botswain.gateway.verdicts import Objection
from botswain.model.errands import Errand
from botswain.model.errors import BotswainError
from botswain.store import errands


class LeaseJournal:
    """The leases in a database."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._asked = Asked(self._answers)

    async def objects(self, errand: Errand) -> Objection | None:
        """Why this errand's bot is not its sender's; None where it is."""
        return await self._asked.ask(errand)

    async def _answers(self, asked: list[Errand]) -> list[Objection | None]:
        try:
            async with self._store.reading(None) as tx:
                holders = await errands.holders(tx, {one.bot_id for one in asked})
        except BotswainError as error:
            return [let_off(error, one) for one in asked]
        said = [strange(holders.get(one.bot_id), one) for one in asked]
        return [None if why is None else Objection(why) for why in said]
