"""`botswain sandbox` as a process of its own, and its books as anybody sees them: the control door and signed reads.

The reads share no code with the venue adapter, so that what the adapter gets wrong cannot hide here.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import time
from contextlib import contextmanager
from dataclasses import dataclass
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import Request, urlopen

from tests.scenarios.commands import Command

from botswain.sandbox.control import made_key

PAGE = 1_000
ANSWER_S = 30.0


@dataclass
class Venue:
    """A running exchange."""

    process: Command
    port: int

    def asked(self, method: str, path: str, body: bytes | None = None, key: str = "") -> object:
        """An answer's JSON."""
        headers = {"X-MBX-APIKEY": key} if key else {}
        request = Request(f"http://127.0.0.1:{self.port}{path}", body, headers, method=method)
        try:
            with urlopen(request, timeout=ANSWER_S) as answer:
                return json.loads(answer.read())
        except HTTPError as error:
            raise AssertionError(f"{method} {path.partition('?')[0]}: {error.code} {error.read().decode()}") from None

    def control(self, method: str, path: str, **body: object) -> object:
        """The control door."""
        return self.asked(method, f"/sandbox/{path}", json.dumps(body).encode() if method == "POST" else None)

    def step(self, candles: int = 1) -> int:
        """Move the market on; its time."""
        return int(self.control("POST", "step", candles=candles)["market_ms"])

    def open_account(self, name: str, **balances: str) -> None:
        """Another account."""
        self.control("POST", "accounts", name=name, balances=balances)

    def signed(self, account: str, path: str, **params: object) -> object:
        """A signed read."""
        key = made_key(account)
        query = urlencode({**params, "recvWindow": 60_000, "timestamp": time.time_ns() // 1_000_000})
        signature = hmac.new(key.secret.encode(), query.encode(), hashlib.sha256).hexdigest()
        return self.asked("GET", f"/api/v3/{path}?{query}&signature={signature}", key=key.api_key)

    def pages(self, account: str, path: str, symbol: str, first: str, number: str) -> list[dict[str, object]]:
        """A whole list, page by page from an id on."""
        found: list[dict[str, object]] = []
        after = 0
        while True:
            page = self.signed(account, path, symbol=symbol, limit=PAGE, **{first: after})
            found += page
            if len(page) < PAGE:
                return found
            after = page[-1][number] + 1

    def orders(self, account: str, symbol: str) -> list[dict[str, object]]:
        """Every order there ever was."""
        return self.pages(account, "allOrders", symbol, "orderId", "orderId")

    def trades(self, account: str, symbol: str) -> list[dict[str, object]]:
        """Every fill there ever was."""
        return self.pages(account, "myTrades", symbol, "fromId", "id")

    def standing(self, account: str) -> dict[str, object]:
        """An account in the exchange's own books."""
        return self.control("GET", "status")["accounts"][account]


@contextmanager
def venue(home, *arguments):
    """An exchange until the block ends, with no limits of requests that a busy machine could meet."""
    with Command(home, "sandbox", "sandbox", "--port", 0, *arguments) as process:
        process.until("account ")
        port = int(process.said().split("http://127.0.0.1:")[1].split()[0])
        found = Venue(process, port)
        found.control("POST", "limits", weight=10_000_000, raw=10_000_000, orders_10s=1_000_000, orders_day=10_000_000)
        yield found
