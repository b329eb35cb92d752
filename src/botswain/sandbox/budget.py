"""Request weight by address and unfilled orders by account, in fixed windows; 429, and 418 for who does not stop.

Windows begin at whole minutes, ten seconds and days of the server's time. A fill gives an order's place back.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from botswain.sandbox.refusals import Refused

MINUTE_MS = 60_000
TEN_SECONDS_MS = 10_000
FIVE_MINUTES_MS = 300_000
DAY_MS = 86_400_000
BAN_AFTER = 10
BAN_S = 120


@dataclass(frozen=True, slots=True)
class Allowed:
    """How much is allowed."""

    weight: int = 6_000
    orders_10s: int = 100
    orders_day: int = 200_000
    raw: int = 300_000
    connections: int = 300


@dataclass(slots=True)
class Window:
    """A count that starts again with every window."""

    length_ms: int
    start: int = -1
    count: int = 0

    def add(self, amount: int, now_ms: int) -> int:
        """Add and return the count of the window that holds `now_ms`."""
        start = now_ms // self.length_ms
        if start != self.start:
            self.start, self.count = start, 0
        self.count = max(self.count + amount, 0)
        return self.count

    def left_s(self, now_ms: int) -> int:
        """Seconds until the next window, rounded up."""
        return (self.length_ms - now_ms % self.length_ms + 999) // 1000


@dataclass
class Budget:
    """What addresses and accounts have used."""

    allowed: Allowed = field(default_factory=Allowed)
    weights: dict[str, Window] = field(default_factory=dict)
    over: dict[str, int] = field(default_factory=dict)
    banned: dict[str, int] = field(default_factory=dict)
    orders: dict[str, tuple[Window, Window]] = field(default_factory=dict)
    raw: dict[str, Window] = field(default_factory=dict)
    connections: dict[str, Window] = field(default_factory=dict)

    def charge(self, address: str, weight: int, now_ms: int) -> int:
        """Count a request. Raises Refused 429 over the limit and 418 for who goes on. Returns the weight used."""
        until = self.banned.get(address, 0)
        if until > now_ms:
            raise banned(until, now_ms)
        window = self.weights.setdefault(address, Window(MINUTE_MS))
        used = window.add(weight, now_ms)
        raw = self.raw.setdefault(address, Window(FIVE_MINUTES_MS)).add(1, now_ms)
        if used <= self.allowed.weight and raw <= self.allowed.raw:
            self.over.pop(address, None)
            return used
        self.over[address] = self.over.get(address, 0) + 1
        if self.over[address] > BAN_AFTER:
            self.over.pop(address)
            self.banned[address] = now_ms + BAN_S * 1000
            raise banned(self.banned[address], now_ms)
        text = (
            f"Too much request weight used; current limit is {self.allowed.weight} request weight per 1 MINUTE. "
            "Please use WebSocket Streams for live updates to avoid polling the API."
        )
        raise Refused((-1003, text), 429, retry_after=window.left_s(now_ms))

    def connect(self, address: str, now_ms: int) -> None:
        """Count a new WebSocket connection. Raises Refused 429."""
        window = self.connections.setdefault(address, Window(FIVE_MINUTES_MS))
        if window.add(1, now_ms) > self.allowed.connections:
            raise Refused((-1003, "Too many connections."), 429, retry_after=window.left_s(now_ms))

    def used(self, address: str, now_ms: int) -> int:
        """The weight an address has used in this minute."""
        return self.weights.setdefault(address, Window(MINUTE_MS)).add(0, now_ms)

    def give_back(self, address: str, weight: int, now_ms: int) -> None:
        """Successful placements and cancels cost nothing."""
        self.weights[address].add(-weight, now_ms)

    def check_orders(self, account: str, more: int, now_ms: int) -> None:
        """Raises Refused 429 -1015 where so many more orders are over a limit."""
        limits = (self.allowed.orders_10s, "10 SECOND"), (self.allowed.orders_day, "1 DAY")
        for window, (limit, span) in zip(self.windows(account), limits, strict=True):
            if window.add(0, now_ms) + more > limit:
                text = f"Too many new orders; current limit is {limit} orders per {span}."
                raise Refused((-1015, text), 429, retry_after=window.left_s(now_ms))

    def count_orders(self, account: str, change: int, now_ms: int) -> None:
        """Orders were accepted, or (negative) filled."""
        for window in self.windows(account):
            window.add(change, now_ms)

    def order_counts(self, account: str, now_ms: int) -> tuple[int, int]:
        """Unfilled orders of the ten seconds and the day."""
        short, day = self.windows(account)
        return short.add(0, now_ms), day.add(0, now_ms)

    def windows(self, account: str) -> tuple[Window, Window]:
        """An account's windows."""
        return self.orders.setdefault(account, (Window(TEN_SECONDS_MS), Window(DAY_MS)))

    def limits(self) -> list[dict[str, Any]]:
        """exchangeInfo.rateLimits."""
        one = self.allowed
        return [
            self.weight_limit(),
            limit("ORDERS", "SECOND", 10, one.orders_10s),
            limit("ORDERS", "DAY", 1, one.orders_day),
            limit("RAW_REQUESTS", "MINUTE", 5, one.raw),
        ]

    def weight_limit(self) -> dict[str, Any]:
        """The first of them."""
        return limit("REQUEST_WEIGHT", "MINUTE", 1, self.allowed.weight)

    def order_limits(self, account: str, now_ms: int) -> list[dict[str, Any]]:
        """The ORDERS limits with what is used."""
        counts = self.order_counts(account, now_ms)
        return [one | {"count": count} for one, count in zip(self.limits()[1:3], counts, strict=True)]


def limit(kind: str, interval: str, number: int, most: int) -> dict[str, Any]:
    """One limit."""
    return {"rateLimitType": kind, "interval": interval, "intervalNum": number, "limit": most}


def banned(until_ms: int, now_ms: int) -> Refused:
    """The answer to a banned address."""
    text = (
        f"Way too much request weight used; IP banned until {until_ms}. "
        "Please use WebSocket Streams for live updates to avoid bans."
    )
    return Refused((-1003, text), 418, retry_after=(until_ms - now_ms + 999) // 1000)
