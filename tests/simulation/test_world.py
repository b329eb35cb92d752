"""A whole world with a tiny engine in it: it comes to rest, it is the same every time, and it survives what comes."""

from __future__ import annotations

import os
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from tests.simulation.tiny_crew import TinyCrew

from botswain.build.decider import matching
from botswain.model.errors import BadInput
from botswain.simulation.lives import Surroundings
from botswain.simulation.onlooker import Onlooker, Watch
from botswain.simulation.scene import Broken, Report
from botswain.simulation.scenery import scene
from botswain.simulation.world import innermost, run

FUNDS = {"USDT": "100000", "BTC": "3"}
DAYS = 0.13


@cache
def rules(kernels: Path) -> Any:
    return matching(kernels)


def lived(kernels: Path, seed: int, faults: str, count: int = 1, days: float = DAYS, wrong: str = "") -> Report:
    again = f"botswain simulate --seed {seed}"
    made = scene(seed, days, faults, rules(kernels), per_day=300, funds=FUNDS, again=again)
    return run(made, TinyCrew(count, wrong))


@pytest.mark.parametrize("faults", ["none", "network", "venue", "crash", "database", "clock", "all"])
def test_a_sound_engine_comes_to_rest_whatever_goes_wrong(kernels: Path, faults: str) -> None:
    found = lived(kernels, 5, faults)
    assert found.counts["orders"] > 10
    assert found.counts.get("rests", 0) + found.counts.get("rests with all bots halted", 0) == 1
    assert bool(found.faults) is (faults != "none")


def test_several_bots_share_an_account(kernels: Path) -> None:
    found = lived(kernels, 2, "crash,network", count=3)
    assert found.bots == 3
    assert found.counts["rests"] == 1


def test_the_same_seed_gives_the_same_bytes_in_every_process(kernels: Path) -> None:
    source = (
        "import sys; from pathlib import Path\n"
        "from tests.simulation.test_world import lived\n"
        "print(lived(Path(sys.argv[1]), 9, 'all').hash)"
    )
    found = set()
    for seed in ("1", "77"):
        done = subprocess.run(
            [sys.executable, "-c", source, str(kernels)],
            cwd=Path(__file__).resolve().parents[2],
            env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": "."},
            capture_output=True,
            text=True,
            check=True,
        )
        found.add(done.stdout.strip())
    found.add(lived(kernels, 9, "all").hash)
    assert len(found) == 1
    assert found != {lived(kernels, 10, "all").hash}


def test_every_crash_point_is_visited_and_hit(kernels: Path) -> None:
    visits: dict[str, int] = {}
    deaths: dict[str, int] = {}
    for seed in range(20, 24):
        found = lived(kernels, seed, "crash")
        for name in found.visits:
            visits[name] = visits.get(name, 0) + found.visits[name]
            deaths[name] = deaths.get(name, 0) + found.deaths.get(name, 0)
    names = {"started", "recovered", "intent_committed", "reply_in_hand", "outcome_committed", "fills_read"}
    assert set(visits) >= names
    assert {name for name in names if deaths[name]} == names


def test_a_breach_says_when_what_and_how_to_see_it_again(kernels: Path) -> None:
    with pytest.raises(Broken) as caught:
        lived(kernels, 1, "none", wrong="greedy")
    lines = str(caught.value).splitlines()
    assert lines[0].startswith("seed 1, day ")
    assert "I4 broken" in lines[0]
    assert lines[1] == "see it again: botswain simulate --seed 1"
    assert any("journaled" in line for line in lines)


def test_an_engine_that_falls_by_a_bug_is_not_started_again(kernels: Path) -> None:
    class Bug(Watch):
        async def run(self) -> None:
            raise KeyError("a bug")

    class Crew(Onlooker):
        def start(self, around: Surroundings) -> Watch:
            return Bug(around)

    with pytest.raises(KeyError, match="a bug"):
        run(scene(1, 0.01, "none", rules(kernels)), Crew())


def test_an_engine_that_stops_with_a_message_is_started_again(kernels: Path) -> None:
    starts = []

    class Shy(Watch):
        async def run(self) -> None:
            starts.append(1)
            if len(starts) < 4:
                raise BadInput("not now")
            await super().run()

    class Crew(Onlooker):
        def start(self, around: Surroundings) -> Watch:
            return Shy(around)

    found = run(scene(1, 0.02, "none", rules(kernels)), Crew())
    assert (found.lives, found.counts["falls"]) == (4, 3)


def test_of_a_group_of_errors_the_one_without_a_message_counts() -> None:
    group = ExceptionGroup("all", [BadInput("shown"), ExceptionGroup("inner", [KeyError("bug")])])
    assert isinstance(innermost(group), KeyError)
    assert isinstance(innermost(ExceptionGroup("all", [BadInput("shown")])), BadInput)
    assert innermost(None) is None


@pytest.mark.parametrize(("days", "symbols"), [(0, 1), (400, 1), (1, 0), (1, 9)])
def test_a_scene_that_cannot_be_is_refused(kernels: Path, days: float, symbols: int) -> None:
    with pytest.raises(BadInput):
        scene(1, days, "none", rules(kernels), symbols=symbols)
