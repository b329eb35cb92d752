"""Scenes of a refusal that repeats itself: product and reference note it at the same times."""

from __future__ import annotations

from typing import Any

from botswain import CLOSE

from .desk import Desk
from .scenes import flat
from .told_scenes import played, want
from .units import BUY, SELL
from .venue import LIMIT, MARKET, STOP

ONE_A_DAY = {"max_orders_day": "1"}


def taken_back(now: Any, was: Any, p: Any, candle: Any, my: Any, wanted: Any) -> None:  # noqa: ARG001
    """Takes the buy back and asks for it again at every close; from the fourth on a tick higher."""
    if my.event == CLOSE:
        wanted.market(0, 1, 1.0)
        wanted.withdraw(1)
        wanted.limit(1, 1, 50.0 if my.mem.closes < 3.0 else 51.0, 10.0)
        my.mem.closes = my.mem.closes + 1.0


def tell_taken_back(desk: Desk, event: str, n: int) -> None:
    """The same."""
    if event == "close":
        if n == 0:
            want(desk, 0, BUY, MARKET, 1)
        desk.table.withdraw(1)
        want(desk, 1, BUY, LIMIT, 10, 50 if n < 3 else 51, fresh=desk.table.row(1).rev == 0)


def test_it_is_taken_back_and_asked_for_again() -> None:
    assert len(played(taken_back, tell_taken_back, [flat(100)] * 8, limits=ONE_A_DAY)) == 1


def there_and_back(now: Any, was: Any, p: Any, candle: Any, my: Any, wanted: Any) -> None:  # noqa: ARG001
    """A stop to buy of which the quantity goes up and down, and its rev at the sixth."""
    if my.event == CLOSE:
        wanted.market(0, 1, 1.0)
        if my.mem.closes == 5.0:
            wanted.renew(1)
        wanted.stop(1, 1, 150.0, 10.0 if my.mem.closes == 1.0 or my.mem.closes > 2.0 else 11.0)
        my.mem.closes = my.mem.closes + 1.0


def tell_there_and_back(desk: Desk, event: str, n: int) -> None:
    """The same."""
    if event == "close":
        if n == 0:
            want(desk, 0, BUY, MARKET, 1)
        want(desk, 1, BUY, STOP, 10 if n == 1 or n > 2 else 11, 150, fresh=n in (0, 5))


def test_other_numbers_and_the_next_rev_are_noted() -> None:
    assert len(played(there_and_back, tell_there_and_back, [flat(100)] * 9, limits=ONE_A_DAY)) == 1


def through_zero(now: Any, was: Any, p: Any, candle: Any, my: Any, wanted: Any) -> None:  # noqa: ARG001
    """A sale of more than is held, of which a part closes and the rest waits; taken back and asked for again."""
    if my.event == CLOSE:
        if my.mem.closes == 0.0:
            wanted.market(0, 1, 4.0)
        if my.mem.closes > 0.0:
            wanted.withdraw(1)
            wanted.limit(1, -1, 120.0, 10.0)
        my.mem.closes = my.mem.closes + 1.0


def tell_through_zero(desk: Desk, event: str, n: int) -> None:
    """The same."""
    if event == "close":
        if n == 0:
            want(desk, 0, BUY, MARKET, 4)
        else:
            desk.table.withdraw(1)
            want(desk, 1, SELL, LIMIT, 10, 120, fresh=desk.table.row(1).rev == 0)


def test_a_row_of_which_a_part_waits() -> None:
    rows = [flat(100)] * 5 + [(100, 125, 100, 110), flat(110), flat(110)]
    fills = played(through_zero, tell_through_zero, rows, limits=ONE_A_DAY)
    assert [fill[1:4] for fill in fills] == [("buy", 4, 100), ("sell", 4, 120)]
