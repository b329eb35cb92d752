"""Bots that decide every quarter of a minute, under faults of every kind: no invariant breaks, and every row replays.

The world stops and starts its engine again and again, so many beats are recorded whose decision nobody wrote.
"""

from __future__ import annotations

from collections import Counter

import pytest

from botswain.build.decider import matching
from botswain.engine.bot import Bot
from botswain.engine.taker import Taker
from botswain.simulation.engine_crew import EngineCrew
from botswain.simulation.scenery import scene
from botswain.simulation.world import run

BOTS, DAYS, EVERY_S = 4, 0.3, 15


# In the first world the engine is killed again and again.
@pytest.mark.parametrize(("seed", "least"), [(2001, 1), (2002, 0), (2003, 0)])
def test_a_world_of_faults_breaks_no_invariant_of_bots_that_decide_between_closes(seed, least, kernels, monkeypatch):
    seen = Counter()
    beat, skip = Bot.beat, Taker.skip

    def beaten(bot, *given):
        outcome = beat(bot, *given)
        seen["beats"] += 1
        seen["requests"] += len(outcome.requests)
        return outcome

    def skipped(taker, events):
        outcome = skip(taker, events)
        seen["gone by"] += outcome is not None
        return outcome

    monkeypatch.setattr(Bot, "beat", beaten)
    monkeypatch.setattr(Taker, "skip", skipped)
    again = f"tests/simulation/test_beats.py, seed {seed}"
    made = scene(seed, DAYS, "all", matching(kernels), symbols=3, again=again)
    report = run(made, EngineCrew(BOTS, kernels, frequency_s=EVERY_S))
    assert report.counts.get("rests", 0) >= 1
    assert report.lives > 1
    assert seen["beats"] > 300
    assert seen["requests"] > 10
    assert seen["gone by"] >= least
