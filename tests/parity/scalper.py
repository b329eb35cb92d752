"""`scalper` by docs/rules.md, 8, written from that text alone: quotes around a price, and what they brought closed again.

The class holds what the text counts; `on_close` goes through its six numbered paragraphs.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import talib

from .desk import Desk
from .rows import BELOW_MINIMUM, Row
from .signals import above, below
from .units import BUY, SELL, to_decimal
from .venue import LIMIT, MARKET, STOP, Order

DEFAULTS: dict[str, Any] = {
    "direction": "long", "fair": "close", "fair_period": 10, "unit": "percent", "volatility_period": 60, "levels": 3,
    "spread": 0.4, "step": 0.6, "step_scale": 1, "amount_scale": 1, "post_only": True, "refresh": 30, "tolerance": 0.4,
    "settle": 1, "keep": 0.1, "orders_hour": 0, "exit": "fills", "take_profit": 0.5, "stop": 1.5, "tighten": 120,
    "hold": 360, "above_cost": True, "position_profit": 0, "position_stop": 0, "max_base": 1, "target_base": 0,
    "min_base": 0, "least_size": 0.3, "price_skew": 0, "min_edge_bps": 5, "slippage_bps": 0, "min_volatility": 0,
    "max_volatility": 0, "min_volume": 0, "volume_period": 60, "buy_cooldown": 0, "sell_cooldown": 0,
    "loss_cooldown": 15, "trades_day": 0, "losses": 0, "pause": 240,
}  # fmt: skip
DAY_MS, HOUR_MS = 86_400_000, 3_600_000


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


class Scalper:
    """One symbol's scalper."""

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

    # Decisions.

    def on_close(self, desk: Desk) -> None:
        """The paragraphs of a close."""
        self._decide(desk, beat=False)

    def on_beat(self, desk: Desk) -> None:
        """Those of a beat."""
        self._decide(desk, beat=True)

    def _decide(self, desk: Desk, *, beat: bool) -> None:
        for column in (self.average_price, self.range, self.usual):
            if column is not None and math.isnan(column[desk.at]):
                return
        if not beat:
            self._count(desk)
        fees = float(desk.market.instrument.maker_fee) + float(desk.market.instrument.taker_fee)
        if fees != self.fees:
            self.fees, self.laid, self.anew = fees, 0.0, True
        self._look_after(desk, beat=beat)
        if not self.closing and self._equity(desk) > 0:
            self._quote(desk)

    def _count(self, desk: Desk) -> None:
        self.quote_age += 1
        self.rest = max(0, self.rest - 1)
        for one in self.ladders:
            one.wait = max(0, one.wait - 1)
        for slot in range(self.e):
            row = self._row(desk, slot)
            ended = bool(row.ended) or row.small
            if ended or row.waiting:
                desk.table.withdraw(slot)
                if ended:
                    self._begin_anew(desk, row)
                self.paused[slot] = self.penalty[slot]
                self.penalty[slot] = min(63, 2 * self.penalty[slot] + 1)
            elif row.stands:
                self.penalty[slot] = 0
            else:
                self.paused[slot] = max(0, self.paused[slot] - 1)
        now = desk.times[desk.at] + desk.length_ms
        if now // DAY_MS != self.day:
            self.day, self.trades = now // DAY_MS, 0
        if now // HOUR_MS != self.hour:
            self.hour, self.orders = now // HOUR_MS, 0
        self.quiet = self.usual is not None and below(
            desk.volumes[desk.at], self.p["min_volume"] * float(self.usual[desk.at])
        )

    def _begin_anew(self, desk: Desk, row: Row) -> None:
        desk.table.withdraw(row.slot)
        row.rev += 1
        row.filled, row.ended, row.done = 0, "", False

    def _look_after(self, desk: Desk, *, beat: bool) -> None:
        if self.closing:
            self._go_on_closing(desk)
            return
        if not self._held(desk):
            return
        for one in [] if beat else self.parts:
            if one.lots:
                one.age += 1
                if one.age in (self.p["tighten"], self.p["hold"]):
                    self.anew = True
        if self._is_over(desk):
            self.closing = True
            for slot in range(self.slots):
                if not self._row(desk, slot).small:
                    desk.table.withdraw(slot)
            self._close_all(desk)
            return
        self._mend(desk)
        if self.anew and not self.by_quotes and self._held(desk):
            self._exits(desk)

    def _is_over(self, desk: Desk) -> bool:
        p, average = self.p, self.average
        g = self.side * (desk.closes[desk.at] - average)
        if p["position_profit"] and not below(g, p["position_profit"] * average):
            return True
        if p["position_stop"] and not above(g, -p["position_stop"] * average):
            return True
        if not self.by_quotes:
            return False
        one = self.parts[0]
        return bool(0 < p["hold"] <= one.age or (p["stop"] and not above(g, -p["stop"] * one.unit)))

    def _mend(self, desk: Desk) -> None:
        for k in range(self.x):
            place = k if self.by_fill else 0
            if not self.parts[place].lots:
                continue
            row = self._row(desk, self.e + k)
            if self._too_small(row):
                if not self.by_quotes:
                    self._leave_over(desk, place)
                elif not self.single:
                    self.single = self.anew = True
                elif not self.anew and not self.p["min_base"]:
                    self._leave_over(desk, place)
            elif row.ended:
                self.anew = True
            elif not self.by_quotes and self.p["stop"]:
                stop = self._row(desk, self.e + self.x + k)
                if stop.ended and not self._too_small(stop):
                    self.anew = True

    def _leave_over(self, desk: Desk, place: int) -> None:
        one = self.parts[place]
        total = self.left + one.lots
        self.left_cost = (self.left_cost * self.left + one.cost * one.lots) / total
        self.left, one.lots = total, 0
        mine = (self.e + place, self.e + self.x + place) if self.by_fill else range(self.e, self.out)
        for slot in mine:
            self._take_back(desk, slot)

    def _close_all(self, desk: Desk) -> None:
        desk.table.want(
            self.out, SELL if self.side > 0 else BUY, MARKET, abs(desk.book.lots), desk.book.close, fresh=True,
            reduce_only=True, tag="close",
        )  # fmt: skip

    def _go_on_closing(self, desk: Desk) -> None:
        row = self._row(desk, self.out)
        if self._too_small(row):
            self.closing = False
            for place, one in enumerate(self.parts):
                if one.lots:
                    self._leave_over(desk, place)
        elif row.ended or row.done:
            self._close_all(desk)

    # Quotes.

    def _quote(self, desk: Desk) -> None:
        p, close, held = self.p, desk.closes[desk.at], self._held(desk)
        share = abs(desk.book.lots) * self.lot * close / self._equity(desk) if held else 0.0
        fair = close if self.average_price is None else float(self.average_price[desk.at])
        if p["price_skew"]:
            b = min(1.0, max(-1.0, (share - p["target_base"]) / p["max_base"]))
            fair -= (held or self.ladders[0].side) * p["price_skew"] * b * self.f[0] * self._unit(desk, fair)
        unit = self._unit(desk, fair)
        old = 0 < p["refresh"] <= self.quote_age
        far = self.quote_age >= p["settle"] and above(abs(fair - self.laid), p["tolerance"] * self.f[0] * unit)
        if not self.laid or old or far:
            self.laid, self.size, self.quote_age = fair, unit, 0
            for one in self.ladders:
                one.stale = True
            self.anew = self.anew or self.by_quotes
        shut = self._shut(desk, close)
        for one in self.ladders:
            if shut or held == -one.side:
                for slot in range(one.first, one.first + self.n):
                    if self._row(desk, slot).stands:
                        desk.table.withdraw(slot)
            elif not one.wait and (one.stale or self._missing(desk, one)):
                self._lay_side(desk, one, fair, close, share)
        if self.by_quotes and held and self.anew:
            self._sales(desk)

    def _shut(self, desk: Desk, close: float) -> bool:
        p = self.p
        if self.rest or self.quiet or 0 < p["trades_day"] <= self.trades:
            return True
        seen = 0.0 if self.range is None else float(self.range[desk.at])
        if p["min_volatility"] and below(seen, p["min_volatility"] * close):
            return True
        return bool(p["max_volatility"] and above(seen, p["max_volatility"] * close))

    def _missing(self, desk: Desk, ladder: Ladder) -> bool:
        return any(
            not self._row(desk, ladder.first + k).stands and not self._is_shut(k, ladder.first + k)
            for k in range(self.n)
        )

    def _is_shut(self, k: int, slot: int) -> bool:
        return self.paused[slot] > 0 or (self.by_fill and self.parts[k].lots > 0)

    def _lay_side(self, desk: Desk, ladder: Ladder, fair: float, close: float, share: float) -> None:
        p, side, needed = self.p, ladder.side, self._needed(desk)
        base = min(fair, close) if side > 0 else max(fair, close)
        unit = self._unit(desk, base)
        money = self._equity(desk) * max(p["max_base"] - share, 0.0)
        if side > 0:
            assert desk.account is not None
            money = min(money, float(desk.account.cash * desk.market.money) / (1 + self._rates(desk)[2]))
        part = 1.0
        if share > p["target_base"]:
            part = float(p["least_size"])
            if p["max_base"] > p["target_base"]:
                part = max(part, (p["max_base"] - share) / (p["max_base"] - p["target_base"]))
        stale, ladder.stale = ladder.stale, False
        for k in range(self.n):
            slot = ladder.first + k
            if not self._row(desk, slot).stands or stale:
                line = self._to_tick(base - side * self.f[k] * unit, side < 0)
                lots = roughly_down(desk.sizing.row_lots(desk.market, line, 1) * self.shares[k] * part)
                lots = min(lots, roughly_down(money / (line * (self.tick * self.lot))))
                pays = self._pays(desk, k, line * self.tick, unit, needed)
                self._level(desk, ladder, slot, line, lots, pays and not self._is_shut(k, slot), unit)
            row = self._row(desk, slot)
            if row.stands or row.small:  # that it is too small for the venue is found later
                money -= (row.whole - row.filled) * self.line[slot] * (self.tick * self.lot)

    def _pays(self, desk: Desk, k: int, price: float, unit: float, needed: float) -> bool:
        if self.by_quotes:
            return not below(2 * self.f[k] * unit, needed * price)
        return not below(self.p["take_profit"] * self._unit(desk, price), needed * price)

    def _level(
        self, desk: Desk, ladder: Ladder, slot: int, line: int, lots: int, fits: bool, unit: float
    ) -> None:
        row = self._row(desk, slot)
        if lots < 1 or not fits:
            if row.stands:
                desk.table.withdraw(slot)
            return
        if row.stands and abs(line - self.line[slot]) * self.tick <= self.p["keep"] * self.f[0] * unit:
            return
        if 0 < self.p["orders_hour"] <= self.orders:
            ladder.stale = True
            return
        self.orders += 1
        self.line[slot] = line
        spent = row.done or bool(row.ended) or row.small or not row.rev
        desk.table.want(
            slot, BUY if ladder.side > 0 else SELL, LIMIT, lots + (0 if spent else row.filled), desk.book.close,
            fresh=spent, price=line, tag="quote", post_only=bool(self.p["post_only"]),
        )  # fmt: skip
