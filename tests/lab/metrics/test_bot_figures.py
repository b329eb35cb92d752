"""Figures of a grid and of a dca bot, counted again from what they did."""

from __future__ import annotations

import numpy as np
import pytest
from tests.lab.made import INTERPRETED, crossed, waves

from botswain.lab.backtest import backtest
from botswain.lab.metrics.figures import figures
from botswain.lab.result import Result

HOUR_MS = 3_600_000
DEALS = {"safety_orders": 4, "step": 0.03, "take_profit": 0.02}


def grid(**params: object) -> Result:
    return backtest(
        "grid", waves(300), params={"lower": 95.0, "upper": 115.0, "levels": 10, **params}, options=INTERPRETED
    )


def test_a_grids_pairs_and_what_floats() -> None:
    result = grid()
    found = figures(result)
    assert found["bot"]["matched_pairs"] == len(result.round_trips) > 0
    assert found["bot"]["grid_profit"] == pytest.approx(float(sum(one.profit for one in result.round_trips)))
    total = found["bot"]["grid_profit"] + found["bot"]["floating"]
    assert total == pytest.approx(found["returns"]["net_profit"])
    closes = waves(300).close
    assert found["bot"]["range_time"] == np.mean((closes >= 95.0) & (closes <= 115.0))
    assert 0 < found["bot"]["range_time"] < 1


def test_a_band_that_moves_has_no_time_in_range() -> None:
    assert figures(grid(trail="down"))["bot"]["range_time"] is None


def test_deals_by_how_many_safety_orders_they_took() -> None:
    result = backtest("dca", waves(900), params=DEALS, options=INTERPRETED)
    found = figures(result)["bot"]
    depths, spans = [], []
    for trip in result.round_trips:
        own = [one for one in result.fills if trip.entry_ms <= one.time_ms <= trip.exit_ms and one.reason == "safety"]
        first = {}
        for one in own:
            first.setdefault(one.slot, one.time_ms)
        depths.append(len(first))
        spans.append((trip.entry_ms, trip.exit_ms, sorted(first.values())))
    assert len(set(depths)) > 1
    assert found["deals_by_depth"] == {str(one): depths.count(one) for one in sorted(set(depths))}
    most = max(depths)
    at_depth = sum(end - (at[-1] if at else begin) for begin, end, at in spans if len(at) == most)
    assert found["time_at_depth"] == pytest.approx(at_depth / sum(end - begin for begin, end, _ in spans))
    stakes = [float(one.qty * one.entry_price) for one in result.round_trips]
    assert found["max_capital"] == pytest.approx(max(stakes))


def test_other_bots_have_none() -> None:
    assert figures(crossed())["bot"] == {}
