"""Fills in words: whose they are, and what each order was for."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass

from botswain.control.bot_terms import KnownTerms
from botswain.control.refusals import Wrong, pointer
from botswain.store import fill_pages, listing
from botswain.store.fill_pages import FillKey
from botswain.store.fills import Fill
from botswain.store.listing import Asked
from botswain.store.scope import Tx

# The id of a fill: its bot, the row of the journal that booked it, and which of that row's it is.
ID = re.compile("([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})[.]([0-9]{1,18})[.]([0-9]{1,4})")


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


@dataclass(frozen=True, slots=True)
class FillPage:
    """A page. total: how many there are (`listing.MOST_COUNTED` at most, or as far as the page goes).

    next  the id of the last fill of the page, which the following one comes after; None where there is none
    """

    items: list[ToldFill]
    total: int
    next: str | None


async def listed(
    tx: Tx, terms: KnownTerms, asked: Asked, *, limit: int, offset: int = 0, after: str | None = None
) -> FillPage:
    """A page, the newest first: after a fill, then after so many. Raises Wrong for a fill that there is not."""
    place = await place_of(tx, after)
    # One more than are shown: whether there is a following page.
    found = await fill_pages.page(tx, asked, limit=limit + 1, offset=offset, after=place)
    items = await told(tx, terms, found[:limit])
    total = await fill_pages.total(tx, asked)
    return FillPage(
        items, max(total, offset + len(items) if items else 0), items[-1].id if len(found) > limit else None
    )


async def place_of(tx: Tx, text: str | None) -> FillKey | None:
    """Where the fill of an id stands. Raises Wrong."""
    if text is None:
        return None
    if found := ID.fullmatch(text):
        bot_id, seq, part = found.groups()
        if place := await fill_pages.place(tx, bot_id, int(seq), int(part)):
            return place
    raise Wrong(
        f"{text[:64]!r} is no place in a list of fills; write the `next` of the page before, or leave it out",
        code="not_valid",
        field=pointer("query", "after"),
    )


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
