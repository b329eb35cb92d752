"""Compares the lease of what is about to be signed with the database, for a gateway in the engine's own process.

Such a gateway trusts its engine's rows, but not that the engine still has the bot: a process may have stood still
between a commit and its send while another took the bot from it (faults F73). So the last thing before a signature is
the lease, in both kinds of gateway at the same place and in the same words; one behind a socket compares the rows too
(`journaled`). A SQLite file is read in place; of another database, errands that come while it is being read are read
together, in one short query.
"""

from __future__ import annotations

from collections.abc import Callable

from botswain.gateway.journaled import Asked, Store, let_off, strange
from botswain.gateway.verdicts import Objection
from botswain.model.errands import Errand
from botswain.model.errors import BotswainError
from botswain.store.holders import Holder, holders


class LeaseJournal:
    """The leases in a database. in_place: reads one bot's without waiting, where the database can do that."""

    def __init__(self, store: Store, in_place: Callable[[str], Holder | None] | None = None) -> None:
        self._store = store
        self._in_place = in_place
        self._asked = Asked(self._answers)

    async def objects(self, errand: Errand) -> Objection | None:
        """Why this errand's bot is not its sender's; None where it is."""
        if self._in_place is None:
            return await self._asked.ask(errand)
        try:
            holder = self._in_place(errand.bot_id)
        except BotswainError:
            return await self._asked.ask(errand)  # with the patience that a locked file needs
        return objection(holder, errand)

    async def _answers(self, asked: list[Errand]) -> list[Objection | None]:
        try:
            async with self._store.reading(None) as tx:
                found = await holders(tx, {one.bot_id for one in asked})
        except BotswainError as error:
            return [let_off(error, one) for one in asked]
        return [objection(found.get(one.bot_id), one) for one in asked]


def objection(holder: Holder | None, errand: Errand) -> Objection | None:
    """Why a request is not of the process that has its bot."""
    why = strange(holder, errand)
    return None if why is None else Objection(why)
