"""A bot that protects itself: linked pairs, brackets by parent, stops beside reduce-only sells, targets.

Its wishes are read out of the candles' volumes, digit by digit. `bracket_strategy` says the same to the product; the
two share nothing but this description:

    acts where volume % 3 == 0; w = volume // 3; what = w % 10; a = w // 10 % 7; b = w // 70 % 9; q = w // 630 % 12 + 1;
    bits = w // 7560 % 8: 1 exits are reduce-only, 2 they are linked, 4 side is sell. u = the larger of 1 and close
    ticks // 200, lots = q x the larger of 1 and value // close ticks; side, or for what is held the position's.

    0, 1  bracket: limit of lots, (a + 1) u better than the close; its exits wait for it
    2     market order of lots, and its exits at once
    3     market order of lots; its exits when it is filled, for the position
    4     target 0, 0.5, 1 or -1 by q % 4
    5     withdraw the exits, by bit 1 the entry too
    6     held only: a reduce-only limit, then a plain one, for the position
    7     held only: close it by the market, by bit 1 through zero with lots
    8     held only: a plain stop for the position, with bit 2 linked to a limit for it
    9     a limit of lots, (a + 3) u better than the close
    exits: limit (b + 2) u beyond the close, stop (a + b + 3) u before it
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from .desk import Desk
from .rows import set_target
from .units import BUY, SELL
from .venue import LIMIT, MARKET, STOP, Order

ENTRY, TAKE, CUT, FIRST, SECOND, OUT = range(6)
PAIR, BESIDE = 5, 6
TARGETS = ("0", "0.5", "1", "-1")


class Brackets:
    """See above."""

    hears_ends = False
    slots = 6

    def __init__(self, params: dict[str, Any], desk: Desk) -> None:
        self.value = int(params["value"])
        self.shortable = desk.market.instrument.shortable
        self.x = Decimal(0)
        self.later = 0

    def on_start(self, desk: Desk) -> None:
        """It begins with a close."""

    def on_end(self, desk: Desk, order: Order) -> None:
        """It does not ask for ends."""

    def on_fill(self, desk: Desk, order: Order, received: int) -> None:  # noqa: ARG002
        """The exits that were to come with the fill."""
        if order.slot == ENTRY and self.later and desk.book.lots:
            self._exits(desk, BUY if desk.book.lots > 0 else SELL, abs(desk.book.lots), self.later, -1)
            self.later = 0

    def on_close(self, desk: Desk) -> None:
        """One wish."""
        volume = int(desk.volumes[desk.at])
        if volume % 3 == 0:
            self._act(desk, volume // 3)

    def _act(self, desk: Desk, wish: int) -> None:
        what, a, bits = wish % 10, wish // 10 % 7, wish // 7560 % 8
        close, held = desk.book.close, desk.book.lots
        unit = max(1, close // 200)
        lots = (wish // 630 % 12 + 1) * max(1, self.value // close)
        side = SELL if bits & 4 else BUY
        if what <= 1:
            self._want(desk, ENTRY, side, LIMIT, lots, close - side * (a + 1) * unit)
            self._exits(desk, side, lots, wish, ENTRY)
        elif what <= 3:
            self._want(desk, ENTRY, side, MARKET, lots, 0)
            self.later = wish if what == 3 else self.later
            if what == 2:
                self._exits(desk, side, lots, wish, -1)
        elif what == 4:
            self._target(desk, Decimal(TARGETS[(wish // 630 % 12 + 1) % 4]))
        elif what == 5:
            for slot in (TAKE, CUT, ENTRY)[: 3 if bits & 1 else 2]:
                desk.table.withdraw(slot)
        elif what == 9:
            self._want(desk, FIRST, side, LIMIT, lots, close - side * (a + 3) * unit)
        elif held:
            self._beside(desk, what, a * unit + unit, bits, lots)

    def _beside(self, desk: Desk, what: int, far: int, bits: int, lots: int) -> None:
        """What is asked for beside a position: it closes it, once or twice."""
        close, held = desk.book.close, desk.book.lots
        against, size = (SELL if held > 0 else BUY), abs(held)
        if what == 6:
            self._want(desk, FIRST, against, LIMIT, size, close - against * far, reduce_only=True)
            self._want(desk, SECOND, against, LIMIT, size, close - against * 2 * far)
        elif what == 7:
            self._want(desk, OUT, against, MARKET, size + (lots if bits & 1 else 0), 0)
        else:
            link = BESIDE if bits & 2 else 0
            if link:
                self._want(desk, FIRST, against, LIMIT, size, close - against * far, link=link)
            self._want(desk, SECOND, against, STOP, size, close + against * 2 * far, link=link)

    def _exits(self, desk: Desk, side: int, lots: int, wish: int, parent: int) -> None:
        """Take-profit and stop of an entry of that side."""
        a, b, bits = wish // 10 % 7, wish // 70 % 9, wish // 7560 % 8
        close = desk.book.close
        unit = max(1, close // 200)
        shared: dict[str, Any] = {"reduce_only": bool(bits & 1), "link": PAIR if bits & 2 else 0, "parent": parent}
        self._want(desk, TAKE, -side, LIMIT, lots, close + side * (b + 2) * unit, **shared)
        self._want(desk, CUT, -side, STOP, lots, close - side * (a + b + 3) * unit, **shared)

    def _want(self, desk: Desk, slot: int, side: int, kind: str, lots: int, ticks: int, **more: Any) -> None:
        where = {"price": ticks} if kind == LIMIT else {"trigger": ticks}
        desk.table.want(slot, side, kind, lots, desk.book.close, fresh=True, tag="target", **where, **more)

    def _target(self, desk: Desk, x: Decimal) -> None:
        if x != self.x:
            reached = x if x > 0 or self.shortable else Decimal(0)
            if set_target(desk.table, desk.sized, reached, desk.equity, desk.book.close, desk.book.lots):
                self.x = x
