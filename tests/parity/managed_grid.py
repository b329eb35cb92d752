"""The managed grid by docs/rules.md, 8: it begins, follows, pauses and ends. Written from the text alone.

Cells stand in a list in the order of their lines, each with the slot it has for good; a band that follows takes one off
an end and puts it on at the other.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from .books import remembered, whole_lots
from .desk import Desk
from .rows import BELOW_MINIMUM
from .signals import above, below
from .units import BUY, SELL, half_up, order_ticks, to_decimal
from .venue import LIMIT, MARKET, Order

DEFAULTS: dict[str, Any] = {
    "initial_part": 1, "trigger": 0, "profit": 0, "equal": "money", "compound": False, "resting": 0, "trail": "no",
    "trail_top": 0, "trail_bottom": 0, "beyond": "hold", "fall": 0, "fall_pause": 12, "end_below": 0, "end_above": 0,
    "end_gain": 0, "end_loss": 0, "end_after": 0, "at_end": "sell",
}  # fmt: skip
# Those that belong to another and do nothing by themselves.
BESIDE = ("trail_top", "trail_bottom", "fall_pause", "at_end")
NOTHING, WAITS = 0, 7


def is_managed(params: dict[str, Any]) -> bool:
    """Whether a grid has any setting that makes it one."""
    return any(params.get(name, value) != value for name, value in DEFAULTS.items() if name not in BESIDE)


def roughly_down(x: float) -> int:
    """floor'."""
    return math.floor(x + 1e-6)


@dataclass
class Cell:
    """L and S in ticks; what it wants: BUY, SELL, NOTHING or WAITS. beside: its money that is in no lots it sells."""

    slot: int
    line: int
    sale: int
    wants: int = NOTHING
    lots: int = 0
    quantity: int = 0
    got: int = 0
    beside: float = 0.0


class ManagedGrid:
    """One symbol's managed grid. `lay_lines` is the plain grid's, for the lines of a band."""

    hears_ends = True

    def __init__(self, params: dict[str, Any], lay_lines: Any) -> None:
        self.p = DEFAULTS | params
        self.n = int(params.get("levels", 20))
        self.slots = self.n + 1
        self.lay_lines = lay_lines
        self.cells: list[Cell] = []
        self.lost: set[int] = set()
        self.stage = "waits"
        self.age = self.paused = self.top = 0
        self.held_back = NOTHING
        self.before = self.low = self.high = self.gap = 0.0
        self.worth: float = 0.0
        self.from_below = False

    def on_start(self, desk: Desk) -> None:
        """It begins, or waits for its trigger."""
        close = desk.closes[0]
        self.from_below = close < self.p["trigger"]
        self.before = close
        if self.p["trigger"] in (0, close):
            self._begin(desk)

    def on_close(self, desk: Desk) -> None:
        """What a close is to its stage."""
        if desk.at:
            self._look(desk, beat=False)
            self.before = desk.closes[desk.at]

    def on_beat(self, desk: Desk) -> None:
        """A look between closes: nothing is counted, and the band stays."""
        self._look(desk, beat=True)

    def _look(self, desk: Desk, *, beat: bool) -> None:
        if self.stage == "waits":
            high, low, trigger = desk.highs[desk.at], desk.lows[desk.at], float(self.p["trigger"])
            if not below(high, trigger) if self.from_below else not above(low, trigger):
                self._begin(desk)
        elif self.stage == "runs":
            self._run(desk, beat=beat)
        elif self.stage == "ends":
            self._sell_rest(desk)

    def on_fill(self, desk: Desk, order: Order, received: int) -> None:
        """A cell whose order has filled whole turns; the fill of an exit ends all."""
        if self.stage != "runs" or order.slot == self.n:
            return
        if order.slot > self.n:
            self._withdraw_all(desk)
            self.stage = "over"
            return
        cell = next(one for one in self.cells if one.slot == order.slot)
        lots = whole_lots(received, desk.market.units_per_lot)
        if order.rev != desk.table.row(cell.slot).rev:
            self._fill_of_before(desk, cell, order.side, lots)
        else:
            cell.got += lots
            if desk.table.row(cell.slot).done:
                self._turn(desk, cell, order.side)
        for one in sorted((one for one in self.cells if one.slot in self.lost), key=lambda one: one.slot):
            if desk.table.row(one.slot).ended:
                one.lots = left_of(desk, one)
                desk.table.again(one.slot, desk.book.close)
        self.lost.clear()
        self._join_small(desk)
        self._lay(desk)

    def _anew(self, desk: Desk, cell: Cell) -> None:
        """The next rev of a cell's row: nothing of it is filled, nor ended."""
        desk.table.begin_anew(cell.slot)
        self.lost.discard(cell.slot)

    def _turn(self, desk: Desk, cell: Cell, side: int) -> None:
        lots, cell.got = cell.got, 0
        self._anew(desk, cell)
        if side == BUY:
            cell.wants, cell.lots = (SELL if lots > 0 else NOTHING), lots
        else:
            if self.p["compound"]:
                cell.quantity = max(cell.quantity, self._worth(desk, cell, lots))
            cell.wants, cell.lots = BUY, cell.quantity
        cell.beside = 0.0

    def _fill_of_before(self, desk: Desk, cell: Cell, side: int, lots: int) -> None:
        """A fill of an order of an older rev: the cell has moved since it was asked for."""
        paid = lots * desk.fill_ticks
        if side == SELL and cell.wants == SELL:
            cell.lots -= lots
            cell.beside += paid * (1.0 - taker_of(desk))
        elif side == SELL:
            cell.got = max(0, cell.got - lots)
        elif lots > 0:
            if cell.wants != SELL:
                cell.got += lots
                self._have_for_sale(desk, cell)
                self._anew(desk, cell)
            else:
                cell.lots += lots
                if was_small(desk, cell):
                    self._anew(desk, cell)
            cell.beside -= paid * (1.0 + taker_of(desk))
        if cell.wants != SELL:
            return
        if not desk.market.instrument.shortable:
            cell.quantity = min(cell.quantity, self._worth(desk, cell, cell.lots))
        if left_of(desk, cell) <= 0:
            self._turn(desk, cell, side)

    def _have_for_sale(self, desk: Desk, cell: Cell) -> None:
        """A purchase is given up that has got something: that is for sale, and the rest's money beside it."""
        cell.beside = left_of(desk, cell) * cell.line * (1.0 + taker_of(desk))
        cell.wants, cell.lots, cell.got = SELL, cell.got, 0

    def _join_small(self, desk: Desk) -> None:
        """What was too small to be sold alone is sold with what its cell buys next."""
        for cell in self.cells:
            if cell.wants != SELL or cell.beside <= 0 or not was_small(desk, cell):
                continue
            left, money = left_of(desk, cell), cell.beside + self._brought(desk, cell)
            lots = roughly_down(money / (cell.line * (1.0 + taker_of(desk))))
            if not self.p["compound"]:
                lots = min(lots, cell.quantity - left)
            if lots > 0:
                self._anew(desk, cell)
                if self.p["compound"]:
                    cell.quantity = remembered(left + remembered(lots))
                cell.got, cell.lots, cell.beside = left, remembered(lots), 0.0
                cell.wants = BUY if cell.line < desk.book.close else WAITS

    def on_end(self, desk: Desk, order: Order) -> None:  # noqa: ARG002
        """A cell without an order is lost until another fills."""
        if order.slot < self.n:
            self.lost.add(order.slot)

    def _begin(self, desk: Desk) -> None:
        p, n, market, close = self.p, self.n, desk.market, desk.book.close
        price = desk.closes[desk.at]
        self.stage = "runs"
        self.worth = self._equity(desk)
        lines = self.lay_lines(p, price, market, fees=not p["profit"])
        lower, upper = float(p.get("lower", 0) or 0), float(p.get("upper", 0) or 0)
        middle, down = float(p.get("centre", 0) or 0) or price, n // 2
        self.gap = middle * float(p.get("step", 0.01))
        if upper:
            middle, down, self.gap = lower, 0, (upper - lower) / n
        self.ratio = (upper / lower) ** (1.0 / n) if upper else 1.0 + float(p.get("step", 0.01))
        self.low = self.high = middle
        for _ in range(down):
            self.low = self._next(self.low, -1)
        for _ in range(n - down):
            self.high = self._next(self.high, 1)
        self.top = lines[n]
        self.cells = [Cell(j, lines[j], self._sale(desk, lines[j], lines[j + 1])) for j in range(n)]
        shortable = market.instrument.shortable
        upper_cells = sum(one.line >= close for one in self.cells)
        bought = 0
        if p.get("initial", "market") == "market" and not shortable:
            bought = half_up(Fraction(float(upper_cells * float(p["initial_part"]))))
        mean = -(-sum(lines[:n]) // n)
        for one in self.cells:
            by_market = one.line >= close and bought > 0
            at = mean if p["equal"] == "coins" else close if by_market else one.line
            one.quantity = one.lots = remembered(desk.sizing.row_lots(market, at, n))
            if one.line < close:
                one.wants = BUY
            elif shortable:
                one.wants = SELL
            elif by_market:
                bought -= 1
                desk.table.want(one.slot, BUY, MARKET, one.lots, close, fresh=True, tag="grid")
            else:
                one.wants = WAITS
        self._lay(desk)

    def _run(self, desk: Desk, *, beat: bool) -> None:
        p, close, ticks = self.p, desk.closes[desk.at], desk.book.close
        if not beat:
            self.age += 1
            self.paused = max(0, self.paused - 1)
        if self._is_over(desk, close):
            return self._end(desk)
        if not beat:
            self._follow(desk)
        above_it, below_it = ticks > self.top, ticks < self.cells[0].line
        if p["beyond"] == "end" and (above_it or below_it):
            return self._end(desk)
        if p["fall"] and below(close, max(desk.highs[desk.at], self.before) * (1 - float(p["fall"]))):
            self.paused = int(p["fall_pause"])
        self.held_back = NOTHING
        if self.paused or (p["beyond"] == "pause" and below_it):
            self.held_back = BUY
        elif p["beyond"] == "pause" and above_it:
            self.held_back = SELL if desk.market.instrument.shortable else BUY
        self._join_small(desk)
        for one in self.cells:
            if one.wants == WAITS and ticks > one.line:
                one.wants = BUY
        return self._lay(desk)

    def _is_over(self, desk: Desk, close: float) -> bool:
        p, equity = self.p, self._equity(desk)
        return bool(
            (p["end_below"] and not above(close, float(p["end_below"])))
            or (p["end_above"] and not below(close, float(p["end_above"])))
            or (p["end_gain"] and not below(equity, self.worth * (1 + float(p["end_gain"]))))
            or (p["end_loss"] and not above(equity, self.worth * (1 - float(p["end_loss"]))))
            or (p["end_after"] and self.age >= p["end_after"])
        )

    def _follow(self, desk: Desk) -> None:
        for _ in range(self.n):
            if desk.book.close > self.top and self.p["trail"] in ("up", "both"):
                moved = self._up(desk)
            elif desk.book.close < self.cells[0].line and self.p["trail"] in ("down", "both"):
                moved = self._down(desk)
            else:
                return
            if not moved:
                return

    def _up(self, desk: Desk) -> bool:
        high, limit = self._next(self.high, 1), float(self.p["trail_top"])
        top = self._nearest(desk, high)
        if top <= self.top or (limit and above(high, limit)):
            return False
        cell = self.cells.pop(0)
        self.cells.append(cell)
        self.low, self.high = self._next(self.low, 1), high
        self._move(desk, cell, self.top, top)
        self.top = top
        return True

    def _down(self, desk: Desk) -> bool:
        low, limit, lowest = self._next(self.low, -1), float(self.p["trail_bottom"]), self.cells[0].line
        line = self._nearest(desk, low)
        if line < 1 or line >= lowest or (limit and below(low, limit)):
            return False
        cell = self.cells.pop()
        self.cells.insert(0, cell)
        self.low, self.high, self.top = low, self._next(self.high, -1), cell.line
        self._move(desk, cell, line, lowest)
        return True

    def _move(self, desk: Desk, cell: Cell, line: int, following: int) -> None:
        if cell.wants == SELL:
            cell.beside += self._brought(desk, cell)
            cell.lots, cell.got = left_of(desk, cell), 0
        elif cell.wants != NOTHING and cell.got:
            self._have_for_sale(desk, cell)
        elif cell.wants != NOTHING:
            cell.lots = left_of(desk, cell)
        old, cell.line, cell.sale = cell.line, line, self._sale(desk, line, following)
        if cell.wants == NOTHING:
            return
        self._anew(desk, cell)
        if desk.market.instrument.shortable:
            return
        fresh = remembered(desk.sizing.row_lots(desk.market, line, self.n))
        if self.p["compound"]:
            fresh = roughly_down(float(cell.quantity) * float(old) / float(line))
        if cell.wants == SELL:
            cell.quantity = min(fresh, self._worth(desk, cell, cell.lots))
        else:
            cell.quantity = cell.lots = fresh
            cell.wants = BUY if line < desk.book.close else WAITS

    def _end(self, desk: Desk) -> None:
        self._withdraw_all(desk)
        self.stage = "over"
        if self.p["at_end"] == "sell":
            self.stage = "ends"
            self._sell_rest(desk)

    def _sell_rest(self, desk: Desk) -> None:
        row, held = desk.table.row(self.n), desk.book.lots
        if row.small or row.ended == BELOW_MINIMUM:
            self.stage = "over"
        elif held and (not row.lots or row.done or row.ended):
            desk.table.want(self.n, SELL if held > 0 else BUY, MARKET, abs(held), desk.book.close, fresh=True,
                            reduce_only=True, tag="end")  # fmt: skip

    def _withdraw_all(self, desk: Desk) -> None:
        for slot in range(self.slots):
            desk.table.withdraw(slot)

    def _lay(self, desk: Desk) -> None:
        for wants, order in ((BUY, self.cells[::-1]), (SELL, self.cells)):
            room = 0 if self.held_back == wants else int(self.p["resting"]) or self.n
            for cell in order:
                row = desk.table.row(cell.slot)
                if cell.wants != wants:
                    continue
                room -= 1
                if row.ended:
                    continue
                if room < 0:
                    desk.table.withdraw(cell.slot)
                else:
                    price = cell.line if wants == BUY else cell.sale
                    desk.table.want(cell.slot, wants, LIMIT, cell.lots, desk.book.close, fresh=not row.rev,
                                    price=price, tag="grid")  # fmt: skip

    def _next(self, line: float, way: int) -> float:
        if self.p.get("spacing", "arithmetic") == "arithmetic":
            return line + self.gap if way > 0 else line - self.gap
        return line * self.ratio if way > 0 else line / self.ratio

    @staticmethod
    def _nearest(desk: Desk, line: float) -> int:
        return math.floor(line / float(to_decimal(desk.market.tick)) + 0.5)

    def _sale(self, desk: Desk, line: int, following: int) -> int:
        if not self.p["profit"]:
            return following
        return order_ticks(line * (1 + Fraction(str(self.p["profit"]))) * desk.market.tick, desk.market.tick, up=True)

    @staticmethod
    def _worth(desk: Desk, cell: Cell, lots: int) -> int:
        taker = taker_of(desk)
        sold = lots * (cell.sale * (1.0 - taker) / (cell.line * (1.0 + taker)))
        return max(0, roughly_down(sold + cell.beside / (cell.line * (1.0 + taker))))

    @staticmethod
    def _brought(desk: Desk, cell: Cell) -> float:
        """What is filled of its sale, in money."""
        return cell.got * cell.sale * (1.0 - taker_of(desk))

    @staticmethod
    def _equity(desk: Desk) -> float:
        return float(desk.equity * desk.market.money)


def left_of(desk: Desk, cell: Cell) -> int:
    """A cell's lots less what is filled of the rev."""
    return cell.lots - desk.table.row(cell.slot).filled


def was_small(desk: Desk, cell: Cell) -> bool:
    """Whether its order was too small to be sent."""
    row = desk.table.row(cell.slot)
    return row.small or row.ended == BELOW_MINIMUM


def taker_of(desk: Desk) -> float:
    """The fee of a fill by the market."""
    return float(desk.market.instrument.taker_fee)
