"""Puts a paper account together for one start: a venue's public market data, and the account's own book behind it.

No key is needed and none is opened. A book is one for all fleets of this process that trade on the account.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager

from botswain.cli.gateway_wiring import CLOCKS, VENUES, Site, addresses_of, elapsed_ms
from botswain.cli.live_wiring import SANDBOX_MANNERS, Places, ended, leases_of, venue_side, watched
from botswain.control import paper_accounts
from botswain.control.config import MarketConfig
from botswain.control.paper_accounts import is_paper
from botswain.engine.account_rows import account_for
from botswain.engine.fleet import Parts
from botswain.engine.live_fleet import Side
from botswain.engine.recovery import local_tenant
from botswain.gateway.local import LocalGateway
from botswain.gateway.ring import Held, Ring
from botswain.model.errors import BadInput, Unavailable, near
from botswain.model.paper import SANDBOX_PORT, PaperTerms
from botswain.store.accounts import Environment
from botswain.store.paper_books import PaperKeeper
from botswain.venues.binance.desk import Desk
from botswain.venues.binance.facts import ABILITIES
from botswain.venues.binance.market import BinanceMarket
from botswain.venues.paper.account import PaperAccount, PaperBook
from botswain.venues.paper.source import PaperSource


@asynccontextmanager
async def side_of(
    parts: Parts, places: Places, config: MarketConfig, remark: Callable[[str], None], *, reading: bool = False
) -> AsyncIterator[Side]:
    """A market's side, whichever kind its account is. Raises BadInput, Unavailable.

    reading  nothing will be sent
    """
    made = paper_side if is_paper(config.environment) else venue_side
    async with made(parts, places, config, remark, reading=reading) as side:
        yield side


@asynccontextmanager
async def paper_side(
    parts: Parts, places: Places, config: MarketConfig, remark: Callable[[str], None], *, reading: bool = False
) -> AsyncIterator[Side]:
    """A paper account's side. Raises BadInput (no such account, other terms), Unavailable (no prices)."""
    if config.venue not in VENUES:
        raise BadInput(f"market: venue is {config.venue!r}{near(config.venue, VENUES)}")
    account_id, terms = await account_of(parts, config)
    prices = Environment(terms.market)
    async with AsyncExitStack() as stack:
        site = Site(addresses_of(prices, terms.port or SANDBOX_PORT), remark)
        stack.push_async_callback(site.close)
        why = await site.learn()
        if why:
            raise Unavailable(
                f"the prices of paper account {config.account_name!r} are those of {config.venue} ({prices}) at "
                f"{site.addresses.rest}, which cannot be reached: {why}"
                + ("; start botswain sandbox" if prices is Environment.SANDBOX else "")
            )
        heard = BinanceMarket(Desk(site.address), site.addresses, site.dialer, paced=prices is not Environment.SANDBOX)
        book = stack.enter_context(book_of(parts, places, account_id, await local_tenant(parts), whole=reading))
        source = PaperSource(heard, book, config.frame, remark)
        account = PaperAccount(book, config.frame, heard.venue_ms, source.caught_up)
        journal = leases_of(stack, parts)
        stack.push_async_callback(ended, asyncio.create_task(watched(site, remark)))
        yield Side(
            name=config.venue,
            environment=config.environment,
            account=config.account_name,
            abilities=ABILITIES,
            manners=SANDBOX_MANNERS,
            gateway=LocalGateway(Ring({account_id: Held(account)}), CLOCKS, parts.crash, journal),
            source=heard if reading else source,
            venue_ms=lambda: site.address.venue_ms,
            at_ms=elapsed_ms,
            prices=terms.source,
            own_time=prices is Environment.SANDBOX,
            remark=remark,
        )


async def account_of(parts: Parts, config: MarketConfig) -> tuple[str, PaperTerms]:
    """The account's id and terms; it is opened where it is new. Raises BadInput."""
    async with parts.store.transaction(await local_tenant(parts)) as tx:
        found = await account_for(
            tx, config.account_name, config.venue, Environment.PAPER, parts.new_id, parts.now_ms()
        )
        return found.id, await paper_accounts.opened(tx, found, config.paper)


@contextmanager
def book_of(
    parts: Parts, places: Places, account_id: str, tenant_id: str, *, whole: bool = False
) -> Iterator[PaperBook]:
    """The account's book, one for all in this process that hold it; the first to come has it loaded anew.

    whole  all its fills are looked at, which grows with their number: for who reads and waits for no market
    """
    book, holders = places.papers.get(account_id, (None, 0))
    if book is None:
        book = PaperBook(PaperKeeper(parts.store, tenant_id, account_id, parts.crash, whole=whole))
    places.papers[account_id] = book, holders + 1
    try:
        yield book
    finally:
        _, holders = places.papers.pop(account_id)
        if holders > 1:
            places.papers[account_id] = book, holders - 1
