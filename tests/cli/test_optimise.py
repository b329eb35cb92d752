"""`botswain optimise`, as a person types it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests.cli.candle_files import waves
from tests.cli.shell import KERNELS, Shell
from tests.cli.test_sweep import plain
from tests.history.samples import candles_of, write

from botswain.build.own_folder import KEPT
from botswain.lab.trials.beginning import Ways
from botswain.lab.trials.optimise import optimise

VARY = ("--vary", "fast=2:20", "--vary", "slow=5:60")


@pytest.fixture
def shell(capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Shell:
    monkeypatch.setattr(KEPT, "folder", None)
    return Shell(capsys, tmp_path / "home")


@pytest.fixture
def command(tmp_path: Path) -> tuple[str | Path, ...]:
    file = write(tmp_path / "BTC-USDT" / "1h.parquet", waves())
    return ("optimise", "sma_crossover", "--candles", file)


def test_it_is_the_librarys_and_shows_what_mattered(
    shell: Shell, command: tuple[str | Path, ...], tmp_path: Path
) -> None:
    out, keep = tmp_path / "out.json", tmp_path / "kept"
    more = (*VARY, "--trials", "40", "--constraint", "trades>=5", "--json", out, "--keep", keep, "--top", "3")
    ended = shell(*command, *more)
    assert (ended.code, ended.err) == (0, "")
    found = optimise(
        "sma_crossover", candles_of(waves()), vary={"fast": "2..20", "slow": "5..60"}, trials=40,
        constraints="trades>=5", ways=Ways(workers=1, folder=KERNELS),
    )  # fmt: skip
    told = json.loads(out.read_bytes())
    assert told["kind"] == "optimise"
    assert [(one["fast"], one["slow"], one["sharpe"]) for one in told["best"]] == [
        (one["fast"], one["slow"], one["sharpe"]) for one in found.top(3).rows(named=True)
    ]
    assert told["importances"] == found.importances
    assert told["history"] == found.history.to_dicts()
    assert (told["constraints"], told["seed"], told["different"]) == (["trades>=5"], 0, found.different)
    assert told["sampler"] == found.sampler == "tpe"
    text = plain(ended.out)
    assert f"40 trials of {found.different} combinations: " in text
    assert f"{sum(found.frame['kept'])} trials keep trades>=5." in text
    assert "How it came there" in text
    assert "What mattered for sharpe" in text
    assert plain(found.luck.verdict) in text
    again = shell(*command, *more)
    assert f"{found.different} combinations were done already" in plain(again.out)
    assert json.loads(out.read_bytes())["rows"] == told["rows"]


def test_several_objectives_show_what_is_best_in_its_own_way(shell: Shell, command: tuple[str | Path, ...]) -> None:
    two = ("--objective", "sharpe", "--objective", "-max_drawdown")
    text = plain(shell(*command, *VARY, "--trials", "30", *two).out)
    assert "The best by sharpe and max_drawdown" in text
    assert "What mattered for sharpe" in text
    assert "What mattered for max_drawdown" in text


def test_pruning_says_what_it_left_out_and_what_it_compared(shell: Shell, command: tuple[str | Path, ...]) -> None:
    text = plain(shell(*command, *VARY, "--trials", "60", "--prune", "--sampler", "random").out)
    assert " of the candles were read than without." in text
    assert "of the candles its sharpe is" in text
    assert "pruned" in text


def test_without_values_it_tries_what_the_strategy_says(
    shell: Shell, command: tuple[str | Path, ...], tmp_path: Path
) -> None:
    out = tmp_path / "out.json"
    assert shell(*command, "--trials", "3", "--param", "slow=80", "--json", out).code == 0
    assert set(json.loads(out.read_bytes())["vary"]) == {"fast", "threshold", "confirm", "trend", "cooldown"}


@pytest.mark.parametrize(
    ("more", "said"),
    [
        (("--objective", "sharpe", "--objective", "-sharpe"), "'sharpe' and '-sharpe' contradict each other"),
        (("--constraint", "trades>=9", "--constraint", "trades<=3"), "no run can keep both"),
        (("--constraint", "trads>=9"), "did you mean 'trades'?"),
        (("--objective", "omegga"), "did you mean 'omega'?"),
        (("--sampler", "tpa"), "did you mean 'tpe'?"),
        (("--trials", "0"), "trials is 0; give 1 to 1,000,000"),
        (("--prune", "--objective", "sharpe", "--objective", "fees"), "pruning compares one objective"),
        (("--vary", "fast=0:9"), "fast is 0; it must be from 2 to 2000"),
        (("--start", "2031-01-01"), "no candle of BTC/USDT is in the range"),
    ],
)
def test_what_cannot_be_searched_is_one_line(
    shell: Shell, command: tuple[str | Path, ...], more: tuple[str, ...], said: str
) -> None:
    assert said in shell.refused(*command, *more)
