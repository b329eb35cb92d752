"""Pictures of days, months and years."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from botswain.lab.metrics.days import Days, keys_of, returns_of
from botswain.lab.metrics.figures import Columns
from botswain.lab.pages.drawn import Plot, bars, line, numbers, percents, time_axis, times
from botswain.lab.pages.thinned import kept

DAY_MS = 86_400_000
BINS = 41
MOST_DAYS = 1_000


def months_of(days: Days) -> list[tuple[int, list[float | None], float | None]]:
    """(year, the return of each of its twelve months or None, that of the year), oldest first."""
    keys = keys_of(days.numbers)
    by_month = dict(zip(*periods(days, keys["month"]), strict=True))
    years, totals = periods(days, keys["year"])
    return [
        (1970 + year, [by_month.get(12 * year + month) for month in range(12)], total)
        for year, total in zip(years, totals, strict=True)
    ]


def periods(days: Days, keys: Any) -> tuple[list[int], list[float | None]]:
    """The keys of periods that have a mark, and the returns from the mark before to the last one of each."""
    last = np.append(np.flatnonzero(np.diff(keys)), len(keys) - 1)
    return keys[last].tolist(), numbers(returns_of(days.start, days.marks[last]))


def return_plots(of: Columns) -> list[Plot]:
    """Years where there are several, days, and how days are spread; of a run of less than two days none."""
    if len(of.days.returns) < 2:
        return []
    years = [yearly_plot(of)] if len(set(keys_of(of.days.numbers)["year"].tolist())) > 1 else []
    return [*years, daily_plot(of), spread_plot(of)]


def yearly_plot(of: Columns) -> Plot:
    """A bar for each year, beside buying and holding."""
    keys = keys_of(of.days.numbers)["year"]
    years, own = periods(of.days, keys)
    last = np.append(np.flatnonzero(np.diff(keys)), len(keys) - 1)
    held = numbers(returns_of(of.days.start, of.days.benchmark[last]))
    names = [str(1970 + year) for year in years]
    hover = "%{y:.2%}<extra>%{fullData.name}</extra>"
    traces = [
        bars(names, own, "run", hovertemplate=hover),
        bars(names, held, "buy and hold", marker={"color": "@ink3/0.45"}, hovertemplate=hover),
    ]
    layout = {"xaxis": {"type": "category", "showgrid": False}, "yaxis": percents(), "barmode": "group"}
    note = "Grey: buying and holding. Years at both ends may be cut short."
    return Plot("yearly", "Years", traces, note, 280, layout=layout)


def daily_plot(of: Columns) -> Plot:
    """A bar for each day; of very many days those of the least and the greatest return of each part."""
    days = of.days
    returns = returns_of(days.start, days.marks)
    places = kept(returns, MOST_DAYS)
    y = numbers(returns[places])
    traces = [bars(times(days.numbers[places] * DAY_MS), y, "day", hovertemplate="%{y:.2%}<br>%{x}<extra></extra>")]
    many = len(returns) > MOST_DAYS
    note = f"Of {len(returns):,} days the best and worst of each of {MOST_DAYS // 2:,} parts are drawn." if many else ""
    return Plot("daily", "Days", traces, note, 280, timed=True, layout={"xaxis": time_axis(), "yaxis": percents()})


def spread_plot(of: Columns) -> Plot:
    """How often a day came to what, beside a normal distribution of the same mean and deviation."""
    returns = of.days.returns
    counts, edges = np.histogram(returns, BINS)
    middles = (edges[1:] + edges[:-1]) / 2.0
    colours = ["@up" if one >= 0 else "@down" for one in middles]
    hover = "%{y} days around %{x:.2%}<extra></extra>"
    traces = [bars(numbers(middles), counts.tolist(), "days", marker={"color": colours}, hovertemplate=hover)]
    mean, spread = float(returns.mean()), float(returns.std(ddof=1))
    if spread > 0.0:
        x = np.linspace(edges[0], edges[-1], 121)
        usual = np.exp(-0.5 * ((x - mean) / spread) ** 2) / (spread * math.sqrt(2.0 * math.pi))
        y = usual * len(returns) * float(edges[1] - edges[0])
        traces.append(line(numbers(x), numbers(y), "normal", "@ink2", dash="dot", width=1.4, hoverinfo="skip"))
    marks = [(mean, "@ink", "mean"), (float(np.percentile(returns, 5.0)), "@down", "VaR 95 %")]
    shapes = [
        {"type": "line", "yref": "paper", "y0": 0, "y1": 1, "x0": at, "x1": at, "line": {"color": ink, "width": 1.2}}
        for at, ink, _ in marks
    ]
    words = [
        {"x": at, "y": 1.02, "yref": "paper", "text": text, "showarrow": False, "font": {"color": ink, "size": 11}}
        for at, ink, text in marks
    ]
    layout = {"xaxis": percents(), "bargap": 0.04, "shapes": shapes, "annotations": words}
    note = "Daily returns; dotted: a normal distribution of the same mean and deviation."
    return Plot("spread", "How days are spread", traces, note, 300, layout=layout)
