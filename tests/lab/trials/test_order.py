"""Combinations are tried so that the columns of one run are there for the next, and each is tried once."""

from __future__ import annotations

from collections.abc import Callable
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from polars.testing import assert_frame_equal
from tests.lab.made import waves

from botswain import ta
from botswain.build.strategy_names import strategy_named
from botswain.control.search_space import space_of
from botswain.core.strategy import Param, Strategy, step
from botswain.lab.backtest import made_strategy
from botswain.lab.trials import kept_columns, order, sweep
from botswain.lab.trials.beginning import job_of
from botswain.lab.trials.job import Job
from botswain.lab.trials.kept_columns import KeptColumns
from botswain.lab.trials.order import Touched, loops, ordered, touched_by
from botswain.lab.trials.sweep import Ways
from botswain.model.candles import Candles

YEAR = 525_600


def job(vary: dict[str, Any], strategy: Any = "sma_crossover", **settings: Any) -> Job:
    cls = strategy_named(strategy) if isinstance(strategy, str) else strategy
    space = space_of(cls, vary, {})
    return job_of(strategy, space, curve=False, fixed={}, settings=settings, folder=None)


def computed(job: Job, places: list[int], candles: Candles, room: int, monkeypatch: pytest.MonkeyPatch) -> int:
    """How many different columns are computed when places are tried in this order by one worker."""
    count = [0]

    def counted(declared, candles, others):  # noqa: ARG001
        count[0] += len(set(declared.values()))
        return [candles.close] * len(declared)

    monkeypatch.setattr(kept_columns, "columns", counted)
    kept = KeptColumns(room)
    for place in places:
        strategy = made_strategy(job.strategy, job.space.at(place))
        kept.columns(strategy.indicators(), candles)
    return count[0]


def test_a_grid_that_needs_more_columns_than_there_is_room_for_goes_in_strips(monkeypatch: pytest.MonkeyPatch) -> None:
    one, candles = job({"fast": range(5, 25), "slow": range(30, 121, 10)}), waves()
    room = 7 * 8 * len(candles)
    monkeypatch.setattr(order, "room_for", lambda _: 7)
    places = ordered(one, 0, range(200), len(candles))
    assert sorted(places) == list(range(200))
    # Two strips of five slow averages, each computed once, and for each strip every fast one.
    assert computed(one, places, candles, room, monkeypatch) == 2 * (5 + 20)
    assert computed(one, list(range(200)), candles, room, monkeypatch) == 20 + 200


def test_where_there_is_room_the_grid_is_gone_along_as_it_is() -> None:
    one = job({"fast": range(5, 25), "slow": range(30, 121, 10)})
    assert ordered(one, 0, range(200), 1_000) == list(range(200))


def test_what_is_left_of_a_grid_keeps_that_order() -> None:
    one = job({"fast": range(5, 25), "slow": range(30, 121, 10)})
    whole = ordered(one, 0, range(200), YEAR)
    left = [3, 7, 8, 13, 50, 58, 59, 199]
    assert ordered(one, 3, left, YEAR) == [place for place in whole if place in left]
    assert whole[:7] == [0, 1, 2, 3, 4, 10, 11]  # of a year there is room for strips of five: two, not three


def test_an_axis_that_touches_no_column_is_innermost() -> None:
    class Levels(Strategy):
        """Has a level beside an average."""

        level = Param(1, 0, 10)
        period = Param(3, 2, 50)

        def indicators(self):

            return {"mean": ta.SMA(self.period)}

        @step
        def decide(now, was, p, candle, my, wanted):  # noqa: ARG002
            wanted.target(p.level if now.mean > 0.0 else 0.0)

    one = job({"period": [2, 3], "level": [0, 1, 2]}, Levels)
    assert [touched_by(one, 0, axis) for axis in range(2)] == [Touched(1, 1), Touched(0, 1)]
    assert ordered(one, 0, range(6), YEAR) == [0, 1, 2, 3, 4, 5]
    other = job({"level": [0, 1, 2], "period": [2, 3]}, Levels)
    assert ordered(other, 0, range(6), YEAR) == [0, 2, 4, 1, 3, 5]


def test_with_a_start_what_moves_the_anchor_is_outermost() -> None:
    one = job({"fast": [3, 4, 5], "slow": [9, 12]}, start="2024-01-05")
    assert touched_by(one, 0, 1) == Touched(2, 2)  # ten times the longest period lie before a start
    assert touched_by(one, 0, 0) == Touched(1, 2)
    assert ordered(one, 0, range(6), YEAR) == [0, 2, 4, 1, 3, 5]


def test_a_neighbour_that_cannot_be_made_is_passed_over() -> None:
    one = job({"fast": [9, 12, 3], "slow": [6, 10]})
    # From (9, 10): (12, 10) is refused, (3, 10) is not; (9, 6) is refused, and there is no other.
    assert touched_by(one, 1, 0) == Touched(1, 2)
    assert touched_by(one, 1, 1) == Touched(0, 2)


@pytest.mark.parametrize(
    ("touched", "room", "rank", "strip"),
    [
        ([Touched(1, 2), Touched(1, 2)], 7, [0, 1], (1, 5)),
        ([Touched(1, 2), Touched(1, 2)], 2, [0, 1], (1, 1)),
        ([Touched(1, 3), Touched(2, 3)], 9, [1, 0], (0, 5)),
        ([Touched(1, 1), Touched(0, 1)], 7, [0, 1], None),
        ([Touched(0, 0)], 7, [0], None),
        ([Touched(1, 3), Touched(1, 3), Touched(1, 3)], 8, [0, 1, 2], (2, 4)),
    ],
)
def test_loops(touched: list[Touched], room: int, rank: list[int], strip: tuple[int, int] | None) -> None:
    assert loops(touched, room) == (rank, strip)


def test_every_place_comes_once_whatever_the_axes() -> None:
    vary = {"fast": [3, 4, 5, 6, 7], "slow": [20, 30, 40], "direction": ["long", "both"]}
    one = job(vary)
    for room in (200, 4_000, 900_000):
        places = ordered(one, 0, range(30), room)
        assert sorted(places) == list(range(30))
    seen = {tuple(one.space.at(place).values()) for place in places}
    assert seen == set(product(*vary.values()))


def test_a_search_finds_the_same_in_any_order(kernels: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tried: list[int] = []
    found = []
    for new in (ordered, lambda _job, _place, places, _candles: list(places)):

        def told(*given: Any, new: Callable[..., list[int]] = new) -> list[int]:
            tried[:] = new(*given)
            return tried

        monkeypatch.setattr(sweep, "ordered", told)
        vary = {"fast": [3, 4, 5], "slow": [9, 12, 15]}
        ways = Ways(workers=1, folder=kernels)
        found.append(sweep.sweep("sma_crossover", waves(), vary=vary, start="2024-01-03", ways=ways).frame)
        assert len(tried) == 8
        assert (np.diff(tried) > 0).all() == (new is not ordered)
    assert_frame_equal(*found)
