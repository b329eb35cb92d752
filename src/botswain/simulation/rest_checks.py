"""What must hold at rest beside the books: every candle was recorded, what is held is protected, and bots trade.

By code that shares nothing with the engine: candles are looked for in the database's rows, what is held, what protects
it and what was ordered in the exchange's books. An engine that lost candles in silence, whose stops vanished with a
restart, or that opened nothing any more, would agree with itself about everything else.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import msgspec

from botswain.sandbox.floor import Floor
from botswain.sandbox.order import CANCELED, EXPIRED, FILLED, Order
from botswain.sandbox.pair import Pair

# Kinds of market rows: a candle, one from before a bot or one that was missed, one that did not come in time.
CANDLE, HISTORY, LATE = 1, 5, 6
EVENTS = "SELECT kind, sequence, payload FROM market_events WHERE sequence > ? AND kind IN (1, 5, 6) ORDER BY sequence"
MINUTE_MS = 60_000
A_DAY = 20  # orders that make a day of a bot a day (SEMANTICS 7)
# So many candles the record may be behind the exchange in a moment of rest.
BEHIND = 2
Key = tuple[str, str]
Place = tuple[str, str, int]


@dataclass
class CandleRows:
    """Candles of one-minute bots as they are recorded, by symbol: open times in order, and those told a second time."""

    opened: dict[str, list[int]] = field(default_factory=dict)
    twice: list[tuple[str, int]] = field(default_factory=list)
    gaps: list[tuple[str, int]] = field(default_factory=list)
    _seen: int = 0

    def read(self, connection: sqlite3.Connection) -> None:
        """Take in what was recorded since."""
        for kind, sequence, payload in connection.execute(EVENTS, (self._seen,)).fetchall():
            self._seen = sequence
            symbol, open_ms, *_ = msgspec.msgpack.decode(payload)
            self._take(kind, symbol, open_ms)

    def _take(self, kind: int, symbol: str, open_ms: int) -> None:
        opened = self.opened.setdefault(symbol, [])
        if not opened or open_ms > opened[-1]:
            if opened and open_ms != opened[-1] + MINUTE_MS:
                self.gaps.append((symbol, opened[-1] + MINUTE_MS))
            opened.append(open_ms)
        elif kind != HISTORY:
            self.twice.append((symbol, open_ms))

    def wrong(self, floor: Floor) -> Iterator[str]:
        """What is not as it must be: a candle that is missing or told twice, or a record that ends too early."""
        yield from (f"the candle of {symbol} that opened at {open_ms} is in no record" for symbol, open_ms in self.gaps)
        yield from (f"the candle of {symbol} that opened at {open_ms} was told twice" for symbol, open_ms in self.twice)
        for pair in floor.pairs.values():
            opened, closed = self.opened.get(pair.facts.symbol), pair.tape.klines
            if opened and closed and closed[-1].open_ms > opened[-1] + BEHIND * MINUTE_MS:
                yield (
                    f"the record of {pair.facts.symbol} ends with the candle of {opened[-1]}, the exchange is at "
                    f"{closed[-1].open_ms}"
                )


def bare(pairs: Iterable[Pair], held: Mapping[Key, int], offered: Mapping[Key, int]) -> Iterator[tuple[str, str]]:
    """Bots that hold more than they offer, and what is said of each.

    held, offered  by bot and symbol, in 1e-18; offered is what rests at the exchange to close it, a list counted once
    What no order can be made of, by the exchange's own filters, is dust.
    """
    by_symbol: dict[str, Any] = {one.facts.symbol: one for one in pairs}
    for (bot, symbol), qty in held.items():
        pair = by_symbol[symbol]
        filters, facts = pair.filters, pair.facts
        rest = qty - offered.get((bot, symbol), 0)
        lots = rest - rest % filters.step_size
        notional = lots // facts.lot * pair.last * facts.money
        if lots >= max(filters.min_qty, filters.step_size) and notional >= filters.min_notional:
            yield bot, f"bot {bot} holds {symbol} and nothing protects {lots / 10**18:f} of it"


def silent(
    rests: Iterable[str], last: Mapping[Place, Sequence[Order]], off: Container[str]
) -> Iterator[tuple[str, str]]:
    """Slots that should have an order resting and have none, as bot and what is said.

    rests  bots of which every slot is asked for again when it has filled
    last   the latest order of each slot as the exchange has it, of which nobody has ended any; off: what was taken off
    Where somebody took it off there, or the exchange would not take it, the bot waits; what the exchange ended by
    itself it asks for again (docs/rules.md 8).
    """
    mine = set(rests)
    for (bot, symbol, slot), orders in last.items():
        for one in orders if bot in mine else ():
            if one.status == FILLED or (one.status == CANCELED and one.client_id in off) or dropped(one):
                yield (
                    bot,
                    f"bot {bot} has nothing in slot {slot} of {symbol} since its order {one.client_id} {one.status}",
                )


def dropped(one: Order) -> bool:
    """Whether the exchange has ended an order that rested, of which nothing had filled: a rest may be too small."""
    return one.status == EXPIRED and one.terms.type == "LIMIT" and one.terms.tif == "GTC" and not one.executed


def idle(least: Mapping[str, int], made: Mapping[str, int], days: float) -> Iterator[str]:
    """Bots that ordered too little in so many days.

    least, made  orders by bot: what it makes at least a day, 0 for a bot that may wait longer, and what it has made.
    Less than a bot-day says nothing.
    """
    if (
        len(least) * days >= 1
        and any(least.values())
        and sum(made.get(one, 0) for one in least) < A_DAY * len(least) * days
    ):
        count = sum(made.get(one, 0) for one in least)
        yield f"{len(least)} bots made {count} orders in {days:g} days; {A_DAY} a bot and day make it one"
    for bot, orders in least.items():
        if days * orders > made.get(bot, 0) and days >= 0.5:
            yield f"bot {bot} made {made.get(bot, 0)} orders in {days:g} days, and makes {orders} a day at least"
