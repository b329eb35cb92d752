"""Validation and all figures, as a terminal shows them."""

from __future__ import annotations

import io
import re
from typing import Any

from tests.lab.made import INTERPRETED, crossed, flat, used, waves

from botswain.lab.metrics.figures import figures
from botswain.lab.report import console_for_report, print_report
from botswain.lab.result import Result
from botswain.lab.validation.judging import validate


def text_of(run: Result, *, full: bool = False, trials: int = 1) -> tuple[str, dict[str, Any]]:
    """The report, and what validation found."""
    found = validate(run, trials=trials, options=INTERPRETED)
    out = io.StringIO()
    every = figures(run) if full else None
    print_report(run, used(run), console_for_report(file=out), judged=found, every=every)
    return out.getvalue(), found


def test_the_verdict_stands_first_and_what_was_tried_below() -> None:
    text, found = text_of(crossed(slippage_bps=2, size="0.9"), trials=12)
    section = " ".join(text.partition("Can it be believed?")[2].partition("Last 6")[0].split())
    assert section.partition("─ ")[2].startswith(found["verdict"]) or found["verdict"] in section
    for words in ("days drawn again", "at twice the fees", "at more slippage", "beside its parameters", "by chance"):
        assert words in section, words
    assert f"{found['costs']['fees_x2']['total_return'] * 100:+,.2f} %" in section
    for one in found["warnings"]:
        assert one["text"] in section
    assert max(map(len, text.splitlines())) <= 100


def test_the_usual_report_stays_readable_and_a_full_one_has_every_figure() -> None:
    run = crossed(limits={"max_position": "0.5"})
    usual, _ = text_of(run)
    full, _ = text_of(run, full=True)
    assert len(usual.splitlines()) < 110
    assert max(map(len, full.splitlines())) <= 100
    for group, values in figures(run).items():
        for name, value in values.items():
            if not isinstance(value, list | dict):
                assert re.search(rf"(^|  ){name} +\S", full, re.MULTILINE), (group, name)
    for words in ("Deepest falls", "Trades by weekday", "Runs beside its parameters", "Notes"):
        assert words in full
        assert words not in usual


def test_figures_are_shown_in_their_units() -> None:
    run = crossed()
    text, found = text_of(run, full=True)[0], figures(run)
    assert re.search(rf"net_profit +{found['returns']['net_profit']:,.2f}", text)
    assert re.search(rf"beta +{found['benchmark']['beta']:.2f}", text)
    assert re.search(r"drawdown_peak_ms +2024-01-\d\d \d\d:00", text)
    assert re.search(r"longest_drawdown_ms +\d+ d", text)
    assert re.search(r"short_win_rate +-", text)


def test_without_a_trade_there_is_nothing_to_draw_or_to_run_again() -> None:
    text, found = text_of(crossed(flat()), full=True)
    assert "There is nothing to judge: nothing was traded." in text
    assert found["costs"] is None
    assert "at twice the fees" not in text


def test_neighbours_that_were_not_tried_are_told() -> None:
    run = crossed(waves(120))
    found = validate(run, options=INTERPRETED)
    found["neighbours"]["left_out"] = 4
    out = io.StringIO()
    print_report(run, used(run), console_for_report(file=out), judged=found, every=figures(run))
    assert "4 more were not tried: there are many parameters." in out.getvalue()
