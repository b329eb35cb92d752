"""Pictures of what validation tried: days drawn again, dearer costs and other parameters."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from botswain.lab.metrics.figures import Columns
from botswain.lab.pages.drawn import Plot, Trace, label, line, numbers, percents, time_axis, times
from botswain.lab.pages.thinned import ends
from botswain.lab.validation.bands import parts
from botswain.lab.validation.bootstrap import drawn as days_drawn

DAY_MS = 86_400_000
BANDS = ((5.0, 95.0), (25.0, 75.0))
MOST_MOMENTS = 240


def fan_plot(of: Columns, judged: Mapping[str, Any]) -> Plot | None:
    """The paths of the bootstrap, as bands; None where there was none."""
    told = judged["bootstrap"]
    if told is None:
        return None
    returns = of.days.returns
    count = len(returns)
    places = ends(count, MOST_MOMENTS)
    rng = np.random.default_rng(told["seed"])
    paths = [
        np.cumprod(1.0 + returns[days_drawn(rng, some, count, told["block_days"])], axis=1)[:, places]
        for some in parts(told["paths"], count)
    ]
    wanted = sorted({one for pair in BANDS for one in pair} | {50.0})
    found = dict(zip(wanted, np.percentile(np.concatenate(paths), wanted, axis=0) - 1.0, strict=True))
    x = times(of.days.numbers[-count:][places] * DAY_MS)
    traces: list[Trace] = []
    for (low, high), alpha in zip(BANDS, (0.12, 0.22), strict=True):
        hover = f"%{{y:+.1%}}<extra>{low:g} %</extra>"
        traces.append(
            line(x, numbers(found[low]), f"{low:g} %", "@accent/0", width=0, showlegend=False, hovertemplate=hover)
        )
        traces.append(
            line(
                x, numbers(found[high]), f"{low:g} to {high:g} % of paths", "@accent/0", width=0, fill="tonexty",
                fillcolor=f"@accent/{alpha}", hovertemplate=f"%{{y:+.1%}}<extra>{high:g} %</extra>",
            )
        )  # fmt: skip
    own = np.cumprod(1.0 + returns)[places] - 1.0
    traces.append(line(x, numbers(found[50.0]), "middle", "@accent", width=1.2, dash="dot", hovertemplate="%{y:+.1%}"))
    traces.append(line(x, numbers(own), "this run", "@ink", width=1.8, hovertemplate="%{y:+.1%}"))
    layout = {"xaxis": time_axis(), "yaxis": percents(), "hovermode": "x unified"}
    note = (
        f"{told['paths']:,} runs of these days drawn again in blocks of {told['block_days']}; "
        f"{told['loss']:.0%} of them end with a loss."
    )
    return Plot("fan", "What else could have come of it", traces, note, 340, wide=True, layout=layout)


def changed_plot(total_return: float | None, judged: Mapping[str, Any]) -> Plot | None:
    """What the run came to with something changed; None where nothing was tried."""
    rows: list[tuple[str, float | None]] = [("as it is", total_return)]
    costs = judged["costs"] or {}
    for name, words in (("fees_x2", "twice the fees"), ("slippage_x2", "more slippage")):
        if name in costs:
            rows.append((words, costs[name]["total_return"]))
    around = judged["neighbours"]
    if around is not None:
        rows += [(f"{one['parameter']} {one['value']:g}", one["total_return"]) for one in around["runs"]]
    known = [(name, one) for name, one in rows if one is not None]
    if len(known) < 2:
        return None
    names, values = [label(name) for name, _ in known], numbers([one for _, one in known])
    colours = ["@accent", *("@up/0.75" if one is not None and one >= 0 else "@down/0.75" for one in values[1:])]
    trace = {
        "type": "bar", "orientation": "h", "x": values, "y": names, "marker": {"color": colours}, "showlegend": False,
        "hovertemplate": "%{y}: %{x:+.2%}<extra></extra>",
    }  # fmt: skip
    layout = {
        "xaxis": percents(),
        "yaxis": {"autorange": "reversed", "type": "category", "showgrid": False, "automargin": True},
        "bargap": 0.35,
    }
    note = "Total return of the same run at dearer costs, and with one parameter a tenth lower or higher."
    return Plot("changed", "With something changed", [trace], note, 120 + 24 * len(known), layout=layout)
