"""What a `scalper` holds and how it closes it, by docs/rules.md, 8 alone; where it quotes is in `scalper`."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import talib

from .desk import Desk
from .rows import BELOW_MINIMUM, Row
from .units import BUY, SELL, to_decimal
from .venue import LIMIT, MARKET, STOP, Order

DEFAULTS: dict[str, Any] = {
    "direction": "long", "fair": "close", "fair_period": 10, "unit": "percent", "volatility_period": 60, "levels": 3,
    "spread": 0.6, "step": 0.6, "step_scale": 1, "amount_scale": 1, "post_only": True, "refresh": 30, "tolerance": 0.8,
    "settle": 1, "keep": 0.1, "orders_hour": 0, "exit": "fills", "take_profit": 0.6, "stop": 2, "tighten": 120,
    "hold": 360, "above_cost": True, "position_profit": 0, "position_stop": 0, "max_base": 1, "target_base": 0,
    "min_base": 0, "least_size": 0.3, "price_skew": 0, "min_edge_bps": 5, "slippage_bps": 0, "min_volatility": 0,
    "max_volatility": 0, "min_volume": 0, "volume_period": 60, "buy_cooldown": 0, "sell_cooldown": 0,
    "loss_cooldown": 15, "trades_day": 0, "losses": 0, "pause": 240,
}  # fmt: skip


def roughly_down(x: float) -> int:
    """floor'."""
    return math.floor(x + 1e-6)


@dataclass
class Part:
    """What one level brought, or all of them."""

    lots: int = 0
    cost: float = 0.0
    unit: float = 0.0
    age: int = 0


@dataclass
class Ladder:
    """A side's entries: D, its first slot, and what it waits for."""

    side: int
    first: int
    wait: int = 0
    stale: bool = False


class Holding:
    """One symbol's parts, and all that the text counts."""

    hears_ends = False

    def __init__(self, params: dict[str, Any], desk: Desk) -> None:
        self.p = p = DEFAULTS | params
        self.n = int(p["levels"])
        sides = {"long": [1], "short": [-1], "both": [1, -1]}[p["direction"]]
        self.ladders = [Ladder(side, i * self.n) for i, side in enumerate(sides)]
        self.e = self.n * len(sides)
        self.by_fill, self.by_quotes = p["exit"] == "fills", p["exit"] == "quotes"
        self.x = 1 if p["exit"] == "position" else self.n
        self.out = self.e + 2 * self.x
        self.slots = self.out + 1
        self.f, step = [float(p["spread"])], p["spread"] * p["step"]
        weights = [1.0]
        for _ in range(self.n - 1):
            self.f.append(self.f[-1] + step)
            step *= p["step_scale"]
            weights.append(weights[-1] * p["amount_scale"])
        total = 0.0
        for one in weights:
            total += one
        self.shares = [one / total for one in weights]
        self.edge = float((p["min_edge_bps"] + p["slippage_bps"]) / 10_000)
        self.tick, self.lot = float(to_decimal(desk.market.tick)), float(to_decimal(desk.market.lot))
        self._read(desk)
        self.parts = [Part() for _ in range(self.n if self.by_fill else 1)]
        self.left, self.left_cost, self.side, self.average = 0, 0.0, 0, 0.0
        self.rest = self.streak = self.trades = self.orders = self.quote_age = 0
        self.day = self.hour = 0
        self.closing = self.single = self.anew = self.quiet = False
        self.laid = self.size = 0.0
        self.fees = 0.0
        self.line: dict[int, int] = {}
        self.paused, self.penalty = [0] * self.e, [0] * self.e

    def _read(self, desk: Desk) -> None:
        p = self.p
        closes = np.array(desk.closes, dtype=np.float64)
        self.average_price = self.range = self.usual = None
        if p["fair"] == "average":
            self.average_price = talib.EMA(closes, timeperiod=int(p["fair_period"]))
        if p["unit"] == "volatility" or p["min_volatility"] or p["max_volatility"]:
            highs, lows = (np.array(one, dtype=np.float64) for one in (desk.highs, desk.lows))
            self.range = talib.ATR(highs, lows, closes, timeperiod=int(p["volatility_period"]))
        if p["min_volume"]:
            volumes = np.array(desk.volumes, dtype=np.float64)
            self.usual = talib.SMA(volumes, timeperiod=int(p["volume_period"]))

    # What is read.

    def _unit(self, desk: Desk, price: float) -> float:
        if self.p["unit"] == "percent":
            return price / 100
        return self.tick if self.p["unit"] == "ticks" else float(self.range[desk.at])  # type: ignore[index]

    def _rates(self, desk: Desk) -> tuple[float, float, float]:
        """m, e and taker."""
        facts = desk.market.instrument
        m, taker = max(float(facts.maker_fee), 0.0), float(facts.taker_fee)
        return m, (m if self.p["post_only"] else max(float(facts.maker_fee), taker)), taker

    def _needed(self, desk: Desk) -> float:
        m, e, _ = self._rates(desk)
        return (e + m + self.edge) / (1 - m)

    def _to_tick(self, price: float, up: bool) -> int:
        exact = price / self.tick
        near = round(exact)
        if abs(exact - near) <= 1e-6:
            return max(1, near)
        return max(1, math.ceil(exact) if up else math.floor(exact))

    def _entry(self, desk: Desk) -> float:
        book = desk.book
        return book.cost / (abs(book.position) * desk.market.value) * self.tick

    def _equity(self, desk: Desk) -> float:
        assert desk.account is not None
        return float(desk.account.equity() * desk.market.money)

    def _row(self, desk: Desk, slot: int) -> Row:
        return desk.table.row(slot)

    def _too_small(self, row: Row) -> bool:
        return row.small or row.ended == BELOW_MINIMUM

    def _held(self, desk: Desk) -> int:
        """The side that stands, 0 for none."""
        return self.side if abs(desk.book.lots) > self.left else 0

    # Fills.

    def on_start(self, desk: Desk) -> None:
        """It begins with a close."""

    def on_end(self, desk: Desk, order: Order) -> None:
        """It does not ask for ends."""

    def on_fill(self, desk: Desk, order: Order, received: int) -> None:  # noqa: ARG002
        """What is held now, what it earned, and what closes it."""
        row = self._row(desk, order.slot)
        filled = row.done and row.rev == order.rev
        lots, price = desk.book.lots, float(desk.fill_ticks * desk.market.tick)
        fill_side = 1 if order.side == BUY else -1
        if order.slot < self.e:
            ladder = self.ladders[order.slot // self.n]
            ladder.wait = max(ladder.wait, int(self.p["buy_cooldown" if fill_side > 0 else "sell_cooldown"]))
            self.trades += filled
        if self.side == -fill_side and (filled if order.slot < self.slots else not lots):
            self._judge(desk, order, price)
        side = (lots > 0) - (lots < 0)
        if side and side == fill_side:
            if self.side != side:
                self._forget()
            self._grow(desk, order, abs(lots), price)
        else:
            self._shrink(order, sum(one.lots for one in self.parts) + self.left - abs(lots))
        self.side = side
        if not side:
            self._forget()
            self.closing = False
            for slot in range(self.e, self.slots):
                self._take_back(desk, slot)
            return
        self.average = self._entry(desk)
        if not self.closing:
            self._exits(desk)

    def _forget(self) -> None:
        for one in self.parts:
            one.lots = 0
        self.left, self.single = 0, False

    def _place(self, slot: int) -> int | None:
        """The part that a slot closes."""
        if not self.e <= slot < self.out:
            return None
        return (slot - self.e) % self.x if self.by_fill else 0

    def _judge(self, desk: Desk, order: Order, price: float) -> None:
        m, e, taker = self._rates(desk)
        place = self._place(order.slot)
        cost = self.average if place is None else self.parts[place].cost
        rested = order.slot < self.e + self.x and order.tag != "time"
        fee, d = (m if rested else taker), self.side
        if d * (price * (1 - d * fee) - cost * (1 + d * e)) >= 0:
            self.streak = 0
            return
        self.streak += 1
        self.rest = max(self.rest, int(self.p["loss_cooldown"]))
        if 0 < self.p["losses"] <= self.streak:
            self.streak, self.rest = 0, max(self.rest, int(self.p["pause"]))

    def _grow(self, desk: Desk, order: Order, held: int, price: float) -> None:
        came = held - sum(one.lots for one in self.parts) - self.left
        one = self.parts[order.slot % self.n if self.by_fill and order.slot < self.e else 0]
        total = one.lots + came + self.left
        if total <= 0:
            return
        if not one.lots:
            one.age = 0
        one.cost = (one.cost * one.lots + price * came + self.left_cost * self.left) / total
        if not self.by_fill:
            one.cost = self._entry(desk)
        one.unit, one.lots = self._unit(desk, price), total
        self.left, self.single = 0, False

    def _shrink(self, order: Order, lots: int) -> None:
        place = self._place(order.slot)
        for one in ([] if place is None else [self.parts[place]]) + self.parts:
            taken = min(lots, one.lots)
            one.lots -= taken
            lots -= taken
        self.left -= min(lots, self.left)

    # What closes.

    def _exits(self, desk: Desk) -> None:
        self.anew = False
        if self.by_quotes:
            self._sales(desk)
            return
        p, d, needed = self.p, self.side, self._needed(desk)
        for k, one in enumerate(self.parts):
            limit, stop = self.e + k, self.e + self.x + k
            if 0 < p["hold"] <= one.age:
                self._lay(desk, limit, MARKET, one.lots, 0, k + 1, "time")
                desk.table.withdraw(stop)
                continue
            far = needed * one.cost
            if not 0 < p["tighten"] <= one.age:
                far = max(far, p["take_profit"] * one.unit)
            self._lay(desk, limit, LIMIT, one.lots, self._to_tick(one.cost + d * far, d > 0), k + 1, "profit")
            if p["stop"]:
                ticks = self._to_tick(one.cost - d * p["stop"] * one.unit, d > 0)
                self._lay(desk, stop, STOP, one.lots, ticks, k + 1, "stop")

    def _lay(self, desk: Desk, slot: int, kind: str, lots: int, ticks: int, group: int, tag: str) -> None:
        row = self._row(desk, slot)
        if lots < 1:
            self._take_back(desk, slot)
            return
        if self._too_small(row) and lots <= row.whole - row.filled:
            return
        spent = row.done or bool(row.ended) or row.small or not row.rev
        where = {LIMIT: {"price": ticks}, STOP: {"trigger": ticks}}.get(kind, {})
        whole = lots + (0 if spent else row.filled)
        desk.table.want(
            slot, SELL if self.side > 0 else BUY, kind, whole, desk.book.close, fresh=spent, reduce_only=True,
            link=group, tag=tag, **where,  # type: ignore[arg-type]
        )  # fmt: skip

    def _take_back(self, desk: Desk, slot: int) -> None:
        row = self._row(desk, slot)
        if row.done or row.ended or row.small:
            self._begin_anew(desk, row)
        else:
            desk.table.withdraw(slot)

    def _sales(self, desk: Desk) -> None:
        self.anew = False
        p, d, one = self.p, self.side, self.parts[0]
        close = float(desk.book.close * desk.market.tick)
        lots = one.lots
        if p["min_base"]:
            kept = roughly_down(p["min_base"] * self._equity(desk) / (close * self.lot))
            lots = max(0, lots - max(0, kept - self.left))
        base = max(self.laid * d, close * d) * d
        least = one.cost * (1 + d * self._needed(desk))
        left = lots
        for k in range(self.n):
            last = self.single or k == self.n - 1
            count = left if last else min(left, roughly_down(lots * self.shares[k]))
            left -= count
            price = base + d * self.f[k] * self.size
            if p["above_cost"]:
                price = max(price * d, least * d) * d
            self._lay(desk, self.e + k, LIMIT, count, self._to_tick(price, d > 0), 0, "profit")
