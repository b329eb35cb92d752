"""Orders fill while the disk is full, and before the engine can write again the venue has forgotten them.

No surface tells of them any more; what the account holds does, and what it held when all was quiet is known again.
"""

from dataclasses import replace

import pytest

from botswain.build.decider import matching
from botswain.simulation.engine_crew import EngineCrew
from botswain.simulation.plan import Injection, Plan
from botswain.simulation.scenery import scene
from botswain.simulation.world import run

DAYS, BOTS = 0.12, 2
MINUTE_MS = 60_000


def forgotten(seed, kernels):
    """A world in which that happens a few times, each time after a while of quiet."""
    made = scene(seed, DAYS, "none", matching(kernels), again=f"test_forgotten_fills.py: forgotten({seed}, kernels)")
    [(begin_ms, end_ms)] = made.plan.storms
    trouble = []
    for at_ms in range(begin_ms + 10 * MINUTE_MS, end_ms - 10 * MINUTE_MS, 25 * MINUTE_MS):
        trouble.append(Injection(at_ms, at_ms + 6 * MINUTE_MS, "DB:full", {}))
        trouble.append(Injection(at_ms + 6 * MINUTE_MS - 1_000, end_ms, "FX:prune_history", {}))
    return run(replace(made, plan=Plan(tuple(trouble), made.plan.storms, made.plan.rests)), EngineCrew(BOTS, kernels))


@pytest.mark.parametrize("seed", [3, 6])
def test_what_filled_while_the_disk_was_full_and_was_forgotten_is_booked(seed, kernels):
    report = forgotten(seed, kernels)
    assert report.counts["rests"] == 1
    assert any("the venue has forgotten it; by the balances it filled 0." in text for _, text in report.pages)
