"""What blocks entries, worked out from fills, prices and the clock alone, and the orders of a day: docs/rules.md 7.

Nothing is read of the gate's own numbers.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from botswain.model.reasons import Reason

DAY_MS = 86_400_000
BLOCKS = (Reason.DRAWDOWN, Reason.DAILY_LOSS, Reason.COOL_DOWN, Reason.OUTSIDE_WINDOW)


class Numbers:
    """One account: its money, its positions, its losses, and what they block."""

    def __init__(self, symbols: int, capital: int, limits: dict[str, str], windows: tuple[int, ...]) -> None:
        self.limits = {name: Decimal(value) for name, value in limits.items()}
        self.windows = windows
        self.cash = self.peak = self.day_start = capital
        self.held = [0] * symbols
        self.spent = [0] * symbols  # what a round trip has cost so far
        self.equity = capital
        self.day: int | None = None
        self.halted = self.drawn_down = False
        self.losses, self.cool_until = 0, 0

    def limit(self, name: str) -> Decimal:
        """A limit as it was given."""
        return self.limits[name]

    def filled(self, s: int, side: int, lots: int, price: int, time_ms: int) -> None:
        """A fill; one that passes through zero closes a round trip and begins another."""
        self.cash -= side * lots * price
        before = self.held[s]
        closing = min(lots, abs(before)) if before * side < 0 else 0
        self.held[s] += side * lots
        self.spent[s] += side * (closing or lots) * price
        if closing and closing == abs(before):
            self.ended(-self.spent[s], time_ms)
            self.spent[s] = side * (lots - closing) * price

    def ended(self, profit: int, time_ms: int) -> None:
        """A round trip."""
        self.losses = self.losses + 1 if profit < 0 else 0
        most = int(self.limits.get("max_consecutive_losses", 0))
        if profit < 0 and most and self.losses >= most:
            self.cool_until = time_ms + int(self.limits.get("cooldown_ms", 0))
            self.losses = 0

    def closed(self, time_ms: int, prices: list[int]) -> bool:
        """A close instant. Returns whether a risk day began."""
        equity = self.equity = self.cash + sum(lots * price for lots, price in zip(self.held, prices, strict=True))
        day = (time_ms - int(self.limits.get("day_offset_ms", 0))) // DAY_MS
        turned = day != self.day
        if turned:
            self.day_start = self.day_start if self.day is None else equity
            self.day, self.halted = day, False
        self.peak = max(self.peak, equity)
        if loss := self.limits.get("max_daily_loss"):
            self.halted |= equity <= self.day_start * (1 - loss)
        if loss := self.limits.get("max_drawdown"):
            self.drawn_down |= equity <= self.peak * (1 - loss)
        return turned

    def block(self, time_ms: int) -> int:
        """The code of what blocks entries at a time, 0 for nothing."""
        shut = bool(self.windows) and sum(one <= time_ms for one in self.windows) % 2 == 0
        holds = (self.drawn_down, self.halted, time_ms < self.cool_until, shut)
        return next((int(code) for code, on in zip(BLOCKS, holds, strict=True) if on), 0)


class Day:
    """The orders of a risk day by symbol, slot and rev; those of earlier days and what a target goes on to are none."""

    def __init__(self) -> None:
        self.orders: set[tuple[int, int, int]] = set()
        self.counted: set[tuple[int, int, int]] = set()
        # What the bot has begun anew by itself.
        self.revs: dict[tuple[int, int], int] = {}

    def turn(self) -> None:
        """The next day."""
        self.counted |= self.orders
        self.orders = set()

    def count(self, s: int, rows: list[Any], entries: list[int]) -> None:
        """A symbol was judged: `entries` are the slots whose orders may open a position."""
        for slot, row in enumerate(rows):
            rev = int(row.rev)
            old = self.revs.get((s, slot), rev)
            if rev == old + 1 and row.goal and (s, slot, old) in self.orders | self.counted:
                self.counted.add((s, slot, rev))
            self.revs[s, slot] = rev
        self.orders |= {(s, slot, int(rows[slot].rev)) for slot in entries} - self.counted
