"""`botswain walk-forward` and `botswain holdout`: what they say, write, refuse, and how they end."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import time
from pathlib import Path

import numpy as np
import pytest
from tests.cli.shell import BOTSWAIN, KERNELS, Shell
from tests.history.samples import HOUR_MS, write
from tests.lab.forward.moved import moved
from tests.lab.made import flat

from botswain.lab.forward.walking import walk_forward
from botswain.lab.trials.sweep import Ways
from botswain.model.candles import Candles

VARY = ("--vary", "fast=5..25:5", "--vary", "slow=30..90:15")


@pytest.fixture
def shell(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Shell:
    return Shell(capsys, tmp_path / "home")


def filed(tmp_path: Path, candles: Candles) -> Path:
    """Candles in a file that names them."""
    names = ("ts", "open", "high", "low", "close", "volume")
    return write(tmp_path / "BTC-USDT" / "1h.parquet", {name: getattr(candles, name).tolist() for name in names})


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return filed(tmp_path, moved(0.0015))


def test_a_planted_edge_holds_and_all_of_it_is_said_and_written(shell: Shell, file: Path, tmp_path: Path) -> None:
    out = tmp_path / "walk.json"
    ended = shell("walk-forward", "sma_crossover", "--candles", file, *VARY, "--folds", "4", "--json", out)
    assert (ended.code, ended.err) == (0, "")
    for words in ("It holds here: +", "chosen once on everything", "buying and holding", "efficiency", "steady"):
        assert words in ended.out
    written = json.loads(out.read_bytes())
    found = walk_forward(
        "sma_crossover",
        moved(0.0015),
        vary={"fast": "5..25:5", "slow": "30..90:15"},
        folds=4,
        ways=Ways(workers=1, folder=KERNELS),
    )
    assert written["verdict"] == found.verdict
    assert written["figures"] == json.loads(json.dumps(found.figures))
    assert written["efficiency"] == found.efficiency
    assert [one["chosen"] for one in written["folds"]] == [one.chosen for one in found.folds]
    assert [one["test_start_ms"] for one in written["folds"]] == [one.fold.test_start_ms for one in found.folds]
    assert [one["outside"]["profit"] for one in written["folds"]] == [one.outside["profit"] for one in found.folds]
    assert written["vary"] == {"fast": [5, 10, 15, 20, 25], "slow": [30, 45, 60, 75, 90]}
    assert written["equity"][-1][1] == pytest.approx(float(found.equity["equity"][-1]))
    assert written["equity"][-1][0] == found.folds[-1].fold.test_end_ms
    assert (written["asked"], written["stopped"], written["everything"]) == (4, False, found.whole.chosen)
    assert written["data"][0]["candles"] == 9_600


def test_noise_is_told_to_be_noise_by_code_and_words(shell: Shell, tmp_path: Path) -> None:
    file = filed(tmp_path, moved(0.0))
    ended = shell("walk-forward", "sma_crossover", "--candles", file, *VARY, "--anchored", "--embargo", "1d")
    assert ended.code == 0
    assert "It does not hold: -" in ended.out
    held = shell("holdout", "sma_crossover", "--candles", file, *VARY, "--test", "100d", "--objective", "-max_drawdown")
    assert held.code == 0
    assert "one test span" in held.out
    assert "least max_drawdown" in held.out


def test_where_nothing_is_traded_it_ends_with_one(shell: Shell, tmp_path: Path) -> None:
    file = filed(tmp_path, flat(24 * 30))
    ended = shell("holdout", "sma_crossover", "--candles", file, *VARY)
    assert (ended.code, ended.err) == (1, "")
    assert "There is nothing to judge: nothing was traded on the test spans." in ended.out


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ((), "nothing varies; give --vary NAME=FROM:TO:STEP or --vary NAME=A,B,C, such as --vary fast=5:50:5"),
        (
            ("--vary", "fast"),
            "--vary 'fast' is not NAME=VALUE; write it as --vary fast=",
        ),
        (("--vary", "fast=3,4", "--vary", "fast=5"), "--vary fast is given twice, as 3,4 and 5; give it once"),
        (("--vary", "fats=3,4"), "strategy sma_crossover has no parameter 'fats'; did you mean 'fast'?"),
        ((*VARY, "--random", "-1"), "--random is -1; write a whole number from 0"),
        ((*VARY, "--param", "fast=3"), "parameter fast is to vary and has one value too; leave one of the two out"),
        ((*VARY, "--folds", "999"), "9,600 candles are too few for 999 folds"),
        ((*VARY, "--purge", "1y"), "purge is '1y', which is no length; write a length such as 90d"),
        ((*VARY, "--keep", "/dev/null"), "keep is /dev/null, which is a file; a walk-forward is kept in a folder"),
        ((*VARY, "--start", "2030-01-01"), "there are 0 candles in the range"),
        (
            ("--vary", "fast=90", "--vary", "slow=30,40"),
            "parameter fast is 90 and slow is 30; fast must be below slow",
        ),
    ],
)
def test_what_cannot_be_is_refused_in_a_line(shell: Shell, file: Path, more: tuple[str, ...], said: str) -> None:
    assert shell.refused("walk-forward", "sma_crossover", "--candles", file, *more).startswith(said)


def test_ctrl_c_shows_what_is_done_and_the_same_command_ends_as_if_nothing_had_been(
    shell: Shell, tmp_path: Path
) -> None:
    file, keep, out = filed(tmp_path, moved(0.0, hours=30_000)), tmp_path / "kept", tmp_path / "out.json"
    words = ("walk-forward", "sma_crossover", "--candles", file, "--vary", "fast=5..24", "--vary", "slow=50..59")
    command = [str(one) for one in (*words, "--folds", "3", "--keep", keep, "--json", out, "--workers", "1")]
    around = {**os.environ, "BOTSWAIN_DATA_DIR": str(tmp_path / "home"), "BOTSWAIN_CACHE_DIR": str(KERNELS)}
    running = subprocess.Popen(
        [str(BOTSWAIN), *command], env=around, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    second, deadline = keep / "fold-2", time.monotonic() + 150
    while not (second.exists() and second.read_bytes().count(b"\n") > 2):
        assert running.poll() is None, running.communicate()
        assert time.monotonic() < deadline
        time.sleep(0.02)
    running.send_signal(signal.SIGINT)
    said, errors = running.communicate(timeout=60)
    assert running.returncode == 130, errors
    assert "stopped: 1 of 3 folds are done" in said
    assert "Stopped after 1 of 3 folds; the same command goes on from there." in said
    part = json.loads(out.read_bytes())
    assert (part["stopped"], len(part["folds"])) == (True, 1)
    whole = shell(*command)
    assert whole.code == 0
    rest = json.loads(out.read_bytes())
    fresh = tmp_path / "fresh.json"
    shell(*words, "--folds", "3", "--json", fresh, "--workers", "1")
    assert rest == json.loads(fresh.read_bytes())
    assert rest["folds"][0] == part["folds"][0]


def test_short_spans_are_told_with_their_times_and_what_is_not_chosen_is_said(shell: Shell, tmp_path: Path) -> None:
    candles = moved(0.0, hours=24 * 20)
    still = {name: np.full(24 * 10, 100.0) for name in ("open", "high", "low", "close")}
    columns = {name: np.concatenate([one, getattr(candles, name)]) for name, one in still.items()}
    ts = candles.ts[0] + HOUR_MS * np.arange(24 * 30, dtype=np.int64)
    file = filed(tmp_path, Candles("BTC/USDT", "1h", ts, **columns, volume=np.ones(24 * 30)))
    ended = shell("walk-forward", "sma_crossover", "--candles", file, *VARY, "--train", "9d", "--test", "7d")
    assert ended.code == 0
    first = next(line for line in ended.out.splitlines() if line.startswith("   1  2024-01-01"))
    assert "2024-01-10   none: no" in first
    assert "It does not hold: -2.23 % in 21 days" in ended.out
