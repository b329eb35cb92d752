"""kill -9, at every named point and at any moment, and a restart: as if nothing had happened.

Real processes, a real file. What must come out is what one uninterrupted run comes to, row by row, all but the ids,
which are another installation's; `tests/engine/test_recovery.py` has the same with the same ids, byte by byte.
"""

import random
import signal

import pytest
from tests.cli.crew_file import MARKET, crew_file, what_happened
from tests.cli.shell import Shell
from tests.scenarios.terminal import killed, trade

CANDLES = 36
POINTS = ("candle_received", "candle_recorded", "decided", "committed", "sent")


@pytest.fixture
def path(tmp_path):
    """Two bots on a market that ends by itself."""
    return crew_file(tmp_path, MARKET | {"candles": CANDLES})


@pytest.fixture
def expected(capsys, tmp_path, path):
    """What an uninterrupted run comes to."""
    ended = Shell(capsys, tmp_path / "whole")("trade", path, "--plain", "--speed", "0")
    assert ended.code == 0, ended.err
    found = what_happened(tmp_path / "whole")
    assert len(found["candles"]) == 2 * CANDLES
    assert len({row[0] for row in found["fills"]}) == 2
    return found


def no_differences(capsys, home):
    """`botswain replay` of both bots."""
    return all(Shell(capsys, home)("replay", bot).out.endswith("\n0 differences\n") for bot in ("trend", "ladder"))


@pytest.mark.parametrize("point", POINTS)
def test_killed_at_a_named_point_it_goes_on_as_if_nothing_had_happened(point, tmp_path, path, expected, capsys):
    home = tmp_path / "data"
    for count in (1, 14):
        with trade(home, path, "--crash-at", f"{point}:{count}") as process:
            assert killed(process.end())
    assert no_differences(capsys, home)
    with trade(home, path) as process:
        code, _, err = process.end()
    assert (code, err) == (0, "")
    assert what_happened(home) == expected
    assert no_differences(capsys, home)


def test_killed_at_any_moment_it_goes_on_as_if_nothing_had_happened(tmp_path, path, expected, capsys):
    home = tmp_path / "data"
    chance = random.Random(7)
    for _ in range(3):
        with trade(home, path, "--speed", "6000") as process:
            process.lines(chance.randint(1, 6))
            process.signal(signal.SIGKILL)
            assert killed(process.end())
    with trade(home, path) as process:
        assert process.end()[0] == 0
    assert what_happened(home) == expected
    assert no_differences(capsys, home)
