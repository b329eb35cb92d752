"""`botswain simulate`: a seed in a line, the same bytes twice, and refusals with a remedy."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from botswain.cli.context import Context
from botswain.cli.simulate import simulate
from botswain.cli.simulate_run import Asked, summed, told
from botswain.simulation.doubts import Doubt
from botswain.simulation.scene import Report


def called(kernels: Path, *arguments: str) -> tuple[int, str]:
    found = CliRunner().invoke(simulate, arguments, obj=Context(kernels.parent, kernels))
    return found.exit_code, found.output


@pytest.mark.parametrize("arguments", [("--days", "0"), ("--faults", "rain"), ("--bots", "0"), ("--seeds", "0")])
def test_what_cannot_be_simulated_is_refused(kernels: Path, arguments: tuple[str, ...]) -> None:
    code, said = called(kernels, *arguments)
    assert code == 2
    assert said.startswith("error: ")


def test_a_run_is_told_in_a_line_and_the_faults_by_kind() -> None:
    one = Report(7, 2.0, bots=3, lives=4, counts={"orders": 50}, faults={"PX:reset": 2, "CP:point": 3}, hash="ab" * 32)
    lines = told(one, 4.0).splitlines()
    assert lines[0].startswith("seed 7: 6 bot-days, 50 orders, 0 fills, 5 faults of 2 kinds, 4 lives")
    assert "1.50 bot-days a second" in lines[0]
    assert lines[1].strip() == "PX:reset 2, CP:point 3"
    assert summed([one, one], 6.0).startswith("2 seeds: 12 bot-days, 100 orders, 10 faults of 2 kinds, 0 violations")


def test_the_longest_doubt_is_told_of_each_run_and_of_all_with_its_seed() -> None:
    short, long = (Doubt("a", "placed", 0, took_ms, faults={"PX:outage": 4}) for took_ms in (900, 225_000))
    one, other = Report(7, 1.0, doubt=short), Report(8, 1.0, doubt=long)
    said = "3 min 45 s of an order that was to be placed; meanwhile PX:outage 4"
    assert told(other, 1.0).splitlines()[1].strip() == f"longest doubt: {said}"
    assert summed([one, other, Report(9, 1.0)], 3.0).splitlines()[1] == f"longest doubt: {said} (seed 8)"


def test_the_command_that_repeats_a_seed_names_everything() -> None:
    asked = Asked(1, 5, 0.5, "network,crash", 2, 40.0, False)
    said = "botswain simulate --seed 3 --days 0.5 --faults network,crash --bots 2 --per-day 40"
    assert asked.command(3) == said
