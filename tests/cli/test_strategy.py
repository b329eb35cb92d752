"""`botswain strategy`, as a person types it: list, show, new and check; and the names in backtest."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from tests.cli.candle_files import waves
from tests.cli.shell import KERNELS, Shell, typed
from tests.history.samples import write
from tests.lab.vetting.here import BAD

from botswain.build.own_folder import KEPT
from botswain.strategies.catalog import PLACES


@pytest.fixture
def shell(capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Shell:
    monkeypatch.setattr(KEPT, "folder", None)
    return Shell(capsys, tmp_path / "home")


def plain(text: str) -> str:
    """Text without the breaks of a table."""
    return " ".join(text.split())


def test_what_ships_is_listed_and_where_ones_own_would_be(shell: Shell, tmp_path: Path) -> None:
    ended = shell("strategy", "list")
    assert ended.code == 0
    rows = {line.split()[0] for line in ended.out.splitlines() if line.strip()}
    assert set(PLACES) <= rows
    assert f"`botswain strategy new my_bot` puts one into {tmp_path / 'home' / 'strategies'}" in ended.out


def test_a_new_strategy_works_passes_its_check_and_its_test(shell: Shell, tmp_path: Path) -> None:
    made = shell("strategy", "new", "my_bot")
    folder = tmp_path / "home" / "strategies"
    assert made.code == 0, made
    assert "botswain strategy check my_bot" in made.out
    listed = shell("strategy", "list").out
    assert "my_bot.py" in listed
    assert "test_my_bot" not in listed
    shown = shell("strategy", "show", "my_bot").out
    assert "Holds while the close stands above its average." in plain(shown)
    assert "2 to 500" in shown
    checked = shell("strategy", "check", "my_bot")
    assert (checked.code, "my_bot: nothing must be mended" in checked.out) == (0, True), checked
    told = {"PATH": "", "BOTSWAIN_CACHE_DIR": str(KERNELS)}
    test = [sys.executable, str(folder / "test_my_bot.py")]
    done = subprocess.run(test, capture_output=True, text=True, env=told, check=False, timeout=150)
    assert (done.returncode, done.stdout) == (0, "my_bot: all is well\n"), done.stderr
    file = write(tmp_path / "BTC-USDT" / "1h.parquet", waves())
    assert "my_bot" in shell("backtest", "my_bot", "--candles", file).out


def test_nothing_is_written_over_and_no_name_is_taken_twice(shell: Shell, tmp_path: Path) -> None:
    home = tmp_path / "home" / "strategies"
    assert shell("strategy", "new", "my_bot").code == 0
    before = (home / "my_bot.py").read_text()
    assert shell.refused("strategy", "new", "my_bot") == (
        f"strategy 'my_bot' is there already: {home / 'my_bot.py'}; choose another name"
    )
    (home / "test_other.py").write_text("mine")
    assert "test_other.py is there already and is not written over" in shell.refused("strategy", "new", "other")
    assert (home / "test_other.py").read_text() == "mine"
    assert not (home / "other.py").exists()
    assert (home / "my_bot.py").read_text() == before
    assert "ships already" in shell.refused("strategy", "new", "grid")
    for name in ("My-Bot", "9lives", "class", "a/b"):
        assert "cannot be a strategy's name" in shell.refused("strategy", "new", name)
    elsewhere = shell("strategy", "new", "yours", "--folder", tmp_path / "there" / "deep")
    assert (elsewhere.code, (tmp_path / "there" / "deep" / "yours.py").is_file()) == (0, True)


def test_a_check_names_what_is_wrong_and_ends_with_one(shell: Shell, tmp_path: Path) -> None:
    out = tmp_path / "found.json"
    ended = shell("strategy", "check", BAD / "never_ends.py", "--json", out)
    assert ended.code == 1
    assert "never_ends.py:12" in ended.out.replace("\n", "")
    assert "one thing must be mended" in ended.out
    found = json.loads(out.read_bytes())
    assert (found["failed"], found["strategy"]) == (True, str(BAD / "never_ends.py"))
    [wrong] = [one for one in found["findings"] if one["verdict"] == "failed"]
    assert (wrong["check"], wrong["line"], wrong["file"]) == ("ends", 12, str(BAD / "never_ends.py"))
    assert wrong["remedy"]
    assert wrong["value"] == "200,000 lines"


def test_a_check_takes_candles_and_parameters_of_ones_own(shell: Shell, tmp_path: Path) -> None:
    file = write(tmp_path / "BTC-USDT" / "1h.parquet", waves())
    ended = shell("strategy", "check", "sma_crossover", "--candles", file, "--param", "fast=5", "--param", "slow=9")
    assert ended.code == 0, ended
    assert "sma_crossover: nothing must be mended" in ended.out
    assert "no such candles" not in ended.out
    wrong = shell("strategy", "check", "sma_crossover", "--param", "fast=9", "--param", "slow=5")
    assert (wrong.code, "fast must be below slow" in plain(wrong.out)) == (1, True)


def test_what_cannot_be_looked_at_is_refused(shell: Shell, tmp_path: Path) -> None:
    assert shell.refused("strategy", "check", "gird") == "strategy 'gird' is unknown; did you mean 'grid'?"
    assert "no strategy file" in shell.refused("strategy", "check", tmp_path / "none.py")
    assert "none.csv" in shell.refused("strategy", "check", "grid", "--candles", tmp_path / "none.csv")
    assert "is not NAME=VALUE" in shell.refused("strategy", "check", "grid", "--param", "levels")
    assert shell.refused("strategy", "show", "gird") == "strategy 'gird' is unknown; did you mean 'grid'?"


def test_who_calls_a_strategy_as_one_that_ships_is_told_wherever_it_is_named(shell: Shell, tmp_path: Path) -> None:
    folder = tmp_path / "home" / "strategies"
    folder.mkdir(parents=True)
    (folder / "grid.py").write_text((BAD / "raises.py").read_text())
    said = f"strategy 'grid' is Grid of botswain.strategies.grid, which ships, and not {folder / 'grid.py'}"
    file = write(tmp_path / "BTC-USDT" / "1h.parquet", waves())
    for words in (("backtest", "grid", "--candles", file), ("strategy", "show", "grid")):
        ended = shell(*words)
        assert (ended.code, f"warning: {said}" in ended.err) == (0, True), ended
    assert f"broken  grid.py: {said}" in shell("strategy", "list").out


def test_a_check_runs_as_it_is_typed(tmp_path: Path) -> None:
    ended = typed("strategy", "check", BAD / "misspelt.py", home=tmp_path)
    assert ended.code == 1, ended
    assert "did you mean 'target'?" in plain(ended.out)
    assert typed("strategy", "--help", home=tmp_path).out.startswith("Usage: botswain strategy")
