"""A choice is a sweep of what was before, a judgement one backtest of what came after; and what they find."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest
from polars.testing import assert_frame_equal
from tests.lab.forward.moved import changed_after, moved
from tests.lab.made import HOUR_MS, START_MS, flat, waves

from botswain.history.content import content_hash
from botswain.lab.backtest import Options, backtest
from botswain.lab.forward.joined import joined_figures
from botswain.lab.forward.walked import Walked
from botswain.lab.forward.walking import Step, holdout, walk_forward
from botswain.lab.metrics.figures import figures
from botswain.lab.trials.sweep import Ways, sweep
from botswain.lab.trials.tally import Tally
from botswain.library import holdout as library_holdout
from botswain.library import walk_forward as library_walk_forward
from botswain.model.candles import Candles
from botswain.model.errors import BadInput
from botswain.model.instrument import Instrument

VARY = {"fast": range(3, 8), "slow": "8..30:4"}
Walk = Callable[..., Walked]


@pytest.fixture
def walk(kernels: Path) -> Walk:
    """A walk-forward of averages over waves."""

    def made(candles: Any = None, *, keep: Path | None = None, **more: Any) -> Walked:
        ways = Ways(workers=1, folder=kernels, keep=keep)
        given = waves(24 * 60) if candles is None else candles
        return walk_forward("sma_crossover", given, **{"vary": VARY, "folds": 3, "ways": ways, **more})

    return made


def spans(fold: dict[str, Any]) -> tuple[dict[str, int], dict[str, int]]:
    """Start and end of both spans of a row, in milliseconds."""
    at = {name: int(fold[name].timestamp()) * 1_000 for name in ("train_start", "train_end", "test_start", "test_end")}
    return ({"start": at["train_start"], "end": at["train_end"]}, {"start": at["test_start"], "end": at["test_end"]})


def test_each_fold_is_the_sweep_of_one_span_and_the_backtest_of_the_next(walk: Walk, kernels: Path) -> None:
    rules = Instrument("BTC/USDT", Decimal("0.01"), Decimal("0.00000001"))
    settings = {"capital": 5_000, "fee": "0.002", "exits": {"stop_loss": "0.1"}, "instrument": rules}
    found = walk(params={"average": "EMA"}, objective="profit", purge="5h", embargo="1d", **settings)
    assert len(found.frame) == 3
    for row in found.frame.iter_rows(named=True):
        train, test = spans(row)
        more = {"vary": VARY, "params": {"average": "EMA"}, "objective": "profit", **settings}
        table = sweep("sma_crossover", waves(24 * 60), **more, **train, ways=Ways(workers=1, folder=kernels))
        assert table.best.items() >= {"fast": row["fast"], "slow": row["slow"], "average": "EMA"}.items()
        best = table.top(1).row(0, named=True)
        assert {name: row[f"in_{name}"] for name in ("profit", "sharpe")} == {
            name: best[name] for name in ("profit", "sharpe")
        }
        params = {"fast": row["fast"], "slow": row["slow"], "average": "EMA"}
        one = backtest(
            "sma_crossover", waves(24 * 60), params=params, options=Options(folder=kernels), **settings, **test
        )
        for name in ("profit", "sharpe", "max_drawdown", "trips_count", "fees"):
            true = one.metrics[name]
            assert row[f"out_{name}"] == pytest.approx(float("nan") if true is None else float(true), nan_ok=True)


def test_the_choice_never_sees_the_test_span(walk: Walk) -> None:
    candles = moved(0.0, hours=24 * 80)
    first = walk(candles, folds=4, embargo="6h")
    for k, one in enumerate(first.folds):
        place = (one.fold.train_end_ms - START_MS) // HOUR_MS
        again = walk(changed_after(candles, place), folds=4, embargo="6h").folds[k]
        # All figures of the training span too, to the last bit; and the change was one.
        assert again.chosen == one.chosen
        assert np.array_equal(
            np.array(list(again.inside.values())), np.array(list(one.inside.values())), equal_nan=True
        )
        assert again.outside["profit"] != one.outside["profit"]


def test_the_test_span_warms_up_on_candles_before_it_and_decides_from_its_first_close(walk: Walk) -> None:
    one = walk().folds[1]
    market = one.result.market
    assert market.first > 0
    assert int(market.instants[0]) == one.fold.test_start_ms
    assert int(market.instants[-1]) == one.fold.test_end_ms - HOUR_MS
    assert min(fill.time_ms for fill in one.result.fills) >= one.fold.test_start_ms


def test_all_test_spans_are_one_account_that_pays_for_closing_at_their_ends(walk: Walk) -> None:
    found = walk(capital=5_000, slippage_bps=10)
    equity, times = [], []
    money, left_open = 5_000.0, 0
    for one in found.folds:
        result = one.result
        marks = [float(units) / 5_000 for _, units in result.equity]
        held = float(result.position("BTC/USDT"))
        left_open += held > 0
        marks[-1] -= held * float(result.market.candles[0].close[-1]) * (0.001 + 0.001) / 5_000
        equity += [money * mark for mark in marks]
        times += [at for at, _ in result.equity]
        money = equity[-1]
    assert left_open > 0
    assert found.equity["equity"].to_list() == pytest.approx(equity, rel=1e-12)
    assert found.equity["time"].dt.epoch("ms").to_list() == times
    figures = found.figures
    assert figures["returns"]["total_return"] == pytest.approx(money / 5_000 - 1, rel=1e-12)
    assert figures["trades"]["count"] == sum(one.outside["trips_count"] for one in found.folds)
    assert figures["execution"]["fills"] == sum(one.outside["fills"] for one in found.folds)
    grown = [5_000.0, *(float(one.part.equity[-1]) for one in found.folds)]
    fees = sum(float(one.result.fees) * b for one, b in zip(found.folds, np.cumprod(grown)[:-1] / 5_000, strict=True))
    assert figures["execution"]["fees"] == pytest.approx(fees)
    assert figures["returns"]["fees"] == pytest.approx(fees + figures["returns"]["closing"])
    made = figures["trades"]["gross_win"] - figures["trades"]["gross_loss"]
    assert figures["returns"]["net_profit"] == pytest.approx(made + figures["returns"]["open_profit"])


def test_every_figure_of_a_report_is_there_but_for_those_of_single_orders(walk: Walk) -> None:
    found = walk()
    of_one = figures(found.folds[0].result)
    single = {"shortfall", "shortfall_bps", "maker_volume_share", "latency_ms", "off_session_fills", "capacity"}
    for group, values in of_one.items():
        if group == "bot":  # a grid's cells and a deal's orders are those of one run
            continue
        missing = set(values) - set(found.figures[group])
        assert missing <= single | {"completion"}, group


def test_buying_and_holding_goes_through_what_an_embargo_leaves_out(walk: Walk) -> None:
    found = walk(embargo="2d")
    closes = waves(24 * 60).close
    places = (found.equity["time"].dt.epoch("ms").to_numpy() - START_MS) // HOUR_MS - 1
    held = 10_000 * closes[places] / closes[places[0]]
    assert found.equity["buy_and_hold"].to_list() == pytest.approx(held.tolist())
    assert found.comparison["buy_and_hold"]["total_return"] == pytest.approx(held[-1] / 10_000 - 1)


def test_beside_it_stands_what_hindsight_would_have_chosen(walk: Walk, kernels: Path) -> None:
    found = walk(moved(0.0, hours=24 * 60))
    first, last = found.folds[0].fold, found.folds[-1].fold
    whole = sweep(
        "sma_crossover",
        moved(0.0, hours=24 * 60),
        vary=VARY,
        start=first.train_start_ms,
        end=last.test_end_ms,
        ways=Ways(workers=1, folder=kernels),
    )
    assert found.whole is not None
    assert found.whole.chosen == whole.best
    money = 1.0
    for one in found.folds:
        run = backtest(
            "sma_crossover",
            moved(0.0, hours=24 * 60),
            params=whole.best,
            start=one.fold.test_start_ms,
            end=one.fold.test_end_ms,
            options=Options(folder=kernels),
        )
        closing = float(run.position("BTC/USDT")) * float(run.market.candles[0].close[-1]) * 0.001
        money *= (float(run.final_equity) - closing) / 10_000
    assert found.comparison["hindsight"]["total_return"] == pytest.approx(money - 1)


def test_efficiency_is_growth_a_year_by_growth_a_year(walk: Walk) -> None:
    found = walk()
    inside, outside = (
        sum(np.log1p(getattr(one, side)["total_return"]) for one in found.folds)
        / sum(getattr(one.fold, f"{span}_candles") for one in found.folds)
        for side, span in (("inside", "train"), ("outside", "test"))
    )
    assert found.efficiency == pytest.approx(outside / inside)


def test_a_planted_edge_is_found_to_hold_and_noise_is_not(walk: Walk) -> None:
    vary = {"fast": "5..25:5", "slow": "30..90:15"}
    planted = walk(moved(0.0015), vary=vary, folds=6)
    assert planted.verdict.startswith("It holds here: +")
    assert planted.efficiency is not None
    assert planted.efficiency > 0.8
    assert all(one.steady is not None and one.steady > 0.7 for one in planted.stability)
    for seed in (6, 7):
        noise = walk(moved(0.0, seed), vary=vary, folds=6)
        assert noise.verdict.startswith("It does not hold: -")
        assert any(one.steady is not None and one.steady < 0.3 for one in noise.stability)
    # In training the best of noise looks like something.
    assert max(one.inside["sharpe"] for one in walk(moved(0.0), vary=vary, folds=6).folds) > 1.0


def test_a_holdout_is_chosen_once_and_judged_once(kernels: Path) -> None:
    ways = Ways(workers=1, folder=kernels)
    vary = {"fast": "5..25:5", "slow": "30..90:15"}
    usual = holdout("sma_crossover", moved(0.0015), vary=vary, ways=ways)
    (one,) = usual.folds
    assert (one.fold.train_candles, one.fold.test_candles) == (7_200, 2_400)
    assert usual.verdict.startswith("This is too little to judge by: +")
    planted = holdout("sma_crossover", moved(0.0015), vary=vary, test="40%", ways=ways)
    assert planted.verdict.startswith("It holds here: +")
    dated = holdout("sma_crossover", moved(0.0015), vary=vary, test="2024-10-27", ways=ways, purge="1d")
    assert (dated.folds[0].fold.train_candles, dated.folds[0].fold.test_candles) == (7_176, 2_400)
    noise = holdout("sma_crossover", moved(0.0, 7), vary=vary, ways=ways)
    assert not noise.verdict.startswith("It holds")


def test_several_symbols_share_an_account(walk: Walk) -> None:
    both = {"BTC/USDT": waves(24 * 60), "ETH/USDT": waves(24 * 60, symbol="ETH/USDT", first=40)}
    found = walk(both, size="0.5", folds=2)
    assert [one.result.market.symbols for one in found.folds] == [("BTC/USDT", "ETH/USDT")] * 2
    assert set(found.figures["trades"]["by"]["symbol"]) == {"BTC/USDT", "ETH/USDT"}


def test_candles_that_are_only_read_are_cut_off_too(kernels: Path) -> None:
    other = waves(24 * 60, symbol="ETH/USDT")
    settings = {
        "vary": {"lookback": [5, 7, 9]},
        "params": {"filter_symbol": "ETH/USDT", "filter_trend": 9},
        "folds": 2,
        "ways": Ways(workers=1, folder=kernels),
    }
    found = walk_forward("momentum", waves(24 * 60), reads=other, **settings)
    last = found.folds[-1]
    assert int(last.result.market.reads["ETH/USDT"].ts[-1]) == last.fold.test_end_ms - HOUR_MS
    place = (last.fold.train_end_ms - START_MS) // HOUR_MS
    again = walk_forward("momentum", waves(24 * 60), reads=changed_after(other, place), **settings).folds[-1]
    assert (again.chosen, again.inside["profit"]) == (last.chosen, last.inside["profit"])


def test_where_nothing_can_be_chosen_nothing_is_traded(walk: Walk) -> None:
    still = flat(24 * 40)
    rows = {name: np.concatenate([getattr(still, name), getattr(waves(24 * 40), name)]) for name in ("open", "high")}
    rows |= {name: np.concatenate([getattr(still, name), getattr(waves(24 * 40), name)]) for name in ("low", "close")}
    ts = START_MS + HOUR_MS * np.arange(24 * 80, dtype=np.int64)
    candles = Candles("BTC/USDT", "1h", ts, **rows, volume=np.ones(24 * 80))
    found = walk(candles, train="19d", test="20d")
    assert [one.chosen is None for one in found.folds] == [True, True, False]
    assert found.frame["fast"][0] is None
    assert found.folds[0].part.equity.tolist() == [1.0] * 480
    assert found.equity["equity"][959] == 10_000
    assert found.folds[0].outside == {}
    assert found.verdict


def test_where_nothing_is_traded_at_all_there_is_nothing_to_judge(walk: Walk) -> None:
    found = walk(flat(24 * 60))
    assert found.verdict == "There is nothing to judge: nothing was traded on the test spans."
    assert found.whole is not None
    assert found.whole.chosen is None
    assert "hindsight" not in found.comparison
    assert found.stability == ()
    assert found.efficiency is None


def test_where_the_first_combination_is_none_another_shows_that_nothing_was_traded(walk: Walk) -> None:
    found = walk(flat(24 * 60), vary={"fast": [9, 3], "slow": [8, 12]})
    assert [one.chosen for one in found.folds] == [None] * 3
    assert found.folds[0].tried == {"ran": 3, "refused": 1}


def test_what_is_lost_in_one_span_is_not_there_in_the_next(walk: Walk) -> None:
    found = walk()
    first, *rest = (one.part for one in found.folds)
    lost = found.account((replace(first, equity=first.equity - 50.0), *rest))
    assert lost.begins.tolist() == [1.0, 0.0, 0.0]
    assert lost.equity[-1] == 0.0
    figures = joined_figures(lost)
    assert figures["returns"]["total_return"] == -1.0
    assert figures["returns"]["cagr"] is None


def test_decisions_between_closes_are_walked_on_the_candles_beneath(walk: Walk) -> None:
    found = walk(timeframe="4h", trading_frequency=3_600, folds=2)
    assert len(found.folds) == 2
    assert all((one.fold.test_start_ms - START_MS) % (4 * HOUR_MS) == 0 for one in found.folds)
    assert found.folds[0].result.plan.frequency_ms == HOUR_MS
    assert found.folds[1].fold.test_candles == found.folds[1].result.curve.size


class Told:
    """Told how far it is; presses Ctrl-C in a fold when its search has begun."""

    def __init__(self, fold: int = -1) -> None:
        self.fold = fold
        self.steps: list[Step] = []

    def __call__(self, step: Step) -> None:
        self.steps.append(step)
        if step.fold == self.fold:
            raise KeyboardInterrupt


def test_it_tells_how_far_it_is(walk: Walk) -> None:
    told = Told()
    walk(watcher=told)
    assert [one.fold for one in told.steps if one.moved.done == one.moved.whole] == [1, 2, 3, 0]


def test_ctrl_c_leaves_the_folds_that_are_done_and_the_same_call_goes_on(walk: Walk, tmp_path: Path) -> None:
    whole = walk()
    keep = tmp_path / "walk"
    part = walk(watcher=Told(2), keep=keep)
    assert part.stopped
    assert_frame_equal(part.frame, whole.frame.head(1))
    assert part.verdict.endswith("(2 of 3 folds were not done).")
    assert part.comparison.keys() == {"chosen", "buy_and_hold"}
    none = walk(watcher=Told(1))
    assert none.verdict == "There is nothing to judge: no fold was done."
    assert len(none.frame) == 0
    assert none.efficiency is None
    with pytest.raises(BadInput, match="no fold is done"):
        _ = none.figures
    told = Told()
    rest = walk(watcher=told, keep=keep)
    assert told.steps[0].moved.done == told.steps[0].moved.whole  # fold 1 is not done again
    assert not rest.stopped
    assert_frame_equal(rest.frame, whole.frame)
    assert_frame_equal(rest.equity, whole.equity)
    with pytest.raises(BadInput, match="fold-1 is of another search, with settings"):
        walk(keep=keep, capital=11_000)


SCRIPT = """
from botswain import made_candles, walk_forward

vary = {"fast": range(5, 25), "slow": range(50, 90)}
found = walk_forward("sma_crossover", made_candles(30_000), vary=vary, folds=3, keep=KEEP, workers=1)
found.frame.write_parquet(OUT)
print(found.verdict)
"""


def test_one_that_is_killed_half_way_ends_with_the_same_table(tmp_path: Path, kernels: Path) -> None:
    around = {**os.environ, "BOTSWAIN_CACHE_DIR": str(kernels)}

    def command(name: str) -> list[str]:
        path = tmp_path / f"{name}.py"
        told = SCRIPT.replace("KEEP", repr(str(tmp_path / name))).replace(
            "OUT", repr(str(tmp_path / f"{name}.parquet"))
        )
        path.write_text(told)
        return [sys.executable, str(path)]

    killed = subprocess.Popen(command("killed"), env=around, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    second, deadline = tmp_path / "killed" / "fold-2", time.monotonic() + 150
    while not (second.exists() and second.read_bytes().count(b"\n") > 2):
        assert killed.poll() is None, killed.communicate()
        assert time.monotonic() < deadline
        time.sleep(0.02)
    killed.send_signal(signal.SIGKILL)
    killed.communicate()
    done = (tmp_path / "killed" / "fold-1").read_bytes()
    ended = [
        subprocess.run(command(name), env=around, capture_output=True, text=True, check=True, timeout=170)
        for name in ("killed", "whole")
    ]
    assert ended[0].stdout == ended[1].stdout != ""
    assert (tmp_path / "killed" / "fold-1").read_bytes().startswith(done)
    assert_frame_equal(*(pl.read_parquet(tmp_path / f"{name}.parquet") for name in ("killed", "whole")))


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"folds": 2.5}, "folds is 2.5; write a whole number"),
        ({"folds": True}, "folds is True; write a whole number"),
        ({"vary": {"fats": [3]}}, "strategy sma_crossover has no parameter 'fats'; did you mean 'fast'?"),
        ({"purge": "2024-01-02"}, "purge is '2024-01-02', which is no length"),
        ({"start": "2031-01-01"}, "there are 0 candles in the range"),
        ({"candles": {}}, "no candles were given"),
        ({"vary": {"fast": [9], "slow": [5]}}, "fold 1 (chosen on 2024-01-01T00:00:00Z to"),
    ],
)
def test_what_cannot_be_walked_is_refused(walk: Walk, more: dict[str, Any], said: str) -> None:
    with pytest.raises(BadInput) as raised:
        walk(more.pop("candles", None), **more)
    assert str(raised.value).startswith(said)


def test_any_figure_of_a_report_is_an_objective_and_another_word_is_refused(walk: Walk) -> None:
    found = walk(objective="adg", folds=2)
    (name,) = {one.wish.figure for one in found.folds}
    assert name == "returns.adg"
    assert found.frame["out_adg"][0] == pytest.approx(figures(found.folds[0].result)["returns"]["adg"])
    with pytest.raises(BadInput, match="the objective is 'sharp', and there is no such figure; did you mean 'sharpe'"):
        walk(objective="sharp")


def test_each_combination_is_one_trial_on_these_candles(kernels: Path, tmp_path: Path) -> None:
    tally = Tally(tmp_path / "trials")
    ways = Ways(workers=1, folder=kernels, tally=tally)
    for _ in range(2):
        walk_forward("sma_crossover", waves(24 * 60), vary={"fast": [3, 9], "slow": [8, 12]}, folds=2, ways=ways)
    # One of the four is refused; the same walk again is no other one.
    counted = tally.counted([content_hash(waves(24 * 60))])
    assert (counted.trials, counted.searches) == (3, 1)
    assert len(list((tmp_path / "trials").iterdir())) == 1
    walk_forward("sma_crossover", waves(24 * 60), vary={"fast": [3, 4], "slow": [8, 12]}, folds=2, ways=ways)
    assert tally.counted([content_hash(waves(24 * 60))]).trials == 7


def test_nothing_is_kept_where_it_cannot_be(walk: Walk, tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_text("mine")
    with pytest.raises(BadInput, match="file, which is a file; a walk-forward is kept in a folder, name another"):
        walk(keep=file)
    with pytest.raises(BadInput, match=r"cannot be kept in the folder .*none/below \(No such file or directory\)"):
        walk(keep=tmp_path / "none" / "below")
    with pytest.raises(BadInput, match="folds is 0"):
        walk(keep=tmp_path / "new", folds=0)
    assert file.read_text() == "mine"
    assert not (tmp_path / "new").exists()


def test_the_library_looks_at_what_it_was_given(kernels: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BOTSWAIN_CACHE_DIR", str(kernels))
    found = library_walk_forward(
        "sma_crossover", waves(24 * 60), vary=VARY, folds=2, workers=1, keep=str(tmp_path / "k")
    )
    assert len(found.folds) == 2
    assert (tmp_path / "k" / "everything").exists()
    assert len(library_holdout("sma_crossover", waves(24 * 60), vary=VARY, workers=1).folds) == 1
    for call, more, said in (
        (library_walk_forward, {"fold": 3}, "walk-forward has no setting 'fold'; did you mean 'folds'?"),
        (library_holdout, {"folds": 3}, "holdout has no setting 'folds'"),
        (library_walk_forward, {"vary": [1]}, "vary is [1]; give parameters with their values"),
        (library_walk_forward, {"workers": -1}, "workers is -1"),
    ):
        with pytest.raises(BadInput) as raised:
            call("sma_crossover", waves(24 * 60), **{"vary": VARY, **more})
        assert str(raised.value).startswith(said)
    with pytest.raises(BadInput, match="nothing varies; give parameters with their values"):
        library_walk_forward("sma_crossover", waves(24 * 60))
