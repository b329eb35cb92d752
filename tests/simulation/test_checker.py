"""Each invariant finds the mistake it is there for, made by an engine that is right in everything else."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.simulation.test_world import lived

from botswain.simulation.scene import Broken

# The mistake, the real incident it is like, the faults that bring it out, and what finds it.
MISTAKES = [
    ("sends_first", "sent before it was journaled (freqtrade#7184)", "none", "I1"),
    ("repeats", "sent again after a timeout (catalyst#317)", "network", "I2"),
    ("assumes", "a timeout taken for a refusal (hummingbot#493)", "network", "I3"),
    ("greedy", "more than the bot has (passivbot#980)", "none", "I4"),
    ("forgets", "a fill frame lost for good (TradeStation#101)", "none", "I5"),
    ("oversells", "a stop made again after the close (freqtrade#11608)", "none", "I6"),
    ("shorts", "sold again what a stop had sold, of another bot's coins, and never offered", "none", "I6"),
    ("fee", "fees not booked (freqtrade#4324)", "none", "I7"),
    ("wanted", "what is wanted does not work (nautilus#3622)", "none", "I8"),
    ("replay", "another decision in the replay", "none", "I9"),
    ("unresolved", "an unknown that nobody resolves", "network", "I11"),
]


@pytest.mark.parametrize(("wrong", "like", "faults", "invariant"), MISTAKES, ids=[one[0] for one in MISTAKES])
def test_a_mistake_is_found(kernels: Path, wrong: str, like: str, faults: str, invariant: str) -> None:
    assert like
    found = []
    for seed in range(1, 9):
        try:
            lived(kernels, seed, faults, wrong=wrong)
        except Broken as error:
            found.append(error.violation.invariant)
            if found[-1] == invariant:
                break
    assert invariant in found
