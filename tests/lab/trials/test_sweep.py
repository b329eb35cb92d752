"""A sweep is so many backtests, whoever does them and however often it is begun."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import BrokenExecutor, Executor, Future
from pathlib import Path
from typing import Any

import dask
import numpy as np
import polars as pl
import psutil
import pytest
from distributed import Client, LocalCluster
from loky import ProcessPoolExecutor
from polars.testing import assert_frame_equal
from tests.lab.made import flat, waves

from botswain.core.strategy import Param, Strategy, step
from botswain.lab.backtest import Options, backtest
from botswain.lab.trials.figures import names_of
from botswain.lab.trials.sweep import Moved, Ways, sweep
from botswain.lab.trials.table import Table
from botswain.library import sweep as library_sweep
from botswain.model.candles import Candles
from botswain.model.errors import BadInput

VARY = {"fast": range(3, 8), "slow": "6..12:2"}


class Collared(Strategy):
    """Is halted where its level is odd: it asks for what no order can be."""

    level = Param(1, 0, 10)

    @step
    def decide(now, was, p, candle, my, wanted):  # noqa: ARG002
        wanted.renew(0)
        wanted.market(0, 1, 0.001 if p.level % 2.0 == 0.0 else -1.0)


@pytest.fixture
def crossed(kernels: Path) -> Callable[..., Table]:
    """A sweep of fast and slow averages over waves."""

    def made(strategy: Any = "sma_crossover", candles: Any = None, *, ways: Any = None, **more: Any) -> Table:
        how = Ways(**{"workers": 1, "folder": kernels, **(ways or {})})
        return sweep(strategy, candles or waves(), **{"vary": VARY, "ways": how, **more})

    return made


def test_each_row_is_the_backtest_of_its_combination(crossed: Callable[..., Table], kernels: Path) -> None:
    settings = {"capital": 5_000, "fee": "0.002", "exits": {"stop_loss": "0.1"}, "limits": {"max_orders_day": 4}}
    frame = crossed(params={"average": "EMA"}, **settings).frame
    ran = frame.filter(pl.col("outcome") == "ran")
    assert len(frame) == 20
    assert 10 < len(ran) < 20
    for row in ran.iter_rows(named=True):
        params = {"fast": row["fast"], "slow": row["slow"], "average": "EMA"}
        one = backtest("sma_crossover", waves(), params=params, options=Options(folder=kernels), **settings)
        for name in names_of(curve=True):
            true = one.metrics.get(name)
            assert row[name] == pytest.approx(float("nan") if true is None else float(true), rel=1e-14, nan_ok=True), (
                name
            )


def test_what_is_refused_says_why_and_costs_the_others_nothing(crossed: Callable[..., Table]) -> None:
    table = crossed()
    refused = table.frame.filter(pl.col("outcome") == "refused")
    assert [tuple(one) for one in refused.select("fast", "slow").rows()] == [(6, 6), (7, 6)]
    assert refused["why"].to_list() == [
        "parameter fast is 6 and slow is 6; fast must be below slow",
        "parameter fast is 7 and slow is 6; fast must be below slow",
    ]
    assert refused["profit"].is_nan().all()
    assert table.outcomes == {"ran": 18, "refused": 2}
    assert not table.stopped


def test_a_halted_run_is_no_best_one(kernels: Path) -> None:
    table = sweep(
        Collared, waves(), vary={"level": "0..3"}, objective="-profit", ways=Ways(workers=1, folder=kernels)
    )  # fmt: skip
    assert table.frame["outcome"].to_list() == ["ran", "halted", "ran", "halted"]
    assert "qty is -1; write a quantity in base" in table.frame["why"][1]
    assert table.best == {"level": 0}
    assert table.top(9)["level"].to_list() == [0, 2]


def test_the_best_is_found_by_any_figure_greatest_or_smallest(crossed: Callable[..., Table]) -> None:
    for word, least in (("profit", False), ("-profit", True), ("max_drawdown", True), ("+max_drawdown", False)):
        table = crossed(objective=word)
        name = word.lstrip("+-")
        figures = table.frame.filter(pl.col("outcome") == "ran")[name]
        assert table.best_figure == (figures.min() if least else figures.max())
        assert table.top(100)[name].to_list() == sorted(figures.to_list(), reverse=not least)
        best = table.result(int(table.top(1)["place"][0]))
        assert float(best.metrics[name]) == table.best_figure
        assert table.best.items() <= best.plan.strategy.values.items()


def test_where_nothing_has_a_value_there_is_no_best(crossed: Callable[..., Table]) -> None:
    table = crossed(candles=flat(), objective="sharpe")
    with pytest.raises(BadInput, match=r"no combination has a value of sharpe; look at \.frame"):
        _ = table.best
    assert np.isnan(table.best_figure)
    with pytest.raises(BadInput, match="there is no combination 20; they are 0 to 19"):
        table.result(20)


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"objective": "sharp"}, "the objective is 'sharp', and there is no such figure; did you mean 'sharpe'?"),
        ({"objective": "sharpe", "curve": False}, "figures of the equity curve are left out of this search"),
        (
            {"vary": {"fast": [9, 10], "slow": [6, 7]}},
            "combinations can be run; of the first one: parameter fast is 9",
        ),
        ({"start": "2031-01-01"}, "none of these combinations can be run"),
        ({"strategy": "sma_crossovr"}, "did you mean"),
    ],
)
def test_what_cannot_be_searched_is_refused(crossed: Callable[..., Table], more: dict[str, Any], said: str) -> None:
    with pytest.raises(BadInput) as raised:
        crossed(**more)
    assert said in str(raised.value)


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"workers": -1}, "workers is -1"),
        ({"fees": 1}, "sweep has no setting 'fees'; did you mean 'fee'?"),
        ({"worker": 1}, "sweep has no setting 'worker'; did you mean 'workers'?"),
        ({"sizing": 5}, "sizing is 5"),
    ],
)
def test_the_library_looks_at_what_it_was_given(more: dict[str, Any], said: str) -> None:
    with pytest.raises(BadInput) as raised:
        library_sweep("sma_crossover", waves(), vary=VARY, **more)
    assert said in str(raised.value)


def test_without_the_curve_its_figures_are_left_out_and_the_others_are_the_same(crossed: Callable[..., Table]) -> None:
    whole, money = crossed().frame, crossed(curve=False, objective="profit").frame
    assert "sharpe" not in money.columns
    assert_frame_equal(whole.select(money.columns), money)


def test_several_symbols_share_an_account(crossed: Callable[..., Table], kernels: Path) -> None:
    both = {"BTC/USDT": waves(), "ETH/USDT": waves(symbol="ETH/USDT", first=40)}
    row = crossed(candles=both, size="0.5").frame.row(5, named=True)
    params = {"fast": row["fast"], "slow": row["slow"]}
    one = backtest("sma_crossover", both, params=params, size="0.5", options=Options(folder=kernels))
    assert row["profit"] == float(one.metrics["profit"])
    assert one.metrics["fills"] > 10


def test_processes_find_what_one_does(crossed: Callable[..., Table]) -> None:
    vary = {"fast": range(3, 60), "slow": range(61, 75)}
    alone, many = (crossed(vary=vary, ways={"workers": count}) for count in (1, 2))
    assert_frame_equal(alone.frame, many.frame)
    assert len(many.frame) == 57 * 14


def test_some_by_chance_are_the_same_as_in_the_whole(crossed: Callable[..., Table]) -> None:
    some = crossed(random=7, seed=3).frame
    assert_frame_equal(some, crossed().frame.filter(pl.col("place").is_in(some["place"].to_list())))
    assert len(some) == 7


class Telling:
    """Told how far a search is; presses Ctrl-C when so many are done."""

    def __init__(self, until: int = 10**9) -> None:
        self.until = until
        self.told: list[Moved] = []

    def __call__(self, moved: Moved) -> None:
        self.told.append(moved)
        if moved.done >= self.until:
            raise KeyboardInterrupt


def test_it_is_told_how_far_it_is(crossed: Callable[..., Table]) -> None:
    telling = Telling()
    table = crossed(ways={"watcher": telling})
    assert [one.done for one in telling.told] == sorted(one.done for one in telling.told)
    assert (telling.told[-1].done, telling.told[-1].whole) == (20, 20)
    assert telling.told[-1].best == table.best_figure


def test_ctrl_c_leaves_what_was_done_and_the_same_search_goes_on(crossed: Callable[..., Table], tmp_path: Path) -> None:
    path = tmp_path / "search"
    whole = crossed().frame
    part = crossed(ways={"watcher": Telling(until=5), "keep": path})
    assert part.stopped
    assert 5 <= part.done < 20
    assert_frame_equal(part.frame, whole.filter(pl.col("place").is_in(part.frame["place"].to_list())))
    assert part.best
    telling = Telling()
    rest = crossed(ways={"keep": path, "watcher": telling})
    assert rest.known == part.done
    assert telling.told[0].done >= part.done
    assert_frame_equal(rest.frame, whole)
    again = crossed(ways={"keep": path})
    assert again.known == 20
    assert_frame_equal(again.frame, whole)


def test_a_search_goes_by_all_candles_that_were_given_those_that_are_only_read_too(
    kernels: Path, tmp_path: Path
) -> None:
    path = tmp_path / "search"
    other = waves(symbol="ETH/USDT")
    closes = other.close.copy()
    closes[120] = other.high[120]  # in the middle, where a long column's text says nothing

    def search(read: Candles) -> Table:
        vary, params = {"lookback": [5, 7]}, {"filter_symbol": "ETH/USDT", "filter_trend": 9}
        ways = Ways(workers=1, folder=kernels, keep=path)
        return sweep("momentum", waves(), vary=vary, params=params, reads=read, ways=ways)

    assert search(other).done == search(other).known == 2
    with pytest.raises(BadInput, match="is of another search, with candles BTC/USDT 1h"):
        search(Candles(other.symbol, "1h", other.ts, other.open, other.high, other.low, closes, other.volume))


@pytest.mark.parametrize(
    ("more", "what"),
    [
        ({"capital": 11_000}, "settings"),
        ({"vary": {**VARY, "slow": "6..14:2"}}, "parameters"),
        ({"params": {"average": "EMA"}}, "parameters"),
        ({"random": 5}, "combinations 5 by chance"),
        ({"candles": waves(first=1)}, "candles BTC/USDT 1h"),
        ({"curve": False, "objective": "profit"}, "figures"),
    ],
)
def test_a_file_of_another_search_is_refused(
    crossed: Callable[..., Table], tmp_path: Path, more: dict[str, Any], what: str
) -> None:
    path = tmp_path / "search"
    crossed(**more, ways={"keep": path})
    before = path.read_bytes()
    with pytest.raises(BadInput) as raised:
        crossed(ways={"keep": path})
    assert "is of another search, with " in str(raised.value)
    assert what in str(raised.value)
    assert path.read_bytes() == before


def test_another_executor_does_it_too_and_one_that_broke_is_told_of(crossed: Callable[..., Table]) -> None:
    class Broken(Executor):
        def submit(self, _function: Any, /, *_given: Any, **_named: Any) -> Future[Any]:
            raise BrokenExecutor

    with pytest.raises(BadInput, match="the executor that was given has broken"):
        crossed(ways={"executor": Broken()})


def test_one_that_is_gone_gives_up_what_it_was_handed_and_that_is_told_of(crossed: Callable[..., Table]) -> None:
    class Gone(Executor):
        def submit(self, _function: Any, /, *_given: Any, **_named: Any) -> Future[Any]:
            future: Future[Any] = Future()
            future.cancel()
            future.set_running_or_notify_cancel()
            return future

    with pytest.raises(BadInput, match="the executor that was given has broken: it is gone, or"):
        crossed(ways={"executor": Gone()})


def test_an_executor_that_was_given_is_not_ended(crossed: Callable[..., Table]) -> None:
    with ProcessPoolExecutor(1) as executor:
        for _ in range(2):
            assert crossed(ways={"executor": executor}).outcomes["ran"] == 18
        assert executor.submit(int, "7").result() == 7


def test_a_cluster_does_it_too(crossed: Callable[..., Table]) -> None:
    with (
        LocalCluster(n_workers=1, threads_per_worker=1, processes=True, dashboard_address=None) as cluster,
        Client(cluster) as client,
    ):
        table = crossed(ways={"executor": client.get_executor()})
    assert_frame_equal(table.frame, crossed().frame)


class Deadly(Strategy):
    """Kills the process that runs it with one of its levels, where that is not the one it was written in."""

    level = Param(1, 0, 10)
    at_home = Param(0, 0, 1 << 40)

    def derived(self):
        if self.level == 4 and os.getpid() != self.at_home:
            os.kill(os.getpid(), signal.SIGKILL)
        return {}

    @step
    def decide(now, was, p, candle, my, wanted):  # noqa: ARG002
        wanted.target(p.level)


def test_what_kills_a_clusters_workers_again_and_again_is_named_and_all_else_is_kept(
    crossed: Callable[..., Table], tmp_path: Path
) -> None:
    keep = tmp_path / "kept.jsonl"
    vary, params = {"level": range(10)}, {"at_home": os.getpid()}
    with (
        dask.config.set({"distributed.scheduler.allowed-failures": 1}),
        LocalCluster(n_workers=1, threads_per_worker=1, processes=True, dashboard_address=None) as cluster,
        Client(cluster) as client,
    ):
        ways = {"executor": client.get_executor(), "keep": keep}
        table = crossed(Deadly, vary=vary, params=params, ways=ways)
    died = table.frame.filter(pl.col("outcome") == "died")
    assert died["level"].to_list() == [4]
    assert died["why"][0] == (
        "every worker of the cluster that had level 4 alone died; it may need more memory than they have"
    )
    assert table.outcomes == {"ran": 9, "died": 1}
    again = crossed(Deadly, vary=vary, params=params, ways={"keep": keep})
    assert again.known == 10
    assert_frame_equal(again.frame, table.frame)


SCRIPT = """
from pathlib import Path
from botswain import Param, Strategy, above, made_candles, step, sweep, ta

def rising(a, b):
    return above(a, b)

class Trend(Strategy):
    fast = Param(10, 2, 100)
    slow = Param(30, 5, 300)

    def indicators(self):
        return {"fast": ta.SMA(self.fast), "slow": ta.SMA(self.slow)}

    @step
    def decide(now, was, p, candle, my, wanted):
        wanted.target(1.0 if rising(now.fast, now.slow) else 0.0)

found = sweep(Trend, made_candles(50_000), vary={"fast": range(5, 45), "slow": range(50, 70)}, keep=KEEP, workers=2)
print(found.outcomes["ran"], found.known, found.best)
"""


def script(folder: Path) -> list[str]:
    """A script without a guard, as people write them in notebooks."""
    path = folder / "script.py"
    path.write_text(SCRIPT.replace("KEEP", repr(str(folder / "search"))))
    return [sys.executable, str(path)]


def surroundings(kernels: Path, home: Path) -> dict[str, str]:
    """What a script finds around it."""
    return {**os.environ, "BOTSWAIN_CACHE_DIR": str(kernels), "BOTSWAIN_DATA_DIR": str(home)}


def test_a_script_of_ten_lines_is_killed_and_goes_on_where_it_was(tmp_path: Path, kernels: Path) -> None:
    command, around = script(tmp_path), surroundings(kernels, tmp_path)
    path = tmp_path / "search"
    first = subprocess.Popen(command, env=around, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    deadline = time.monotonic() + 120
    while not (path.exists() and path.read_bytes().count(b"\n") > 3):
        assert first.poll() is None, first.communicate()
        assert time.monotonic() < deadline
        time.sleep(0.02)
    workers = psutil.Process(first.pid).children(recursive=True)
    first.send_signal(signal.SIGKILL)
    first.communicate()
    _, left = psutil.wait_procs(workers, timeout=30)
    assert not left  # nobody works on for a search that is no more
    done = sum(len(json.loads(line)) for line in path.read_text().splitlines(keepends=True)[1:] if line.endswith("\n"))
    again = subprocess.run(command, env=around, capture_output=True, text=True, check=True, timeout=170)
    ran, known = again.stdout.split()[:2]
    assert (int(ran), int(known)) == (800, done)
    assert 0 < done < 800


def test_a_worker_that_is_killed_costs_nothing(crossed: Callable[..., Table]) -> None:
    killed: list[int] = []

    def kill(moved: Moved) -> None:
        if not killed and moved.done > 100:
            below = psutil.Process().children(recursive=True)
            victim = next(one for one in below if "popen_loky_posix" in " ".join(one.cmdline()))
            killed.append(victim.pid)
            victim.kill()

    vary = {"fast": range(3, 60), "slow": range(61, 75)}
    table = crossed(vary=vary, ways={"workers": 2, "watcher": kill})
    assert killed
    assert table.outcomes == {"ran": 57 * 14}
    assert_frame_equal(table.frame, crossed(vary=vary).frame)


def test_overfitting_is_judged_by_the_days_of_the_combinations(crossed: Callable[..., Table]) -> None:
    table = crossed(candles=waves(60 * 24))
    found = table.overfitting(most=6, blocks=4)
    ran = table.frame.filter(pl.col("outcome") == "ran")
    assert (found.trials, found.splits, found.days) == (6, 6, 60)
    assert table.overfitting(blocks=4).trials == len(ran)
    with pytest.raises(BadInput, match="1 combinations ran"):
        crossed(vary={"fast": [3], "slow": [9]}).overfitting()
