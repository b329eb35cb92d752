"""The bots of one symbol by name, and `grid` (docs/rules.md, 8); the signal bots are in signal_kinds.

A bot sees one symbol through its desk and writes wanted rows; it never sees the venue.
"""

from __future__ import annotations

import itertools
import math
from typing import Any, Protocol

from .books import remembered, whole_lots
from .brackets import Brackets
from .dca import Dca
from .desk import Desk
from .dip import Dip
from .managed_grid import ManagedGrid, is_managed
from .rows import BELOW_MINIMUM
from .rules import Rules
from .scalper import Scalper
from .signal_kinds import SIGNAL_BOTS
from .told import Told
from .units import BUY, SELL, Market, to_decimal
from .venue import LIMIT, MARKET, Order


class Bot(Protocol):
    """One symbol's strategy. `slots` is how many rows it may write; the exits come after them."""

    slots: int
    hears_ends: bool

    def on_start(self, desk: Desk) -> None: ...

    def on_close(self, desk: Desk) -> None: ...

    def on_fill(self, desk: Desk, order: Order, received: int) -> None: ...

    def on_end(self, desk: Desk, order: Order) -> None: ...


def make_bot(strategy: str, params: dict[str, Any], desk: Desk) -> Bot:
    """The bot of one symbol, by the strategy's name."""
    if strategy in SIGNAL_BOTS:
        return SIGNAL_BOTS[strategy](params, desk)
    if strategy == "indicator_rules":
        return Rules(params, desk)
    if strategy == "grid":
        return ManagedGrid(params, lay_lines) if is_managed(params) else Grid(params)
    if strategy == "dip":
        return Dip(params, desk)
    if strategy == "dca":
        return Dca(params, desk)
    if strategy == "scalper":
        return Scalper(params, desk)
    if strategy == "brackets":
        return Brackets(params, desk)
    if strategy == "told":
        return Told(params)
    raise ValueError(f"strategy {strategy!r} is not known")


class Grid:
    """N cells between N + 1 lines; cell j is slot j, buys at line j and sells at line j + 1."""

    hears_ends = True

    def __init__(self, params: dict[str, Any]) -> None:
        self.params = params
        self.slots = int(params.get("levels", 20))
        self.lines: list[int] = []
        self.cell_lots = [0] * self.slots
        self.got = [0] * self.slots
        self.waiting = [False] * self.slots
        self.lost = [""] * self.slots
        self.side = [0] * self.slots
        self.over = False

    def on_start(self, desk: Desk) -> None:
        """Lay the lines at the first close and ask for every cell's first order."""
        self.lines = lay_lines(self.params, desk.closes[0], desk.market)
        close = desk.book.close
        initial = self.params.get("initial", "market")
        for j in range(self.slots):
            line = self.lines[j]
            at_market = line >= close and not desk.market.instrument.shortable and initial == "market"
            sized = desk.sizing.row_lots(desk.market, close if at_market else line, self.slots)
            self.cell_lots[j] = remembered(sized)
            if line < close:
                self._limit(desk, j, BUY, line, self.cell_lots[j])
            elif desk.market.instrument.shortable:
                self._limit(desk, j, SELL, self.lines[j + 1], self.cell_lots[j])
            elif at_market:
                self.side[j] = BUY
                desk.table.want(j, BUY, MARKET, self.cell_lots[j], close, fresh=True, tag="grid")
            else:
                self.waiting[j] = True

    def on_close(self, desk: Desk) -> None:
        """A cell that waited for a close above its line asks for its buy."""
        for j in range(self.slots):
            if self.waiting[j] and not self.over and desk.book.close > self.lines[j]:
                self.waiting[j] = False
                self._limit(desk, j, BUY, self.lines[j], self.cell_lots[j])

    def on_fill(self, desk: Desk, order: Order, received: int) -> None:
        """An order filled whole turns its cell: a buy into the sale of what it received, a sale into the buy of its
        quantity; then the lost cells."""
        if order.slot >= self.slots:
            self.over = True
            for j in range(self.slots):
                desk.table.withdraw(j)
        if self.over:
            return
        self.got[order.slot] += whole_lots(received, desk.market.units_per_lot)
        if desk.table.row(order.slot).done:
            if order.side == BUY:
                self._limit(desk, order.slot, SELL, self.lines[order.slot + 1], self.got[order.slot])
            else:
                self._limit(desk, order.slot, BUY, self.lines[order.slot], self.cell_lots[order.slot])
            self.got[order.slot], self.lost[order.slot] = 0, ""
        for j in range(self.slots):
            row = desk.table.row(j)
            if self.lost[j] == "lost":
                self.lost[j] = "asked again"
                desk.table.again(j, desk.book.close)
            elif self.lost[j] and (row.small or row.ended == BELOW_MINIMUM):
                self._go_on(desk, j, row.lots - row.filled)
            elif self.lost[j] and not row.waiting:
                self.lost[j] = ""  # it works

    def on_end(self, desk: Desk, order: Order) -> None:
        """A cell whose order the venue ended is lost until a cell fills."""
        if order.slot < self.slots and desk.table.row(order.slot).rev == order.rev:
            self.lost[order.slot] = "lost"

    def _go_on(self, desk: Desk, j: int, rest: int) -> None:
        """What was asked for again is too small: the cell goes on with what it has."""
        how, self.lost[j] = self.lost[j], ""
        if how == "completing":
            return
        received, self.got[j] = self.got[j], 0
        if self.side[j] == BUY and received:
            self._limit(desk, j, SELL, self.lines[j + 1], received)
            self.lost[j] = "asked again"
        elif self.side[j] == SELL and self.cell_lots[j] > rest:
            self.got[j] = rest
            self._limit(desk, j, BUY, self.lines[j], self.cell_lots[j] - rest)
            self.lost[j] = "completing"

    def _limit(self, desk: Desk, j: int, side: int, price: int, lots: int) -> None:
        self.side[j] = side if lots else self.side[j]
        desk.table.want(j, side, LIMIT, lots, desk.book.close, fresh=True, price=price, tag="grid")


def lay_lines(params: dict[str, Any], first_close: float, market: Market, *, fees: bool = True) -> list[int]:
    """The N + 1 lines in ticks. Raises ValueError where two fall together or a cell does not pay its fees.

    fees   whether a cell's are for its lines to pay
    """
    n = int(params.get("levels", 20))
    arithmetic = params.get("spacing", "arithmetic") == "arithmetic"
    lower, upper = float(params.get("lower", 0) or 0), float(params.get("upper", 0) or 0)
    if lower and upper:
        floats = _between(lower, upper, n, arithmetic)
    else:
        centre = float(params.get("centre", 0) or 0) or first_close
        floats = _around(centre, float(params.get("step", 0.01)), n, arithmetic)
    tick = float(to_decimal(market.tick))
    lines = [math.floor(x / tick + 0.5) for x in floats]
    maker = market.instrument.maker_fee
    for buy, sell in itertools.pairwise(lines):
        if sell == buy:
            raise ValueError(f"two lines fall on tick {buy}")
        if fees and sell * (1 - maker) - buy * (1 + maker) <= 0:
            raise ValueError(f"the cell {buy} to {sell} ticks does not pay its fees")
    return lines


def _between(lower: float, upper: float, n: int, arithmetic: bool) -> list[float]:
    if arithmetic:
        return [lower + (upper - lower) * i / n for i in range(n + 1)]
    ratio = (upper / lower) ** (1.0 / n)
    lines = [lower]
    for _ in range(n):
        lines.append(lines[-1] * ratio)
    return lines


def _around(centre: float, step: float, n: int, arithmetic: bool) -> list[float]:
    middle = n // 2
    if arithmetic:
        return [centre * (1 + step * (i - middle)) for i in range(n + 1)]
    lines = [0.0] * (n + 1)
    lines[middle] = centre
    for i in range(middle + 1, n + 1):
        lines[i] = lines[i - 1] * (1 + step)
    for i in range(middle - 1, -1, -1):
        lines[i] = lines[i + 1] / (1 + step)
    return lines
