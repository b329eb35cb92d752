"""A paper account on a sandbox's prices, wired by hand as the command line does it."""

from contextlib import asynccontextmanager
from dataclasses import replace
from decimal import Decimal

from tests.fakes.counted_ids import CountedIds
from tests.fakes.live import now_ms, side_of

from botswain.engine.recovery import local_tenant
from botswain.gateway.ring import Held
from botswain.model.paper import PaperTerms
from botswain.store import accounts, paper_books
from botswain.store.accounts import Account, Environment
from botswain.store.paper_books import PaperKeeper
from botswain.venues.paper.account import PaperAccount, PaperBook
from botswain.venues.paper.source import PaperSource

NEW_ID = CountedIds(now_ms(), 7)


async def opened(parts, name="main", **terms):
    """A paper account's id; its row and first amounts are made."""
    made = PaperTerms(market="sandbox", start={"USDT": Decimal(10_000)})
    account = Account(NEW_ID(), name, "binance", Environment.PAPER, now_ms())
    async with parts.store.transaction(await local_tenant(parts)) as tx:
        await accounts.create(tx, account)
        await paper_books.open_book(tx, account.id, replace_terms(made, terms))
    return account.id


def replace_terms(made, terms):
    return PaperTerms(**({name: getattr(made, name) for name in made.__struct_fields__} | terms))


@asynccontextmanager
async def paper_side(site, parts, account_id, timeframe, name="main", book=None, **more):
    """A paper account's side, and its book."""
    book = book or PaperBook(PaperKeeper(parts.store, await local_tenant(parts), account_id, parts.crash))
    async with side_of(site, name, **more) as (side, ring, _):
        source = PaperSource(side.source, book, timeframe, side.remark)
        account = PaperAccount(book, timeframe, source.venue_ms, source.caught_up)
        yield replace(side, environment="paper", source=source, venue_ms=source.venue_ms), ring, Held(account), book
