"""The bot of `brackets` as a strategy of the product; what it does is written there."""

from __future__ import annotations

from typing import Any

from botswain import CLOSE, FILL, LIMIT, MARKET, REDUCE_ONLY, STOP, Param, Strategy, step


class BracketStrategy(Strategy):  # type: ignore[misc]
    """Wishes read out of the volumes."""

    tags = ("target",)
    memory_units = {"later": "plain"}  # noqa: RUF012

    value = Param(1000, 1, 10**12)

    def events(self) -> tuple[int, ...]:
        """Closes, and fills for the exits that come with them."""
        return (CLOSE, FILL)

    def slots(self) -> int:
        """Entry, its two exits, two beside them, and the way out."""
        return 6

    def memory(self) -> dict[str, int]:
        """The wish whose exits come later, 0 for none."""
        return {"later": 1}

    @step  # type: ignore[untyped-decorator]
    def decide(now: Any, was: Any, p: Any, candle: Any, my: Any, wanted: Any) -> None:  # noqa: ARG002
        volume = int(candle.volume)
        if my.event == FILL:
            if my.slot == 0 and my.mem.later > 0.0 and my.lots != 0:
                exits(my, wanted, 1 if my.lots > 0 else -1, abs(my.lots), int(my.mem.later), -1)
                my.mem.later = 0.0
        elif volume % 3 == 0:
            act(p, my, wanted, volume // 3)


def act(p: Any, my: Any, wanted: Any, wish: int) -> None:
    """One wish."""
    what = wish % 10
    a = wish // 10 % 7
    q = wish // 630 % 12 + 1
    bits = wish // 7560 % 8
    close = my.close_ticks
    unit = max(1, close // 200)
    lots = q * max(1, int(p.value) // close)
    side = -1 if bits >= 4 else 1
    if what <= 1:
        put(wanted, 0, LIMIT, side, close - side * (a + 1) * unit, lots)
        exits(my, wanted, side, lots, wish, 0)
    elif what == 2:
        put(wanted, 0, MARKET, side, 0, lots)
        exits(my, wanted, side, lots, wish, -1)
    elif what == 3:
        put(wanted, 0, MARKET, side, 0, lots)
        my.mem.later = wish
    elif what == 4:
        if q % 4 == 3:
            wanted.target(-1.0)
        else:
            wanted.target((q % 4) * 0.5)
    elif what == 5:
        wanted.withdraw(1)
        wanted.withdraw(2)
        if bits % 2 == 1:
            wanted.withdraw(0)
    elif what == 9:
        put(wanted, 3, LIMIT, side, close - side * (a + 3) * unit, lots)
    elif my.lots != 0:
        beside(my, wanted, what, (a + 1) * unit, bits, lots)


def beside(my: Any, wanted: Any, what: int, far: int, bits: int, lots: int) -> None:
    """What closes the position, once or twice."""
    close = my.close_ticks
    against = -1 if my.lots > 0 else 1
    size = abs(my.lots)
    if what == 6:
        put(wanted, 3, LIMIT, against, close - against * far, size)
        wanted.flags(3, REDUCE_ONLY)
        put(wanted, 4, LIMIT, against, close - against * 2 * far, size)
    elif what == 7:
        put(wanted, 5, MARKET, against, 0, size + lots if bits % 2 == 1 else size)
    elif (bits // 2) % 2 == 1:
        put(wanted, 3, LIMIT, against, close - against * far, size)
        wanted.link(3, 6)
        put(wanted, 4, STOP, against, close + against * 2 * far, size)
        wanted.link(4, 6)
    else:
        put(wanted, 4, STOP, against, close + against * 2 * far, size)


def exits(my: Any, wanted: Any, side: int, lots: int, wish: int, parent: int) -> None:
    """Take-profit and stop of an entry."""
    a = wish // 10 % 7
    b = wish // 70 % 9
    bits = wish // 7560 % 8
    close = my.close_ticks
    unit = max(1, close // 200)
    put(wanted, 1, LIMIT, -side, close + side * (b + 2) * unit, lots)
    put(wanted, 2, STOP, -side, close - side * (a + b + 3) * unit, lots)
    for slot in range(1, 3):
        wanted.parent(slot, parent)
        if bits % 2 == 1:
            wanted.flags(slot, REDUCE_ONLY)
        if (bits // 2) % 2 == 1:
            wanted.link(slot, 5)


def put(wanted: Any, slot: int, kind: int, side: int, ticks: int, lots: int) -> None:
    """An order anew, without what its slot was told before."""
    wanted.renew(slot)
    wanted.flags(slot, 0)
    wanted.link(slot, 0)
    wanted.parent(slot, -1)
    wanted.row(slot, kind, side, ticks, lots)
