"""Trials are counted over all searches on the same candles, each search once."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from tests.lab.made import INTERPRETED, crossed, waves

from botswain.history.content import content_hash
from botswain.lab.trials.beginning import Ways
from botswain.lab.trials.optimise import optimise
from botswain.lab.trials.sweep import sweep
from botswain.lab.trials.tally import Counted, Tally, trials_before
from botswain.library import validate

CANDLES = waves(24 * 40)


@pytest.fixture
def tally(tmp_path: Path) -> Tally:
    return Tally(tmp_path / "home" / "trials")


def test_a_search_that_goes_on_counts_once_and_by_all_that_it_tried(tally: Tally) -> None:
    tally.add(["a"], "one", "grid", 5)
    tally.add(["a"], "two", "dca", 7)
    tally.add(["a"], "one", "grid", 12)
    tally.add(["a"], "one", "grid", 3)
    assert tally.counted(["a"]) == Counted(19, 2)
    assert tally.counted(["b"]) == Counted(0, 0)


def test_of_several_symbols_a_search_is_one_of_any_of_them(tally: Tally) -> None:
    tally.add(["a", "b"], "both", "grid", 5)
    tally.add(["b"], "alone", "grid", 2)
    assert tally.counted(["a"]) == Counted(5, 1)
    assert tally.counted(["a", "b"]) == Counted(7, 2)


def test_a_torn_line_is_no_count(tally: Tally, tmp_path: Path) -> None:
    tally.add(["a"], "one", "grid", 5)
    path = tmp_path / "home" / "trials" / "a.jsonl"
    path.write_text(path.read_text() + '[]\n{"search": "x"}\n{"search": "two", "tri')
    assert tally.counted(["a"]) == Counted(5, 1)


def test_where_nothing_can_be_written_it_says_so_and_the_search_goes_on(kernels: Path, tmp_path: Path) -> None:
    place = tmp_path / "trials"
    place.write_text("a file")
    tally = Tally(place)
    ways = Ways(workers=1, folder=kernels, tally=tally)
    table = sweep("sma_crossover", CANDLES, vary={"fast": [3, 4], "slow": [9]}, ways=ways)
    assert table.outcomes == {"ran": 2}
    assert table.counted == Counted(0, 0)
    assert f"the trials of this search are not counted in {place}" in tally.trouble
    place.unlink()
    sweep("sma_crossover", CANDLES, vary={"fast": [3, 4], "slow": [9]}, ways=ways)
    assert tally.trouble == ""


def test_sweeps_and_optimisations_count_and_luck_goes_by_all_of_them(kernels: Path, tally: Tally) -> None:
    ways = Ways(workers=1, folder=kernels, tally=tally)
    vary = {"fast": range(3, 8), "slow": range(9, 15)}
    alone = sweep("sma_crossover", CANDLES, vary=vary, ways=ways)
    assert (alone.counted, alone.luck.trials) == (Counted(30, 1), 30)
    assert sweep("sma_crossover", CANDLES, vary=vary, objective="calmar", ways=ways).counted == Counted(30, 1)
    found = optimise("sma_crossover", CANDLES, vary=vary, trials=10, ways=ways)
    assert found.counted == Counted(30 + found.different, 2)
    assert found.luck.trials == 30 + found.different
    other = sweep("sma_crossover", waves(24 * 41), vary={"fast": [3], "slow": [9, 10]}, ways=ways)
    assert other.counted == Counted(2, 1)
    refused = sweep("sma_crossover", waves(24 * 42), vary={"fast": [3, 9], "slow": [5, 6]}, ways=ways)
    assert refused.counted == Counted(2, 1)  # what was refused was never tried


def test_a_report_goes_by_them_unless_it_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BOTSWAIN_DATA_DIR", str(tmp_path))
    run = crossed(CANDLES)

    def luck_of(**more: Any) -> Any:
        return validate(run, paths=20, options=INTERPRETED, **more)["luck"]

    assert luck_of().items() >= {"trials": 1, "trials_from": "counted", "searches": 0}.items()
    tally = Tally(tmp_path / "trials")
    tally.add([content_hash(CANDLES)], "one", "sma_crossover", 500)
    luck, told = luck_of(), luck_of(trials=500)
    assert (luck["trials"], luck["trials_from"], luck["searches"]) == (500, "counted", 1)
    assert told["trials_from"] == "told"
    assert luck["deflated_sharpe"] == told["deflated_sharpe"] < luck_of(trials=1)["deflated_sharpe"]
    assert trials_before(tally, [content_hash(CANDLES)], None) == (500, {"trials_from": "counted", "searches": 1})
