"""`dip` (docs/rules.md, 8), written from that text alone: purchases after drops, a ladder of sales over the average."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import talib

from .desk import Desk
from .signals import above, below
from .units import BUY, SELL, to_decimal
from .venue import LIMIT, MARKET, Order

DEFAULTS: dict[str, Any] = {
    "drop": 0.03, "drop_from": "high", "window": 48, "near_top": 0, "top_window": 500, "cooldown": 12, "buys": 3,
    "growth": 0, "rebound": 0, "patience": 12, "limit_below": 0, "limit_life": 6, "knife": 0, "knife_average": 200,
    "sells": 1, "gain_1": 0.02, "gain_2": 0.04, "gain_3": 0.06, "share_1": 0.5, "share_2": 0.25, "arm": 0,
    "trail": 0.01, "min_gain": 0.005,
}  # fmt: skip


class Dip:
    """Slot 0 buys, slots 1 to 3 sell; slot 1 also sells all by the market."""

    hears_ends = True
    slots = 4
    prices = ("last", "low", "top")

    def __init__(self, params: dict[str, Any], desk: Desk) -> None:
        self.p = {**DEFAULTS, **params}
        highs = np.array(desk.highs, dtype=np.float64)
        closes = np.array(desk.closes, dtype=np.float64)
        self.high = talib.MAX(highs, timeperiod=int(self.p["window"])).tolist()
        self.ceiling = talib.MAX(highs, timeperiod=int(self.p["top_window"])).tolist() if self.p["near_top"] else None
        self.usual = talib.SMA(closes, timeperiod=int(self.p["knife_average"])).tolist() if self.p["knife"] else None
        self.parts = 0.0
        self.rest = self.age = 0
        self.depth = 0.0
        self._forget()

    def _forget(self) -> None:
        """As before its first purchase."""
        self.bought, self.used, self.last = 0, 0.0, 0.0
        self.low: float | None = None
        self.top: float | None = None
        self.selling = self.relay = False

    def on_start(self, desk: Desk) -> None:
        """It starts flat."""

    def on_close(self, desk: Desk) -> None:
        """Sales before purchases."""
        columns = [one for one in (self.high, self.ceiling, self.usual) if one is not None]
        if any(math.isnan(one[desk.at]) for one in columns):
            return
        self.rest = max(0, self.rest - 1)
        if self._sells_all(desk):
            return
        if self.relay:
            self._lay(desk)
        if desk.table.row(0).stands:
            self.age += 1
            if self.age >= self.p["limit_life"]:
                desk.table.withdraw(0)
        else:
            self._look(desk)

    def _sells_all(self, desk: Desk) -> bool:
        if self.selling:
            if desk.table.row(1).stands:
                return True
            self.selling, self.top, self.relay = False, None, True
        if desk.book.lots <= 0 or not self.p["arm"]:
            return False
        close, entry = desk.closes[desk.at], self._entry(desk)
        if self.top is not None or not below(close, entry * (1 + self.p["arm"])):
            self.top = max(self.top or 0.0, close)
        if self.top is None or not below(close, self.top * (1 - self.p["trail"])):
            return False
        if not above(close, entry * (1 + self.p["min_gain"])):
            return False
        for slot in range(self.slots):
            desk.table.withdraw(slot)
        self.low, self.selling = None, True
        desk.table.want(1, SELL, MARKET, desk.book.lots, desk.book.close, fresh=True, reduce_only=True, tag="trail")
        return True

    def _look(self, desk: Desk) -> None:
        p, close = self.p, desk.closes[desk.at]
        origin = self.high[desk.at]
        if p["drop_from"] == "last_buy" and self.last:
            origin = self.last
        elif p["drop_from"] == "average" and desk.book.lots > 0:
            origin = self._entry(desk)
        depth = 1 - close / origin
        fit = self.bought < p["buys"] and self.used < p["buys"]
        if self.ceiling and above(close, self.ceiling[desk.at] * (1 - p["near_top"])):
            fit = False
        if self.usual and below(close, self.usual[desk.at] * (1 - p["knife"])):
            fit = False
        if self.low is not None:
            self.age += 1
            self.low = min(self.low, desk.lows[desk.at])
            self.depth = max(self.depth, depth)
            if not below(close, self.low * (1 + p["rebound"])):
                self.low = None
                if fit:
                    self._buy(desk, self.depth)
            elif self.age >= p["patience"]:
                self.low, self.rest = None, p["cooldown"]
        elif fit and not self.rest and not below(depth, p["drop"]):
            if p["rebound"]:
                self.low, self.depth, self.age = desk.lows[desk.at], depth, 0
            else:
                self._buy(desk, depth)

    def _buy(self, desk: Desk, depth: float) -> None:
        p, close = self.p, desk.closes[desk.at]
        self.parts = min(max(1.0, 1 + p["growth"] * (depth / p["drop"] - 1)), p["buys"] - self.used)
        ticks = 0
        if p["limit_below"]:
            ticks = math.floor(close * (1 - p["limit_below"]) / float(to_decimal(desk.market.tick)) + 0.5)
        whole = desk.sizing.row_lots(desk.market, ticks or desk.book.close, int(p["buys"]))
        kind = LIMIT if ticks else MARKET
        lots = math.floor(whole * self.parts)
        desk.table.want(0, BUY, kind, lots, desk.book.close, fresh=True, price=ticks, tag="dip")
        self.age, self.rest = 0, p["cooldown"]

    def on_fill(self, desk: Desk, order: Order, received: int) -> None:  # noqa: ARG002
        """A purchase lays the ladder anew; a sale of the last whole lot ends it all."""
        if order.slot == 0:
            if self.parts:
                self.used += self.parts
                self.bought += 1
                self.parts = 0.0
            self.last = float(desk.fill_ticks * desk.market.tick)
            self.top, self.selling = None, False
            self._lay(desk)
        elif not desk.book.lots:
            for slot in range(self.slots):
                desk.table.withdraw(slot)
            self._forget()
            self.rest = self.p["cooldown"]

    def on_end(self, desk: Desk, order: Order) -> None:  # noqa: ARG002
        """A sale that the venue ended is asked for again with the whole ladder."""
        if 0 < order.slot < self.slots:
            self.relay = True

    def _lay(self, desk: Desk) -> None:
        self.relay = False
        held = left = max(0, desk.book.lots)
        steps = int(self.p["sells"])
        tick = float(to_decimal(desk.market.tick))
        for k in range(3):
            lots = ticks = 0
            if k < steps and left:
                last = k == steps - 1
                lots = left if last else min(left, math.floor(held * self.p[f"share_{k + 1}"]))
                left -= lots
                ticks = math.ceil(self._entry(desk) * (1 + self.p[f"gain_{k + 1}"]) / tick - 1e-6)
            desk.table.want(
                1 + k, SELL, LIMIT, lots, desk.book.close, fresh=True, price=ticks, reduce_only=True, tag="ladder"
            )

    def _entry(self, desk: Desk) -> float:
        """The average price of what is held."""
        book = desk.book
        return book.cost / (book.position * desk.market.value) * float(to_decimal(desk.market.tick))
