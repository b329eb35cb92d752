"""What of a position no order can close: less than the venue's least order, which a grid leaves over sooner or later.

It is worth what it is worth and stays in the books until more comes to it; nobody can sell it by itself, so it is told
as a rest, with the least order, and is no position that somebody could close.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import ROUND_CEILING, Decimal

from botswain.control.bot_terms import KnownTerms, Terms
from botswain.control.decimal_text import EXACT, money_text, text_of
from botswain.control.last_closes import LastCloses
from botswain.model.errors import BadInput
from botswain.model.instrument import Instrument
from botswain.store import positions
from botswain.store.positions import Position
from botswain.store.scope import Tx


@dataclass(frozen=True, slots=True)
class Holding:
    """A position with the rules of its symbol and its last close, as far as they are known."""

    position: Position
    instrument: Instrument | None = None
    price: Decimal | None = None

    @property
    def least(self) -> Decimal | None:
        """The least quantity that can be closed at the last close."""
        return None if self.instrument is None else least_order(self.instrument, self.price)

    @property
    def is_rest(self) -> bool:
        """Whether something is held and no order can close it."""
        return self.position.qty != 0 and self.least is not None and abs(self.position.qty) < self.least

    def text(self) -> str:
        """A rest in words."""
        assert self.instrument is not None
        assert self.least is not None
        held, base, quote = abs(self.position.qty), self.instrument.base, self.instrument.quote
        worth = "" if self.price is None else f", worth {money_text(EXACT.multiply(held, self.price), quote)}"
        least = f"{text_of(self.least)} {base}"
        if self.price is not None and EXACT.multiply(held, self.price) < self.instrument.min_notional:
            least += f" (worth at least {text_of(self.instrument.min_notional)} {quote})"
        return f"{text_of(held)} {base}{worth}: the venue's least order is {least}"


def least_order(rules: Instrument, price: Decimal | None) -> Decimal:
    """The least quantity of an order at a price, in whole lots."""
    least = max(rules.min_qty, rules.lot_size)
    if price:
        least = max(least, rules.min_notional / price)
    return EXACT.multiply((least / rules.lot_size).to_integral_value(ROUND_CEILING), rules.lot_size)


@dataclass
class KnownRests:
    """Which of what bots hold are rests, for lists of many. It may forget at any time."""

    terms: KnownTerms = field(default_factory=KnownTerms)
    closes: LastCloses = field(default_factory=LastCloses)

    async def counts(self, tx: Tx, held: Mapping[str, Sequence[tuple[str, Decimal]]]) -> dict[str, int]:
        """How many of these holdings (symbol and quantity), by bots in view, no order can close: a statement a feed."""
        known = {one: terms for one in held if (terms := await self._terms(tx, one)) is not None}
        prices = {one: await self.closes.of(tx, one) for one in {terms.segment for terms in known.values()}}
        found = {}
        for bot_id, terms in known.items():
            here = prices[terms.segment]
            found[bot_id] = sum(
                (rules := terms.instrument(symbol)) is not None
                and abs(qty) < least_order(rules, here[symbol].price if symbol in here else None)
                for symbol, qty in held[bot_id]
            )
        return found

    async def _terms(self, tx: Tx, bot_id: str) -> Terms | None:
        try:
            return await self.terms.of(tx, bot_id, own=True)
        except BadInput:
            return None  # its settings cannot be read any more: nobody knows its least order


async def holdings(
    tx: Tx,
    bot_id: str,
    now: Mapping[str, Instrument] | None = None,
    *,
    own: tuple[KnownTerms, LastCloses] | None = None,
) -> list[Holding]:
    """What a bot holds. now: rules as the venue tells them, which count where they ask for less than the bot's own."""
    terms, closes = own or (KnownTerms(), LastCloses())
    held = [one for one in await positions.of_bot(tx, bot_id) if one.qty != 0]
    known = await terms.of(tx, bot_id) if held else None
    if known is None:
        return [Holding(one) for one in held]
    prices = await closes.of(tx, known.segment, {one.symbol for one in held})
    found = []
    for one in held:
        price = prices[one.symbol].price if one.symbol in prices else None
        told = [rules for rules in (known.instrument(one.symbol), (now or {}).get(one.symbol)) if rules is not None]
        found.append(Holding(one, min(told, key=lambda rules: least_order(rules, price), default=None), price))
    return found
