"""The campaign: sixty bot-days under faults of every kind, all invariants watched, the same bytes for the same seed.

Each part is one world of four bots on three symbols, some of them two days long: what is wrong only after a while, or
after many restarts, a short world never shows. A breach names the seed and the command that shows it again.
"""

import os
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from botswain.build.decider import matching
from botswain.simulation.engine_crew import EngineCrew
from botswain.simulation.scenery import scene
from botswain.simulation.world import run

BOTS = 4
# Days by seed. In the world of 1007 all bots are halted at the first storm, by overfills: it shows too little.
LENGTHS = {seed: 2.0 if seed <= 1005 else 0.6 for seed in range(1001, 1016) if seed != 1007}
LEAST_KINDS = 25


def world(seed, kernels, days):
    """One part."""
    again = f"tests/simulation/test_campaign.py: world({seed}, kernels, {days})"
    made = scene(seed, days, "all", matching(kernels), symbols=3, again=again)
    return run(made, EngineCrew(BOTS, kernels))


@pytest.mark.parametrize(("seed", "days"), LENGTHS.items())
def test_a_world_of_faults_breaks_no_invariant(seed, days, kernels, record_property):
    report = world(seed, kernels, days)
    assert report.counts.get("rests", 0) >= 1
    # Summed up over all parts where the tests end (conftest.py).
    record_property("bot_days", BOTS * days)
    record_property("faults", report.faults)


def test_the_plan_of_the_campaign_has_as_many_days_and_kinds_as_it_says():
    kinds = Counter()
    for seed, days in LENGTHS.items():
        for one in scene(seed, days, "all", None, symbols=3).plan.injections:
            kinds[one.kind] += one.times
    assert BOTS * sum(LENGTHS.values()) >= 60
    assert len(kinds) >= LEAST_KINDS


def test_the_same_seed_gives_the_same_bytes_in_another_process(kernels):
    root = Path(__file__).resolve().parents[2]
    code = (
        "import sys; from pathlib import Path; from tests.simulation.test_campaign import world;"
        "print(world(7, Path(sys.argv[1]), 0.1).hash)"
    )
    found = set()
    for salt in ("1", "2"):
        env = {**os.environ, "PYTHONHASHSEED": salt, "PYTHONPATH": f"{root / 'src'}{os.pathsep}{root}"}
        done = subprocess.run(
            [sys.executable, "-c", code, str(kernels)], env=env, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
        found.add(done.stdout.strip())
    assert len(found) == 1
