"""A step compiled apart from the core: the same run bit for bit, the same halts, the same key, and a fraction to do."""
# ruff: noqa: ARG001

from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.core.chaos import scenes
from tests.core.runs import Taken
from tests.stage import bot, drawn, market, marks, play, told, tries

from botswain.build.child import LIVE
from botswain.build.decider import Decider, key_of
from botswain.build.layout import layout_of
from botswain.build.link import link, prepare
from botswain.build.plan import Plan
from botswain.build.simulator import constants, simulator, simulator_apart
from botswain.build.step import step_of
from botswain.core.codes import CLOSE, END, FILL, START
from botswain.core.records import GROWING, RECORDS
from botswain.lab import run
from botswain.lab.backtest import Options
from botswain.lab.run import advance
from botswain.model.reasons import Reason
from botswain.strategies.grid import Grid
from botswain.strategies.sma_crossover import SmaCrossover

FORMS = {"one": simulator, "apart": simulator_apart}
PARTS = (*RECORDS, "down", "up", "dirty", "mem", "curve")


def memory(taken):
    """Every byte of a run that has been made; of what it only adds to, what was added."""
    state = taken.state
    counts = {name: int(getattr(state.account, name)) for name in GROWING}
    return {name: np.ascontiguousarray(state.parts[name][: counts.get(name)]).tobytes() for name in PARTS}


@pytest.mark.parametrize("name", ["chaos", "grid"])
@tries(20)
@given(data=st.data())
def test_both_forms_leave_the_same_memory_to_the_last_bit(name, kernels, data):
    scene = data.draw(scenes(name))
    found = []
    for form in FORMS.values():
        taken = Taken(scene, compiled=True, folder=kernels)
        taken.sim = form(taken.plan.strategy, taken.plan.features(curve=True), folder=kernels)
        assert advance(taken.sim, taken.state, scene.instants, taken.plan) is None
        found.append(memory(taken))
    for part in PARTS:
        assert found[0][part] == found[1][part], part


def broken(now, was, p, candle, my, wanted):
    """Rests orders, turns them on fills; what the third candle's volume says goes wrong there."""
    if my.event == FILL:
        wanted.renew(1)
        wanted.limit(1, -1, candle.close + 2.0, 1.0)
    wanted.limit(0, 1, candle.close - 1.0, 1.0)
    my.mem.calls += 1
    if candle.volume == 1.0:
        my.mem.calls = my.mem.calls / (my.mem.calls - my.mem.calls)
    elif candle.volume == 2.0:
        refuse(candle.close)
    elif candle.volume == 3.0:
        wanted.limit(7, 1, candle.close, 1.0)
    elif candle.volume == 4.0:
        wanted.target(my.mem.calls * 1e300)
    elif candle.volume == 5.0:
        wanted.limit(0, 1, candle.close + 0.3, -1.0)


def refuse(close):
    """Raises an error of its own, with a text."""
    if close > 0:
        raise ValueError("no, thank you", close)


HALTS = {
    1.0: (Reason.STEP_RAISED, 8, "ZeroDivisionError: "),
    2.0: (Reason.STEP_RAISED, 22, "ValueError: ('no, thank you', 98.0)"),
    3.0: (Reason.BAD_SLOT, 12, "slot=7"),
    4.0: (Reason.BAD_TARGET, 14, "the target is"),
    5.0: (Reason.BAD_ORDER, 16, "qty=-1"),
}


@pytest.mark.parametrize("how", HALTS)
def test_a_halt_is_the_same_in_both_forms_file_and_line_too(how, kernels, monkeypatch):
    reason, line, text = HALTS[how]
    results = []
    for form in FORMS.values():
        monkeypatch.setattr(run, "chosen", lambda *given, form=form, folder, **_: form(*given, folder=folder))
        story = bot(broken, slots=2, events=(CLOSE, FILL), memory={"calls": 1}, tags=("target",))
        rows = [100, (100, 100, 98, 99), 99, (99, 99, 97, 98), (98, 99, 90, 90), 90]
        candles = drawn(rows, volume=[0.0, 0.0, 0.0, how, 0.0, 0.0])
        results.append(play(story, candles, options=Options(folder=kernels), exits={"stop_loss": "0.05"}))
    one, apart = results
    assert one.halt == apart.halt
    assert one.halt.reason is reason
    assert one.halt.message.startswith(f"{__file__}, line {broken.__code__.co_firstlineno + line}: ")
    assert text in one.halt.message
    assert told(one) == told(apart) != []
    assert marks(one) == marks(apart)
    assert one.notes == apart.notes


def answering(now, was, p, candle, my, wanted):
    """Returns what nobody asked for, of several kinds."""
    if candle.close > 100:
        return (1.0, my.lots, 3.0, 4.0)
    wanted.market(0, 1, 1.0)
    return (candle.close, 7, 1.0, 2.0)


def test_what_a_step_returns_is_dropped(kernels):
    results = []
    for form in FORMS.values():
        plan = Plan(bot(answering)(), (market(),), 60_000)
        sim = form(plan.strategy, plan.features(curve=True), folder=kernels)
        prepare(sim.linked, "answering")
        results.append(told(play(bot(answering), [100, 101, 99], options=Options(folder=kernels))))
    assert results[0] == results[1] == [(1, "buy", 1, 101, "target")]


def test_a_key_does_not_say_in_which_form_the_code_is(kernels):
    strategy = SmaCrossover()
    plan = Plan(strategy, (market(),), 60_000, exits={"stop_loss": Decimal("0.1")})
    features = plan.features(curve=False)
    assert simulator(strategy, features).linked.key == simulator_apart(strategy, features).linked.key
    names = constants(features, strategy.events()) | {"user_step": step_of(strategy, layout_of(strategy))}
    as_one = tuple(link(entry, names, compiled=True, folder=str(kernels)) for entry in LIVE)
    assert Decider(plan, kernels).key == Decider(plan, None).key == key_of(as_one)


def test_an_edited_step_is_all_that_is_compiled_anew(author, kernels):
    """The core is in the folder, or is loaded into this process already; the step is in neither."""
    linked = []
    for target in ("0.5", "0.25"):
        author.bot(f"wanted.target({target})")
        plan = Plan(author.load().Bot(), (market(),), 60_000)
        linked.append(simulator_apart(plan.strategy, plan.features(curve=True), folder=kernels).linked)
    old, new = linked
    assert old.key != new.key
    assert old.call is new.call
    assert old.step.key != new.step.key
    prepare(new, "Bot")
    assert new.address != 0
    assert not old.step.call.signatures


def test_the_same_class_with_other_events_is_called_for_those():
    """A grid asks for closes by its parameters."""
    every, fewer = (Grid(levels=4, step=0.02, initial=one) for one in ("none", "market"))
    assert (every.events(), fewer.events()) == ((START, CLOSE, FILL, END), (START, FILL, END))
    features = Plan(every, (market(),), 60_000).features(curve=False)
    one, other = (simulator_apart(strategy, features).linked for strategy in (every, fewer))
    assert one.call is not other.call
    assert one.step.key == other.step.key


def test_research_and_live_share_one_step_and_so_do_all_features(kernels):
    plans = [Plan(SmaCrossover(), (market(),), 60_000, exits=exits) for exits in ({}, {"stop_loss": Decimal("0.1")})]
    keys = {
        simulator_apart(plan.strategy, plan.features(curve=curve)).linked.step.key
        for plan in plans for curve in (True, False)
    }  # fmt: skip
    keys |= {one.step.key for one in Decider(plans[0], kernels)._linked}
    assert len(keys) == 1
