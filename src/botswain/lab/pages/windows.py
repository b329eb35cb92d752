"""What the bot did while its market was at its worst."""

from __future__ import annotations

import numpy as np

from botswain.lab.amounts import when
from botswain.lab.metrics.figures import Columns
from botswain.lab.pages.drawn import Plot, bars, label, numbers, percents
from botswain.lab.stress.windows import worst_windows


def windows_plot(of: Columns) -> Plot | None:
    """Its gain or loss beside the first symbol's in the worst windows of that; None through splits and without any."""
    result = of.result
    if result.plan.splits or result.plan.on_trades is not None:
        return None
    whole, first = result.market.candles[0], result.market.first_candle(0)
    found = worst_windows(whole.slice(first, len(whole)))
    names, own, market, texts = [], [], [], []
    for one in found:
        # From the close of a window's first candle to that of its last, as its change is.
        begin = int(np.searchsorted(of.opens_ms, one.start_ms, side="right")) - 1
        end = int(np.searchsorted(of.opens_ms + result.market.timeframe_ms, one.end_ms, side="right")) - 1
        if begin < 0 or end <= begin or of.equity[begin] <= 0:
            continue
        names.append(label(one.name))
        own.append(of.equity[end] / of.equity[begin] - 1.0)
        market.append(one.change)
        texts.append(f"{when(one.start_ms)} to {when(one.end_ms)}")
    if not names:
        return None
    traces = [
        bars(
            names, numbers(values), name, marker={"color": ink}, text=texts, textposition="none", showlegend=True,
            hovertemplate=f"{name} %{{y:+.2%}}<br>%{{text}}<extra>%{{x}}</extra>",
        )
        for name, values, ink in (("the bot", own, "@accent"), ("the market", market, "@ink3"))
    ]  # fmt: skip
    layout = {
        "xaxis": {"type": "category", "showgrid": False, "tickangle": "auto"},
        "yaxis": percents(),
        "bargap": 0.3,
        "barmode": "group",
    }
    symbol = label(whole.symbol)
    note = f"What became of equity while {symbol} fell most, from its peak to its trough, and while it went sideways."
    return Plot("windows", "In the worst windows", traces, note, 300, layout=layout)
