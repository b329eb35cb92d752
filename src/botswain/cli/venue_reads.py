"""Reads rules and prices at venues for the doors: public data only, no key, remembered for a few seconds."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from decimal import Decimal

from botswain.cli.gateway_wiring import VENUES, Site, addresses_of, sandbox_of
from botswain.model.errors import BadInput, Unavailable
from botswain.model.listing import Listing
from botswain.model.outcomes import Answer, Failed
from botswain.model.paper import odd_port
from botswain.model.timeframe import timeframe_ms
from botswain.store.accounts import Account, Environment
from botswain.venues.binance import queries
from botswain.venues.binance.desk import Desk
from botswain.venues.binance.facts import TIMEFRAMES
from botswain.venues.binance.market import BinanceMarket
from botswain.venues.binance.rules import rules

LISTINGS_MS, PRICE_MS = 60_000, 1_000
# A sandbox may be started anew with other symbols.
SANDBOX_LISTINGS_MS = 3_000
MOST_PRICES = 1_000
# open_ms, open, high, low, close, volume
Row = tuple[int, float, float, float, float, float]


class Reader:
    """One environment's public data."""

    def __init__(self, environment: Environment, port: int, now_ms: Callable[[], int]) -> None:
        self._site = Site(addresses_of(environment, port), lambda _text: None)
        self._sandbox = environment is Environment.SANDBOX
        desk = Desk(self._site.address)
        self._desk = desk
        self._market = BinanceMarket(desk, self._site.addresses, self._site.dialer, paced=not self._sandbox)
        self._now_ms = now_ms
        self._turn = asyncio.Lock()
        self._listings: tuple[int, Mapping[str, Listing]] = (-LISTINGS_MS, {})
        self._prices: dict[str, tuple[int, Decimal]] = {}

    async def listings(self) -> Mapping[str, Listing]:
        """All symbols. Raises Unavailable."""
        async with self._turn:
            fresh = SANDBOX_LISTINGS_MS if self._sandbox else LISTINGS_MS
            if self._now_ms() - self._listings[0] < fresh:
                return self._listings[1]
            found = await self._desk.read(queries.exchange_info(), rules)
            if not isinstance(found, Answer):
                raise self._unavailable(found.why if isinstance(found, Failed) else "it told no symbols")
            self._site.address.budget.learn(found.data.limits)
            self._listings = (self._now_ms(), {one.symbol: one for one in found.data.listings.items})
            return self._listings[1]

    async def price(self, symbol: str) -> Decimal | None:
        """The close of the newest candle. Raises Unavailable."""
        known = self._prices.get(symbol)
        if known is not None and self._now_ms() - known[0] < PRICE_MS:
            return known[1]
        found = await self._market.newest(symbol, "1m")
        if isinstance(found, Failed):
            if "has no candle" in found.why:
                return None
            raise self._unavailable(found.why)
        if len(self._prices) >= MOST_PRICES:
            self._prices.clear()
        self._prices[symbol] = (self._now_ms(), found.data.close)
        return found.data.close

    async def candles(self, symbol: str, timeframe: str, before_ms: int | None, limit: int) -> list[Row]:
        """The newest rows before a time, oldest first. Raises BadInput for what it has not, Unavailable."""
        if symbol not in await self.listings():
            raise BadInput(f"{symbol!r} is no symbol of the venue; list the account's instruments to see them")
        if before_ms is not None and before_ms <= 0:
            return []
        found = await self._market.latest(symbol, timeframe, limit, before_ms)
        if isinstance(found, Failed):
            raise self._unavailable(found.why)
        return [
            (one.open_ms, float(one.open), float(one.high), float(one.low), float(one.close), float(one.volume))
            for one in found.data
        ]

    async def close(self) -> None:
        """Let go of its connections."""
        await self._site.close()

    def _unavailable(self, why: str) -> Unavailable:
        where = self._site.addresses.rest
        return Unavailable(
            f"the venue at {where} cannot be asked: {why}" + ("; start botswain sandbox" if self._sandbox else "")
        )


class BinanceReads:
    """Reads for every account; a reader for each environment, made when it is first asked for."""

    def __init__(self, sandbox_port: int, now_ms: Callable[[], int]) -> None:
        self._sandbox_port = sandbox_port
        self._now_ms = now_ms
        self._readers: dict[tuple[Environment, int], Reader] = {}

    def names(self) -> tuple[str, ...]:
        """The venues there are."""
        return VENUES

    async def listings(self, account: Account) -> Mapping[str, Listing]:
        """All symbols an account's venue lists. Raises Unavailable."""
        return await self._reader(account).listings()

    async def price(self, account: Account, symbol: str) -> Decimal | None:
        """The last price of a symbol. Raises Unavailable."""
        return await self._reader(account).price(symbol)

    async def candles(
        self, account: Account, symbol: str, timeframe: str, before_ms: int | None, limit: int
    ) -> list[Row]:
        """Candles of any symbol as rows, oldest first. Raises BadInput, Unavailable."""
        return await self._reader(account).candles(symbol, timeframe, before_ms, limit)

    def timeframes(self, account: Account) -> tuple[str, ...]:  # noqa: ARG002 - one venue
        """The candles it has, the shortest first."""
        return tuple(sorted(TIMEFRAMES, key=timeframe_ms))

    def port(self, account: Account) -> int:
        """The port of a sandbox that is not the usual one, else 0."""
        return odd_port(sandbox_of(account, self._sandbox_port)) if account.environment is Environment.SANDBOX else 0

    async def close(self) -> None:
        """Let go of every connection."""
        for one in self._readers.values():
            await one.close()

    def _reader(self, account: Account) -> Reader:
        key = account.prices, sandbox_of(account, self._sandbox_port)
        if key not in self._readers:
            self._readers[key] = Reader(*key, self._now_ms)
        return self._readers[key]
