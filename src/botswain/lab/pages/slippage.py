"""What orders by the market got, against the close that they were decided at."""

from __future__ import annotations

import numpy as np

from botswain.lab.metrics.costs import slipped_fills
from botswain.lab.metrics.figures import Columns
from botswain.lab.pages.drawn import Plot, bars, numbers

FEW_FILLS, BINS = 5, 41
# Of what is drawn: beyond these shares of the fills lies what would make all others one bar.
TAILS = (0.5, 99.5)


def slippage_plot(of: Columns) -> Plot | None:
    """How many fills were so much worse than the close before them; None of few, beside a book, and through splits."""
    plan = of.result.plan
    if plan.splits or plan.on_trades is not None:
        return None
    worse = np.concatenate([slipped_fills(of.result, s).since_close for s in range(len(of.result.units))]) * 1e4
    worse = worse[np.isfinite(worse)]
    if len(worse) < FEW_FILLS:
        return None
    low, high = np.percentile(worse, TAILS).tolist()
    room = max((high - low) * 0.02, 0.05)
    counts, edges = np.histogram(np.clip(worse, low, high), BINS, (low - room, high + room))
    middles = (edges[1:] + edges[:-1]) / 2.0
    hover = "%{y} fills about %{x:,.3~r} basis points worse<extra></extra>"
    colours = ["@down" if one > 0 else "@up" for one in middles]
    trace = bars(numbers(middles), counts.tolist(), "fills", marker={"color": colours}, hovertemplate=hover)
    layout = {"xaxis": {"showgrid": False, "title": {"text": "basis points worse"}}, "bargap": 0.05}
    note = (
        f"{len(worse):,} fills of market orders at an open, against the close before it: how far the price went "
        f"meanwhile, and what the run's slippage adds. In the middle {float(np.median(worse)):+,.3g}, on average "
        f"{float(worse.mean()):+,.3g}; below zero they were better."
    )
    return Plot("slippage", "Slippage", [trace], note, 280, layout=layout)
