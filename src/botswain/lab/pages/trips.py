"""Pictures of round trips: what each made, how long it lasted, how far it went, and by what they have in common."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from botswain.lab.metrics.excursions import excursions
from botswain.lab.metrics.figures import Columns
from botswain.lab.metrics.trip_groups import WEEKDAYS
from botswain.lab.pages.drawn import Plot, Trace, bars, label, line, numbers, percents, points, time_axis, times

MOST, MOST_GROUPS = 1_000, 14
HOUR_MS = 3_600_000


def trip_plots(of: Columns, groups: Mapping[str, Mapping[str, Mapping[str, Any]]]) -> list[Plot]:
    """All of them; none where no round trip ended."""
    trips = of.trips
    if not len(trips):
        return []
    chosen, note = most_telling(trips.profits)
    found = [profit_plot(of, chosen, note), length_plot(of, chosen, note)]
    if not of.result.plan.splits:
        found.append(excursion_plot(of, chosen, note))
    kinds = {"exit_reason": "By exit reason", "symbol": "By symbol", "direction": "By direction", "month": "By month"}
    found += [group_plot(kind, words, groups[kind]) for kind, words in kinds.items() if len(groups[kind]) > 1]
    slots = by_slot(of)
    if len(slots) > 1:
        found.append(group_plot("slot", "By slot", slots))
    return [*found, hours_plot(of)]


def most_telling(profits: Any) -> tuple[Any, str]:
    """The places of those that are drawn, and what is said where not all are."""
    count = len(profits)
    if count <= MOST:
        return np.arange(count), ""
    places = np.sort(np.argsort(-np.abs(profits), kind="stable")[:MOST])
    return places, f"Of {count:,} round trips the {MOST:,} of the greatest profit or loss are drawn."


def by_outcome(of: Columns, chosen: Any, x: Any, y: Any, hover: str) -> list[Trace]:
    """Points of those that won and of those that did not."""
    won = of.trips.profits[chosen] > 0
    found = []
    for name, some, colour in (("won", won, "@up"), ("not won", ~won, "@down")):
        if some.any():
            texts = [
                f"{label(of.result.market.symbols[of.trips.symbol[k]])}, {label(str(of.trips.reasons[k]))}: "
                f"{of.trips.profits[k]:+,.2f}"
                for k in chosen[some]
            ]
            found.append(points(x(some), y(some), name, colour, text=texts, hovertemplate=hover))
    return found


def profit_plot(of: Columns, chosen: Any, note: str) -> Plot:
    """What each made by its stake, when it ended."""
    trips = of.trips
    ended, returns = trips.ended_ms[chosen], trips.returns[chosen]
    hover = "%{text}<br>%{y:+.2%} of its stake<br>%{x}<extra></extra>"
    traces = by_outcome(of, chosen, lambda some: times(ended[some]), lambda some: numbers(returns[some]), hover)
    layout = {"xaxis": time_axis(), "yaxis": percents()}
    return Plot("profits", "What each round trip made", traces, note, 320, wide=True, timed=True, layout=layout)


def length_plot(of: Columns, chosen: Any, note: str) -> Plot:
    """How long each lasted, and what it made."""
    hours = np.maximum(of.trips.lengths_ms[chosen] / HOUR_MS, 1e-3)
    returns = of.trips.returns[chosen]
    hover = "%{text}<br>%{y:+.2%} of its stake in %{x:,.3~r} h<extra></extra>"
    traces = by_outcome(of, chosen, lambda some: numbers(hours[some]), lambda some: numbers(returns[some]), hover)
    wide = float(hours.max()) > 30 * float(hours.min())
    layout = {"xaxis": {"title": {"text": "hours"}, "type": "log" if wide else "linear"}, "yaxis": percents()}
    return Plot("lengths", "Length and profit", traces, note, 320, layout=layout)


def excursion_plot(of: Columns, chosen: Any, note: str) -> Plot:
    """How far each was in loss and in gain while it lasted, and where it ended."""
    loss, gain, _ = excursions(of.result, of.trips)
    returns = of.trips.returns[chosen]
    traces = []
    for name, far, colour, sign in (
        ("worst", -loss[chosen], "@down", "circle"),
        ("best", gain[chosen], "@up", "circle"),
    ):
        hover = f"{name} %{{x:+.2%}}, ended at %{{y:+.2%}}<extra></extra>"
        traces.append(points(numbers(far), numbers(returns), name, colour, size=5, symbol=sign, hovertemplate=hover))
    low, high = float(min(returns.min(), -loss.max())), float(max(returns.max(), gain.max()))
    traces.append(line([low, high], [low, high], "ended there", "@ink3", width=1, dash="dot", hoverinfo="skip"))
    layout = {
        "xaxis": percents(title={"text": "furthest in loss (red) and in gain (green)"}),
        "yaxis": percents(title={"text": "ended at"}),
    }
    words = "Points on the dotted line ended at their worst or best."
    return Plot("excursions", "Excursions (MAE and MFE)", traces, f"{words} {note}".strip(), 320, layout=layout)


def by_slot(of: Columns) -> dict[str, dict[str, float | int]]:
    """Profit and count of the round trips by the slot of the order that opened each."""
    slots = np.asarray(of.result.reports["slot"], np.int64)[np.asarray(of.result.trips["first"], np.int64)]
    found: dict[str, dict[str, float | int]] = {}
    for slot in np.unique(slots).tolist():
        own = slots == slot
        profits = of.trips.profits[own]
        found[f"slot {slot}" if slot >= 0 else "protective"] = {
            "count": int(own.sum()),
            "won": int((profits > 0).sum()),
            "profit": float(profits.sum()),
        }
    return found


def group_plot(kind: str, title: str, groups: Mapping[str, Mapping[str, Any]]) -> Plot:
    """A bar of what each group made; of many those that made or lost most."""
    names = list(groups)
    note = ""
    if len(names) > MOST_GROUPS and kind != "month":
        names = sorted(names, key=lambda one: -abs(groups[one]["profit"]))[:MOST_GROUPS]
        note = f"Of {len(groups)} those {MOST_GROUPS} that made or lost most."
    y = numbers([groups[one]["profit"] for one in names])
    texts = [f"{groups[one]['count']:,} trips, {groups[one]['won'] / groups[one]['count']:.0%} won" for one in names]
    shown = [label(one.replace("_", " ")) for one in names]
    traces = [
        bars(shown, y, title, text=texts, textposition="none", hovertemplate="%{y:+,.2f}<br>%{text}<extra>%{x}</extra>")
    ]
    axis = {"type": "date" if kind == "month" else "category", "tickangle": "auto", "showgrid": False}
    layout = {"xaxis": axis, "bargap": 0.3}
    return Plot(f"by-{kind}", title, traces, note, 280, layout=layout)


def depth_plot(found: Mapping[str, Any]) -> Plot | None:
    """How many deals took how many safety orders; None of bots without deals."""
    depths = found.get("deals_by_depth")
    if not depths:
        return None
    hover = "%{y} deals took %{x} safety orders<extra></extra>"
    trace = bars(list(depths), list(depths.values()), "deals", marker={"color": "@accent"}, hovertemplate=hover)
    layout = {
        "xaxis": {"type": "category", "showgrid": False, "title": {"text": "safety orders filled"}},
        "bargap": 0.3,
    }
    return Plot("depths", "How deep deals went", [trace], "Deals that ended.", 280, layout=layout)


def hours_plot(of: Columns) -> Plot:
    """What was made by weekday and hour of the entry, UTC."""
    trips = of.trips
    day = (trips.began_ms // (24 * HOUR_MS) + 3) % 7
    hour = trips.began_ms // HOUR_MS % 24
    profit, count = (np.zeros((7, 24)) for _ in range(2))
    np.add.at(profit, (day, hour), trips.profits)
    np.add.at(count, (day, hour), 1)
    shown = np.where(count > 0, profit, np.nan)
    most = float(np.nanmax(np.abs(shown))) or 1.0
    trace = {
        "type": "heatmap", "z": [numbers(row) for row in shown], "x": [f"{one:02}" for one in range(24)],
        "y": [one[:3].capitalize() for one in WEEKDAYS], "customdata": count.astype(int).tolist(), "xgap": 2, "ygap": 2,
        "colorscale": [[0, "@down"], [0.5, "@sunken"], [1, "@up"]], "zmin": -most, "zmax": most, "showscale": False,
        "hovertemplate": "%{y} %{x}:00: %{z:+,.2f} of %{customdata} trips<extra></extra>", "hoverongaps": False,
    }  # fmt: skip
    layout = {"yaxis": {"autorange": "reversed", "showgrid": False}, "xaxis": {"showgrid": False, "type": "category"}}
    note = "Profit by weekday and hour of the entry (UTC)."
    return Plot("hours", "Weekday and hour", [trace], note, 300, wide=True, layout=layout)
