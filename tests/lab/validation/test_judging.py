"""Whole runs judged: what is asked of them, and what is said in the end."""

from __future__ import annotations

import json
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tests.lab.made import INTERPRETED, Raising, crossed, flat, waves

from botswain.core.strategy import Param, Strategy, step
from botswain.lab.backtest import Options, backtest
from botswain.lab.result import Result
from botswain.lab.validation.again import once_more, runs_allowed
from botswain.lab.validation.costs import dearer
from botswain.lab.validation.judging import validate
from botswain.lab.validation.neighbours import beside, neighbours, values_beside
from botswain.lab.validation.verdict import verdict_of
from botswain.library import validate as library_validate
from botswain.model.candles import Candles
from botswain.model.errors import BadInput
from botswain.model.instrument import Instrument
from botswain.strategies.sma_crossover import SmaCrossover

HOUR_MS = 3_600_000
START_MS = 1_704_067_200_000


def judged(result: Result, **told: Any) -> dict[str, Any]:
    """Its validation, of few paths."""
    return validate(result, paths=100, options=INTERPRETED, **told)


def codes(found: dict[str, Any]) -> list[str]:
    """The codes of its warnings."""
    return [one["code"] for one in found["warnings"]]


def noise(hours: int = 120 * 24, seed: int = 3) -> Candles:
    """Prices that go anywhere."""
    walk = 100 * np.exp(np.cumsum(np.random.default_rng(seed).normal(0, 0.01, hours + 1)))
    opens, closes = np.round(walk[:-1], 2), np.round(walk[1:], 2)
    highs, lows = np.maximum(opens, closes), np.minimum(opens, closes)
    ts = START_MS + HOUR_MS * np.arange(hours, dtype=np.int64)
    return Candles("BTC/USDT", "1h", ts, opens, highs, lows, closes, np.ones(hours))


def test_every_question_is_asked_without_being_told_to() -> None:
    found = judged(crossed())
    assert list(found) == [
        *(
            "verdict",
            "warnings",
            "look_ahead",
            "warm_up",
            "luck",
            "bootstrap",
            "trade_order",
            "costs",
            "neighbours",
            "left_out",
        )
    ]
    json.dumps(found, allow_nan=False)
    assert found["bootstrap"]["paths"] == 100
    assert found["verdict"].startswith("This is too little to judge by: +")
    assert {"few_trips", "few_days", "no_slippage"} <= set(codes(found))


def test_dearer_runs_are_those_that_a_person_would_make() -> None:
    found = dearer(crossed(slippage_bps=3, size="0.5"), INTERPRETED)
    assert found is not None
    for name, by_hand in (
        ("fees_x2", crossed(slippage_bps=3, size="0.5", fee="0.002")),
        ("slippage_x2", crossed(slippage_bps=6, size="0.5")),
    ):
        assert found[name]["total_return"] == by_hand.metrics["total_return"]
        assert found[name]["sharpe"] == by_hand.metrics["sharpe"]
    assert found["slippage_x2"]["slippage_bps"] == "6"
    none = dearer(crossed(size="0.5", fee=0), INTERPRETED)
    assert none is not None
    assert list(none) == ["slippage_x2"]
    assert none["slippage_x2"]["slippage_bps"] == "5"
    by_candles = dearer(crossed(size="0.5", slippage="volatility"), INTERPRETED)
    by_hand = crossed(size="0.5", slippage={"model": "volatility", "factor": "0.2", "most_bps": "2000"})
    assert by_candles is not None
    assert by_candles["slippage_x2"]["total_return"] == by_hand.metrics["total_return"]


def test_what_cannot_be_doubled_is_told() -> None:
    found = dearer(crossed(size="0.5", slippage_bps=6_000), INTERPRETED)
    assert found is not None
    assert found["slippage_x2"]["total_return"] is None
    assert found["slippage_x2"]["why"].startswith("refused: slippage")


def test_neighbours_are_runs_beside_it() -> None:
    found = neighbours(crossed(params={"fast": 20, "slow": 40}), INTERPRETED)
    assert found is not None
    tried = {(one["parameter"], one["value"]): one["total_return"] for one in found["runs"]}
    assert {("fast", 18), ("fast", 22), ("slow", 36), ("slow", 44)} <= set(tried)
    assert tried["slow", 44] == crossed(params={"fast": 20, "slow": 44}).metrics["total_return"]
    values = [one for one in tried.values() if one is not None]
    assert found["worst_return"] == min(values)
    assert found["profitable"] == np.mean([one > 0 for one in values])


def test_what_a_strategy_refuses_is_no_neighbour() -> None:
    """The fast average may not be as slow as the slow one."""
    tried = [(name, one.values[name]) for name, one in beside(SmaCrossover(fast=3, slow=4))]
    assert ("fast", 2) in tried
    assert ("fast", 4) not in tried
    assert ("slow", 3) not in tried


def test_only_numbers_that_are_set_have_values_beside_them() -> None:
    assert values_beside(Param(20, 1, 21), 20) == [18]
    assert values_beside(Param(2, 0, 9), 2) == [1, 3]
    assert values_beside(Param(0.5), 0.02) == [0.018, 0.022]
    assert values_beside(Param(1), 1) == [2]
    for param, value in ((Param(True), True), (Param("a", choices=("a", "b")), "a"), (Param(0), 0)):
        assert values_beside(param, value) == []


class Many(Strategy):
    """Has more parameters than are tried."""

    a, b, c, d, e = Param(10), Param(10), Param(10), Param(10), Param(10)
    f, g, h, i, j = Param(10), Param(10), Param(10), Param(10), Param(10)

    @step
    def decide(now: Any, was: Any, p: Any, candle: Any, my: Any, wanted: Any) -> None:  # noqa: ARG002
        wanted.target(1.0)


def test_of_very_many_neighbours_the_first_are_tried() -> None:
    run = backtest(Many, waves(), options=INTERPRETED)
    found = neighbours(run, INTERPRETED)
    assert found is not None
    assert (len(found["runs"]), found["left_out"]) == (16, 4)


def test_what_is_slow_is_run_again_less_often_or_not_at_all() -> None:
    assert runs_allowed(crossed(waves(240)), 16) == 16
    long = backtest(Many, noise(2500), options=INTERPRETED)
    assert runs_allowed(long, 100) == 8
    assert runs_allowed(replace(long, ran=replace(long.ran, compiled=True)), 9_999) == 4_000
    assert runs_allowed(replace(long, ran=replace(long.ran, in_python="it calls what is not listed")), 100) == 8
    longer = backtest(Many, noise(10_100), options=INTERPRETED)
    assert dearer(longer, INTERPRETED) is None
    found = validate(longer, paths=10, options=INTERPRETED)
    assert (found["costs"], list(found["left_out"])) == (None, ["costs"])
    assert found["left_out"]["costs"].startswith("10,100 candles are too many")
    assert judged(crossed())["left_out"] == {}


def test_nothing_is_compiled_for_another_look(kernels: Path) -> None:
    how = Options(folder=kernels)
    run = crossed(options=how)
    assert run.ran.compiled
    assert once_more(run, run.plan, how).total_return == run.metrics["total_return"]
    other = once_more(run, replace(run.plan, strategy=Many()), how)
    assert (other.total_return, other.why.partition(":")[0]) == (None, "not tried")


@pytest.mark.parametrize(
    ("made", "verdict", "code"),
    [
        (lambda: crossed(flat()), "There is nothing to judge: nothing was traded.", "no_trades"),
        (
            lambda: backtest(Raising, waves(), options=INTERPRETED),
            "This run is no evidence: the strategy was halted before its end.",
            "halted",
        ),
        (lambda: crossed(fee="0.3"), "It did not make money here: -", "few_trips"),
    ],
)
def test_what_cannot_be_judged_says_so(made: Any, verdict: str, code: str) -> None:
    found = judged(made())
    assert found["verdict"].startswith(verdict)
    assert code in codes(found)


def test_a_strategy_fitted_to_noise_is_called_lucky() -> None:
    """The best of many pairs of averages on prices that go anywhere."""
    candles = noise()
    pairs = [(fast, slow) for fast in (2, 4, 8, 12, 20) for slow in (15, 25, 40)]
    runs = [crossed(candles, params={"fast": f, "slow": s}, fee=0) for f, s in pairs if f < s]
    best = max(runs, key=lambda one: one.curve_figures.sharpe)
    assert best.curve_figures.total_return > 0
    found = judged(best, trials=len(runs))
    assert found["luck"]["deflated_sharpe"] < 0.95
    assert found["verdict"].startswith("Do not rely on it yet: +")
    assert "more than luck" in found["verdict"] or "slippage" in found["verdict"]


def test_a_planted_edge_is_not() -> None:
    """Prices that rise and fall for days, which crossing averages are made for; many days of them."""
    found = judged(crossed(waves(200 * 24), slippage_bps=2, size="0.9"), trials=10)
    assert found["luck"]["deflated_sharpe"] > 0.99
    assert found["neighbours"]["profitable"] > 0.7
    assert found["verdict"].startswith("Nothing speaks against it here: +")


def test_doubts_are_named_the_gravest_first() -> None:
    found: dict[str, Any] = {
        "warnings": [],
        "look_ahead": {"verdict": "ok"},
        "warm_up": {"verdict": "skipped"},
        "costs": {"fees_x2": {"total_return": -0.1}, "slippage_x2": {"total_return": None}},
        "luck": {"trials": 7, "deflated_sharpe": 0.5},
        "neighbours": {"profitable": 0.25},
        "bootstrap": {"total_return": {"p5": -0.2}, "loss": 0.4},
    }
    assert verdict_of(found, 0.1, 80, 200) == (
        "Do not rely on it yet: +10.00 % in 200 days with 80 round trips, but with twice the fees it makes -10.00 %, "
        "and that this is more than luck has a probability of 50.00 % only as the best of 7."
    )
    other = found | {"costs": None, "luck": {"deflated_sharpe": None}}
    assert "with slightly other parameters" in verdict_of(other, 0.1, 80, 200)


def test_what_profit_hangs_on_is_told() -> None:
    rules = Instrument("BTC/USDT", Decimal("0.01"), Decimal("0.01"))
    found = judged(crossed(waves(300), instrument=rules, fee=0))
    assert "no_fees" in codes(found)
    open_run = backtest(Many, waves(30), options=INTERPRETED)
    assert "open_profit" in codes(judged(open_run))


def test_missing_candles_are_told() -> None:
    whole = waves(300)
    keep = np.ones(300, bool)
    keep[100:120] = False
    columns = (getattr(whole, name)[keep] for name in ("open", "high", "low", "close", "volume"))
    cut = Candles("BTC/USDT", "1h", whole.ts[keep], *columns)
    assert "gaps" in codes(judged(crossed(cut)))
    assert "gaps" not in codes(judged(crossed(whole)))


def test_the_library_judges_what_it_ran() -> None:
    run = crossed()
    found = library_validate(run, trials=9, paths=100, options=INTERPRETED)
    assert found["luck"].pop("trials_from") == "told"
    assert found == judged(run, trials=9)


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"result": "sma_crossover"}, "the result is 'sma_crossover'; give what backtest"),
        ({"trials": 0}, "trials is 0; give a whole number from 1"),
        ({"trials": True}, "trials is True"),
        ({"paths": 1.5}, "paths is 1.5"),
    ],
)
def test_the_library_says_what_it_cannot_judge(given: dict[str, Any], words: str) -> None:
    with pytest.raises(BadInput, match=words):
        library_validate(**{"result": crossed(), **given})
