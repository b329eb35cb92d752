"""Fills in words: whose they are, and what each order was for."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass

from botswain.control.bot_terms import KnownTerms
from botswain.store import fill_pages, listing
from botswain.store.fills import Fill
from botswain.store.listing import Asked
from botswain.store.scope import Tx


@dataclass(frozen=True, slots=True)
class ToldFill:
    """A fill with its bot's name and the word of its reason."""

    fill: Fill
    bot_name: str
    reason: str

    @property
    def id(self) -> str:
        """One word for it, the same whenever it is read."""
        return f"{self.fill.bot_id}.{self.fill.seq}.{self.fill.part}"


async def listed(tx: Tx, terms: KnownTerms, asked: Asked, *, limit: int, offset: int) -> tuple[list[ToldFill], int]:
    """A page, the newest first, and how many there are (`listing.MOST_COUNTED` at most, or as far as the page goes)."""
    found = await fill_pages.page(tx, asked, limit=limit, offset=offset)
    total = await fill_pages.total(tx, asked)
    return await told(tx, terms, found), max(total, offset + len(found) if found else 0)


async def walk(tx: Tx, terms: KnownTerms, asked: Asked) -> AsyncIterator[list[ToldFill]]:
    """All that match, the newest first."""
    async for page in fill_pages.walk(tx, asked):
        yield await told(tx, terms, page)


async def told(tx: Tx, terms: KnownTerms, found: Sequence[Fill]) -> list[ToldFill]:
    """Fills with their bots' names and words."""
    names = await listing.names(tx, [one.bot_id for one in found])
    return [
        ToldFill(one, names[one.bot_id].name, terms.reason(names[one.bot_id].strategy, one.reason)) for one in found
    ]
