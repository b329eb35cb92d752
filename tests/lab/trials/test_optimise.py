"""An optimisation is so many backtests, proposed one after the other, whoever does them and however often it begins."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import psutil
import pytest
from polars.testing import assert_frame_equal
from tests.lab.made import flat, waves
from tests.lab.trials.test_luck import Lag, market
from tests.lab.trials.test_sweep import Telling, surroundings

from botswain.control.search_space import Space
from botswain.core.strategy import Param, Strategy, step
from botswain.lab.backtest import Options, backtest
from botswain.lab.metrics.figures import figures
from botswain.lab.trials import sampling
from botswain.lab.trials.beginning import Moved, Ways
from botswain.lab.trials.optimise import ROUND, optimise
from botswain.lab.trials.optimised import Optimised
from botswain.library import optimise as library_optimise
from botswain.model.errors import BadInput

VARY = {"fast": "2..20", "slow": "5..60"}
CANDLES = waves(24 * 40)


@pytest.fixture
def sought(kernels: Path) -> Callable[..., Optimised]:
    """An optimisation of fast and slow averages over waves."""

    def made(strategy: Any = "sma_crossover", candles: Any = None, *, ways: Any = None, **more: Any) -> Optimised:
        how = Ways(**{"workers": 1, "folder": kernels, **(ways or {})})
        return optimise(strategy, candles or CANDLES, **{"vary": VARY, "trials": 40, "ways": how, **more})

    return made


def test_each_trial_is_the_backtest_of_its_combination(sought: Callable[..., Optimised], kernels: Path) -> None:
    found = sought(objective="omega", constraints=["trades>=5"], params={"average": "EMA"}, capital=5_000)
    ran = found.frame.filter(pl.col("outcome") == "ran")
    assert found.done == len(found) == 40
    assert len(ran) > 20
    for row in ran.iter_rows(named=True):
        params = {"fast": row["fast"], "slow": row["slow"], "average": "EMA"}
        one = backtest("sma_crossover", CANDLES, params=params, capital=5_000, options=Options(folder=kernels))
        assert row["profit"] == float(one.metrics["profit"])
        assert row["omega"] == figures(one)["ratios"]["omega"]
        assert row["kept"] is (row["trips_count"] >= 5)


def test_the_best_is_the_best_that_keeps_the_constraints(sought: Callable[..., Optimised]) -> None:
    free, bound = sought(), sought(constraints="max_drawdown<=0.2")
    kept = bound.frame.filter((pl.col("outcome") == "ran") & (pl.col("max_drawdown") <= 0.2))
    assert 0 < len(kept) < bound.done
    assert bound.best_figure == kept["sharpe"].max()
    assert bound.top(100)["sharpe"].to_list() == kept.unique(("fast", "slow"))["sharpe"].sort(descending=True).to_list()
    row = bound.top(1).row(0, named=True)
    assert bound.best == {"fast": row["fast"], "slow": row["slow"]}
    assert free.best_figure == free.frame["sharpe"].fill_nan(None).max()
    assert float(free.result(int(free.top(1)["trial"][0])).metrics["sharpe"]) == free.best_figure
    best = bound.history["best_sharpe"].drop_nulls().to_list()
    assert best == sorted(best)
    assert best[-1] == bound.best_figure


def test_an_edge_is_found_in_a_third_of_the_trials_that_a_sweep_takes(kernels: Path) -> None:
    found = optimise(
        Lag, market(0.5), vary={"hour": "0..23", "length": "1..8"}, trials=64, fee=0,
        ways=Ways(workers=1, folder=kernels),
    )  # fmt: skip
    assert found.best["hour"] in (5, 6, 7)
    assert found.importances["sharpe"]["hour"] > 0.3
    assert found.luck.trials == found.outcomes["ran"]
    assert found.overfitting(most=20, blocks=4).trials == 20


def test_processes_find_what_one_does_and_a_seed_finds_it_again(sought: Callable[..., Optimised]) -> None:
    alone, many, other = sought(), sought(ways={"workers": 2}), sought(seed=1)
    assert_frame_equal(alone.frame, many.frame)
    assert not alone.frame.select("fast", "slow").equals(other.frame.select("fast", "slow"))


def test_the_strategys_own_values_are_tried_first(sought: Callable[..., Optimised]) -> None:
    found = sought(vary={"fast": "10..30:5", "slow": "40..80:7"}, trials=1)
    assert found.parameters(0) == {"fast": 20, "slow": 47}  # of 20 and 50


def test_without_values_all_vary_of_which_the_strategy_says_something(sought: Callable[..., Optimised]) -> None:
    found = sought(vary=None, params={"slow": 60}, trials=2)
    assert set(found.job.space.names) == {"fast", "threshold", "confirm", "trend", "cooldown"}
    assert set(sought(Lag, vary=None, trials=1).job.space.names) == {"hour", "length"}


def test_what_was_tried_is_not_tried_again_and_a_small_grid_ends_it(sought: Callable[..., Optimised]) -> None:
    found = sought(vary={"fast": [3, 4], "slow": [9, 12, 15]}, trials=500)
    assert found.different == 6
    assert found.done == len(found) < 500
    again = found.frame.filter(pl.col("again").is_not_null())
    assert len(again) == found.done - 6
    for row in again.iter_rows(named=True):
        first = found.frame.row(row["again"], named=True)
        assert (first["fast"], first["slow"], first["profit"]) == (row["fast"], row["slow"], row["profit"])
    assert len(found.top(100)) == 6
    assert not found.stopped


def test_the_front_has_what_nothing_is_better_than_in_every_way(sought: Callable[..., Optimised]) -> None:
    found = sought(objective=["sharpe", "-max_drawdown", "fees"], trials=60)
    rows = found.frame.filter((pl.col("outcome") == "ran") & pl.col("again").is_null()).rows(named=True)

    def beaten(one: dict[str, Any], other: dict[str, Any]) -> bool:
        ways = [(other["sharpe"], one["sharpe"]), *((one[name], other[name]) for name in ("max_drawdown", "fees"))]
        return all(a >= b for a, b in ways) and any(a > b for a, b in ways)

    true = {one["trial"] for one in rows if not any(beaten(one, other) for other in rows)}
    assert set(found.front["trial"].to_list()) == true
    assert found.front["sharpe"].to_list() == sorted(found.front["sharpe"].to_list(), reverse=True)
    assert set(found.importances) == {"sharpe", "max_drawdown", "fees"}
    assert {"best_sharpe", "best_max_drawdown", "best_fees"} <= set(found.history.columns)
    with pytest.raises(BadInput, match=r"there is no best one by sharpe and max_drawdown and fees; \.front has those"):
        _ = found.best


def test_what_is_refused_or_has_no_value_is_no_best_one(sought: Callable[..., Optimised]) -> None:
    found = sought(vary={"fast": "2..20", "slow": "5..15"}, trials=60)
    assert found.outcomes["refused"] > 0
    assert any("fast must be below slow" in why for why in found.whys)
    still = sought(candles=flat(), trials=9)
    assert np.isnan(still.best_figure)
    with pytest.raises(BadInput, match=r"no trial has a value of sharpe; look at \.frame"):
        _ = still.best
    assert not len(still.front)
    assert still.history["best_sharpe"].is_null().all()
    with pytest.raises(BadInput, match="no combination has a Sharpe ratio"):
        _ = still.luck
    with pytest.raises(BadInput, match="there is no trial 9; they are 0 to 8"):
        still.result(9)


def test_ctrl_c_leaves_what_was_done_and_the_same_search_ends_as_if_nothing_had_been(
    sought: Callable[..., Optimised], tmp_path: Path
) -> None:
    path = tmp_path / "search"
    whole = sought().frame
    part = sought(ways={"watcher": Telling(until=13), "keep": path})
    assert part.stopped
    assert 13 <= part.done < 40
    assert_frame_equal(part.frame, whole.head(part.done))
    telling = Telling()
    rest = sought(ways={"keep": path, "watcher": telling})
    assert 0 < rest.known <= part.done
    assert_frame_equal(rest.frame, whole)
    assert (telling.told[-1].done, telling.told[-1].whole) == (40, 40)
    assert_frame_equal(sought(ways={"keep": path}, trials=60).frame, sought(trials=60).frame)


@pytest.mark.parametrize(
    ("more", "what"),
    [
        ({"seed": 5}, "combinations proposed by tpe, seed 0, 8 at a time, for sharpe"),
        ({"objective": "calmar"}, "for sharpe"),
        ({"constraints": "trades>=2"}, "combinations"),
        ({"sampler": "random"}, "proposed by tpe"),
        ({"prune": True}, "combinations"),
        ({"capital": 11_000}, "settings"),
    ],
)
def test_a_file_of_another_search_is_refused(
    sought: Callable[..., Optimised], tmp_path: Path, more: dict[str, Any], what: str
) -> None:
    path = tmp_path / "search"
    sought(trials=3, ways={"keep": path})
    before = path.read_bytes()
    with pytest.raises(BadInput) as raised:
        sought(trials=3, ways={"keep": path}, **more)
    assert "is of another search, with " in str(raised.value)
    assert what in str(raised.value)
    assert path.read_bytes() == before


def test_pruning_ends_what_is_poor_on_a_part_and_changes_nothing_else(
    sought: Callable[..., Optimised], tmp_path: Path
) -> None:
    path = tmp_path / "search"
    found = sought(sampler="random", trials=80, prune=True)
    plain = sought(sampler="random", trials=80).frame
    assert_frame_equal(found.frame.select("fast", "slow"), plain.select("fast", "slow"))
    pruned = found.frame.filter(pl.col("outcome") == "pruned")
    assert 0 < len(pruned) == found.frame["why"].str.contains("of the candles its sharpe is").sum()
    assert pruned["sharpe"].is_nan().all()
    left = found.frame["outcome"] != "pruned"
    assert_frame_equal(found.frame.filter(left), plain.filter(left))
    assert -0.375 <= found.saved < 0.9
    sought(sampler="random", trials=80, prune=True, ways={"keep": path, "watcher": Telling(until=50)})
    again = sought(sampler="random", trials=80, prune=True, ways={"keep": path})
    assert_frame_equal(again.frame, found.frame)


class Vast(Strategy):
    """Has more combinations than a machine word has numbers."""

    a, b, c, d, e = (Param(0.5, 0.0, 1.0, search=(0.0, 1.0)) for _ in range(5))

    @step
    def decide(now, was, p, candle, my, wanted):  # noqa: ARG002
        wanted.target(1.0 if p.a + p.b + p.c + p.d + p.e > 2.5 else 0.0)


def test_a_grid_without_end_is_no_obstacle(kernels: Path, tmp_path: Path) -> None:
    vary = dict.fromkeys("abcde", "0..1:0.0001")
    ways = Ways(workers=1, folder=kernels, keep=tmp_path / "search")
    found = optimise(Vast, waves(), vary=vary, trials=20, ways=ways)
    assert found.job.space.size > 1 << 64
    assert found.different == 20
    again = optimise(Vast, waves(), vary=vary, trials=20, ways=ways)
    assert again.known == 20
    assert_frame_equal(found.frame, again.frame)


def test_a_worker_that_is_killed_costs_nothing(sought: Callable[..., Optimised]) -> None:
    killed: list[int] = []

    def kill(moved: Moved) -> None:
        if not killed and moved.done > 2 * ROUND:
            below = psutil.Process().children(recursive=True)
            victim = next(one for one in below if "popen_loky_posix" in " ".join(one.cmdline()))
            killed.append(victim.pid)
            victim.kill()

    found = sought(ways={"workers": 2, "watcher": kill})
    assert killed
    assert_frame_equal(found.frame, sought().frame)


SCRIPT = """
from botswain import made_candles, optimise

vary = {"fast": "2..60", "slow": "50..300"}
found = optimise("sma_crossover", made_candles(20_000), vary=vary, keep=KEEP, trials=160)
print(found.done, found.known, found.best)
"""


def test_a_script_is_killed_and_ends_with_the_same_best(tmp_path: Path, kernels: Path) -> None:
    path = tmp_path / "search"
    script = tmp_path / "script.py"
    script.write_text(SCRIPT.replace("KEEP", repr(str(path))))
    command, around = [sys.executable, str(script)], surroundings(kernels, tmp_path)
    first = subprocess.Popen(command, env=around, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    deadline = time.monotonic() + 120
    while not (path.exists() and path.read_bytes().count(b"\n") > 20):
        assert first.poll() is None, first.communicate()
        assert time.monotonic() < deadline
        time.sleep(0.02)
    first.send_signal(signal.SIGKILL)
    first.communicate()
    again = subprocess.run(command, env=around, capture_output=True, text=True, check=True, timeout=170)
    done, known, best = again.stdout.split(maxsplit=2)
    assert done == "160"
    assert 0 < int(known) < 160
    path.unlink()
    whole = subprocess.run(command, env=around, capture_output=True, text=True, check=True, timeout=170)
    assert whole.stdout.split(maxsplit=2) == ["160", "0", best]


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"trials": 0}, "trials is 0; give 1 to 1,000,000"),
        ({"sampler": "tpa"}, "the sampler is 'tpa'; did you mean 'tpe'?"),
        ({"prune": True, "objective": ["sharpe", "fees"]}, "pruning compares one objective, and there are 2"),
        ({"prune": True, "candles": waves(300)}, "there are 300 candles; pruning takes 400"),
        ({"objective": ["sharpe", "-sharpe"]}, "contradict each other"),
        ({"objective": "omegga"}, "the objective is 'omegga', and there is no such figure; did you mean 'omega'?"),
        ({"constraints": ["betta>=1"]}, "is of 'betta', and there is no such figure; did you mean 'beta'?"),
        ({"vary": {"fast": "0..9"}}, "fast is 0; it must be from 2 to 2000"),
        ({"vary": {}}, "nothing varies"),
        ({"start": "2031-01-01"}, "none of these combinations can be run"),
        ({"strategy": "sma_crossovr"}, "did you mean"),
    ],
)
def test_what_cannot_be_searched_is_refused(sought: Callable[..., Optimised], more: dict[str, Any], said: str) -> None:
    with pytest.raises(BadInput) as raised:
        sought(**{"vary": {"fast": [3, 4], "slow": [9]}, **more})
    assert said in str(raised.value)


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"workers": -1}, "workers is -1"),
        ({"objectives": "sharpe"}, "optimise has no setting 'objectives'; did you mean 'objective'?"),
        ({"sizing": 5}, "sizing is 5"),
    ],
)
def test_the_library_looks_at_what_it_was_given(more: dict[str, Any], said: str) -> None:
    with pytest.raises(BadInput) as raised:
        library_optimise("sma_crossover", CANDLES, vary=VARY, **more)
    assert said in str(raised.value)


def test_optuna_and_dask_are_loaded_only_by_who_uses_them() -> None:
    code = (
        "import sys, botswain.library, botswain.cli.optimise_run, botswain.cli.sweep_run;"
        "print([name for name in ('optuna', 'distributed') if name in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, env=dict(os.environ)
    )
    assert done.stdout.strip() == "[]"
    assert sampling.optuna.__version__ >= "5"
    assert Space(()).size == 1
