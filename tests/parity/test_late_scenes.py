"""Scenes of news that comes when it is not wanted any more: product, reference and a sheet of paper tell the same."""

from __future__ import annotations

from decimal import Decimal
from functools import partial
from typing import Any

from botswain import CLOSE, END, FILL, REDUCE_ONLY

from .desk import Desk
from .scenes import flat
from .told_scenes import LOOSE, played, want
from .units import BUY, SELL
from .venue import LIMIT, MARKET, STOP


def mind_changed(now: Any, was: Any, p: Any, candle: Any, my: Any, wanted: Any) -> None:  # noqa: ARG001
    """A buy of six, and a sale of ten that may only close, which frees a plain one: taken back when six are bought."""
    if my.event == FILL and my.slot == 0:
        wanted.withdraw(1)
    elif my.event == CLOSE:
        if my.mem.closes == 0.0:
            wanted.limit(0, 1, 98.0, 6.0)
            wanted.flags(1, REDUCE_ONLY)
            wanted.limit(1, -1, 102.0, 10.0)
            wanted.parent(2, 1)
            wanted.limit(2, -1, 104.0, 4.0)
        my.mem.closes = my.mem.closes + 1.0


def mind_kept(now: Any, was: Any, p: Any, candle: Any, my: Any, wanted: Any) -> None:  # noqa: ARG001
    """The same, but for that."""
    if my.event == CLOSE:
        if my.mem.closes == 0.0:
            wanted.limit(0, 1, 98.0, 6.0)
            wanted.flags(1, REDUCE_ONLY)
            wanted.limit(1, -1, 102.0, 10.0)
            wanted.parent(2, 1)
            wanted.limit(2, -1, 104.0, 4.0)
        my.mem.closes = my.mem.closes + 1.0


def tell_mind(desk: Desk, event: str, n: int, changed: bool) -> None:
    """The same."""
    if (event, n) == ("fill", 0) and changed:
        desk.table.withdraw(1)
    elif (event, n) == ("close", 0):
        want(desk, 0, BUY, LIMIT, 6, 98)
        want(desk, 1, SELL, LIMIT, 10, 102, reduce_only=True)
        want(desk, 2, SELL, LIMIT, 4, 104, parent=1)


def more(now: Any, was: Any, p: Any, candle: Any, my: Any, wanted: Any) -> None:  # noqa: ARG001
    """Three are bought, and in that moment eight are wanted where five rest; later some are sold again."""
    if my.event == FILL and my.slot == 0:
        wanted.limit(1, 1, 97.0, 8.0)
    elif my.event == CLOSE:
        if my.mem.closes == 0.0:
            wanted.limit(0, 1, 99.0, 3.0)
            wanted.limit(1, 1, 97.0, 5.0)
            wanted.parent(3, 1)
            wanted.limit(3, -1, 105.0, 5.0)
        elif my.mem.closes == 2.0:
            wanted.market(2, -1, 4.0)
        my.mem.closes = my.mem.closes + 1.0


def tell_more(desk: Desk, event: str, n: int) -> None:
    """The same."""
    if (event, n) == ("fill", 0):
        want(desk, 1, BUY, LIMIT, 8, 97, fresh=False)
    elif (event, n) == ("close", 0):
        want(desk, 0, BUY, LIMIT, 3, 99)
        want(desk, 1, BUY, LIMIT, 5, 97)
        want(desk, 3, SELL, LIMIT, 5, 105, parent=1)
    elif (event, n) == ("close", 2):
        want(desk, 2, SELL, MARKET, 4)


def one_of_two(now: Any, was: Any, p: Any, candle: Any, my: Any, wanted: Any) -> None:  # noqa: ARG001
    """Of a pair one fills, and the other is made too small in that moment; what ends for the pair is bought apart."""
    if my.event == FILL and my.slot == 0:
        wanted.limit(1, 1, 97.0, 1.0)
    elif my.event == END and my.slot == 1:
        wanted.market(2, 1, 5.0)
    elif my.event == CLOSE:
        if my.mem.closes == 0.0:
            for slot in range(2):
                wanted.limit(slot, 1, 99.0 - slot * 2.0, 5.0)
                wanted.link(slot, 1)
        my.mem.closes = my.mem.closes + 1.0


def unshrunk(now: Any, was: Any, p: Any, candle: Any, my: Any, wanted: Any) -> None:  # noqa: ARG001
    """The same, but that nothing is made too small."""
    if my.event == END and my.slot == 1:
        wanted.market(2, 1, 5.0)
    elif my.event == CLOSE:
        if my.mem.closes == 0.0:
            for slot in range(2):
                wanted.limit(slot, 1, 99.0 - slot * 2.0, 5.0)
                wanted.link(slot, 1)
        my.mem.closes = my.mem.closes + 1.0


def tell_one_of_two(desk: Desk, event: str, n: int, shrinks: bool) -> None:
    """The same."""
    if (event, n) == ("fill", 0) and shrinks:
        want(desk, 1, BUY, LIMIT, 1, 97, fresh=False, link=1)
    elif (event, n) == ("end", 1):
        want(desk, 2, BUY, MARKET, 5)
    elif (event, n) == ("close", 0):
        want(desk, 0, BUY, LIMIT, 5, 99, link=1)
        want(desk, 1, BUY, LIMIT, 5, 97, link=1)


def guarded(now: Any, was: Any, p: Any, candle: Any, my: Any, wanted: Any) -> None:  # noqa: ARG001
    """Where one is bought at 98, ten are wanted at 70 instead of at 95; in hour 4 seven are sold from that slot."""
    if my.event == FILL and my.slot == 3:
        wanted.renew(0)
        wanted.limit(0, 1, 70.0, 10.0)
    elif my.event == CLOSE:
        if my.mem.closes == 0.0:
            wanted.limit(3, 1, 98.0, 1.0)
            wanted.limit(0, 1, 95.0, 10.0)
            wanted.parent(1, 0)
            wanted.flags(1, REDUCE_ONLY)
            wanted.stop(1, -1, 80.0, 10.0)
            wanted.parent(2, 0)
            wanted.limit(2, -1, 105.0, 10.0)
        elif my.mem.closes == 4.0:
            wanted.limit(0, -1, 82.0, 7.0)
        my.mem.closes = my.mem.closes + 1.0


def tell_guarded(desk: Desk, event: str, n: int) -> None:
    """The same."""
    if (event, n) == ("fill", 3):
        want(desk, 0, BUY, LIMIT, 10, 70)
    elif (event, n) == ("close", 0):
        want(desk, 3, BUY, LIMIT, 1, 98)
        want(desk, 0, BUY, LIMIT, 10, 95)
        want(desk, 1, SELL, STOP, 10, 80, reduce_only=True, parent=0)
        want(desk, 2, SELL, LIMIT, 10, 105, parent=0)
    elif (event, n) == ("close", 4):
        want(desk, 0, SELL, LIMIT, 7, 82, fresh=False)


def through(now: Any, was: Any, p: Any, candle: Any, my: Any, wanted: Any) -> None:  # noqa: ARG001
    """One is bought; then eight are sold by the market in a slot whose parent stands filled by then."""
    if my.event == CLOSE:
        if my.mem.closes == 0.0:
            wanted.market(0, 1, 1.0)
        elif my.mem.closes == 1.0:
            wanted.parent(1, 0)
            wanted.market(1, -1, 8.0)
        my.mem.closes = my.mem.closes + 1.0


def tell_through(desk: Desk, event: str, n: int) -> None:
    """The same."""
    if (event, n) == ("close", 0):
        want(desk, 0, BUY, MARKET, 1)
    elif (event, n) == ("close", 1):
        want(desk, 1, SELL, MARKET, 8, parent=0)


class TestWhatIsNotWantedAnyMore:
    """Of two orders reached in one candle the second fills, or ends, when the first has changed what is wanted."""

    def test_a_sale_taken_back_that_fills_in_part_frees_no_plain_one(self) -> None:
        # Down to 97: six are bought. Up to 106: six of ten are sold. Four more at 104 would open a short.
        rows = [flat(100), (100, 106, 97, 103), (103, 110, 103, 110)]
        limits: dict[str, Any] | None
        for limits in (None, LOOSE):
            kept = played(mind_kept, partial(tell_mind, changed=False), rows, limits=limits)
            assert kept == [(1, "buy", 6, 98, 0), (1, "sell", 6, 102, 1), (2, "sell", 4, 104, 2)]
            back = played(mind_changed, partial(tell_mind, changed=True), rows, limits=limits)
            assert back == [(1, "buy", 6, 98, 0), (1, "sell", 6, 102, 1)]
        # Where nothing can be short it only closes; and there is nothing to close.
        assert played(mind_changed, partial(tell_mind, changed=True), rows, shortable=False) == back

    def test_a_row_that_waits_keeps_waiting_for_its_rest(self) -> None:
        # Of 1,000, 703 are left when eight at 97 are wanted: 776. It waits; its order of five fills. The rest of three,
        # 291 of 218, waits until four are sold in hour 3. When all eight are there, their sale goes: hour 5.
        rows = [flat(100), (100, 100, 96, 100), flat(100), flat(100), (100, 100, 95, 100), (100, 106, 100, 106)]
        fills = played(more, tell_more, rows, limits=LOOSE, capital="1000")
        assert fills == [
            (1, "buy", 3, 99, 0), (1, "buy", 5, 97, 1), (3, "sell", 4, 100, 2), (4, "buy", 3, 97, 1),
            (5, "sell", 5, 105, 3),
        ]  # fmt: skip

    def test_the_end_of_what_has_ended_is_told_to_nobody(self) -> None:
        rows = [flat(100), (100, 100, 98, 100), flat(100)]
        small = {"min_notional": Decimal(300)}
        told = played(unshrunk, partial(tell_one_of_two, shrinks=False), rows, **small)
        assert told == [(1, "buy", 5, 99, 0), (2, "buy", 5, 100, 2)]
        assert played(one_of_two, partial(tell_one_of_two, shrinks=True), rows, **small) == [(1, "buy", 5, 99, 0)]

    def test_what_an_older_rev_bought_has_its_stop_and_the_other_side_is_the_next_rev(self) -> None:
        # Hour 1: one at 98, and in the same candle the ten at 95 that are not wanted any more. Their stop at 80 goes in
        # hour 3, with the last sale of 105 still waiting. Hour 5: seven are sold, of a rev of their own.
        rows = [flat(100), (100, 100, 94, 94), flat(94), (94, 94, 75, 75), flat(76), (76, 84, 76, 84)]
        limits: dict[str, Any] | None
        for limits in (None, LOOSE):
            fills = played(guarded, tell_guarded, rows, limits=limits)
            assert fills == [
                (1, "buy", 1, 98, 3), (1, "buy", 10, 95, 0), (3, "sell", 10, 80, 1), (5, "sell", 7, 82, 0),
            ]  # fmt: skip

    def test_no_exit_is_for_what_leaves_by_the_market_where_the_parent_stands_filled(self) -> None:
        # The target at 102 would sell the one at the open of 105, before the eight.
        rows = [flat(100), flat(100), flat(105), flat(105)]
        limits: dict[str, Any] | None
        for limits in (None, LOOSE):
            fills = played(through, tell_through, rows, limits=limits, exits={"take_profit": "0.02"})
            assert fills == [(1, "buy", 1, 100, 0), (2, "sell", 8, 105, 1)]
