"""What must hold at rest beside the books: every candle was recorded, and what is held is protected.

Both by code that shares nothing with the engine: candles are looked for in the database's rows, what is held and what
protects it in the exchange's books. An engine that lost candles in silence, or whose stops vanished with a restart,
would agree with itself about everything else.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import msgspec

from botswain.sandbox.floor import Floor
from botswain.sandbox.pair import Pair

# Kinds of market rows: a candle, one from before a bot or one that was missed, one that did not come in time.
CANDLE, HISTORY, LATE = 1, 5, 6
EVENTS = "SELECT kind, sequence, payload FROM market_events WHERE sequence > ? AND kind IN (1, 5, 6) ORDER BY sequence"
MINUTE_MS = 60_000
# So many candles the record may be behind the exchange in a moment of rest.
BEHIND = 2
Key = tuple[str, str]


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
