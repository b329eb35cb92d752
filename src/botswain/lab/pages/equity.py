"""Pictures of the account: equity, falls, what was held, and rolling figures."""

from __future__ import annotations

import math
from itertools import pairwise
from typing import Any

import numpy as np

from botswain.lab.metrics.figures import Columns
from botswain.lab.metrics.holdings import closes_at, position_at_closes
from botswain.lab.pages.drawn import Plot, Trace, bars, line, numbers, percents, time_axis, times
from botswain.lab.pages.thinned import ends, kept, means, told

HOUR_MS, DAY_MS = 3_600_000, 86_400_000
FEW_FALLS, RECOVERY_BINS = 5, 14
# Days that rolling figures look back on, the first of which the run has twice; none below.
WINDOWS = (90, 30, 14)
MOST_ASSETS, PARTS = 8, 360
INKS = ("@accent", "@c2", "@c3", "@c4", "@up", "@down")


def equity_plot(of: Columns) -> Plot:
    """Equity at market prices and of closed trips, beside buying and holding."""
    ends_ms = of.opens_ms + of.result.market.timeframe_ms
    began = np.concatenate(([of.opens_ms[0]], ends_ms))
    own, held = (np.concatenate(([of.start], one)) for one in (of.equity, of.held))
    traces = [
        thinned_line(began, held, "buy and hold", "@ink3", width=1.3, dash="dot"),
        thinned_line(began, own, "equity", "@accent", width=2),
    ]
    profits = of.trips.profits
    if len(profits):
        order = np.argsort(of.trips.ended_ms, kind="stable")
        balance = of.start + np.concatenate(([0.0], np.cumsum(profits[order])))
        at = np.concatenate(([of.opens_ms[0]], of.trips.ended_ms[order]))
        traces.insert(1, thinned_line(at, balance, "closed trips", "@c2", width=1.3, shape="hv"))
    layout = {"xaxis": time_axis(), "hovermode": "x unified", "shapes": deepest(of)}
    note = "At market prices at every close, and the sum of what was closed; shaded are the deepest falls."
    note = f"{note} {told(len(own))}".strip()
    return Plot("equity", "Equity", traces, note, 380, wide=True, timed=True, log=True, layout=layout)


def thinned_line(x: Any, y: Any, name: str, colour: str, **more: Any) -> Trace:
    """A line of the least and the greatest values."""
    places = kept(y)
    return line(times(x[places]), numbers(y[places]), name, colour, **more)


def deepest(of: Columns) -> list[dict[str, Any]]:
    """The deepest falls as shaded spans."""
    falls = of.falls
    order = np.argsort(-falls.depth, kind="stable")[:3]
    return [
        {
            "type": "rect", "yref": "paper", "y0": 0, "y1": 1, "x0": int(falls.peak_ms[k]), "x1": int(falls.end_ms[k]),
            "fillcolor": "@down/0.07", "line": {"width": 0}, "layer": "below",
        }
        for k in order
    ]  # fmt: skip


def underwater_plot(of: Columns) -> Plot:
    """How far below its peak equity was, and buying and holding."""
    at = of.opens_ms + of.result.market.timeframe_ms
    peaks = np.maximum(np.maximum.accumulate(of.held), of.start)
    held = of.held / peaks - 1.0
    traces = [
        thinned_line(at, held, "buy and hold", "@ink3", width=1, dash="dot", hovertemplate="%{y:.2%}"),
        thinned_line(
            at, -of.falls.fraction, "equity", "@down", fill="tozeroy", fillcolor="@down/0.18", hovertemplate="%{y:.2%}"
        ),
    ]
    layout = {"xaxis": time_axis(), "yaxis": percents(), "hovermode": "x unified"}
    return Plot("underwater", "Under water", traces, told(len(held)), 240, wide=True, timed=True, layout=layout)


def rolling_plot(of: Columns) -> Plot | None:
    """Sharpe ratio, volatility and beta of the last so many daily returns; None of a short run."""
    days = of.days
    count = len(days.returns)
    window = next((one for one in WINDOWS if count >= 2 * one), 0)
    if not window or len(days.numbers) != count:
        return None
    own, held = (np.lib.stride_tricks.sliding_window_view(one, window) for one in (days.returns, days.held))
    at = days.numbers[window - 1 :] * DAY_MS
    with np.errstate(divide="ignore", invalid="ignore"):
        mean, spread = own.mean(axis=1), own.std(axis=1, ddof=1)
        root = math.sqrt(days.sessions)
        free = of.risk_free / days.sessions
        sharpe = np.where(spread > 0, (mean - free) / spread * root, np.nan)
        apart = held - held.mean(axis=1, keepdims=True)
        variance = (apart**2).sum(axis=1)
        beta = np.where(variance > 0, (apart * (own - mean[:, None])).sum(axis=1) / variance, np.nan)
    traces = [
        thinned_line(at, sharpe, "Sharpe", "@accent", hovertemplate="%{y:.2f}"),
        thinned_line(at, spread * root, "volatility", "@c2", yaxis="y2", hovertemplate="%{y:.1%}"),
        thinned_line(at, beta, "beta", "@c3", yaxis="y3", hovertemplate="%{y:.2f}"),
    ]
    layout = {
        "xaxis": time_axis(anchor="y3"),
        "yaxis": {"domain": [0.7, 1.0], "title": {"text": "Sharpe"}},
        "yaxis2": {"domain": [0.36, 0.64], "title": {"text": "volatility"}} | percents(),
        "yaxis3": {"domain": [0.0, 0.3], "title": {"text": "beta"}},
        "hovermode": "x unified",
        "showlegend": False,
    }
    note = f"Of the last {window} daily returns, for a year; beta against buying and holding."
    return Plot("rolling", "Rolling figures", traces, note, 420, wide=True, timed=True, layout=layout)


def recovery_plot(of: Columns) -> Plot | None:
    """How long falls took from their lowest mark back; None where fewer than five are over."""
    back = (of.falls.end_ms - of.falls.trough_ms)[of.falls.over] / HOUR_MS
    if len(back) < FEW_FALLS:
        return None
    edges = np.geomspace(max(float(back.min()), 1e-3), float(back.max()) * 1.001, RECOVERY_BINS + 1)
    counts, _ = np.histogram(back, edges)
    names = [f"{low:,.3g} to {high:,.3g} h" for low, high in pairwise(edges.tolist())]
    trace = bars(
        names, counts.tolist(), "falls", marker={"color": "@accent"}, hovertemplate="%{y} falls: %{x}<extra></extra>"
    )
    layout = {"xaxis": {"type": "category", "showgrid": False, "tickangle": "auto"}, "bargap": 0.08}
    note = f"{len(back):,} falls that are over, by the time from their lowest mark back to the peak."
    return Plot("recoveries", "How long falls took to recover", [trace], note, 280, layout=layout)


def holding_plots(of: Columns) -> list[Plot]:
    """What was held by equity, how many trips at once, and cash beside assets; not through splits."""
    result = of.result
    if result.plan.splits:
        return []
    symbols = result.market.symbols
    worth = [position_at_closes(result, s) * closes_at(result, s) for s in range(len(symbols))]
    at = of.opens_ms + result.market.timeframe_ms
    gross = np.sum(np.abs(worth), axis=0)
    with np.errstate(divide="ignore", invalid="ignore"):
        share = np.where(of.equity > 0, gross / of.equity, np.nan)
    return [exposure_plot(of, at, share), assets_plot(of, at, worth)]


def exposure_plot(of: Columns, at: Any, share: Any) -> Plot:
    """What part of the account was in the market, and how many round trips were open."""
    x = times(at[ends(len(at), PARTS)])
    known = np.nan_to_num(share)
    look = {"shape": "hvh", "hovertemplate": "%{y:.1%}"}
    mean = line(x, numbers(means(known, PARTS)), "mean", "@accent", width=1.4, fill="tozeroy", **look)
    traces = [mean | {"fillcolor": "@accent/0.18"}]
    trips = of.trips
    layout: dict[str, Any] = {"xaxis": time_axis(), "yaxis": percents(rangemode="tozero"), "hovermode": "x unified"}
    if len(trips) and overlap(of):
        steps = np.concatenate((trips.began_ms, trips.ended_ms))
        moves = np.repeat((1, -1), len(trips))
        order = np.lexsort((moves, steps))
        opened = np.cumsum(moves[order])
        traces.append(thinned_line(steps[order], opened, "open trips", "@c2", yaxis="y2", shape="hv", width=1.2))
        layout["yaxis2"] = {"overlaying": "y", "side": "right", "showgrid": False, "rangemode": "tozero"}
        layout["yaxis2"] |= {"tickformat": "d", "nticks": 5}
    note = "What is held by equity, at closes; above 100 % is leverage."
    if len(at) > PARTS:
        traces.insert(0, line(x, greatest(known), "greatest", "@ink3", width=0.8, dash="dot", **look))
        note += f" Mean and greatest of each of {PARTS} parts of the run."
    return Plot("exposure", "Exposure", traces, note, 260, timed=True, layout=layout)


def greatest(values: Any) -> list[float | None]:
    """The greatest value of each part."""
    edges = np.linspace(0, len(values), min(PARTS, len(values)) + 1).astype(np.int64)
    return numbers(np.maximum.reduceat(values, edges[:-1]))


def overlap(of: Columns) -> bool:
    """Whether round trips overlap at all."""
    began, ended = of.trips.began_ms, of.trips.ended_ms
    order = np.argsort(began, kind="stable")
    return bool((began[order][1:] < np.maximum.accumulate(ended[order])[:-1]).any())


def was_short(of: Columns) -> bool:
    """Whether anything was ever sold short."""
    result = of.result
    ended = (np.asarray(result.held_trips["direction"], np.int64) < 0).any()
    return bool(ended) or any(result.position(symbol) < 0 for symbol in result.market.symbols)


def assets_plot(of: Columns, at: Any, worth: list[Any]) -> Plot:
    """Cash and what is held of each symbol, which together are equity."""
    x = times(at[ends(len(at), PARTS)])
    symbols = of.result.market.symbols
    cash = of.equity - np.sum(worth, axis=0)
    traces = [
        line(x, numbers(means(cash, PARTS)), "cash", "@ink3", width=0.6, stackgroup="one", fillcolor="@ink3/0.25")
    ]
    shown = min(len(symbols), MOST_ASSETS)
    for s in range(shown):
        ink = INKS[s % len(INKS)]
        held = numbers(means(worth[s], PARTS))
        traces.append(line(x, held, symbols[s], ink, width=0.6, stackgroup="one", fillcolor=f"{ink}/0.45"))
    if shown < len(symbols):
        rest = means(np.sum(worth[shown:], axis=0), PARTS)
        traces.append(line(x, numbers(rest), "others", "@ink2", width=0.6, stackgroup="one", fillcolor="@ink2/0.3"))
    note = f"The mean of each of {PARTS} parts of the run." if len(at) > PARTS else "At every close."
    if was_short(of):
        note += " What is sold short takes away from what is stacked below it."
    layout = {"xaxis": time_axis(), "hovermode": "x unified"}
    return Plot("assets", "Cash and assets", traces, note, 260, timed=True, layout=layout)
