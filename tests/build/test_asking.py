"""A step as a question: yes where it would do something, no where it would not, and none where it cannot be asked."""
# ruff: noqa: ARG001

from decimal import Decimal

import pytest
from tests.stage import bot, closed, drawn, market

from botswain.build.asking import asking_of
from botswain.build.layout import layout_of
from botswain.build.link import link
from botswain.build.plan import Plan
from botswain.build.simulator import simulator
from botswain.core.codes import CLOSE
from botswain.core.num import above
from botswain.core.quiet import user_asks
from botswain.lab.market import market_of
from botswain.lab.run import prepared


def answers(decide, rows, **how):
    """What the question answers on each candle before anything was done, None where there is no question."""
    strategy = bot(decide, **how)()
    layout = layout_of(strategy)
    asks = asking_of(strategy, layout)
    if asks is None:
        return None
    candles = drawn(rows)
    ready = market_of({candles.symbol: candles}, {candles.symbol: market()})
    plan = Plan(strategy, ready.instruments, 60_000, Decimal(1000))
    sim = simulator(strategy, plan.features(curve=False), compiled=False)
    state = prepared(plan, ready, sim, curve=False)
    state.account.event = CLOSE
    before = {name: state.saved(name) for name in ("account", "rows", "lanes", "mem")}
    call = link(entry, {"user_asks": asks}, compiled=False).call
    found = [call(state.handle, 0, k) for k in range(len(rows))]
    assert before == {name: state.saved(name) for name in before}, "a question changes nothing"
    return found


def entry(sim, s, i):
    """Asks."""
    return user_asks(sim, s, i)


entry.__module__ = "botswain.core.quiet"
entry.__globals__["user_asks"] = user_asks


def test_another_target_than_that_which_is_wanted_is_a_yes():
    def decide(now, was, p, candle, my, wanted):
        wanted.target(1.0 if candle.close > 100.0 else 0.0)

    assert answers(decide, [99, 101, 100]) == [False, True, False]


def test_a_target_by_its_name_and_one_after_the_other():
    def decide(now, was, p, candle, my, wanted):
        wanted.target(x=0.0)
        wanted.target(candle.close - 100.0)

    assert answers(decide, [100, 101]) == [False, True]


def test_what_is_kept_and_other_orders_are_a_yes_where_they_are_reached():
    def decide(now, was, p, candle, my, wanted):
        if candle.close > 102.0:
            wanted.limit(0, 1, 50.0, 1.0)
        elif candle.close > 101.0:
            my.mem.count += 1
        wanted.target(0.0)

    assert answers(decide, [100, 102, 103], memory={"count": 1}) == [False, True, True]


def test_what_moves_though_nothing_happens_is_a_yes_where_it_is_read():
    def decide(now, was, p, candle, my, wanted):
        side = 0.0
        if candle.close > 101.0:
            if closed(my) > 100:  # a function of a step's own: what it reads is not looked into
                side = 1.0
        elif candle.close < 99.0:
            while my.equity < 0.0:
                side = 1.0
        wanted.target(side)

    assert answers(decide, [100, 98, 102]) == [False, True, True]


def test_a_target_that_goes_by_what_moves_is_a_yes():
    def decide(now, was, p, candle, my, wanted):
        if candle.close > 100.0:
            wanted.target(my.equity * 0.0)
        wanted.target(0.0)

    assert answers(decide, [100, 101]) == [False, True]


def test_loops_and_returns_stay_what_they_are():
    def decide(now, was, p, candle, my, wanted):
        for k in range(3):
            if candle.close + k > 103.0:
                wanted.target(1.0)
                return None
            if k == 2:
                break
        if candle.close < 50.0:
            return above(1.0 / (candle.close - 40.0), 0.0)
        wanted.target(0.0)
        return None

    assert answers(decide, [100, 102, 45]) == [False, True, False]
    with pytest.raises(ZeroDivisionError):
        answers(decide, [40])


def test_an_order_in_a_loop_is_a_yes_when_it_is_reached():
    def decide(now, was, p, candle, my, wanted):
        k = 0
        while k < candle.volume:
            wanted.row(k, 1, 1, 50, 1)
            k += 1
        for slot in range(int(candle.close) - 100):
            wanted.withdraw(slot)
        wanted.target(0.0)

    assert answers(decide, [100], slots=2) == [True]


@pytest.mark.parametrize("which", ["no target", "always", "its own function", "asserting"])
def test_of_some_no_question_is_made(which):
    def without(now, was, p, candle, my, wanted):
        if candle.close > 100.0:
            wanted.limit(0, 1, 50.0, 1.0)

    def always(now, was, p, candle, my, wanted):
        my.mem.count += 1
        wanted.target(1.0)

    def inner(now, was, p, candle, my, wanted):
        def twice(x):
            return 2 * x

        wanted.target(twice(candle.close) * 0.0)

    def asserting(now, was, p, candle, my, wanted):
        assert candle.close > 0
        wanted.target(1.0)

    decide = {"no target": without, "always": always, "its own function": inner, "asserting": asserting}[which]
    assert answers(decide, [100], memory={"count": 1}) is None
