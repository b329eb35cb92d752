"""What a bot is worth by its books and the last prices, so that no figure tells less than its fills do.

A mark is what a bot was worth when its last candle closed. Whatever filled since (a stop that sold what it held, an
order in the middle of a long candle) stands in its books, and its market goes on also where the bot does not. So what
is realised and paid comes from the books, and what is held is valued at the last known price; a mark counts for what
no book tells any more: what the dust cost, and what is held whose price is not known.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from botswain.control.decimal_text import EXACT
from botswain.control.known_prices import Price
from botswain.store.books_list import Books
from botswain.store.mark_reads import Mark

NONE = Decimal(0)


@dataclass(frozen=True, slots=True)
class Worth:
    """In quote. equity = the capital + realized, all fees taken off, + unrealized.

    valued_ms  when the oldest price was that what is held was valued at; None where nothing is held
    """

    equity: Decimal
    realized: Decimal
    unrealized: Decimal
    fees: Decimal
    valued_ms: int | None


def worth_of(capital: Decimal, books: Books, mark: Mark | None, prices: Mapping[str, Price]) -> Worth | None:
    """A bot's worth; None where it holds something that no price is known of, nor any mark."""
    positions = [one for one in books.held if one.qty]
    valued_ms: int | None = None
    if all(one.symbol in prices for one in books.held):
        unrealized = gained(books, prices, dust_cost(capital, books, mark, prices))
        valued_ms = min((prices[one.symbol].time_ms for one in positions), default=None)
    elif not positions:
        unrealized = NONE
    elif mark is not None:
        # What was sold since has hardly changed what it is worth together, only where it stands.
        unrealized = EXACT.subtract(EXACT.subtract(mark.equity, capital), books.realized)
        valued_ms = mark.time_ms
    else:
        return None
    equity = EXACT.add(EXACT.add(capital, books.realized), unrealized)
    return Worth(equity, books.realized, unrealized, books.fees, valued_ms)


def gained(books: Books, prices: Mapping[str, Price], spent_on_dust: Decimal | None) -> Decimal:
    """What is held at these prices less what it cost. spent_on_dust: None leaves dust out, as worth what it cost."""
    found = NONE
    for one in books.held:
        qty = one.qty if spent_on_dust is None else EXACT.add(one.qty, one.dust)
        found = EXACT.add(found, EXACT.subtract(EXACT.multiply(qty, prices[one.symbol].price), one.spent))
    return EXACT.subtract(found, spent_on_dust or NONE)


def dust_cost(capital: Decimal, books: Books, mark: Mark | None, prices: Mapping[str, Price]) -> Decimal | None:
    """What the dust cost: what is gone from the cash and in no position. None where no mark tells the cash of now.

    A mark tells it while its books are those of now: dust is left by fees, so that any fill since has added to them,
    and where one was free it moved a lot or more, which no dust is worth.
    """
    dust = sum((abs(EXACT.multiply(one.dust, prices[one.symbol].price)) for one in books.held if one.dust), NONE)
    if not dust:
        return NONE
    if mark is None or (mark.realized, mark.fees) != (books.realized, books.fees):
        return None
    spent = sum((one.spent for one in books.held), NONE)
    missing = EXACT.subtract(EXACT.subtract(EXACT.add(capital, books.realized), spent), mark.cash)
    return missing if abs(missing) <= 2 * dust else None


def moved(books: Books, prices: Mapping[str, Price], before: Mapping[str, Decimal]) -> Decimal | None:
    """What is held is worth so much more than at other prices; None where one of them is not known."""
    found = NONE
    for one in books.held:
        if one.symbol not in prices or one.symbol not in before:
            return None
        change = EXACT.subtract(prices[one.symbol].price, before[one.symbol])
        found = EXACT.add(found, EXACT.multiply(EXACT.add(one.qty, one.dust), change))
    return found
