"""What reduces the position passes the gate: told row by row, told anew when the position moves, and kept of an order
that would have gone through zero."""
# ruff: noqa: ARG001

import pytest
from tests.stage import bot, closed, codes, market, play, told

from botswain.core.codes import WAITING, WORKING
from botswain.model.reasons import Reason

FIXED = {"sizing": "fixed", "size": 10}
SHORT = market(shortable=True)
ONE_ORDER = {"limits": {"max_orders_day": 1}}


def flip(now, was, p, candle, my, wanted):
    """Short after the first candle, long after all others."""
    wanted.target(-1.0 if closed(my) == 0 else 1.0)


def states(result):
    return [row.state for row in result.ran.state.parts["rows"]]


def test_what_reduces_is_counted_row_by_row():
    """Two sales of the whole position: the first reduces it, the second would open a short, and is an entry.

    A third one, reduce-only, is for half of it: it always passes, so only the other half is the first one's.
    """

    def decide(now, was, p, candle, my, wanted):
        wanted.market(0, 1, 10.0)
        if closed(my) > 0:
            wanted.limit(1, -1, 110.0, 10.0)
            wanted.limit(2, -1, 120.0, 10.0)
            wanted.limit(3, -1, 130.0, 5.0)
            wanted.flags(3, 2)

    result = play(bot(decide, slots=4), [100] * 4, instrument=SHORT, limits={"max_orders_day": 1})
    assert codes(result) == [(1, "max_orders", 1, 1), (2, "max_orders", 1, 1)]
    assert states(result)[1:4] == [WORKING, WAITING, WORKING]
    assert [row.eff for row in result.ran.state.parts["rows"][1:4]] == [5, 0, 5]


@pytest.mark.parametrize(("limit", "ended"), [(1, True), (5, False)])
def test_what_reduces_no_longer_is_judged_as_an_entry(limit, ended):
    """A sale of ten rests against ten; five of them leave by the market, and half of it would open a short."""

    def decide(now, was, p, candle, my, wanted):
        if closed(my) == 0:
            wanted.market(0, 1, 10.0)
        if closed(my) == 1:
            wanted.limit(1, -1, 110.0, 10.0)
        if closed(my) == 2:
            wanted.renew(0)
            wanted.market(0, -1, 5.0)

    rows = [100, 100, 100, 100, (100, 110, 100, 110)]
    result = play(bot(decide, slots=2), rows, instrument=SHORT, limits={"max_orders_day": limit})
    assert codes(result) == ([(1, "max_orders", 1, 1)] if ended else [])
    assert [fill[1:3] for fill in told(result)] == [("buy", 10), ("sell", 5), ("sell", 5 if ended else 10)]
    assert result.ran.state.account.orders_today == (1 if ended else 2)


class TestThroughZero:
    """An order through zero is an entry; where the gate ends it, a market order still closes the position."""

    def test_closes_though_its_entry_was_refused(self):
        result = play(bot(flip), [100] * 4, instrument=SHORT, **ONE_ORDER, **FIXED)
        assert codes(result) == [(0, "max_orders", 1, 1)]
        assert told(result) == [(1, "sell", 10, 100, "target"), (2, "buy", 10, 100, "target")]

    def test_is_gone_where_closing_alone_is_below_the_minimum(self):
        """Short ten at 100; at 10 the whole order of twenty is worth 200, the closing half 100."""
        rules = market(shortable=True, min_notional="150")
        result = play(bot(flip), [100, (100, 10), 10, 10], instrument=rules, **ONE_ORDER, **FIXED)
        assert codes(result) == [(0, "max_orders", 1, 1)]
        assert told(result) == [(1, "sell", 10, 100, "target")]

    def test_by_a_limit_waits_with_what_would_open(self):
        def by_limit(now, was, p, candle, my, wanted):
            wanted.market(0, -1, 10.0)
            if closed(my) > 0:
                wanted.limit(1, 1, 99.0, 20.0)

        rows = [100, 100, 100, (100, 100, 90, 90)]
        result = play(bot(by_limit, slots=2), rows, instrument=SHORT, **ONE_ORDER)
        assert [fill[:3] for fill in told(result)] == [(1, "sell", 10), (3, "buy", 10)]
        resting = play(bot(by_limit, slots=2), rows[:3], instrument=SHORT, **ONE_ORDER)
        row = resting.ran.state.parts["rows"][1]
        assert (row.state, row.eff, row.qty, row.ended) == (WORKING, 10, 20, Reason.MAX_ORDERS)
        # The next risk day has room for the whole of it.
        day = {"limits": {"max_orders_day": 1, "day_offset_ms": 4 * 60_000}}
        released = play(bot(by_limit, slots=2), rows[:3] + [100] * 2, instrument=SHORT, **day)
        row = released.ran.state.parts["rows"][1]
        assert (row.state, row.eff, row.ended) == (WORKING, 20, 0)
