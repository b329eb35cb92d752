"""A symbol's order book, kept from one snapshot and the differences after it.

The rule: buffer differences, take a snapshot; one that is older than the first buffered difference is taken again;
differences that end at or before it are dropped; the first that is applied must contain the snapshot's next id; after
that each must begin where the last one ended, otherwise the book is dropped and everything begins again.
"""

from __future__ import annotations

from bisect import bisect_left, insort
from collections import deque
from decimal import Decimal
from enum import Enum

from botswain.model.market_events import DepthDiff, DepthSnapshot, Level

MOST_BUFFERED = 10_000


class Step(Enum):
    """What became of a difference or a snapshot."""

    BUFFERED = "buffered"  # kept until a snapshot comes
    STALE = "stale"  # older than the book
    APPLIED = "applied"
    SNAPSHOT_TOO_OLD = "snapshot_too_old"  # take another
    GAP = "gap"  # something was missed: the book is empty, take a snapshot


class LocalBook:
    """The book. It is known only while `known`; then `last_id` is the id of the last change in it."""

    def __init__(self) -> None:
        self.bids = _Side(descending=True)
        self.asks = _Side(descending=False)
        self.last_id = 0
        self.known = False
        self._fresh = False  # a snapshot was taken, nothing has been applied to it yet
        self._buffer: deque[DepthDiff] = deque()

    def snapshot(self, found: DepthSnapshot) -> Step:
        """Begin from a snapshot and what was buffered. SNAPSHOT_TOO_OLD and GAP ask for another."""
        if self._buffer and found.last_id < self._buffer[0].first_id:
            return Step.SNAPSHOT_TOO_OLD
        self.bids.load(found.bids)
        self.asks.load(found.asks)
        self.last_id, self.known, self._fresh = found.last_id, True, True
        waiting, self._buffer = self._buffer, deque()
        step = Step.APPLIED
        for one in waiting:
            found_step = self.apply(one)
            step = Step.GAP if Step.GAP in (step, found_step) else Step.APPLIED
        return step

    def apply(self, diff: DepthDiff) -> Step:
        """Take a difference. After GAP the book is unknown and a snapshot is needed; this difference is kept."""
        if not self.known:
            if len(self._buffer) >= MOST_BUFFERED:
                self._buffer.clear()
            self._buffer.append(diff)
            return Step.BUFFERED
        if diff.last_id <= self.last_id:
            return Step.STALE
        expected = self.last_id + 1
        joins = diff.first_id <= expected <= diff.last_id if self._fresh else diff.first_id == expected
        if not joins:
            self.reset()
            self._buffer.append(diff)
            return Step.GAP
        self.bids.change(diff.bids)
        self.asks.change(diff.asks)
        self.last_id, self._fresh = diff.last_id, False
        return Step.APPLIED

    def reset(self) -> None:
        """Forget everything: after a reconnect, or where something was missed."""
        self.known, self._fresh, self.last_id = False, False, 0
        self._buffer.clear()
        self.bids.load(())
        self.asks.load(())

    @property
    def crossed(self) -> bool:
        """Whether the best bid is at or above the best ask, which a true book never shows."""
        bid, ask = self.bids.best, self.asks.best
        return bid is not None and ask is not None and bid[0] >= ask[0]


class _Side:
    """One side's levels: quantities by price, and the prices sorted with the best one last."""

    def __init__(self, *, descending: bool) -> None:
        self._sign = 1 if descending else -1
        self._keys: list[Decimal] = []
        self._qty: dict[Decimal, Decimal] = {}

    def load(self, levels: tuple[Level, ...]) -> None:
        self._qty = {price * self._sign: qty for price, qty in levels if qty}
        self._keys = sorted(self._qty)

    def change(self, levels: tuple[Level, ...]) -> None:
        for price, qty in levels:
            key = price * self._sign
            if qty:
                if key not in self._qty:
                    insort(self._keys, key)
                self._qty[key] = qty
            elif self._qty.pop(key, None) is not None:
                del self._keys[bisect_left(self._keys, key)]

    @property
    def best(self) -> Level | None:
        """The best level, or None for an empty side."""
        if not self._keys:
            return None
        key = self._keys[-1]
        return key * self._sign, self._qty[key]

    def top(self, count: int) -> tuple[Level, ...]:
        """The best `count` levels, best first."""
        keys = self._keys[-count:] if count > 0 else []
        return tuple((key * self._sign, self._qty[key]) for key in reversed(keys))

    def __len__(self) -> int:
        return len(self._keys)
