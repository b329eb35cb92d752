"""What closed candles say of slippage: exact in any size, and never of a candle that is yet to come."""

from decimal import Decimal

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.core.venue_desk import BUY, SELL, Desk

from botswain.core.codes import REDUCE_ONLY
from botswain.core.slips import slips_of, summed, traded_lots, wide
from botswain.model.slippage import Slippage

RANGE = Slippage(Decimal(3), "volatility", Decimal("0.25"), 4)
IMPACT = Slippage(Decimal(3), "impact", Decimal("0.5"), 4)
prices = st.one_of(st.integers(1, 40), st.integers(10**6, 10**7), st.integers(1 << 40, (1 << 53) - 1))


@st.composite
def candles(draw):
    """Open, high, low, close in ticks and lots, of 1 to 12 candles."""
    rows = draw(st.lists(st.tuples(prices, prices, prices, prices), min_size=1, max_size=12))
    ticks = np.array([(one[0], max(one), min(one), one[3]) for one in rows], np.int64).T
    lots = draw(st.lists(st.integers(0, 1 << 53), min_size=len(rows), max_size=len(rows)))
    return list(ticks), np.array(lots, np.int64)


def plainly(slippage, ticks, lots, k):
    """The same in Python's integers, of the first k candles."""
    opens, highs, lows, closes = (one[:k].tolist() for one in ticks)
    before = [opens[0], *closes][:k] if k else []
    last = range(max(0, k - slippage.candles), k)
    if slippage.model == "impact":
        returns = [min(10**8, -(-abs(closes[i] - before[i]) * 10**8 // before[i])) for i in last]
        return 30_000, sum(one * one for one in returns), sum(lots[:k].tolist()[i] for i in last)
    if not k:
        return 30_000, 0, 0
    ranges = sum(max(highs[i], before[i]) - min(lows[i], before[i]) for i in last)
    return min(30_000 - (-ranges * 25_000_000 // (len(last) * closes[-1])), 10_000_000), 0, 0


@settings(max_examples=200)
@given(candles(), st.sampled_from([RANGE, IMPACT]))
def test_it_is_exact_whatever_the_prices(made, slippage):
    ticks, lots = made
    found = slips_of(slippage, ticks, lots)
    got = list(zip(found.slips.tolist(), found.squares.tolist(), found.traded.tolist(), strict=True))
    assert got == [plainly(slippage, ticks, lots, k) for k in range(len(lots) + 1)]


@given(candles(), st.sampled_from([RANGE, IMPACT]), st.data())
def test_what_comes_later_changes_nothing(made, slippage, data):
    ticks, lots = made
    kept = data.draw(st.integers(0, len(lots)))
    whole, part = slips_of(slippage, ticks, lots), slips_of(slippage, [one[:kept] for one in ticks], lots[:kept])
    for name in ("slips", "squares", "traded"):
        assert getattr(whole, name)[: kept + 1].tolist() == getattr(part, name).tolist()


def test_a_running_total_may_wrap():
    most = np.full(6, (1 << 62) - 1, np.int64)
    assert summed(most, 1).tolist() == [0] + [(1 << 62) - 1] * 6


def test_only_what_does_not_fit_is_counted_in_pythons_integers():
    small = np.array([5, 6], np.int64)
    assert wide(small, 10) is small
    assert wide(np.array([1 << 60], np.int64), 10).dtype == object
    assert wide(np.array([], np.int64), 10).dtype == np.int64


def test_a_volume_is_whole_lots_and_no_more_than_are_told_apart():
    assert traded_lots(np.array([0.3, 0.39, 1e30, 0.0]), Decimal("0.1")).tolist() == [3, 3, 1 << 53, 0]


class TestAtTheVenue:
    """What matching makes of what is known; a unit is a hundred-millionth."""

    def desk(self, monkeypatch, slips=0, squares=0, traded=0, **terms):
        monkeypatch.setattr("botswain.core.matching.SLIPS", 1)
        desk = Desk(cash=10**12, slippage_e8=77, most_slip_e8=10_000_000, **terms)
        for name, value in (("slips", slips), ("squares", squares), ("traded", traded)):
            desk.state.put(name, [7, value])
        desk.state.parts["lanes"][0].i = 1
        return desk

    def test_it_reads_what_its_candle_knows(self, monkeypatch):
        desk = self.desk(monkeypatch, slips=250_000)
        assert desk.send(0, BUY, 1, at=1000) == [(0, 1, 1003, "taker")]  # 2.5 ticks, up
        assert desk.limit(1, BUY, 1, 1001, at=1000) == [(1, 1, 1000, "taker")]

    def test_an_order_pays_for_its_own_size_by_the_root(self, monkeypatch):
        # A move of 1 %, and 100 lots: 4 of them cost 0.2 of the move, 400 twice as much.
        size = {"squares": 10**12, "traded": 100, "impact_e8": 10**8}
        assert self.desk(monkeypatch, **size).send(0, BUY, 4, at=10_000) == [(0, 4, 10_020, "taker")]
        assert self.desk(monkeypatch, slips=10_000, **size).send(0, BUY, 400, at=10_000) == [(0, 400, 10_201, "taker")]
        assert self.desk(monkeypatch, **size).send(0, BUY, 10**7, at=1000) == [(0, 10**7, 1100, "taker")]

    def test_what_reduces_pays_for_what_there_is(self, monkeypatch):
        size = {"squares": 10**12, "traded": 100, "impact_e8": 10**8}
        desk = self.desk(monkeypatch, position=4, **size)
        assert desk.send(0, SELL, 400, at=10_000, flag_bits=REDUCE_ONLY) == [(0, 4, 9_980, "taker")]
        assert desk.send(0, SELL, 400, at=10_000, flag_bits=REDUCE_ONLY) == [(0, "NOTHING_TO_REDUCE")]

    def test_where_nothing_was_traded_it_is_the_most_there_is(self, monkeypatch):
        desk = self.desk(monkeypatch, squares=1, impact_e8=1)
        assert desk.send(0, BUY, 1, at=1000) == [(0, 1, 1100, "taker")]
