"""`botswain sweep`, as a person types it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import time
from pathlib import Path
from typing import Any

import pexpect
import pytest
from distributed import LocalCluster
from tests.cli.candle_files import HOURS, waves
from tests.cli.shell import BOTSWAIN, KERNELS, Shell
from tests.history.samples import candles_of, write

from botswain.build.own_folder import KEPT
from botswain.cli.search_bar import told
from botswain.lab.trials import record
from botswain.lab.trials.beginning import Moved, Ways
from botswain.lab.trials.sweep import sweep
from botswain.lab.vetting.made_candles import made_candles

VARY = ("--vary", "fast=3:9:2", "--vary", "slow=6,12,24")


@pytest.fixture
def shell(capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Shell:
    monkeypatch.setattr(KEPT, "folder", None)
    return Shell(capsys, tmp_path / "home")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return write(tmp_path / "BTC-USDT" / "1h.parquet", waves())


def plain(text: str) -> str:
    """Text without the breaks of a table."""
    return " ".join(text.split())


def test_it_is_the_librarys_sweep(shell: Shell, file: Path, tmp_path: Path) -> None:
    out = tmp_path / "sweep.json"
    told_so = ("--objective", "omega", "--fee", "0.002", "--exit", "stop_loss=0.05", "--param", "average=EMA")
    ended = shell("sweep", "sma_crossover", "--candles", file, *VARY, *told_so, "--top", "3", "--json", out)
    assert (ended.code, ended.err) == (0, "")
    table = sweep(
        "sma_crossover", candles_of(waves()), vary={"fast": [3, 5, 7, 9], "slow": [6, 12, 24]}, objective="omega",
        params={"average": "EMA"}, fee="0.002", exits={"stop_loss": "0.05"}, ways=Ways(workers=1, folder=KERNELS),
    )  # fmt: skip
    found = json.loads(out.read_bytes())
    assert (found["kind"], found["strategy"], found["fixed"]) == ("sweep", "sma_crossover", {"average": "EMA"})
    assert (found["settings"]["fee"], found["settings"]["exits"]) == ("0.002", "{'stop_loss': '0.05'}")
    assert found["vary"] == {"fast": [3, 5, 7, 9], "slow": [6, 12, 24]}
    assert found["objectives"] == [{"figure": "omega", "best": "greatest"}]
    assert [(one["fast"], one["slow"], one["omega"]) for one in found["best"]] == [
        (one["fast"], one["slow"], one["omega"]) for one in table.top(3).rows(named=True)
    ]
    rows = found["rows"]
    assert len(rows) == table.done == 12
    for row, true in zip(rows, table.frame.rows(named=True), strict=True):
        assert row["profit"] == (None if true["profit"] != true["profit"] else true["profit"])
    assert found["data"][0]["candles"] == HOURS
    assert found["luck"]["deflated"] == table.luck.deflated
    assert found["overfitting"]["probability"] == table.overfitting().probability
    text = plain(ended.out)
    assert "12 combinations: 10 ran, 2 refused" in text
    assert "- 2 of them, such as: parameter fast is 7 and slow is 6; fast must be below slow" in text
    assert plain(table.luck.verdict) in text
    assert plain(table.overfitting().verdict) in text
    assert found["verdict"] in text
    best = table.best
    assert f"botswain backtest sma_crossover --param average=EMA --param fast={best['fast']} --param slow=" in text


def test_a_report_goes_by_the_trials_of_all_searches(shell: Shell, file: Path, tmp_path: Path) -> None:
    out = tmp_path / "run.json"
    for _ in range(2):
        ended = shell("sweep", "sma_crossover", "--candles", file, *VARY)
        assert "On these candles 10 trials were made so far, by this search alone" in plain(ended.out)
    ended = shell("sweep", "sma_crossover", "--candles", file, "--vary", "fast=3,4", "--param", "slow=30")
    assert "On these candles 12 trials were made so far, by 2 searches" in plain(ended.out)
    shown = shell("backtest", "sma_crossover", "--candles", file, "--json", out).out
    assert "12, counted over 2 searches" in plain(shown)
    luck = json.loads(out.read_bytes())["validation"]["luck"]
    assert (luck["trials"], luck["trials_from"], luck["searches"]) == (12, "counted", 2)
    # A part of the same candles is judged by the searches on all of them.
    shell("backtest", "sma_crossover", "--candles", file, "--start", "2024-01-10", "--json", out)
    assert json.loads(out.read_bytes())["validation"]["luck"]["trials"] == 12
    shown = shell("backtest", "sma_crossover", "--candles", file, "--trials", "7", "--json", out).out
    assert "7, as was told" in plain(shown)
    assert json.loads(out.read_bytes())["validation"]["luck"]["trials_from"] == "told"


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ((), "nothing varies; give --vary NAME=FROM:TO:STEP"),
        (("--vary", "fats=3:9"), "strategy sma_crossover has no parameter 'fats'; did you mean 'fast'?"),
        (("--vary", "fast"), "--vary 'fast' is not NAME=VALUE"),
        (("--vary", "fast=1:9"), "parameter fast is 1; it must be from 2 to 2000"),
        (("--vary", "fast=9:3"), "'9:3' begins above its end"),
        (("--vary", "fast=3:9", "--param", "fast=5"), "parameter fast is to vary and has one value too"),
        (("--vary", "fast=3:9", "--param", "slow=1"), "parameter slow is 1; it must be from 3 to 5000"),
        (("--vary", "fast=3:9", "--objective", "sharp"), "'sharp', and there is no such figure; did you mean 'sharpe'"),
        (("--vary", "fast=3:9", "--start", "2031-01-01"), "no candle of BTC/USDT is in the range from 2031-01-01"),
        (("--vary", "fast=3:9", "--dask", "tcp://127.0.0.1:1"), "no cluster answers at tcp://127.0.0.1:1 ("),
        (("--vary", "fast=3:9", "--dask", "x:1", "--workers", "2"), "--workers is 2 and --dask x:1"),
        (("--vary", "fast=3:9", "--keep", "/dev/null"), "cannot be kept in /dev/null, which is no file"),
        (("--vary", "fast=3:9", "--keep", "/nowhere/x"), "cannot be kept in /nowhere/x (No such file"),
        (("--vary", "fast=3:9", "--json", "/nowhere/x"), "--json /nowhere/x"),
        (("--vary", "fast=3:9", "--no-curve", "--objective", "omega"), "are left out of this search"),
    ],
)
def test_what_cannot_be_searched_is_one_line(shell: Shell, file: Path, more: tuple[str, ...], said: str) -> None:
    assert said in shell.refused("sweep", "sma_crossover", "--candles", file, *more)


def test_without_the_curve_it_goes_by_profit_and_says_what_is_not_judged(shell: Shell, file: Path) -> None:
    text = plain(shell("sweep", "sma_crossover", "--candles", file, *VARY, "--no-curve").out)
    assert "The best by profit" in text
    assert "Whether the best is luck cannot be said." in text
    assert "which this search left out; search with curve=True (no --no-curve)" in text


def test_some_by_chance_are_the_same_for_a_seed(shell: Shell, file: Path) -> None:
    one, same, other = (
        shell("sweep", "sma_crossover", "--candles", file, *VARY, "--random", "5", "--seed", seed).out.split("Is the")[
            0
        ]
        for seed in ("1", "1", "2")
    )
    assert one == same != other
    assert "5 combinations: " in one


def test_many_parameters_stand_in_one_cell(shell: Shell, file: Path) -> None:
    more = ("--vary", "confirm=1,2", "--vary", "cooldown=0", "--vary", "direction=long,both")
    text = plain(shell("sweep", "sma_crossover", "--candles", file, *VARY, *more, "--top", "1").out)
    assert "parameters Sharpe return" in text


def test_a_full_disk_leaves_what_was_done(
    shell: Shell, file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    keep = tmp_path / "kept"
    command = ("sweep", "sma_crossover", "--candles", file, *VARY, "--workers", "1", "--keep", keep)
    real, calls = os.fsync, []

    def full(number: int) -> None:
        calls.append(number)
        if len(calls) > 2:
            raise OSError(28, "No space left on device")
        real(number)

    with monkeypatch.context() as patch:
        patch.setattr(record.os, "fsync", full)
        assert "(No space left on device); make room and start it again" in shell.refused(*command)
    ended = shell(*command)
    assert ended.code == 0
    assert "combinations were done already" in plain(ended.out)


def test_a_cluster_finds_the_same(shell: Shell, file: Path, tmp_path: Path) -> None:
    own, theirs = tmp_path / "own.json", tmp_path / "theirs.json"
    command = ("sweep", "sma_crossover", "--candles", file, *VARY)
    shell(*command, "--json", own)
    with LocalCluster(n_workers=1, threads_per_worker=1, processes=True, dashboard_address=None) as cluster:
        ended = shell(*command, "--json", theirs, "--dask", cluster.scheduler_address)
    assert ended.code == 0, ended.err
    assert json.loads(own.read_bytes()) == json.loads(theirs.read_bytes())


def begun(command: list[str], around: dict[str, str], keep: Path, lines: int) -> subprocess.Popen[str]:
    """A sweep that has so many lines in its file."""
    before = keep.read_bytes().count(b"\n") if keep.exists() else 0
    made = subprocess.Popen(command, env=around, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    deadline = time.monotonic() + 120
    while not (keep.exists() and keep.read_bytes().count(b"\n") >= before + lines):
        assert made.poll() is None, made.communicate()
        assert time.monotonic() < deadline
        time.sleep(0.02)
    return made


def test_it_is_interrupted_and_killed_and_ends_with_the_same_table(shell: Shell, tmp_path: Path) -> None:
    candles = made_candles(20_000)
    columns = {name: getattr(candles, name).tolist() for name in ("ts", "open", "high", "low", "close", "volume")}
    file = write(tmp_path / "BTC-USDT" / "1h.parquet", columns)
    keep, out = tmp_path / "kept", tmp_path / "out.json"
    grid = ("--vary", "fast=3:30", "--vary", "slow=31:60")
    command = ("sweep", "sma_crossover", "--candles", file, *grid, "--workers", "2", "--keep", keep, "--json", out)
    typed = [str(BOTSWAIN), *map(str, command)]
    around = {**os.environ, "BOTSWAIN_DATA_DIR": str(shell.home), "BOTSWAIN_CACHE_DIR": str(KERNELS)}
    first = begun(typed, around, keep, 4)
    first.send_signal(signal.SIGINT)
    shown, errors = first.communicate(timeout=120)
    assert first.returncode == 130
    assert "ended before its time, " in plain(shown)
    assert "The best by sharpe" in shown
    assert f"of 840 are done; the same command goes on from {keep}" in plain(errors)
    part: dict[str, Any] = json.loads(out.read_bytes())
    assert part["stopped"]
    assert 0 < part["done"] < 840
    second = begun(typed, around, keep, 2)
    second.send_signal(signal.SIGKILL)
    second.communicate()
    assert json.loads(out.read_bytes()) == part  # nothing half-written
    third = subprocess.run(typed, env=around, capture_output=True, text=True, check=True, timeout=170)
    assert "combinations were done already" in plain(third.stdout)
    found = json.loads(out.read_bytes())
    ways = Ways(workers=1, folder=KERNELS)
    vary = {"fast": range(3, 31), "slow": range(31, 61)}
    whole = sweep("sma_crossover", candles, vary=vary, ways=ways)
    assert found["done"] == whole.done == 840
    assert [one["sharpe"] for one in found["rows"]] == whole.frame["sharpe"].to_list()
    known = {(one["fast"], one["slow"]): one for one in found["rows"]}
    assert all(known[one["fast"], one["slow"]] == one for one in part["rows"])


def test_on_a_screen_a_bar_tells_how_far_it_is(file: Path, tmp_path: Path) -> None:
    around = {**os.environ, "BOTSWAIN_DATA_DIR": str(tmp_path), "BOTSWAIN_CACHE_DIR": str(KERNELS), "TERM": "xterm"}
    words = ["sweep", "sma_crossover", "--candles", str(file), "--vary", "fast=3:40", "--vary", "slow=41:100"]
    screen = pexpect.spawn(str(BOTSWAIN), words, env=around, dimensions=(40, 120), encoding="utf-8", timeout=120)
    screen.expect(r"of 2,280")
    screen.expect("Is the best luck")
    screen.expect(pexpect.EOF)


def test_the_bar_tells_rate_and_best() -> None:
    assert told(Moved(1_200, 5_000, 1.23456), 310.4, "sharpe") == "1,200 of 5,000  310/s  best sharpe 1.235"
    assert told(Moved(3, 5, float("nan")), 0.52, "sharpe") == "3 of 5  0.5/s"
    assert told(Moved(1, 5, 2.0), 0.0, "profit") == "1 of 5  best profit 2"
