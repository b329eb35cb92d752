"""Scenes of what closes a position: product, reference and a sheet of paper tell the same fills."""

from __future__ import annotations

from functools import partial
from typing import Any

from botswain import CLOSE, REDUCE_ONLY

from .desk import Desk
from .scenes import flat
from .told_scenes import LOOSE, played, want
from .units import BUY, SELL
from .venue import LIMIT, MARKET, STOP, STOP_LIMIT

COLLAR = {"price_collar": "0.05"}
# From the open of 100 up first, and down first.
UP_THEN_DOWN, DOWN_THEN_UP = (100, 112, 85, 100), (100, 120, 88, 100)


def pair(now: Any, was: Any, p: Any, candle: Any, my: Any, wanted: Any) -> None:  # noqa: ARG001
    """Ten are bought; a limit that may only close, and beside it a plain stop for all of them."""
    if my.event == CLOSE:
        if my.mem.closes == 0.0:
            wanted.market(0, 1, 10.0)
        elif my.mem.closes == 1.0:
            wanted.flags(1, REDUCE_ONLY)
            wanted.limit(1, -1, 110.0, 10.0)
            wanted.stop(2, -1, 90.0, 10.0)
        my.mem.closes = my.mem.closes + 1.0


def tell_pair(desk: Desk, event: str, n: int, lots: int = 10) -> None:
    """The same."""
    if (event, n) == ("close", 0):
        want(desk, 0, BUY, MARKET, 10)
    elif (event, n) == ("close", 1):
        want(desk, 1, SELL, LIMIT, lots, 110, reduce_only=True)
        want(desk, 2, SELL, STOP, 10, 90)


def smaller_pair(now: Any, was: Any, p: Any, candle: Any, my: Any, wanted: Any) -> None:  # noqa: ARG001
    """The limit is for six of the ten."""
    if my.event == CLOSE:
        if my.mem.closes == 0.0:
            wanted.market(0, 1, 10.0)
        elif my.mem.closes == 1.0:
            wanted.flags(1, REDUCE_ONLY)
            wanted.limit(1, -1, 110.0, 6.0)
            wanted.stop(2, -1, 90.0, 10.0)
        my.mem.closes = my.mem.closes + 1.0


class TestReduceOnlyLimitAndPlainStopInOneCandle:
    """Both are reached. What the gate passed as closing only closes, so nothing goes short; without a gate the plain
    stop is what it says, a sale of ten."""

    def test_the_limit_first(self) -> None:
        rows = [flat(100), flat(100), UP_THEN_DOWN, flat(100)]
        fills = played(pair, tell_pair, rows, limits=LOOSE)
        assert fills == [(1, "buy", 10, 100, 0), (2, "sell", 10, 110, 1)]

    def test_the_stop_first(self) -> None:
        fills = played(pair, tell_pair, [flat(100), flat(100), DOWN_THEN_UP, flat(100)], limits=LOOSE)
        assert fills == [(1, "buy", 10, 100, 0), (2, "sell", 10, 90, 2)]

    def test_the_limit_for_a_part_of_it(self) -> None:
        # Four are left for the stop. Its other six would open a short: an order that this day has no room for. Where it
        # has, they are let in, and go when the price is there again.
        rows = [flat(100), flat(100), UP_THEN_DOWN, (100, 100, 80, 80)]
        closing = [(1, "buy", 10, 100, 0), (2, "sell", 6, 110, 1), (2, "sell", 4, 90, 2)]
        tell = partial(tell_pair, lots=6)
        assert played(smaller_pair, tell, rows, limits={"max_orders_day": 1}) == closing
        assert played(smaller_pair, tell, rows, limits=LOOSE) == [*closing, (3, "sell", 6, 90, 2)]

    def test_without_a_gate(self) -> None:
        fills = played(pair, tell_pair, [flat(100), flat(100), UP_THEN_DOWN, flat(100)])
        assert fills == [(1, "buy", 10, 100, 0), (2, "sell", 10, 110, 1), (2, "sell", 10, 90, 2)]
        # The stop first: nothing is left for the limit.
        fills = played(pair, tell_pair, [flat(100), flat(100), DOWN_THEN_UP, flat(100)])
        assert fills == [(1, "buy", 10, 100, 0), (2, "sell", 10, 90, 2)]


def outside(now: Any, was: Any, p: Any, candle: Any, my: Any, wanted: Any) -> None:  # noqa: ARG001
    """Ten are bought; a stop takes their room, then a stop_limit and a limit, both far outside the collar."""
    if my.event == CLOSE:
        if my.mem.closes == 0.0:
            wanted.market(0, 1, 10.0)
        elif my.mem.closes == 1.0:
            wanted.stop(1, -1, 70.0, 10.0)
            wanted.stop_limit(2, -1, 90.0, 80.0, 10.0)
            wanted.limit(3, -1, 80.0, 10.0)
        elif my.mem.closes == 3.0:
            wanted.withdraw(1)
        my.mem.closes = my.mem.closes + 1.0


def tell_outside(desk: Desk, event: str, n: int, stop: int = 10) -> None:
    """The same."""
    if (event, n) == ("close", 0):
        want(desk, 0, BUY, MARKET, 10)
    elif (event, n) == ("close", 1):
        want(desk, 1, SELL, STOP, stop, 70)
        want(desk, 2, SELL, STOP_LIMIT, 10, 80, trigger=90)
        want(desk, 3, SELL, LIMIT, 10, 80)
    elif (event, n) == ("close", 3):
        desk.table.withdraw(1)


def outside_in_part(now: Any, was: Any, p: Any, candle: Any, my: Any, wanted: Any) -> None:  # noqa: ARG001
    """The stop is for six of the ten."""
    if my.event == CLOSE:
        if my.mem.closes == 0.0:
            wanted.market(0, 1, 10.0)
        elif my.mem.closes == 1.0:
            wanted.stop(1, -1, 70.0, 6.0)
            wanted.stop_limit(2, -1, 90.0, 80.0, 10.0)
            wanted.limit(3, -1, 80.0, 10.0)
        elif my.mem.closes == 3.0:
            wanted.withdraw(1)
        my.mem.closes = my.mem.closes + 1.0


class TestStopLimitAgainstThePositionOutsideTheCollar:
    """It protects: refused by the collar it waits for its room, where a limit is gone for good."""

    def test_it_waits_and_closes_when_there_is_room(self) -> None:
        # Hour 2 falls through 90 while the stop has the room: nothing. Hour 4, the stop is gone: 90, and 80 is met.
        fall, rest = (100, 100, 85, 100), flat(100)
        rows = [rest, rest, fall, rest, fall, (100, 100, 60, 60)]
        fills = played(outside, tell_outside, rows, limits=COLLAR)
        assert fills == [(1, "buy", 10, 100, 0), (4, "sell", 10, 90, 2)]

    def test_what_has_room_of_it_works_at_once(self) -> None:
        # Four of it are beside the stop's six: they go in hour 2. In hour 4 the six that waited have the stop's room.
        fall, rest = (100, 100, 85, 100), flat(100)
        rows = [rest, rest, fall, rest, fall, (100, 100, 60, 60)]
        fills = played(outside_in_part, partial(tell_outside, stop=6), rows, limits=COLLAR)
        assert fills == [(1, "buy", 10, 100, 0), (2, "sell", 4, 90, 2)]

    def test_without_a_collar_it_is_an_entry_like_another(self) -> None:
        # It closes what is held when hour 2 comes to 90, and the limit, at the open of hour 2, before it: two sales.
        rows = [flat(100), flat(100), (100, 100, 85, 100)]
        fills = played(outside, tell_outside, rows, limits=LOOSE)
        assert fills == [(1, "buy", 10, 100, 0), (2, "sell", 10, 100, 3), (2, "sell", 10, 90, 2)]
