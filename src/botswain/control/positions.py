"""Positions with what they are worth at the last close."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from botswain.control.bot_terms import KnownTerms, Terms
from botswain.control.decimal_text import EXACT, average
from botswain.control.last_closes import LastCloses
from botswain.control.rests import Holding
from botswain.store import accounts, bot_editions, listing, position_pages
from botswain.store.accounts import Environment
from botswain.store.positions import Position
from botswain.store.scope import Tx

MOST_OPEN = 10_000


@dataclass(frozen=True, slots=True)
class ToldPosition:
    """A position at its symbol's last close, which was at price_ms; that and all it makes None where none is known.

    environment  of its account: play money and real money make no sum
    least        the least quantity that can be closed; None where the symbol's rules are not known
    is_rest      less than that is held, so no order can close it
    put_away     its bot is, so nobody can close it here
    """

    position: Position
    bot_name: str
    environment: Environment
    avg_price: Decimal | None
    price: Decimal | None
    value: Decimal | None
    unrealized: Decimal | None
    price_ms: int | None
    least: Decimal | None
    is_rest: bool
    put_away: bool = False


async def listed(
    tx: Tx,
    terms: KnownTerms,
    closes: LastCloses,
    *,
    bot_id: str | None,
    symbol: str | None,
    open_: bool | None,
    limit: int,
    offset: int,
) -> tuple[list[ToldPosition], int]:
    """A page by bot and symbol, and how many there are.

    open_  only what could be closed, or only what could not: nothing, a rest below the least order, or what is left
           in the books of a bot that was put away
    """
    if open_ is None:
        found = await position_pages.page(tx, bot_id=bot_id, symbol=symbol, open_=None, limit=limit, offset=offset)
        total = await position_pages.total(tx, bot_id=bot_id, symbol=symbol, open_=None)
        return await told(tx, terms, closes, found), max(total, offset + len(found) if found else 0)
    # What a rest is goes by the last price, which no index knows.
    asked = True if open_ else None
    every = await position_pages.page(tx, bot_id=bot_id, symbol=symbol, open_=asked, limit=MOST_OPEN)
    fitting = [one for one in await told(tx, terms, closes, every) if is_open(one) is open_]
    return fitting[offset : offset + limit], len(fitting)


async def open_count(tx: Tx, terms: KnownTerms, closes: LastCloses) -> int:
    """How many positions there are that could be closed, of bots that were not put away."""
    present = {one.id for one in await bot_editions.present(tx)}
    every = await position_pages.page(tx, bot_id=None, symbol=None, open_=True, limit=MOST_OPEN)
    here = [one for one in every if one.bot_id in present]
    return sum(is_open(one) for one in await told(tx, terms, closes, here))


def is_open(one: ToldPosition) -> bool:
    """Whether something is held that could be closed."""
    return one.position.qty != 0 and not one.is_rest and not one.put_away


async def told(tx: Tx, terms: KnownTerms, closes: LastCloses, found: Sequence[Position]) -> list[ToldPosition]:
    """Positions with their bots' names, valued."""
    names = await listing.names(tx, [one.bot_id for one in found])
    environments = {one.id: one.environment for one in await accounts.listed(tx)} if found else {}
    known_terms: dict[str, Terms] = {}
    # Most bots follow one feed: it is asked once for all of them, for each question costs more than its answer.
    symbols: dict[str, set[str]] = {}
    for one in found:
        known = known_terms.get(one.bot_id) or await terms.of(tx, one.bot_id, own=True)
        if known is not None:
            known_terms[one.bot_id] = known
            symbols.setdefault(known.segment, set()).add(one.symbol)
    last = {segment: await closes.of(tx, segment, some) for segment, some in symbols.items()}
    valued_ones = []
    for one in found:
        own = known_terms.get(one.bot_id)
        close = None if own is None else last[own.segment].get(one.symbol)
        price_ms = None if own is None or close is None else close.open_ms + own.timeframe_ms
        rules = None if own is None else own.instrument(one.symbol)
        holding, environment = Holding(one, rules, None if close is None else close.price), environments[one.account_id]
        whose = names[one.bot_id]
        valued_ones.append(replace(valued(holding, whose.name, environment, price_ms), put_away=whose.put_away))
    return valued_ones


def valued(holding: Holding, bot_name: str, environment: Environment, price_ms: int | None) -> ToldPosition:
    """A position at a close, which was at price_ms. A short's value is negative, its cost what was got for it."""
    one, price, least, is_rest = holding.position, holding.price, holding.least, holding.is_rest
    avg_price = average(one.cost, one.qty)
    if price is None:
        return ToldPosition(one, bot_name, environment, avg_price, None, None, None, None, least, is_rest)
    value = EXACT.multiply(one.qty, price)
    cost = one.cost if one.qty >= 0 else -one.cost
    gain = EXACT.subtract(value, cost)
    return ToldPosition(one, bot_name, environment, avg_price, price, value, gain, price_ms, least, is_rest)
