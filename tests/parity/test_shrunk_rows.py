"""A row that is asked for no more than is filled of it already is filled: product, reference and paper say so."""

from __future__ import annotations

from typing import Any

from botswain import CLOSE, FILL

from .desk import Desk
from .scenes import flat
from .told_scenes import LOOSE, played, want
from .units import BUY, SELL
from .venue import LIMIT


def shrunk(now: Any, was: Any, p: Any, candle: Any, my: Any, wanted: Any) -> None:  # noqa: ARG001
    """Six become ten while the order of six fills; then four are asked for, and then a sale in the same slot."""
    if my.event == FILL and my.slot == 0:
        wanted.limit(1, 1, 97.0, 10.0)
    if my.event == CLOSE:
        if my.mem.closes == 0.0:
            wanted.limit(0, 1, 99.0, 1.0)
            wanted.limit(1, 1, 97.0, 6.0)
        if my.mem.closes == 1.0:
            wanted.limit(1, 1, 97.0, 4.0)
        if my.mem.closes == 2.0:
            wanted.limit(1, -1, 105.0, 6.0)
        my.mem.closes = my.mem.closes + 1.0


def tell_shrunk(desk: Desk, event: str, n: int) -> None:
    """The same."""
    if (event, n) == ("fill", 0):
        want(desk, 1, BUY, LIMIT, 10, 97, fresh=False)
    if event == "close":
        if n == 0:
            want(desk, 0, BUY, LIMIT, 1, 99)
            want(desk, 1, BUY, LIMIT, 6, 97)
        if n == 1:
            want(desk, 1, BUY, LIMIT, 4, 97, fresh=False)
        if n == 2 and not desk.table.row(1).done:
            want(desk, 1, SELL, LIMIT, 6, 105, fresh=False)


def test_it_stays_filled_until_its_rev_is_raised() -> None:
    rows = [flat(100), (100, 100, 96, 100), flat(100), (100, 106, 100, 106), flat(106)]
    limits: dict[str, Any] | None
    for limits in (None, LOOSE):
        fills = played(shrunk, tell_shrunk, rows, limits=limits)
        assert fills == [(1, "buy", 1, 99, 0), (1, "buy", 6, 97, 1)]
