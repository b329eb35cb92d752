"""Which form a strategy is run in: as one where that is there, apart until it pays, and the background when asked."""

import pytest
from tests.stage import market, play, told

from botswain.build import tiers
from botswain.build.link import REFUSED, NotCompiled, prepare, ready
from botswain.build.plan import Plan
from botswain.build.simulator import simulator, simulator_apart
from botswain.build.tiers import chosen, inlined, worth_compiling
from botswain.lab import run
from botswain.lab.backtest import Options

STEP = "wanted.market(0, 1, 2.0)"


@pytest.fixture
def written(author):
    """A strategy that was never compiled in this process, and what a run of it needs."""
    author.bot(STEP)
    strategy = author.load().Bot()
    return strategy, Plan(strategy, (market(),), 60_000).features(curve=False)


def test_what_was_never_compiled_is_run_apart(written):
    strategy, features = written
    sim = chosen(strategy, features)
    assert sim is not simulator(strategy, features)
    assert sim.linked is simulator_apart(strategy, features).linked
    assert sim.linked.step is not None
    assert chosen(strategy, features, compiled=False).linked.step is None


def test_what_is_there_as_one_is_run_as_one(written, kernels):
    strategy, features = written
    one = inlined(strategy, features, folder=kernels)
    assert ready(one.linked)
    assert chosen(strategy, features, folder=kernels).linked is one.linked
    assert one.linked.step is None


def test_what_ran_apart_for_as_long_as_compiling_takes_is_compiled_as_one(written, kernels, monkeypatch):
    strategy, features = written
    monkeypatch.setattr(tiers, "ready", lambda _one: False)
    monkeypatch.setattr(tiers, "prepare", lambda one, owner: compiled.append((one.key, owner)))
    compiled = []
    apart = chosen(strategy, features, folder=kernels).linked
    apart.spent_s = tiers.WAITED_S / 2
    assert chosen(strategy, features, folder=kernels).linked is apart
    assert compiled == []
    apart.spent_s = tiers.WAITED_S
    one = simulator(strategy, features, folder=kernels).linked
    assert chosen(strategy, features, folder=kernels).linked is one
    assert compiled == [(one.key, "Bot")]


def test_what_does_not_compile_is_not_tried_in_the_other_form(written, monkeypatch):
    strategy, features = written
    one = simulator(strategy, features).linked
    monkeypatch.setitem(REFUSED, one.key, NotCompiled("no"))
    assert chosen(strategy, features).linked is one


def test_what_compiles_apart_only_is_run_called_back(written, monkeypatch):
    strategy, features = written

    def refuse(one, _owner):
        REFUSED[one.key] = NotCompiled("no")
        raise REFUSED[one.key]

    monkeypatch.setattr(tiers, "prepare", refuse)
    monkeypatch.setattr(tiers, "ready", lambda _one: False)
    monkeypatch.setattr(tiers, "WAITED_S", 0.0)
    one = chosen(strategy, features).linked
    with pytest.raises(NotCompiled):
        prepare(one, "Bot")
    REFUSED.pop(one.key)


def test_time_is_only_counted_where_the_step_is_called_by_its_address(written, kernels):
    strategy, features = written
    play(strategy, [100, 100], options=Options(curve=False, folder=kernels))
    apart = simulator_apart(strategy, features).linked
    one = simulator(strategy, features).linked
    assert one.spent_s == 0.0
    assert (apart.spent_s > 0.0) is apart.prepared


class TestBackground:
    """`Options(background=True)`, as the command line gives it."""

    @pytest.fixture
    def begun(self, monkeypatch):
        """What would have been started."""
        started = []
        monkeypatch.setattr(run, "compile_later", lambda *given: started.append(given))
        monkeypatch.setattr(run, "chosen", lambda *given, folder, **_: simulator_apart(*given, folder=folder))
        return started

    def test_a_run_that_would_gain_by_it_starts_it_once_it_is_through(self, written, kernels, begun, monkeypatch):
        monkeypatch.setattr(tiers, "WORTH_S", 0.0)
        options = Options(curve=False, folder=kernels, background=True)
        assert told(play(written[0], [100, 101], options=options)) == [(1, "buy", 2, 101, "target")]
        assert begun == [(*written, kernels)]

    def test_a_run_too_short_to_gain_and_one_that_nobody_asked_for_it_start_nothing(
        self, written, kernels, begun, monkeypatch
    ):
        play(written[0], [100, 101], options=Options(curve=False, folder=kernels, background=True))
        monkeypatch.setattr(tiers, "WORTH_S", 0.0)
        play(written[0], [100, 101], options=Options(curve=False, folder=kernels))
        assert begun == []

    def test_a_run_as_one_gains_nothing(self, written):
        sim = simulator(*written)
        sim.linked.spent_s = 1.0
        assert not worth_compiling(sim)
