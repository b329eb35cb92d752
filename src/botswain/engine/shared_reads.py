"""Reads of the resolver's, so that many orders in doubt ask little more than one: at a pace, and lists for all at once.

What an address may ask is shared with everybody behind it. After an outage there may be hundreds of orders in doubt;
what is read of each alone waits its turn, and what a symbol's lists say is said of all its orders. The share that
cancels and stops have to themselves no read can touch in any case (`venues/binance/budget.py`).
"""

from __future__ import annotations

import asyncio
from collections import defaultdict, deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Protocol

from botswain.engine.manners import Clocks
from botswain.model.errands import AskFills, AskOrders, AskWorking
from botswain.model.order_events import OrderReport, OwnTrade
from botswain.model.outcomes import Answer
from botswain.model.ports import Gateway

MINUTE_MS = 60_000
# Reads a minute. A list weighs as much as several orders (Binance: 20 and 4), and counts as so many.
MOST_A_MINUTE, OF_A_LIST = 240, 4
# What the account holds is read with what works, and with orders by hand and their fills where it has changed.
OF_BALANCES = 4 * OF_A_LIST


class Asker(Protocol):
    """The account, as far as this needs it."""

    account_id: str
    gateway: Gateway
    clocks: Clocks


class Pace:
    """So many reads a minute, the first come first. Below that nobody waits."""

    def __init__(self, clocks: Clocks, most: int = MOST_A_MINUTE) -> None:
        self._clocks = clocks
        self._most = most
        self._begun: deque[int] = deque()
        self._next = asyncio.Lock()

    async def turn(self, count: int = 1, still: Callable[[], bool] = lambda: True) -> bool:
        """Wait until so many more are within the pace; False, and none counts, once they are not wanted any more."""
        async with self._next:
            while still():
                now_ms = self._clocks.now_ms()
                while self._begun and not 0 <= now_ms - self._begun[0] < MINUTE_MS:
                    self._begun.popleft()
                if len(self._begun) + count <= self._most:
                    self._begun.extend([now_ms] * count)
                    return True
                await self._clocks.sleep((self._begun[0] + MINUTE_MS - now_ms) / 1_000)
            return False


@dataclass(frozen=True, slots=True)
class Listed:
    """All lists of a symbol: when reading them began, and since when orders and fills are told."""

    began_ms: int
    since_ms: int
    orders: tuple[OrderReport, ...]
    fills: tuple[OwnTrade, ...]


class SymbolLists:
    """A symbol's open orders, history and fills, read once for all who ask meanwhile."""

    def __init__(self, account: Asker, pace: Pace) -> None:
        self._account = account
        self._pace = pace
        self._reading: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._kept: dict[str, Listed] = {}

    async def of(self, symbol: str, after_ms: int, since_ms: Iterable[int]) -> Listed | None:
        """Lists whose reading began at a time or later, and that reach back to each of some times, the first of them

        of the one who asks. None: they were not answered, or not whole.
        """
        mine_ms, *others_ms = since_ms
        async with self._reading[symbol]:
            kept = self._kept.get(symbol)
            if kept is not None and kept.began_ms >= after_ms and kept.since_ms <= mine_ms:
                return kept
            found = await self._read(symbol, min([mine_ms, *others_ms]))
            if found is not None:
                self._kept[symbol] = found
            return found

    async def _read(self, symbol: str, since_ms: int) -> Listed | None:
        account = self._account
        await self._pace.turn(3 * OF_A_LIST)
        began_ms = account.clocks.venue_ms()
        working = await account.gateway.ask(account.account_id, AskWorking((symbol,)))
        history = await account.gateway.ask(account.account_id, AskOrders(symbol, since_ms))
        fills = await account.gateway.ask(account.account_id, AskFills(symbol, since_ms=since_ms))
        if not (isinstance(working, Answer) and isinstance(history, Answer) and isinstance(fills, Answer)):
            return None
        if working.data.broken or history.data.broken or fills.data.broken:
            return None
        return Listed(began_ms, since_ms, (*working.data.items, *history.data.items), fills.data.items)
