"""A decision at a time, over two candles: the same numbers as over whole columns, and nothing kept of what failed."""
# ruff: noqa: ARG001

import numpy as np
import pytest
from tests.stage import at, bot, closed, drawn, market, play

from botswain.build.decider import Bar, Decider, matching
from botswain.build.plan import Plan
from botswain.core.codes import CLOSE, FILL, LIMIT, WORKING
from botswain.core.indicators import ta
from botswain.core.records import REPORT

INDICATORS = {"mean": ta.SMA(3), "slow": ta.EMA(4, of=ta.SMA(2))}


def decider_of(decide, symbols=("ABC/USD",), **described):
    """A decider of a story, interpreted."""
    return Decider(
        Plan(bot(decide, **described)(), tuple(market(one) for one in symbols), 60_000), None, compiled=False
    )


def bar(candles, i):
    """Candle i as a decider takes it."""
    prices = [float(getattr(candles, name)[i]) for name in ("open", "high", "low", "close")]
    return Bar(*(int(price) for price in prices), (*prices, float(candles.volume[i])))


def report(**values):
    """A venue's report with all its fields."""
    return dict.fromkeys(REPORT.names, 0) | values


def remember(now, was, p, candle, my, wanted):
    """Writes down what it sees, a line of five for each candle."""
    k = 5 * closed(my)
    my.mem.seen[k] = now.mean
    my.mem.seen[k + 1] = was.mean
    my.mem.seen[k + 2] = now.slow
    my.mem.seen[k + 3] = was.slow
    my.mem.seen[k + 4] = candle.close + candle.volume


def test_a_step_sees_bit_for_bit_what_it_sees_in_a_backtest():
    rows = [100 + (7 * k) % 13 for k in range(12)]
    candles = {
        "ABC/USD": drawn(rows),
        "XYZ/USD": drawn(rows[::-1][:9], "XYZ/USD", minutes=[0, 1, 3, 4, 6, 7, 8, 10, 11]),
    }
    described = {"memory": {"seen": 60}, "indicators": INDICATORS}
    result = play(bot(remember, **described), candles)
    one = decider_of(remember, tuple(candles), **described)
    for minute in range(12):
        bars = {
            s: bar(run, run.ts.tolist().index(at(minute)))
            for s, run in enumerate(candles.values())
            if at(minute) in run.ts.tolist()
        }
        one.close(at(minute), bars)
    expected = np.array(list(result.ran.state.parts["mem"]))
    assert np.array_equal(np.array(one.state.parts["mem"]), expected, equal_nan=True)
    assert not np.isnan(expected).all()


def order_and_fail(now, was, p, candle, my, wanted):
    """Wants a limit, and fails on a candle with a volume."""
    wanted.limit(0, 1, 90.0 + closed(my), 2.0)
    if my.event == FILL:
        my.mem.fills += my.received
    my.mem.x = 1.0 / (candle.volume - 5.0)


def test_a_raise_leaves_what_it_found_once_it_is_restored():
    one = decider_of(order_and_fail, memory={"x": 1, "fills": 1}, events=(CLOSE, FILL))
    candles = drawn([100, 100], volume=[0, 5])
    one.close(at(0), {0: bar(candles, 0)})
    row = one.state.parts["rows"][0]
    assert (row.state, row.kind, row.price, row.qty) == (WORKING, LIMIT, 90, 2)
    saved = one.snapshot()
    with pytest.raises(ZeroDivisionError):
        one.close(at(1), {0: bar(candles, 1)})
    assert one.state.parts["rows"][0].price == 91
    one.restore(saved)
    assert one.state.parts["rows"][0].price == 90


def test_a_silenced_decider_books_fills_and_calls_nobody():
    one = decider_of(order_and_fail, memory={"x": 1, "fills": 1}, events=(CLOSE, FILL))
    one.close(at(0), {0: bar(drawn([100]), 0)})
    one.silence()
    one.report(report(time_ms=at(1), slot=0, rev=1, side=1, lots=2, price=90, final=1))
    assert one.state.parts["books"][0].pos == 2
    assert one.state.parts["mem"][1] == 0.0
    one.close(at(1), {0: bar(drawn([100], volume=[5]), 0)})


def test_reports_are_told_one_at_a_time_and_never_run_out_of_room():
    one = decider_of(order_and_fail, memory={"x": 1, "fills": 1}, events=(CLOSE, FILL))
    one.close(at(0), {0: bar(drawn([100]), 0)})
    for k in range(1100):
        one.report(report(time_ms=at(1), slot=0, rev=1, side=1 - 2 * (k % 2), lots=1, price=90, final=0))
    assert one.state.account.reports == 1100
    assert one.state.parts["mem"][1] == 1100.0
    assert one.state.parts["books"][0].pos == 0


def test_the_key_is_that_of_the_decision():
    assert decider_of(remember, memory={"seen": 60}, indicators=INDICATORS).key != decider_of(
        order_and_fail, memory={"x": 1, "fills": 1}
    ).key  # fmt: skip


def test_the_matching_rules_stand_alone():
    rules = matching(None, compiled=False)
    assert [rules.arrive.__name__, rules.walk.__name__, rules.remove.__name__] == ["arrive", "walk", "remove"]
