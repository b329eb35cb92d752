"""The page on which several runs stand side by side: growth, falls, verdicts, and every figure of each."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from botswain.lab.amounts import when
from botswain.lab.pages.compared import Compared
from botswain.lab.pages.document import cards, document, grid, section, text
from botswain.lab.pages.drawn import Plot, Trace, line, numbers, percents, time_axis, times
from botswain.lab.pages.figures import side_by_side
from botswain.lab.pages.thinned import MOST_POINTS, kept

PLACES = (("runs", "Runs"), ("account", "Account"), ("figures", "Figures"))
INKS = ("@accent", "@c2", "@c3", "@c4", "@up", "@down")
DASHES = ("solid", "dash")


def compare_page(runs: Sequence[Compared]) -> str:
    """The page as HTML."""
    plots = [growth_plot(runs), underwater_plot(runs)]
    names = [one.label for one in runs]
    body = (
        f'<div class="title"><div><h1>{len(runs)} runs side by side</h1>'
        f'<p class="sub">{text(", ".join(names))}</p></div></div>{differences(runs)}'
        + section("runs", "Runs", grid([run_card(one) for one in runs]))
        + section("account", "Account", grid(cards(plots)))
        + section(
            "figures", "Figures", side_by_side(names, [one.figures for one in runs], [one.capital for one in runs])
        )
    )
    return document(f"{', '.join(names)} - side by side", body, plots, PLACES)


def unfair(runs: Sequence[Compared]) -> str:
    """What makes a comparison unfair, in words; empty where nothing does."""
    found = []
    if len({one.data for one in runs}) > 1:
        found.append("these runs did not read the same candles")
    if len({(one.first_ms, one.last_ms) for one in runs}) > 1:
        found.append("they are not of the same time")
    if len({one.quote for one in runs}) > 1:
        found.append("their money is not in the same asset")
    return ", ".join(found)


def differences(runs: Sequence[Compared]) -> str:
    """The same as a warning of the page."""
    said = unfair(runs)
    if not said:
        return ""
    return f'<p class="verdict warn"><b>Beware</b><span>{text(said[:1].upper() + said[1:])}.</span></p>'


def run_card(one: Compared) -> str:
    """What a run was, and its verdict."""
    sub = f"{one.symbol} · {when(one.first_ms)} to {when(one.last_ms)} UTC"
    verdict = (
        f"<p>{text(one.verdict)}</p>" if one.verdict else '<p class="note">It was not asked whether to believe it.</p>'
    )
    return (
        f'<div class="card"><h3>{text(one.label)}</h3><p class="note">{text(sub)}</p>{verdict}'
        f'<p class="note">{text(one.told)}</p></div>'
    )


def drawn(one: Compared, values: np.ndarray[tuple[int], np.dtype[np.float64]], place: int, points: int) -> Trace:
    """A run's line, in an ink of its own."""
    some = kept(values, points)
    ink, dash = INKS[place % len(INKS)], DASHES[place // len(INKS) % len(DASHES)]
    y = numbers(values[some])
    return line(times(one.times[some]), y, one.label, ink, width=1.7, dash=dash, hovertemplate="%{y:+.2%}")


def growth_plot(runs: Sequence[Compared]) -> Plot:
    """What each made of its capital."""
    points = max(MOST_POINTS * 4 // (len(runs) + 2), 200)
    traces = [drawn(one, one.growth - 1.0, place, points) for place, one in enumerate(runs)]
    layout = {"xaxis": time_axis(), "yaxis": percents(), "hovermode": "x unified"}
    note = f"By the capital of each. Of long runs the least and greatest of each of {points // 2} parts are drawn."
    return Plot("growth", "Growth", traces, note, 420, wide=True, timed=True, layout=layout)


def underwater_plot(runs: Sequence[Compared]) -> Plot:
    """How far below its peak each was."""
    points = max(MOST_POINTS * 4 // (len(runs) + 2), 200)
    falls = [one.growth / np.maximum(np.maximum.accumulate(one.growth), 1.0) - 1.0 for one in runs]
    traces = [drawn(one, fall, place, points) for place, (one, fall) in enumerate(zip(runs, falls, strict=True))]
    layout = {"xaxis": time_axis(), "yaxis": percents(), "hovermode": "x unified"}
    return Plot("underwater", "Under water", traces, "", 300, wide=True, timed=True, layout=layout)
