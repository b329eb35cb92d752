"""Candles that change nothing are passed over, and what comes out is that of the full walk to the last number."""
# ruff: noqa: ARG001

from decimal import Decimal

import numpy as np
import pytest
from tests.stage import at, bot, drawn, market, play, told

from botswain.build.asking import asking_of
from botswain.build.layout import layout_of
from botswain.build.link import link
from botswain.build.plan import Plan
from botswain.build.simulator import Simulator, constants, simulator
from botswain.build.step import step_of
from botswain.core.codes import CLOSE, FILL, FINISHED, NEED_ROOM
from botswain.core.indicators import ta
from botswain.core.num import above
from botswain.core.quiet import simulate_quietly
from botswain.core.records import LASTING
from botswain.core.scale import Sizing
from botswain.core.simulate import simulate
from botswain.lab.backtest import Options
from botswain.lab.market import market_of
from botswain.lab.run import prepared
from botswain.model.reasons import Reason

BARE = Options(curve=False, compiled=False)


def crossing(now, was, p, candle, my, wanted):
    """In above its mean, out below, and halfway where it has just come up."""
    if above(candle.close, now.mean):
        wanted.target(1.0 if was.mean == was.mean and above(now.mean, was.mean) else 0.5)
    else:
        wanted.target(0.0)


def resting(now, was, p, candle, my, wanted):
    """A target of its own, and a limit order that rests for some candles before it is met."""
    wanted.target(1.0 if above(candle.close, now.mean) else 0.0)
    if my.lots == 0 and candle.close < 85.0:
        wanted.limit(1, 1, 82.0, 1.0)
    elif my.lots > 0 and candle.close > 115.0:
        wanted.renew(1)


def counting(now, was, p, candle, my, wanted):
    """Keeps something on some candles."""
    if candle.close > 110.0:
        my.mem.high = my.mem.high + 1
    wanted.target(1.0 if my.mem.high % 3 == 1 else 0.0)


def walk(count=400, seed=5):
    """Prices from 80 to 120."""
    steps = np.cumsum(np.random.default_rng(seed).integers(-2, 3, count)) % 80
    return drawn((80 + np.abs(steps - 40)).tolist())


class Taken:
    """A run of one form or the other, in parts."""

    def __init__(self, decide, candles, *, quietly, room=None, **how):
        cls = bot(decide, slots=2, indicators={"mean": ta.SMA(5)}, memory={"high": 1}, **how)
        strategy, symbol = cls(), candles.symbol
        self.market = market_of({symbol: candles}, {symbol: market(symbol, taker_fee="0.001")})
        self.plan = Plan(
            strategy, self.market.instruments, 60_000, Decimal(1_000_000), Sizing("fixed_quote", Decimal(900))
        )
        layout, features = layout_of(strategy), self.plan.features(curve=False)
        names = constants(features, strategy.events()) | {"user_step": step_of(strategy, layout)}
        names |= {"user_asks": asking_of(strategy, layout)}
        linked = link(simulate_quietly if quietly else simulate, names, compiled=False)
        self.sim = Simulator(linked, layout, compiled=False)
        self.state = prepared(self.plan, self.market, self.sim, curve=False)
        if room is not None:
            self.state.header.report_room = room

    def go(self, last):
        """On to an instant, room given where it is asked for; returns the parts that a restart must find."""
        while (code := self.sim.linked.call(self.state.handle, last)) == NEED_ROOM:
            self.state.more_reports()
        assert code == FINISHED
        return {name: self.state.saved(name) for name in (*LASTING, "reports", "trips", "notes")}


@pytest.mark.parametrize("decide", [crossing, resting, counting])
@pytest.mark.parametrize("events", [(CLOSE,), (CLOSE, FILL)])
class TestTheWholeMemory:
    """After as many candles it is the same."""

    def test_at_the_end(self, decide, events):
        full = Taken(decide, walk(), quietly=False, events=events)
        quiet = Taken(decide, walk(), quietly=True, events=events)
        assert quiet.go(400) == full.go(400)
        assert int(full.state.account.reports) > 20

    def test_wherever_it_stops_on_the_way(self, decide, events):
        full = Taken(decide, walk(120), quietly=False, events=events)
        quiet = Taken(decide, walk(120), quietly=True, events=events)
        for last in range(1, 121):
            assert quiet.go(last) == full.go(last)


def test_candles_are_passed_over_and_not_just_gone_through():
    """The step itself is called where it decides and for the candle of the fill."""

    def decide(now, was, p, candle, my, wanted):
        wanted.target(1.0 if candle.close > 100.0 else 0.0)

    calls = []
    taken = Taken(decide, drawn([*[100] * 50, *[101] * 50, *[99] * 50]), quietly=True)
    simulated = taken.sim.linked.call.__globals__["simulate"]
    scope = simulated.__globals__["close"].__globals__["close_candle"].__globals__
    step = scope["user_step"]
    scope["user_step"] = lambda sim, s, i: (calls.append(i), step(sim, s, i))
    taken.go(150)
    assert calls == [50, 51, 100, 101]


def test_room_for_reports_is_asked_for_as_by_the_full_walk():
    full = Taken(crossing, walk(), quietly=False, room=8)
    quiet = Taken(crossing, walk(), quietly=True, room=8)
    assert quiet.go(400) == full.go(400)


def test_a_question_that_raises_leaves_the_run_at_its_candle():
    """The step would raise there too, so the halt names that instant."""

    def decide(now, was, p, candle, my, wanted):
        wanted.target(1.0 / (candle.close - 97.0))

    taken = Taken(decide, drawn([98, 98, 98, 98, 97, 98]), quietly=True)
    with pytest.raises(ZeroDivisionError):
        taken.go(6)
    assert taken.state.account.instant == 4


@pytest.mark.parametrize("decide", [crossing, resting])
def test_machine_code_that_passes_over_gives_what_the_full_walk_gives(decide, kernels):
    story = bot(decide, slots=2, indicators={"mean": ta.SMA(5)})
    rules = market(taker_fee="0.001")
    how = {"instrument": rules, "capital": 1_000_000, "sizing": "fixed_quote", "size": 900}
    fast = play(story, walk(3000), options=Options(curve=False, folder=kernels), **how)
    full = play(story, walk(3000), **how)
    assert told(fast) == told(full)
    assert len(full.fills) > 200
    assert fast.cash == full.cash
    one, other = fast.ran.state.account, full.ran.state.account
    assert (one.instant, one.time_ms, one.open_ms, one.event) == (3000, at(3000), at(2999), CLOSE)
    assert (one.instant, one.time_ms, one.open_ms, one.event) == (
        other.instant, other.time_ms, other.open_ms, other.event,
    )  # fmt: skip


def test_a_step_that_raises_in_machine_code_is_halted_where_it_would_have_been(kernels):
    def decide(now, was, p, candle, my, wanted):
        wanted.target(1.0 / (candle.close - 97.0))

    rows = [98, 98, 98, 98, 97, 98]
    fast = play(bot(decide), rows, options=Options(curve=False, folder=kernels), sizing="fixed", size=1)
    full = play(bot(decide), rows, sizing="fixed", size=1)
    assert (fast.halt.reason, fast.halt.instant) == (Reason.STEP_RAISED, 4)
    assert fast.halt == full.halt
    assert told(fast) == told(full) != []


@pytest.mark.parametrize(("what", "quietly"), [({}, True), ({"curve": True}, False), ({"limits": True}, False)])
def test_only_where_nobody_else_looks_at_each_candle(what, quietly, kernels):
    """A curve is drawn, and limits are watched, at every close."""
    strategy = bot(crossing, indicators={"mean": ta.SMA(5)})()
    limits = {"max_orders_day": Decimal(5)} if "limits" in what else {}
    plan = Plan(strategy, (market(),), 60_000, limits=limits)
    sim = simulator(strategy, plan.features(curve="curve" in what), folder=kernels)
    assert (sim.linked.call.py_func.__name__ == "simulate_quietly") == quietly
