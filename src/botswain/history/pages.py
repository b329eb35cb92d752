"""One page of candles from a venue through CCXT, asked for patiently.

CCXT transports, paces (its own rate limiter) and parses; this file decides what a failure means: network trouble
and rate limits are tried again a bounded number of times with growing waits, a wrong symbol or timeframe is the
person's, the rest is the venue's. Waiting is the caller's `sleep`, so that tests do not wait.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol, TypeVar

import ccxt
import numpy as np

from botswain.history.checks import check
from botswain.history.names import meant
from botswain.model.candles import Candles
from botswain.model.errors import BadInput, Unavailable, near

TRIES = 6
LONGEST_WAIT_S = 60.0
LONGEST_PAGE = 1_000
CLOCK_GRACE_MS = 60_000

_USUAL_PAGE = 500
_RELOAD = "run the same command again to go on where it stopped"

Answer = TypeVar("Answer")


class CandleSource(Protocol):
    """What is used of a CCXT exchange with the rate limiter on."""

    id: str
    timeframes: dict[str, Any]
    markets: dict[str, Any] | None
    has: dict[str, Any]

    def load_markets(self) -> Any:
        """Ask for the venue's symbols, once."""

    def fetch_time(self) -> int:
        """The venue's clock in milliseconds, where `has["fetchTime"]`."""

    def milliseconds(self) -> int:
        """This machine's clock in milliseconds."""

    def fetch_ohlcv(self, symbol: str, timeframe: str, since: int, limit: int) -> list[list[Any]]:
        """Candles opening at `since` or later, oldest first: [ts, open, high, low, close, volume]."""

    def feature_value(self, symbol: str, method: str, name: str, default: Any) -> Any:
        """What CCXT knows of the venue, such as its longest page of candles."""


class Watcher(Protocol):
    """Who is told how a download goes."""

    def moved(self, candles: int, done_ms: int, whole_ms: int) -> None:
        """`candles` have come so far; `done_ms` of `whole_ms` of market time have been asked for."""

    def waiting(self, reason: str) -> None:
        """A request failed and will be tried again; `reason` says why and when."""


class Desk:
    """A venue, asked patiently: every request goes through here and is counted."""

    def __init__(self, source: CandleSource, watcher: Watcher, sleep: Callable[[float], None]) -> None:
        self.source = source
        self.watcher = watcher
        self.requests = 0
        self._sleep = sleep

    def open(self, symbol: str, timeframe: str) -> int:
        """Make sure the venue has `symbol` and `timeframe`; return how many candles a page of it holds."""
        if timeframe not in self.source.timeframes:
            raise BadInput(
                f"{self.source.id} has no {timeframe} candles{near(timeframe, self.source.timeframes)}; "
                f"it has {', '.join(self.source.timeframes)}"
            )
        self._ask(self.source.load_markets)
        markets = self.source.markets or {}
        if symbol not in markets:
            hint = meant(symbol, markets) or "; write BASE/QUOTE, such as BTC/USDT"
            raise BadInput(f"{self.source.id} has no symbol {symbol!r}{hint}")
        limit = self.source.feature_value(symbol, "fetchOHLCV", "limit", _USUAL_PAGE)
        return min(int(limit or _USUAL_PAGE), LONGEST_PAGE)

    def time_ms(self) -> int:
        """The venue's clock in milliseconds; of a venue without one, this machine's less a minute, to be safe."""
        if not self.source.has.get("fetchTime"):
            return self.source.milliseconds() - CLOCK_GRACE_MS
        return int(self._ask(self.source.fetch_time))

    def page(self, symbol: str, timeframe: str, since_ms: int, limit: int) -> Candles:
        """At most `limit` candles opening at `since_ms` or later, in order, each possible. May be empty."""
        rows = self._ask(lambda: self.source.fetch_ohlcv(symbol, timeframe, since_ms, limit))
        table = np.array([row[:6] for row in rows], dtype=np.float64).reshape(-1, 6)
        ts = table[:, 0].astype(np.int64)
        late = ts >= since_ms
        columns = (np.ascontiguousarray(table[late, at]) for at in range(1, 6))
        candles = Candles(symbol, timeframe, ts[late], *columns)
        errors = check(candles).errors
        if errors:
            raise Unavailable(
                f"{self.source.id} sent candles of {symbol} that cannot be: {errors[0].message}; this page was not "
                "kept: try again later, or leave that time out with --start and --end"
            )
        return candles

    def _ask(self, call: Callable[[], Answer]) -> Answer:
        for attempt in range(1, TRIES + 1):
            self.requests += 1
            try:
                return call()
            except ccxt.OperationFailed as error:
                if attempt == TRIES:
                    raise Unavailable(
                        f"{self.source.id} did not answer in {TRIES} tries: {_reason(error)}; what came before is "
                        f"stored: check the connection and {_RELOAD}"
                    ) from None
                wait_s = min(2.0 ** (attempt - 1), LONGEST_WAIT_S)
                self.watcher.waiting(f"{_reason(error)}: trying again in {wait_s:.0f} s ({attempt} of {TRIES})")
                self._sleep(wait_s)
            except ccxt.BaseError as error:
                raise Unavailable(
                    f"{self.source.id} refused the request: {_reason(error)}; what came before is stored: "
                    f"when that is cleared, {_RELOAD}"
                ) from None
        raise AssertionError("the last try returns or raises")


def _reason(error: Exception) -> str:
    text = " ".join(str(error).split())
    return f"{type(error).__name__} {text[:200]}".strip()
