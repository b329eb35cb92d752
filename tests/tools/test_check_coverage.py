"""tools/check_coverage.py on reports made by hand: what passes, what fails, and what it says."""

import json
from pathlib import Path
from typing import Any

import pytest

import check_coverage


def measured(statements: int, taken: int, branches: int = 0, branches_taken: int = 0) -> dict[str, Any]:
    return {
        "summary": {
            "num_statements": statements,
            "covered_lines": taken,
            "num_branches": branches,
            "covered_branches": branches_taken,
        },
        "missing_lines": list(range(1, statements - taken + 1)),
        "missing_branches": [[7, -1]] * (branches - branches_taken),
    }


def report(root: Path, **changed: dict[str, Any]) -> str:
    """A report in which everything is taken, but for the rooms named."""
    rooms = {"core": measured(9, 9, 4, 4), "ledger": measured(5, 5), "store": measured(10, 10), **changed}
    files = {f"src/botswain/{room}/nouns.py": counts for room, counts in rooms.items()}
    files["src/botswain/main.py"] = measured(2, 2)
    path = root / "coverage.json"
    path.write_text(json.dumps({"files": files}), encoding="utf-8")
    return str(path)


def test_full_coverage_passes_and_prints_every_room(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert check_coverage.main([report(tmp_path)]) == 0
    printed = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in printed[1:-1]] == ["core", "ledger", "(top)", "store", "the"]
    assert printed[1].split() == ["core", "9", "4", "100.00", "100.0"]


@pytest.mark.parametrize("room", ["core", "ledger"])
def test_one_branch_not_taken_in_an_exact_room_fails(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], room: str
) -> None:
    counts = measured(100_000, 100_000, 10_000, 9_999)
    assert check_coverage.main([report(tmp_path, **{room: counts})]) == 1
    printed = capsys.readouterr().out
    assert f"room {room} is under 100.0 %" in printed
    assert f"src/botswain/{room}/nouns.py: 7->exit" in printed
    assert "99.99" in printed


def test_the_other_rooms_are_judged_together(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert check_coverage.main([report(tmp_path, lab=measured(88, 73))]) == 0
    assert check_coverage.main([report(tmp_path, lab=measured(88, 72))]) == 1
    assert "the rest is at 84.00 %, under 85.0 %" in capsys.readouterr().out


def test_an_exact_room_that_was_not_measured_fails(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "coverage.json"
    path.write_text(json.dumps({"files": {"src/botswain/core/num.py": measured(1, 1)}}), encoding="utf-8")
    assert check_coverage.main([str(path)]) == 1
    assert "room ledger is not in the report" in capsys.readouterr().out


def test_files_outside_of_the_package_are_not_counted() -> None:
    assert check_coverage.rooms({"files": {"tools/lock.py": measured(9, 0)}}) == {}


@pytest.mark.parametrize("text", [None, "no json", '{"files": {"src/botswain/core/num.py": {"summary": {}}}}'])
def test_an_unusable_report_is_said_to_be_one(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], text: str | None
) -> None:
    path = tmp_path / "coverage.json"
    if text is not None:
        path.write_text(text, encoding="utf-8")
    assert check_coverage.main([str(path)]) == 2
    assert "make one with: make test" in capsys.readouterr().err


def test_neighbouring_lines_are_joined() -> None:
    assert list(check_coverage.ranges([1, 4, 5, 6, 9, 10])) == ["1", "4-6", "9-10"]
    assert list(check_coverage.ranges([])) == []
