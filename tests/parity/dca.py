"""`dca` by docs/rules.md, 8: deals with safety orders and one exit for all, or the money by the clock.

Prices and distances are exact fractions; what the rules say is done in float64 is done so.
"""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Any

import talib

from .desk import Desk
from .rows import Row
from .signals import above, below, column
from .units import BUY, SELL
from .venue import LIMIT, MARKET, STOP, Order

IDLE, OPENING, OPEN, CLOSING = "idle", "opening", "open", "closing"
DEFAULTS: dict[str, Any] = {
    "kind": "deals", "direction": "long", "start": "at_once", "rsi_period": 14, "rsi_level": 30, "average_period": 50,
    "average_distance": 0.02, "safety_orders": 5, "active": 3, "step": 0.015, "step_scale": 1.3, "volume": 1,
    "volume_scale": 1.5, "take_profit": 0.015, "share": 0.5, "take_profit_2": 0, "share_2": 0.25, "take_profit_3": 0,
    "take_profit_from": "average", "trailing": 0, "stop": 0, "break_even": False, "stop_after_loss": False,
    "close_after": 0, "cooldown": 0, "deals": 0, "min_price": 0, "max_price": 0, "every": 24, "parts": 10, "dip": 0,
    "dip_window": 50, "dip_factor": 2,
}  # fmt: skip
NEAR = Fraction(1, 10**6)


def exact(value: Any) -> Fraction:
    """A setting as the decimal that a person wrote."""
    return Fraction(str(value))


def roughly_down(x: float) -> int:
    """floor'."""
    return math.floor(x + 1e-6)


def to_tick(ticks: Fraction, up: bool) -> int:
    """A price in ticks to the tick, but to the nearest where it nearly is there."""
    nearest = round(ticks)
    if abs(ticks - nearest) <= NEAR:
        return max(1, nearest)
    return max(1, math.ceil(ticks) if up else math.floor(ticks))


class Dca:
    """One symbol's deals."""

    hears_ends = False

    def __init__(self, params: dict[str, Any], desk: Desk) -> None:
        self.p = DEFAULTS | params
        p = self.p
        self.by_clock = p["kind"] == "time"
        self.d = -1 if p["direction"] == "short" else 1
        self.side = BUY if self.d > 0 else SELL
        self.against = SELL if self.d > 0 else BUY
        self.n = 0 if self.by_clock else int(p["safety_orders"])
        self.slots = self.n + 8
        self.far = [exact(p[name]) for name in ("take_profit", "take_profit_2", "take_profit_3")]
        self.steps = 1 if not self.far[1] else 2 if not self.far[2] else 3
        self.taker = Fraction(desk.market.instrument.taker_fee)
        closes = column(desk.closes)
        if self.by_clock:
            self.series = talib.MAX(closes, timeperiod=int(p["dip_window"])).tolist()
        elif p["start"] == "rsi":
            self.series = talib.RSI(closes, timeperiod=int(p["rsi_period"])).tolist()
        else:
            self.series = talib.SMA(closes, timeperiod=int(p["average_period"])).tolist()
        self.stage = IDLE
        self.over = self.safe = self.armed = self.together = False
        self.rest = self.wait = self.opened = self.age = self.best = self.first = self.placed = self.hit = 0
        self.used = 0.0
        self.outstanding = 0.0
        self.done = [False] * 3
        self.line: list[int] = []
        self.lots: list[int] = []

    def on_start(self, desk: Desk) -> None:
        """It begins with a close."""

    def on_end(self, desk: Desk, order: Order) -> None:
        """It does not ask for ends."""

    def on_close(self, desk: Desk) -> None:
        """Rest, look after what there is, then open or buy."""
        rested = self.rest == 0
        self.rest = max(0, self.rest - 1)
        self._look_after(desk)
        if self.by_clock:
            self.wait = max(0, self.wait - 1)
        if not rested or self.rest or self.over or not self._in_band(desk):
            return
        room = not self.p["deals"] or self.opened < self.p["deals"]
        if self.by_clock:
            if self.stage != CLOSING and not self.wait and not self.outstanding and self.used < self.p["parts"]:
                if self.used > 0 or room:
                    self._buy_part(desk)
        elif self.stage == IDLE and room and self._starts(desk):
            self._begin(desk)

    def on_fill(self, desk: Desk, order: Order, received: int) -> None:  # noqa: ARG002
        """What a fill does to the deal."""
        slot = order.slot
        if self.stage == IDLE and slot > self.n:
            return
        filled = self._row(desk, slot).done and self._row(desk, slot).rev == order.rev
        if slot == 0:
            self.outstanding = 0
        if slot <= self.n and self.stage in (IDLE, OPENING):
            self._first_fill(desk, slot)
        elif 1 <= slot <= self.n:
            self.armed = False
            self.hit += filled
        lost = slot >= self.slots and order.tag in ("stop_loss", "trailing_stop")
        if self.n < slot <= self.n + 3 and filled:
            self.done[slot - self.n - 1] = self.safe = True
        elif self.n + 3 < slot <= self.n + 6:
            lost = True
            if filled:
                self.done[slot - self.n - 4] = True
        if desk.book.lots * self.d <= 0:
            self._end(desk, lost and not self.safe)
        elif self.stage == OPEN:
            self._place(desk)
            self._exits(desk)

    def _row(self, desk: Desk, slot: int) -> Row:
        return desk.table.row(slot)

    def _in_band(self, desk: Desk) -> bool:
        close, most = desk.closes[desk.at], self.p["max_price"]
        return not self.p["min_price"] > close and not 0 < most < close

    def _starts(self, desk: Desk) -> bool:
        now, close = self.series[desk.at], desk.closes[desk.at]
        before = self.series[desk.at - 1] if desk.at else math.nan
        if self.p["start"] == "at_once":
            return True
        if self.p["start"] == "rsi":
            level = float(self.p["rsi_level"])
            if math.isnan(before):
                return False
            if self.d > 0:
                return below(now, level) and not below(before, level)
            return above(now, 100 - level) and not above(before, 100 - level)
        away = float(self.p["average_distance"])
        return below(close, now * (1 - away)) if self.d > 0 else above(close, now * (1 + away))

    def _begin(self, desk: Desk) -> None:
        p, market = self.p, desk.market
        weights, far, step = [1.0], [Fraction(0)], exact(p["step"])
        for k in range(self.n):
            weights.append(float(p["volume"]) if k == 0 else weights[-1] * float(p["volume_scale"]))
            far.append(far[-1] + step)
            step *= exact(p["step_scale"])
        total = 0.0
        for weight in weights:
            total += weight
        close = desk.book.close
        self.line = [close] + [to_tick(close * (1 - self.d * f), self.d < 0) for f in far[1:]]
        sizes = [desk.sizing.row_lots(market, ticks, 1) for ticks in self.line]
        self.lots = [roughly_down(size * w / total) for size, w in zip(sizes, weights, strict=True)]
        cost = sum(a * b for a, b in zip(self.line, self.lots, strict=True)) * market.tick * market.lot
        cost *= 1 + self.taker
        assert desk.account is not None
        cash = desk.account.cash * market.money
        if self.d > 0 and above(float(cost), float(cash)):
            self.lots = [max(0, math.floor(one * cash / cost)) for one in self.lots]
        if not self.lots[0]:
            self.rest = max(int(p["cooldown"]), 12)
            return
        self.stage, self.opened = OPENING, self.opened + 1
        self._want(desk, 0, self.side, MARKET, self.lots[0], 0, "base")

    def _buy_part(self, desk: Desk) -> None:
        p = self.p
        self.wait = int(p["every"])
        highest = self.series[desk.at]
        dip = p["dip"] > 0 and not math.isnan(highest)
        dip = dip and not above(desk.closes[desk.at], highest * (1 - float(p["dip"])))
        weight = min(float(p["dip_factor"]) if dip else 1.0, p["parts"] - self.used)
        lots = roughly_down(desk.sizing.row_lots(desk.market, desk.book.close, 1) * weight / p["parts"])
        if lots:
            self.opened += self.used == 0
            self.used += weight
            self.outstanding = weight
            self._want(desk, 0, self.side, MARKET, lots, 0, "base")

    def _first_fill(self, desk: Desk, slot: int) -> None:
        assert desk.fill_ticks
        self.stage, self.first, self.age = OPEN, desk.fill_ticks, 0
        self.safe = self.armed = self.together = False
        self.done = [False] * 3
        self.placed = self.hit = self.n if slot else 0

    def _place(self, desk: Desk) -> None:
        for slot in range(1, self.placed + 1):
            row = self._row(desk, slot)
            if row.ended and row.ended != "BELOW_MINIMUM":
                desk.table.again(slot, desk.book.close)
        while self.placed < self.n and self.placed - self.hit < self.p["active"]:
            self.placed += 1
            lots = self.lots[self.placed]
            if lots:
                self._want(desk, self.placed, self.side, LIMIT, lots, self.line[self.placed], "safety")
            else:
                self.hit += 1

    def _share(self, k: int) -> float:
        shares = [float(self.p["share"]), float(self.p["share_2"])][: self.steps - 1]
        if k < len(shares):
            return shares[k]
        rest = 1.0
        for one in shares:
            rest -= one
        return rest

    def _exits(self, desk: Desk) -> None:
        if all(self.done[: self.steps]):
            self.done[self.steps - 1] = False
        waits = [k for k in range(self.steps) if not self.done[k]]
        rest = 0.0
        for k in waits:
            rest += self._share(k)
        left = abs(desk.book.lots)
        stop = self._stop(desk)
        for k in range(self.steps):
            lots = 0
            if k in waits:
                last = self.together or k == self.steps - 1
                lots = left if last else roughly_down(left * self._share(k) / rest)
                left -= lots
                rest -= self._share(k)
            trails = self.p["trailing"] > 0 and k == self.steps - 1
            limited = lots if self.far[k] and not trails else 0
            self._lay(desk, self.n + 1 + k, LIMIT, limited, self._profit_line(desk, k), k + 1, "profit")
            self._lay(desk, self.n + 4 + k, STOP, lots if stop else 0, stop, k + 1, "stop")

    def _lay(self, desk: Desk, slot: int, kind: str, lots: int, ticks: int, group: int, tag: str) -> None:
        row = self._row(desk, slot)
        spent = row.done or bool(row.ended) or row.small
        if lots:
            whole = lots + (0 if spent else row.filled)
            self._want(desk, slot, self.against, kind, whole, ticks, tag, fresh=spent, link=group, reduce_only=True)
        elif spent:
            self._anew(desk, slot)
        else:
            desk.table.withdraw(slot)

    def _want(
        self, desk: Desk, slot: int, side: int, kind: str, lots: int, ticks: int, tag: str, *, fresh: bool = True,
        **more: Any,
    ) -> None:  # fmt: skip
        where = {"price": ticks} if kind == LIMIT else {"trigger": ticks}
        fresh = fresh or not self._row(desk, slot).rev
        desk.table.want(slot, side, kind, lots, desk.book.close, fresh=fresh, tag=tag, **where, **more)

    def _anew(self, desk: Desk, slot: int) -> None:
        desk.table.withdraw(slot)
        row = self._row(desk, slot)
        row.rev += 1
        row.filled, row.ended, row.done = 0, "", False

    def _entry(self, desk: Desk) -> Fraction:
        return Fraction(desk.book.cost, abs(desk.book.position) * desk.market.value)

    def _profit_line(self, desk: Desk, k: int) -> int:
        origin = Fraction(self.first) if self.p["take_profit_from"] == "first" else self._entry(desk)
        return to_tick(origin * (1 + self.d * self.far[k]), self.d > 0)

    def _stop(self, desk: Desk) -> int:
        if self.p["break_even"] and self.safe:
            return to_tick(self._entry(desk) * (1 + self.d * 2 * self.taker), self.d > 0)
        if self.p["stop"]:
            return to_tick(self.first * (1 - self.d * exact(self.p["stop"])), self.d > 0)
        return 0

    def _look_after(self, desk: Desk) -> None:
        base, out = self._row(desk, 0), self._row(desk, self.n + 7)
        if self.outstanding and (base.ended or base.small):
            self.used -= self.outstanding
            self.outstanding = 0
            if self.stage == IDLE and self.used == 0:
                self.opened -= 1
        if self.stage == OPENING and (base.ended or base.small):
            self.stage, self.opened = IDLE, self.opened - 1
            self.rest = max(int(self.p["cooldown"]), 12)
        elif self.stage == OPEN:
            self.age += 1
            if 0 < self.p["close_after"] <= self.age or (self.p["trailing"] > 0 and self._turned(desk)):
                self.stage = CLOSING
                for slot in range(self.slots):
                    desk.table.withdraw(slot)
                self._close(desk)
            else:
                self._mend(desk)
        elif self.stage == CLOSING:
            if out.small or out.ended == "BELOW_MINIMUM":
                self._end(desk, False)
            elif out.ended or out.done:
                self._close(desk)

    def _mend(self, desk: Desk) -> None:
        waits = [k for k in range(self.steps) if not self.done[k]]
        rows = [self._row(desk, slot + k) for k in waits for slot in (self.n + 1, self.n + 4)]
        small = any(row.small or row.ended == "BELOW_MINIMUM" for row in rows)
        if small and (len(waits) == 1 or self.together):
            self._end(desk, False)
        elif small or any(row.ended for row in rows):
            self.together = self.together or small
            self._exits(desk)

    def _turned(self, desk: Desk) -> bool:
        close = desk.book.close
        if not self.armed:
            if close * self.d < self._profit_line(desk, self.steps - 1) * self.d:
                return False
            self.armed, self.best = True, close
        self.best = max(self.best * self.d, close * self.d) * self.d
        line = to_tick(self.best * (1 - self.d * exact(self.p["trailing"])), self.d > 0)
        return close * self.d <= line * self.d

    def _close(self, desk: Desk) -> None:
        self._want(desk, self.n + 7, self.against, MARKET, abs(desk.book.lots), 0, "close", reduce_only=True)

    def _end(self, desk: Desk, lost: bool) -> None:
        for slot in range(self.slots):
            self._anew(desk, slot)
        self.stage, self.rest, self.wait = IDLE, int(self.p["cooldown"]), 0
        self.used = self.outstanding = 0.0
        self.over = self.over or (lost and bool(self.p["stop_after_loss"]))
