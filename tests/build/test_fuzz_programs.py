"""Programs made by chance are equal as machine code, or left in Python with a message; never silently another thing.

By hand: `python -m tests.build.test_fuzz_programs FIRST COUNT` from the root of the project.
"""

import sys
import warnings
from enum import IntEnum

import numpy as np
import pytest
from tests.build.compared import Left, compiled, differs, made, outcome, prepared
from tests.build.programs import program

from botswain.core.num import above, below

Mode = IntEnum("Mode", "A B")
SCOPE = {
    "REALS": np.array([1.5, -0.0, 2.0**53, np.nan]), "WHOLES": np.array([3, 2**53 + 1, -1]), "LONG": 2**53 + 1,
    "UNIT": np.float64(0.1), "Mode": Mode, "above": above, "below": below, "WIDE": (1.5, -0.0, 7.0),
    "TABLE": np.array([[1.0, 2.0], [3.0, -0.0]]), "SHORT": np.array([0.1], np.float32),
}  # fmt: skip
GIVEN = (
    (1.5, 2.0, 3, 2, True), (0.0, -0.0, 0, -1, False), (-2.5, 1e16, 1, 0, True), (np.nan, 1.0, 2, 64, False),
    (np.inf, -np.inf, -7, 5, True), (1e300, 5e-324, 2**53 + 1, 3, False), (9.0, 0.5, 2**63 - 1, 1, True),
    (2.0**53, 3.0, -(2**63), -1, False), (100.25, 7.0, 12, 5, True), (0.1, 0.3, 2**53 - 1, 2**53, False),
)  # fmt: skip


def fate(seed):
    """What becomes of a program: "left", "same", "raised" on all of its numbers; fails where it is silently another."""
    text = program(seed)
    function = made(text, **SCOPE)
    try:
        machine = prepared(compiled(function), GIVEN[0])
    except Left as left:
        return "left" if "line" in str(left) else f"left without a line: {left}"
    through = 0
    for given in GIVEN:
        done, found = outcome(machine, given)
        if done:
            fine, plain = outcome(function, given)
            assert fine, (seed, text, given, plain, found)
            assert not differs(plain, found), (seed, text, given, plain, found)
            through += 1
    return "same" if through else "raised"


@pytest.mark.filterwarnings("ignore::RuntimeWarning", "ignore::SyntaxWarning", "ignore::DeprecationWarning")
def test_no_program_is_silently_another_one():
    fates = [fate(seed) for seed in range(60)]
    assert set(fates) <= {"left", "same", "raised"}
    assert fates.count("left") < 24  # most are of what compiles
    assert fates.count("left") > 5


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    first, count = map(int, sys.argv[1:3])
    told: dict[str, int] = {}
    for one in range(first, first + count):
        try:
            became = fate(one)
        except AssertionError as error:
            became = "OTHER"
            print(error, flush=True)
        told[became] = told.get(became, 0) + 1
    print(told)
