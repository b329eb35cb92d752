"""`scalper` by docs/rules.md, 8, written from that text alone: quotes around a price, and what they brought closed.

`on_close` goes through the six numbered paragraphs of the text.
"""

from __future__ import annotations

import math

from .desk import Desk
from .rows import Row
from .scalper_holding import Holding, Ladder, roughly_down
from .signals import above, below
from .units import BUY, SELL
from .venue import LIMIT, MARKET

DAY_MS, HOUR_MS = 86_400_000, 3_600_000


class Scalper(Holding):
    """One symbol's scalper."""

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

    def _level(self, desk: Desk, ladder: Ladder, slot: int, line: int, lots: int, fits: bool, unit: float) -> None:
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
