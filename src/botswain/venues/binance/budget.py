"""What one address may still ask of the venue, shared by all accounts behind it, with a reserve for cancels and stops.

The venue counts weight in fixed minutes of its clock and says its count with every reply; requests on their way are
counted here until their reply tells. 429 stops everything until Retry-After; 418 is a ban and stops everything too:
going on would lengthen it. Pure: the venue's time is an argument.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from botswain.model.weights import Used
from botswain.venues.binance.facts import MINUTE_MS, ORDERS_10S_LIMIT, ORDERS_DAY_LIMIT, WEIGHT_LIMIT
from botswain.venues.binance.requests import Call
from botswain.venues.binance.rules import RateLimit

RESERVE_SHARE = 0.2
BAN_S, PAUSE_S = 120, 60  # where a 418 or 429 does not say how long
WINDOWS_MS = {"10s": 10_000, "1d": 86_400_000}
WEIGHT_HEADER = "x-mbx-used-weight-1m"
COUNT_HEADER = "x-mbx-order-count-"


@dataclass(frozen=True, slots=True)
class Wait:
    """Not now: ask again in wait_ms. banned: the venue has shut this address out."""

    wait_ms: int
    why: str
    banned: bool = False


class Budget:
    """The budget of one address.

    limit    weight a minute
    reserve  weight of it that only urgent calls may use
    """

    def __init__(self, limit: int = WEIGHT_LIMIT, reserve: int | None = None) -> None:
        self.limit = limit
        self.reserve = int(limit * RESERVE_SHARE) if reserve is None else reserve
        self.order_limits = {"10s": ORDERS_10S_LIMIT, "1d": ORDERS_DAY_LIMIT}
        self._minute = -1
        self._told = 0  # the venue's own count in this minute
        self._spent = 0  # ours, since its count was last heard
        self._stopped_until_ms = 0
        self._why = ""
        self._banned = False
        self._counts: dict[tuple[str, str], tuple[int, int]] = {}  # (account, window) -> (window number, count)

    def learn(self, limits: Iterable[RateLimit]) -> None:
        """Take the limits that exchangeInfo tells; the reserve keeps its share."""
        for one in limits:
            if one.kind == "REQUEST_WEIGHT" and one.window_ms == MINUTE_MS and one.limit > 0:
                self.reserve = self.reserve * one.limit // max(self.limit, 1)
                self.limit = one.limit
            for name, length_ms in WINDOWS_MS.items():
                if one.kind == "ORDERS" and one.window_ms == length_ms:
                    self.order_limits[name] = one.limit

    def ask(self, call: Call, account: str, venue_ms: int) -> Wait | None:
        """Spend the weight of a call, or say how long to wait; then nothing is spent."""
        self._turn(venue_ms)
        if venue_ms < self._stopped_until_ms:
            return Wait(self._stopped_until_ms - venue_ms, self._why, self._banned)
        most = self.limit if call.urgent else self.limit - self.reserve
        if self.used + call.weight > most:
            why = f"{self.used} of {self.limit} weight is used this minute, {call.path} needs {call.weight}"
            return Wait(MINUTE_MS - venue_ms % MINUTE_MS, why)
        full = self._full(call, account, venue_ms)
        if full is not None:
            return full
        self._spent += call.weight
        self._count(call, account, venue_ms)
        return None

    def heard(self, call: Call, account: str, status: int, headers: Mapping[str, str], venue_ms: int) -> None:
        """Take what a reply says. headers: names lower case."""
        self._turn(venue_ms)
        told = whole(headers.get(WEIGHT_HEADER))
        self._spent = max(self._spent - call.weight, 0)
        # Replies overtake each other: within a minute the venue's count only grows.
        self._told = max(self._told, told) if told is not None else self._told + call.weight
        for name, length_ms in WINDOWS_MS.items():
            count = whole(headers.get(COUNT_HEADER + name))
            if count is not None:
                self._counts[account, name] = venue_ms // length_ms, count
        if status in (418, 429):
            self._stop(status, whole(headers.get("retry-after")), venue_ms)

    def lost(self, call: Call) -> None:
        """A call that was never answered has been counted by the venue all the same, perhaps."""
        self._spent = max(self._spent - call.weight, 0)
        self._told += call.weight

    def last(self, address: str) -> Used:
        """What the venue said last, for another process behind the same address of ours."""
        return Used(address, self._minute, self._told, self._stopped_until_ms, self._banned, self._why)

    def told(self, used: Used) -> None:
        """Reckon with what another process heard: the greater figure of a window counts, and the longer stop."""
        if used.window > self._minute:
            # The other's reply may be the first of a minute that our clock has not begun.
            self._minute, self._told = used.window, used.weight
        elif used.window == self._minute:
            self._told = max(self._told, used.weight)
        if used.until_ms > self._stopped_until_ms:
            self._stopped_until_ms, self._banned, self._why = used.until_ms, used.banned, used.why

    @property
    def used(self) -> int:
        """Weight used this minute, what is on its way included."""
        return self._told + self._spent

    @property
    def banned(self) -> bool:
        """Whether the last stop was a ban."""
        return self._banned

    def _turn(self, venue_ms: int) -> None:
        minute = venue_ms // MINUTE_MS
        # A minute back is a clock that was measured better; more is one that was set, and no minute lasts that long.
        if minute > self._minute or minute < self._minute - 1:
            # What is on its way may be counted in the new minute: it stays in _spent.
            self._minute, self._told = minute, 0
        if self._stopped_until_ms <= venue_ms:
            self._banned = False

    def _full(self, call: Call, account: str, venue_ms: int) -> Wait | None:
        """Whether the account's unfilled orders are at their limit. Cancels count nothing."""
        if not call.counts:
            return None
        for name, length_ms in WINDOWS_MS.items():
            window, count = self._counts.get((account, name), (-1, 0))
            if window == venue_ms // length_ms and count + call.counts > self.order_limits[name]:
                why = f"{count} of {self.order_limits[name]} unfilled orders in {name} on account {account}"
                return Wait(length_ms - venue_ms % length_ms, why)
        return None

    def _count(self, call: Call, account: str, venue_ms: int) -> None:
        """Count orders that are on their way; the reply's own count takes the place of ours."""
        for name, length_ms in WINDOWS_MS.items():
            window, count = self._counts.get((account, name), (-1, 0))
            here = venue_ms // length_ms
            if call.counts:
                self._counts[account, name] = here, call.counts + (count if window == here else 0)

    def _stop(self, status: int, retry_after_s: int | None, venue_ms: int) -> None:
        seconds = retry_after_s if retry_after_s is not None else (BAN_S if status == 418 else PAUSE_S)
        self._stopped_until_ms = max(self._stopped_until_ms, venue_ms + seconds * 1_000)
        self._banned = self._banned or status == 418
        self._why = f"the venue answered {status}: {'banned' if self._banned else 'paused'} for {seconds} s"


@dataclass(frozen=True, slots=True)
class Gauge:
    """A budget under the address of the venue that it is of."""

    address: str
    budget: Budget

    def last(self) -> Used:
        """What the venue said last."""
        return self.budget.last(self.address)

    def told(self, used: Used) -> None:
        """Reckon with what another process heard."""
        self.budget.told(used)


def whole(text: str | None) -> int | None:
    """A header's number, or None where there is none."""
    return int(text) if text is not None and text.isascii() and text.isdigit() else None
