"""Whether a simulator must be compiled first."""

from __future__ import annotations

from pathlib import Path

import pytest

from botswain.build import link
from botswain.build.features import Features
from botswain.build.simulator import simulator
from botswain.lab.warm import is_warm
from botswain.strategies.sma_crossover import SmaCrossover

FEATURES = Features(gate=False, exits=False, curve=True, single=True)


class Fresh(SmaCrossover):
    """A strategy that nothing has compiled in this process."""

    name = "fresh"


def test_an_interpreted_simulator_is_always_warm() -> None:
    assert is_warm(simulator(SmaCrossover(), FEATURES, compiled=False))


def test_a_compiled_one_is_warm_where_its_code_is_in_reach(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    sim = simulator(Fresh(), FEATURES, folder=tmp_path)
    assert not is_warm(sim)
    monkeypatch.setattr(link, "in_reach", lambda dispatcher: dispatcher is sim.linked.call)
    assert is_warm(sim)


def test_without_a_folder_a_new_strategy_is_cold() -> None:
    class Another(SmaCrossover):
        """Kept in memory only."""

    assert not is_warm(simulator(Another(), FEATURES))
