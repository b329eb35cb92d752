"""Who is to be woken: for each market event the bots whose declared events or crossed prices it concerns.

Everything is looked up by symbol, so a bot that an event does not concern costs nothing. Prices are watched as sorted
levels: a price is held against the nearest one of each side only. A watch fires once; the bot says anew what it
watches when it has stepped. What is delivered where, and how much may wait, is the runner's matter.
"""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Collection
from decimal import Decimal
from typing import TypeVar

from botswain.engine.feed_events import (
    Beat,
    Closed,
    Fault,
    FeedEvent,
    Forming,
    Fresh,
    Late,
    Quoted,
    Revised,
    Stale,
    Traded,
)
from botswain.model.market_events import TickKind

K = TypeVar("K", str, tuple[str, str])
NOBODY: tuple[str, ...] = ()
NOTHING, FAR = Decimal("-Infinity"), Decimal("Infinity")
Watch = tuple[Decimal, str]  # a price and whose it is


class Router:
    """Subscriptions and watched prices of all bots on one feed."""

    def __init__(self) -> None:
        self._candles: dict[tuple[str, str], tuple[str, ...]] = {}
        self._quotes: dict[str, tuple[str, ...]] = {}
        self._trades: dict[str, tuple[str, ...]] = {}
        self._symbols: dict[str, tuple[str, ...]] = {}
        self._beats: dict[str, tuple[str, ...]] = {}
        self._watches: dict[str, _Watches] = {}
        self._ticks: dict[str, Decimal] = {}

    def subscribe(
        self,
        bot_key: str,
        symbol: str,
        timeframe: str,
        tick: Decimal | None,
        kinds: Collection[TickKind] = (),
        *,
        beats: bool = False,
    ) -> None:
        """Wake a bot for a symbol's closed candles of a timeframe, and for its quotes, trades or beats where it asks.

        tick  the symbol's grid, in which watched prices are told; None of one that is only read
        """
        if tick is not None:
            self._ticks[symbol] = tick
        add(self._candles, (symbol, timeframe), bot_key)
        add(self._symbols, symbol, bot_key)
        if beats:
            add(self._beats, symbol, bot_key)
        if TickKind.QUOTES in kinds:
            add(self._quotes, symbol, bot_key)
        if TickKind.TRADES in kinds:
            add(self._trades, symbol, bot_key)

    def unsubscribe(self, bot_key: str) -> None:
        """Wake a bot for nothing any more."""
        for found in (self._quotes, self._trades, self._symbols, self._beats):
            for symbol in list(found):
                remove(found, symbol, bot_key)
        for key in list(self._candles):
            remove(self._candles, key, bot_key)
        for watches in self._watches.values():
            watches.drop(bot_key)

    def watch(self, bot_key: str, symbol: str, below_ticks: int | None, above_ticks: int | None) -> None:
        """Wake a bot once when a price is at or below, or at or above a level; takes the place of what it watched.

        None watches nothing on that side. Raises KeyError for a symbol that nobody has subscribed.
        """
        tick = self._ticks[symbol]
        watches = self._watches.setdefault(symbol, _Watches())
        watches.drop(bot_key)
        below = None if below_ticks is None else below_ticks * tick
        above = None if above_ticks is None else above_ticks * tick
        watches.put(bot_key, below, above)

    def route(self, event: FeedEvent) -> tuple[str, ...]:
        """The bots to wake, each once."""
        if isinstance(event, Forming):
            return self._crossed(event.symbol, event.candle.close, event.candle.close, NOBODY)
        if isinstance(event, Closed):
            woken = self._candles.get((event.symbol, event.candle.timeframe), NOBODY)
            return self._crossed(event.symbol, event.candle.close, event.candle.close, woken)
        if isinstance(event, Beat):
            return tuple(dict.fromkeys(key for symbol in event.candles for key in self._beats.get(symbol, NOBODY)))
        if isinstance(event, Quoted):
            woken = self._quotes.get(event.symbol, NOBODY)
            bid, ask = event.quote.bid, event.quote.ask
            # A side that is empty crosses nothing.
            return self._crossed(event.symbol, ask or bid, bid or ask, woken) if bid or ask else woken
        if isinstance(event, Traded):
            price = event.trade.price
            return self._crossed(event.symbol, price, price, self._trades.get(event.symbol, NOBODY))
        if isinstance(event, Late):
            return self._candles.get((event.symbol, event.timeframe), NOBODY)
        if isinstance(event, Revised):
            return self._candles.get((event.symbol, event.candle.timeframe), NOBODY)
        if isinstance(event, (Stale, Fresh, Fault)):
            return self._symbols.get(event.symbol, NOBODY)
        return NOBODY

    def _crossed(self, symbol: str, low: Decimal, high: Decimal, woken: tuple[str, ...]) -> tuple[str, ...]:
        """Those woken anyway, and those whose level the prices reach: low for levels below, high for those above."""
        watches = self._watches.get(symbol)
        if watches is None:
            return woken
        fired = watches.fired(low, high)
        return woken if not fired else (*woken, *(one for one in fired if one not in woken))


def prices_of(event: FeedEvent) -> tuple[str, Decimal, Decimal] | None:
    """A symbol's prices that an event tells: what levels below are held against, and what those above."""
    if isinstance(event, Forming | Closed):
        return event.symbol, event.candle.close, event.candle.close
    if isinstance(event, Traded):
        return event.symbol, event.trade.price, event.trade.price
    if isinstance(event, Quoted) and (event.quote.bid or event.quote.ask):
        return event.symbol, event.quote.ask or event.quote.bid, event.quote.bid or event.quote.ask
    return None


class _Watches:
    """One symbol's watched levels. The nearest of each side are kept at hand: most prices reach neither."""

    def __init__(self) -> None:
        self._below: list[Watch] = []
        self._above: list[Watch] = []
        self._of: dict[str, tuple[Decimal | None, Decimal | None]] = {}
        self._floor, self._ceiling = NOTHING, FAR

    def put(self, bot_key: str, below: Decimal | None, above: Decimal | None) -> None:
        self._of[bot_key] = below, above
        if below is not None:
            insort(self._below, (below, bot_key))
        if above is not None:
            insort(self._above, (above, bot_key))
        self._look()

    def drop(self, bot_key: str) -> None:
        below, above = self._of.pop(bot_key, (None, None))
        if below is not None:
            del self._below[bisect_left(self._below, (below, bot_key))]
        if above is not None:
            del self._above[bisect_left(self._above, (above, bot_key))]
        self._look()

    def fired(self, low: Decimal, high: Decimal) -> list[str]:
        """Whose levels are reached; they watch no more."""
        found: list[str] = []
        while low <= self._floor:
            found.append(self._below[-1][1])
            self.drop(found[-1])
        while high >= self._ceiling:
            found.append(self._above[0][1])
            self.drop(found[-1])
        return found

    def _look(self) -> None:
        self._floor = self._below[-1][0] if self._below else NOTHING
        self._ceiling = self._above[0][0] if self._above else FAR


def add(found: dict[K, tuple[str, ...]], key: K, bot_key: str) -> None:
    """Another bot, in the order they came."""
    if bot_key not in found.get(key, NOBODY):
        found[key] = (*found.get(key, NOBODY), bot_key)


def remove(found: dict[K, tuple[str, ...]], key: K, bot_key: str) -> None:
    """One bot less."""
    left = tuple(one for one in found.get(key, NOBODY) if one != bot_key)
    if left:
        found[key] = left
    else:
        found.pop(key, None)
