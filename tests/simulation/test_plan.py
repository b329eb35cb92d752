"""The plan of faults: from the seed alone, in storms, of the kinds that were asked for."""

from __future__ import annotations

import pytest

from botswain.model.errors import BadInput
from botswain.sandbox.fault_table import FAULTS
from botswain.simulation.kinds_table import KINDS, SETS
from botswain.simulation.plan import DAY_MS, draw

START_MS = 1_767_225_600_000


def test_the_same_seed_draws_the_same_and_another_seed_another() -> None:
    one, two, other = (draw(seed, "all", START_MS, START_MS + DAY_MS) for seed in (7, 7, 8))
    assert one == two
    assert one.injections != other.injections


@pytest.mark.parametrize("faults", SETS)
def test_a_set_draws_from_its_own_group(faults: str) -> None:
    for seed in range(20):
        plan = draw(seed, faults, START_MS, START_MS + DAY_MS)
        assert bool(plan.injections) is (faults != "none")
        for one in plan.injections:
            assert faults == "all" or faults in KINDS[one.kind].groups


def test_every_kind_is_drawn_by_some_seed_and_no_seed_has_them_all() -> None:
    found = [{one.kind for one in draw(seed, "all", START_MS, START_MS + DAY_MS).injections} for seed in range(40)]
    assert set.union(*found) == set(KINDS)
    assert max(len(one) for one in found) < len(KINDS)


def test_faults_come_in_storms_and_end_with_them() -> None:
    plan = draw(3, "all", START_MS, START_MS + 3 * DAY_MS)
    assert len(plan.storms) == len(plan.rests) == 24
    for one in plan.injections:
        assert any(begin <= one.at_ms < end and one.until_ms <= end for begin, end in plan.storms)
    for (_, end), rest in zip(plan.storms, plan.rests, strict=True):
        assert rest - end > 3_600_000


def test_every_fault_of_the_exchange_that_can_be_taken_back_has_a_kind() -> None:
    drawn = {name.partition(":")[2] for name in KINDS if name.startswith("FX:")}
    assert set(FAULTS) - drawn == {"symbol_removed"}


def test_a_short_run_has_faults_and_a_rest_too() -> None:
    plan = draw(1, "network,crash", START_MS, START_MS + DAY_MS // 48)
    assert plan.injections
    assert len(plan.rests) == 1


@pytest.mark.parametrize(("faults", "end_ms"), [("weather", START_MS + DAY_MS), ("all", START_MS)])
def test_what_cannot_be_drawn_is_refused(faults: str, end_ms: int) -> None:
    with pytest.raises(BadInput):
        draw(1, faults, START_MS, end_ms)
