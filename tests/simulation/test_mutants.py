"""Every broken engine is caught, and the sound one passes the very same scenes."""

import pytest
from tests.simulation.mutants import MUTANTS
from tests.simulation.mutants_of_conduct import CONDUCT

from botswain.build.decider import matching
from botswain.simulation.engine_crew import EngineCrew
from botswain.simulation.scenery import CASH, scene
from botswain.simulation.world import Broken, run

# Faults come four times as often as in the campaign, so that a few hours of a market are enough.
DAYS, PER_DAY, BOTS = 0.12, 400, 3
EVERY = (*MUTANTS, *CONDUCT)


def breach(mutant, kernels):
    """What a run of this seed breaks; empty where nothing."""
    funds = {"USDT": CASH, "BTC": mutant.coins}
    made = scene(mutant.seed, DAYS, mutant.faults, matching(kernels), per_day=PER_DAY, funds=funds)
    try:
        run(made, EngineCrew(BOTS, kernels))
    except Broken as error:
        return error.violation.invariant
    return ""


@pytest.mark.parametrize("mutant", EVERY, ids=lambda one: one.name.replace(" ", "_"))
def test_a_broken_engine_is_caught_where_the_sound_one_is_not(mutant, kernels):
    with pytest.MonkeyPatch.context() as patch:
        mutant.patch(patch)
        assert breach(mutant, kernels) != "", f"an engine that {mutant.name} ({mutant.incident}) was not caught"
    assert breach(mutant, kernels) == "", f"the sound engine breaks seed {mutant.seed} too"


def test_there_are_twenty_of_them_and_four_of_conduct():
    assert len({one.name for one in MUTANTS}) == 20
    assert len({one.name for one in EVERY}) == 24
