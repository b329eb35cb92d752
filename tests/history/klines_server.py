"""A loopback server that speaks the candle part of Binance's public REST API, and misbehaves when told.

Enough for a real ccxt.binance: exchangeInfo with one symbol, time, klines. The candles are a formula of their
time, so that two downloads can be compared; some minutes do not exist.
"""

from __future__ import annotations

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import ccxt

MINUTE_MS = 60_000
FIRST_MS = 1_704_067_200_000  # 2024-01-01T00:00:00Z
PAGE = 50


def is_absent(ts: int) -> bool:
    """Whether the venue had an outage in this minute."""
    return (ts - FIRST_MS) // MINUTE_MS % 97 in (5, 6, 7)


def kline(ts: int) -> list[Any]:
    """The candle of the minute `ts`, as Binance writes it."""
    n = (ts - FIRST_MS) // MINUTE_MS
    price = 40_000 + n * 7 % 1_000
    cells = [f"{price}.10", f"{price + 3}.25", f"{price - 2}.05", f"{price + 1}.00", f"{n % 13}.00100000"]
    return [ts, *cells, ts + MINUTE_MS - 1, "0", 1, "0", "0", "0"]


class KlinesServer:
    """The server. It has no candles from `delisted_ms` on.

    `faults` maps the number of a klines request (from 1) to `429`, `drop`, `garbage`, `refuse` or `hang`.
    """

    def __init__(self, now_ms: int, faults: dict[int, str] | None = None) -> None:
        self.now_ms = now_ms
        self.faults = faults or {}
        self.delisted_ms = now_ms + MINUTE_MS
        self.asked: list[int] = []
        self.hanging = threading.Event()
        self.released = threading.Event()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01})

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}"

    def __enter__(self) -> KlinesServer:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.released.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def klines(self, since_ms: int, limit: int) -> list[list[Any]]:
        """Up to `limit` candles, at most a page; the last one is unfinished where it reaches the present."""
        first = max(FIRST_MS, -(-since_ms // MINUTE_MS) * MINUTE_MS)
        times = (ts for ts in range(first, min(self.now_ms + 1, self.delisted_ms), MINUTE_MS) if not is_absent(ts))
        return [kline(ts) for ts, _ in zip(times, range(min(limit, PAGE)), strict=False)]

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        server = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                split = urlsplit(self.path)
                query = {name: values[0] for name, values in parse_qs(split.query).items()}
                if split.path.endswith("/klines"):
                    self._klines(query)
                elif split.path.endswith("/time"):
                    self._answer(200, {"serverTime": server.now_ms})
                else:
                    self._answer(200, EXCHANGE_INFO)

            def _klines(self, query: dict[str, str]) -> None:
                since_ms = int(query["startTime"])
                server.asked.append(since_ms)
                fault = server.faults.get(len(server.asked))
                if fault == "drop":
                    self.close_connection = True
                elif fault == "429":
                    self._answer(429, {"code": -1003, "msg": "Too much request weight used."})
                elif fault == "refuse":
                    self._answer(400, {"code": -1100, "msg": "Illegal characters found in parameter."})
                elif fault == "garbage":
                    row = kline(since_ms)
                    self._answer(200, [[*row[:3], "99999999", *row[4:]]])
                else:
                    if fault == "hang":
                        server.hanging.set()
                        server.released.wait()
                    self._answer(200, server.klines(since_ms, int(query["limit"])))

            def _answer(self, status: int, body: Any) -> None:
                content = json.dumps(body).encode()
                try:
                    self.send_response(status)
                    self.send_header("Content-Type", "application/json")
                    self.send_header("Content-Length", str(len(content)))
                    self.end_headers()
                    self.wfile.write(content)
                except (BrokenPipeError, ConnectionResetError):
                    self.close_connection = True

            def log_message(self, *_: object) -> None:
                """Say nothing."""

        return Handler


def binance_at(url: str) -> Any:
    """A real ccxt.binance whose requests go to `url`, pacing itself a little."""
    source = ccxt.binance(
        {
            "enableRateLimit": True,
            "rateLimit": 1,
            "options": {"fetchMarkets": {"types": ["spot"]}, "fetchMargins": False, "fetchCurrencies": False},
        }
    )
    source.urls["api"].update(public=f"{url}/api/v3", private=f"{url}/api/v3", sapi=f"{url}/sapi/v1")
    return source


EXCHANGE_INFO = {
    "timezone": "UTC",
    "serverTime": FIRST_MS,
    "rateLimits": [],
    "exchangeFilters": [],
    "symbols": [
        {
            "symbol": "BTCUSDT",
            "status": "TRADING",
            "baseAsset": "BTC",
            "baseAssetPrecision": 8,
            "quoteAsset": "USDT",
            "quotePrecision": 8,
            "quoteAssetPrecision": 8,
            "baseCommissionPrecision": 8,
            "quoteCommissionPrecision": 8,
            "orderTypes": ["LIMIT", "MARKET"],
            "icebergAllowed": True,
            "ocoAllowed": True,
            "quoteOrderQtyMarketAllowed": True,
            "isSpotTradingAllowed": True,
            "isMarginTradingAllowed": False,
            "permissions": ["SPOT"],
            "permissionSets": [["SPOT"]],
            "filters": [
                {"filterType": "PRICE_FILTER", "minPrice": "0.01", "maxPrice": "1000000.00", "tickSize": "0.01"},
                {"filterType": "LOT_SIZE", "minQty": "0.00001", "maxQty": "9000.0", "stepSize": "0.00001"},
            ],
        }
    ],
}
