"""Runs side by side: from results and from files alike, and what makes the comparison unfair."""

from __future__ import annotations

import json
import re
from pathlib import Path

import numpy as np
import pytest
from tests.lab.made import INTERPRETED, crossed, used, waves

from botswain.lab.export import result_object, write_json
from botswain.lab.metrics.figures import figures
from botswain.lab.pages.compare_page import compare_page, unfair
from botswain.lab.pages.compared import compared_of
from botswain.lab.validation.judging import validate
from botswain.library import backtest, compare
from botswain.model.errors import BadInput


def stored(tmp_path: Path, name: str, *, judge: bool = True, **options: object) -> Path:
    """A run's file."""
    result = crossed(waves(400), **options)
    judged = validate(result, paths=100, options=INTERPRETED) if judge else None
    write_json(tmp_path / name, result_object(result, used(result), validation=judged))
    return tmp_path / name


def test_a_file_and_its_result_are_the_same_run(tmp_path: Path) -> None:
    result = crossed(waves(400))
    one, other = compared_of([result, stored(tmp_path, "a.json")])
    assert (one.label, other.label) == ("sma_crossover 1", "sma_crossover 2")
    assert one.figures == other.figures == figures(result)
    assert one.times.tolist() == other.times.tolist()
    assert np.allclose(one.growth, other.growth, rtol=1e-12)
    assert (one.data, one.capital, one.quote, one.told) == (other.data, other.capital, other.quote, other.told)
    assert one.verdict.partition(" in ")[0] == other.verdict.partition(" in ")[0]
    assert unfair([one, other]) == ""


def test_what_makes_it_unfair_is_said(tmp_path: Path) -> None:
    runs = compared_of([stored(tmp_path, "a.json"), crossed(waves(300, "BTC/EUR"))])
    said = unfair(runs)
    assert said == (
        "these runs did not read the same candles, they are not of the same time, their money is not in the same asset"
    )
    page = compare_page(runs)
    assert "These runs did not read the same candles" in page


def test_the_page_has_a_column_and_a_line_for_each(tmp_path: Path) -> None:
    files = [stored(tmp_path, "a.json"), stored(tmp_path, "b.json", judge=False, params={"fast": 5, "slow": 12})]
    page = compare_page(compared_of(files))
    assert page.count('<th class="number">sma_crossover') == 2
    assert "It was not asked whether to believe it." in page
    found = re.search(r'id="plots">(.*?)</script>', page, re.DOTALL)
    assert found is not None
    growth, under = json.loads(found[1])
    assert [one["name"] for one in growth["traces"]] == ["sma_crossover 1", "sma_crossover 2"]
    assert max(under["traces"][0]["y"]) <= 0.0


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("not json", "is no report"),
        ("{}", "is no report"),
        (None, "cannot be read"),
    ],
)
def test_what_is_no_report_is_refused(tmp_path: Path, text: str | None, said: str) -> None:
    if text is not None:
        (tmp_path / "x.json").write_text(text)
    with pytest.raises(BadInput, match=f"x.json {said}"):
        compared_of([stored(tmp_path, "a.json"), tmp_path / "x.json"])


def test_a_file_without_equity_is_refused(tmp_path: Path) -> None:
    path = stored(tmp_path, "a.json")
    path.write_text(json.dumps(json.loads(path.read_text()) | {"equity": []}))
    with pytest.raises(BadInput, match="no equity to compare"):
        compared_of([path, path])


def test_one_run_is_no_comparison(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="1 runs are given to be compared; give 2 to 12"):
        compared_of([stored(tmp_path, "a.json")])


def test_the_library_writes_both_pages(tmp_path: Path) -> None:
    runs = [
        backtest("sma_crossover", waves(200), params={"fast": fast, "slow": 9}, options=INTERPRETED) for fast in (3, 4)
    ]
    runs[0].html(tmp_path / "one.html", trials=7, options=INTERPRETED)
    assert "As the best of 7 tried" in (tmp_path / "one.html").read_text("utf-8")
    runs[0].html(str(tmp_path / "plain.html"), validation=False)
    assert "As the best of" not in (tmp_path / "plain.html").read_text("utf-8")
    compare(runs, tmp_path / "both.html")
    assert "2 runs side by side" in (tmp_path / "both.html").read_text("utf-8")
    with pytest.raises(BadInput, match=r"html .*: there is no folder"):
        runs[0].html(tmp_path / "nowhere" / "x.html", validation=False)
    with pytest.raises(BadInput, match="a result is 3; give a list"):
        compare([3], tmp_path / "x.html")
    with pytest.raises(BadInput, match="the path is None"):
        compare(runs)
