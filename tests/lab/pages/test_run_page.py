"""The page of one run: what stands on it, that it needs no network, and that nobody's text becomes its code."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from tests.lab.made import INTERPRETED, Raising, crossed, flat, used, waves
from tests.lab.test_charges import shown as perpetual
from tests.lab.test_share_actions import shown as share
from tests.lab.test_tape import run_of
from tests.lab.validation.test_judging import noise

from botswain import ta
from botswain.core.strategy import Param, Strategy, step
from botswain.lab.backtest import backtest
from botswain.lab.figure_table import FIGURES
from botswain.lab.metrics.figures import Columns, figures_of
from botswain.lab.pages.equity import equity_plot, exposure_plot, holding_plots, underwater_plot
from botswain.lab.pages.figures import COLUMNS, FIRST, GROUPS
from botswain.lab.pages.futures import changed_plot, fan_plot
from botswain.lab.pages.price import MOST_TRIPS, price_plot
from botswain.lab.pages.returns import months_of, return_plots
from botswain.lab.pages.run_page import run_page
from botswain.lab.pages.trips import by_slot, group_plot, trip_plots
from botswain.lab.result import Result
from botswain.lab.validation.judging import validation_of

MOST_BYTES = 6_000_000
HOSTILE = "</script><img src=x onerror=alert(1)>&\"'"
DEALS = {"safety_orders": 4, "step": 0.03, "take_profit": 0.02}
GRID = {"lower": 85.0, "upper": 115.0, "levels": 12}


def page_of(result: Result, *, judge: bool = True) -> str:
    """Its page, of few paths."""
    columns = Columns(result)
    every = figures_of(columns)
    judged = validation_of(columns, every, paths=100, options=INTERPRETED) if judge else None
    return run_page(columns, used(result), every, judged)


def plots_in(page: str) -> dict[str, dict[str, Any]]:
    """The pictures' data by name."""
    found = re.search(r'<script type="application/json" id="plots">(.*?)</script>', page, re.DOTALL)
    assert found is not None
    return {one["name"]: one for one in json.loads(found[1])}


def without_scripts(page: str) -> str:
    """What is no script and no style of ours."""
    return re.sub(r"<(script|style)\b.*?</\1>", "", page, flags=re.DOTALL)


class Hostile(Strategy):
    """Its name, a tag and a parameter's value are code, if anybody lets them be."""

    name = HOSTILE
    tags = (HOSTILE,)
    word = Param(HOSTILE, choices=(HOSTILE, "other"))

    def indicators(self) -> Any:
        return {"mean": ta.SMA(5)}

    @step
    def decide(now: Any, was: Any, p: Any, candle: Any, my: Any, wanted: Any) -> None:  # noqa: ARG002
        if candle.close > now.mean and my.position == 0.0:
            wanted.renew(0)
            wanted.market(0, 1, 1.0)
            wanted.tag(0, 0)
        elif candle.close < now.mean and my.position > 0.0:
            wanted.renew(0)
            wanted.market(0, -1, 1.0)
            wanted.tag(0, 0)


def test_everything_is_on_it() -> None:
    result = crossed(waves(24 * 40), slippage_bps=2, size="0.9")
    page = page_of(result)
    body = without_scripts(page)
    assert body.index('class="verdict') < body.index('class="stats"') < body.index('id="belief"')
    for group in FIGURES.values():
        for one in group.values() if group is not FIGURES["bot"] else ():
            assert f">{one.label}</dt>" in body, one.label
            assert one.meaning.split("'")[0].split("<")[0] in body, one.meaning
    drawn = plots_in(page)
    assert set(re.findall(r'class="canvas" id="([^"]+)"', body)) == set(drawn)
    assert {
        *("equity", "underwater", "exposure", "assets", "price-0", "daily", "spread", "profits", "lengths"),
        *("excursions", "hours", "fan", "changed", "rolling"),
    } <= set(drawn)
    for words in (
        "Months",
        "Deepest falls",
        "Assumptions",
        "Look-ahead",
        "Warm-up",
        "Twice the fees",
        used(result)[0].hash,
    ):
        assert words in body


def test_no_network_is_asked_and_only_its_own_two_scripts_may_run() -> None:
    page = page_of(crossed())
    policy = re.search(r'Content-Security-Policy" content="([^"]+)"', page)
    assert policy is not None
    assert policy[1].startswith("default-src 'none'; img-src data: blob:;")
    scripts = re.findall(r"<script>(.*?)</script>", page, re.DOTALL)
    assert len(scripts) == 2
    hashes = [base64.b64encode(hashlib.sha256(one.encode()).digest()).decode() for one in scripts]
    assert re.findall(r"'sha256-([^']+)'", policy[1]) == hashes[::-1]
    assert not re.search(r"""(src|href)\s*=\s*["']?(https?:)?//""", without_scripts(page))
    assert len(page.encode()) < MOST_BYTES


def test_what_people_write_is_text_everywhere() -> None:
    result = backtest(Hostile, waves(200), options=INTERPRETED)
    page = page_of(result)
    assert "<img" not in page.partition("<script>")[0]
    assert "onerror=alert(1)&gt;" in page
    data = re.search(r'id="plots">(.*?)</script>', page, re.DOTALL)
    assert data is not None
    assert "<" not in data[1]
    texts = plots_in(page)["profits"]["traces"][0]["text"]
    assert "&lt;img src=x onerror=alert(1)&gt;" in texts[0], "Plotly reads tags in its texts"


def test_a_page_without_validation_says_nothing_of_belief() -> None:
    page = page_of(crossed(), judge=False)
    assert 'id="belief"' not in page
    assert not {"fan", "changed"} & set(plots_in(page))


@pytest.mark.parametrize(
    ("made", "words"),
    [
        (lambda: crossed(flat()), "nothing was traded"),
        (lambda: backtest(Raising, waves(), options=INTERPRETED), "<b>Halted</b>"),
        (lambda: crossed(waves(20)), "too little"),
        (lambda: crossed({"BTC/USDT": waves(300), "ETH/USDT": waves(200, "ETH/USDT", 50)}), "ETH/USDT"),
        (lambda: share(), "ABC/USD"),
        (lambda: perpetual(params={"fast": 3, "slow": 9, "direction": "both"}), "short"),
        (lambda: run_of(), "recorded trades"),
        (lambda: backtest("dca", waves(900), params=DEALS, options=INTERPRETED), "How deep deals went"),
        (lambda: backtest("grid", waves(300), params=GRID, options=INTERPRETED), "Its plan at the first close"),
    ],
)
def test_every_kind_of_run_has_a_page(made: Any, words: str) -> None:
    page = page_of(made())
    assert words in without_scripts(page)
    assert set(re.findall(r'class="canvas" id="([^"]+)"', page)) == set(plots_in(page))
    assert "NaN" not in json.dumps(plots_in(page))


def test_equity_goes_from_the_capital_to_the_end_and_keeps_its_extremes() -> None:
    result = crossed(waves(3_000))
    of = Columns(result)
    held, closed, own = equity_plot(of).traces
    assert (own["name"], closed["name"], held["name"]) == ("equity", "closed trips", "buy and hold")
    assert own["y"][0] == 10_000.0
    assert own["y"][-1] == pytest.approx(float(result.final_equity), rel=1e-6)
    assert max(own["y"]) == pytest.approx(max(10_000.0, of.equity.max()), rel=1e-6)
    assert min(own["y"]) == pytest.approx(min(10_000.0, of.equity.min()), rel=1e-6)
    assert closed["y"][-1] == pytest.approx(10_000.0 + of.trips.profits.sum(), rel=1e-6)
    assert len(own["x"]) <= 1_200
    assert own["x"] == sorted(own["x"])
    under = underwater_plot(of).traces[1]
    assert min(under["y"]) == pytest.approx(-result.metrics["max_drawdown"], rel=1e-6)


def test_months_and_years_are_those_of_the_figures() -> None:
    result = crossed(waves(24 * 420))
    of = Columns(result)
    found = figures_of(of)["returns"]
    months = months_of(of.days)
    values = [value for _, row, _ in months for value in row if value is not None]
    assert [year for year, _, _ in months] == [2024, 2025]
    assert len(values) == 14
    assert max(values) == pytest.approx(found["best_month"], rel=1e-6)
    assert np.mean(values) == pytest.approx(found["mean_month"], rel=1e-5)
    assert max(total for _, _, total in months if total is not None) == pytest.approx(found["best_year"], rel=1e-6)
    years, daily, spread = return_plots(of)
    assert [trace["x"] for trace in years.traces] == [["2024", "2025"]] * 2
    assert len(daily.traces[0]["x"]) == len(of.days.marks)
    assert sum(spread.traces[0]["y"]) == len(of.days.returns)


def test_what_was_held_adds_up_to_equity() -> None:
    of = Columns(crossed({"BTC/USDT": waves(900), "ETH/USDT": waves(900, "ETH/USDT", 40)}, size="0.4"))
    exposure, assets = holding_plots(of)
    sums = np.sum([one["y"] for one in assets.traces], axis=0)
    edges = np.linspace(0, len(of.equity), 361).astype(int)
    assert sums == pytest.approx([of.equity[a:b].mean() for a, b in pairwise(edges)], rel=1e-5)
    mean = next(one for one in exposure.traces if one["name"] == "mean")
    lengths = np.diff(edges)
    shown = float(np.sum(np.array(mean["y"]) * lengths) / len(of.equity))
    assert shown == pytest.approx(figures_of(of)["risk"]["mean_gross_exposure"], rel=1e-5)
    assert max(next(one for one in exposure.traces if one["name"] == "greatest")["y"]) == pytest.approx(
        figures_of(of)["risk"]["max_gross_exposure"], rel=1e-5
    )
    assert any(one["name"] == "open trips" for one in exposure.traces)
    assert exposure_plot(of, of.opens_ms[:3], np.full(3, 0.5)).note.endswith("is leverage.")


def test_only_what_was_sold_short_is_said_to_be() -> None:
    words = "What is sold short takes away"
    assert words not in holding_plots(Columns(crossed(waves(400))))[1].note
    both = perpetual(params={"fast": 3, "slow": 9, "direction": "both"})
    assert words in holding_plots(Columns(both))[1].note


def test_the_fan_ends_where_the_bootstrap_does() -> None:
    of = Columns(crossed(waves(24 * 60)))
    every = figures_of(of)
    judged = validation_of(of, every, paths=200, options=INTERPRETED)
    plot = fan_plot(of, judged)
    assert plot is not None
    ends = {one["name"]: one["y"][-1] for one in plot.traces}
    bands = judged["bootstrap"]["total_return"]
    assert ends["5 %"] == pytest.approx(bands["p5"], rel=1e-6)
    assert ends["5 to 95 % of paths"] == pytest.approx(bands["p95"], rel=1e-6)
    assert ends["middle"] == pytest.approx(bands["p50"], rel=1e-6)
    assert ends["this run"] == pytest.approx(every["returns"]["total_return"], rel=1e-6)
    changed = changed_plot(every["returns"]["total_return"], judged)
    assert changed is not None
    assert changed.traces[0]["y"][:3] == ["as it is", "twice the fees", "more slippage"]
    assert changed_plot(None, judged | {"costs": None, "neighbours": None}) is None
    assert fan_plot(of, judged | {"bootstrap": None}) is None


def test_round_trips_are_drawn_where_they_were() -> None:
    result = crossed(waves(600), slippage_bps=2)
    plot = price_plot(Columns(result), 0, "p")
    entries = next(one for one in plot.traces if one["name"] == "buy")
    exits = next(one for one in plot.traces if one["name"] == "exit")
    trips = result.round_trips
    assert entries["x"] == [one.entry_ms for one in trips]
    assert entries["y"] == pytest.approx([float(one.entry_price) for one in trips], rel=1e-6)
    assert exits["x"] == [one.exit_ms for one in trips]
    assert {"fast", "slow"} <= {one["name"] for one in plot.traces}


def test_of_very_many_trips_the_greatest_are_drawn_and_that_is_said() -> None:
    result = crossed(noise(12_000), params={"fast": 2, "slow": 3})
    of = Columns(result)
    assert len(of.trips) > 1_000
    plot = price_plot(of, 0, "p")
    assert f"Of {len(of.trips):,} round trips the {MOST_TRIPS}" in plot.note
    assert plot.note.startswith("Each candle is of 17 of 1h.")
    profits, *_ = trip_plots(of, figures_of(of)["trades"]["by"])
    assert sum(len(one["x"]) for one in profits.traces) == 1_000
    assert len(page_of(result).encode()) < MOST_BYTES


def test_a_grids_ladder_stands_over_the_price_and_its_slots_are_told_apart() -> None:
    of = Columns(backtest("grid", waves(300), params=GRID, options=INTERPRETED))
    plot = price_plot(of, 0, "p")
    assert [one["y0"] for one in plot.layout["shapes"]] == pytest.approx(np.linspace(85.0, 115.0, 13))
    low, high = plot.layout["yaxis"]["range"]
    assert low < of.result.market.candles[0].low.min() < of.result.market.candles[0].high.max() < high
    slots = by_slot(of)
    assert sum(one["count"] for one in slots.values()) == len(of.trips)
    assert sum(one["profit"] for one in slots.values()) == pytest.approx(of.trips.profits.sum())


def test_of_many_groups_those_that_made_or_lost_most_are_drawn() -> None:
    groups = {f"g{k}": {"count": 2, "won": 1, "profit": float(k - 9)} for k in range(20)}
    plot = group_plot("slot", "By slot", groups)
    assert plot.note == "Of 20 those 14 that made or lost most."
    assert "g9" not in plot.traces[0]["x"]


def test_every_group_of_figures_has_its_place() -> None:
    assert set(GROUPS) == set(FIGURES) == {one for column in COLUMNS for one in column}
    assert all(name in FIGURES[group] for group, name in FIRST)
    of = Columns(crossed())
    for group, values in figures_of(of).items():
        named = {name for name, value in values.items() if not isinstance(value, list | dict)}
        assert named == set(FIGURES[group] if group != "bot" else ()), group
    cells = Columns(backtest("grid", waves(300), params=GRID, options=INTERPRETED))
    deals = Columns(backtest("dca", waves(300), params=DEALS, options=INTERPRETED))
    every = figures_of(cells)["bot"] | figures_of(deals)["bot"]
    assert set(every) - {"deals_by_depth"} == set(FIGURES["bot"])
