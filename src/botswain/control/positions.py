"""Positions with what they are worth at the last close."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from botswain.control.bot_terms import KnownTerms
from botswain.control.decimal_text import EXACT, average
from botswain.control.last_closes import LastCloses
from botswain.store import listing, position_pages
from botswain.store.positions import Position
from botswain.store.scope import Tx


@dataclass(frozen=True, slots=True)
class ToldPosition:
    """A position at its symbol's last close, which was at price_ms; that and all it makes None where none is known."""

    position: Position
    bot_name: str
    avg_price: Decimal | None
    price: Decimal | None
    value: Decimal | None
    unrealized: Decimal | None
    price_ms: int | None


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
    """A page by bot and symbol, and how many there are."""
    found = await position_pages.page(tx, bot_id=bot_id, symbol=symbol, open_=open_, limit=limit, offset=offset)
    total = await position_pages.total(tx, bot_id=bot_id, symbol=symbol, open_=open_)
    return await told(tx, terms, closes, found), max(total, offset + len(found) if found else 0)


async def told(tx: Tx, terms: KnownTerms, closes: LastCloses, found: Sequence[Position]) -> list[ToldPosition]:
    """Positions with their bots' names, valued."""
    names = await listing.names(tx, [one.bot_id for one in found])
    prices: dict[tuple[str, str], tuple[Decimal, int]] = {}
    for bot_id in {one.bot_id for one in found}:
        known = await terms.of(tx, bot_id, own=True)
        if known is not None:
            for symbol, close in (await closes.of(tx, known.segment)).items():
                prices[bot_id, symbol] = (close.price, close.open_ms + known.timeframe_ms)
    return [valued(one, names[one.bot_id].name, prices.get((one.bot_id, one.symbol))) for one in found]


def valued(one: Position, bot_name: str, close: tuple[Decimal, int] | None) -> ToldPosition:
    """A position at a close: its price and when that was. A short's value is negative, its cost what was got for it."""
    avg_price = average(one.cost, one.qty)
    if close is None:
        return ToldPosition(one, bot_name, avg_price, None, None, None, None)
    price, price_ms = close
    value = EXACT.multiply(one.qty, price)
    cost = one.cost if one.qty >= 0 else -one.cost
    return ToldPosition(one, bot_name, avg_price, price, value, EXACT.subtract(value, cost), price_ms)
