"""The price with what was done on it: candles, entries and exits, the indicators used, and the lines of a ladder."""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np

from botswain.core.drawing import Drawing
from botswain.core.exit_scale import roi_of
from botswain.core.indicators import columns
from botswain.core.panes import PRICE, is_drawn, pane_of
from botswain.lab.metrics.figures import Columns
from botswain.lab.pages.drawn import Plot, Trace, label, line, numbers, points, time_axis, times
from botswain.lab.pages.thinned import Longer, kept, longer
from botswain.lab.result import Result
from botswain.model.candles import Candles
from botswain.model.errors import BadInput

MOST_SYMBOLS, MOST_TRIPS, MOST_PANES, MOST_LINES = 4, 600, 3, 200
INKS = ("@c2", "@c3", "@c4", "@accent")
SIDES = {1: "@up/0.55", -1: "@down/0.55", 0: "@ink3/0.5"}
MANY_MARKS = 300
# Of the height, what a pane below the price takes.
PANE = 0.17


def price_plots(columns_of_run: Columns, names: list[str]) -> list[Plot]:
    """One for each symbol, of very many the first."""
    symbols = columns_of_run.result.market.symbols
    return [price_plot(columns_of_run, s, names[s]) for s in range(min(len(symbols), MOST_SYMBOLS))]


def price_plot(of: Columns, s: int, name: str) -> Plot:
    """Of one symbol."""
    result = of.result
    whole = result.market.candles[s]
    first = result.market.first_candle(s)
    candles = whole.slice(first, len(whole))
    drawn = longer(candles)
    traces: list[Trace] = [
        {
            "type": "candlestick",
            "x": times(drawn.ts),
            **{key: numbers(getattr(drawn, key)) for key in ("open", "high", "low", "close")},
            "name": label(candles.symbol),
            "increasing": {"line": {"color": "@up", "width": 1}, "fillcolor": "@up"},
            "decreasing": {"line": {"color": "@down", "width": 1}, "fillcolor": "@down"},
            "opacity": 0.55,
            "showlegend": False,
        }
    ]
    told = [f"Each candle is of {drawn.each} of {candles.timeframe}."] if drawn.each > 1 else []
    indicators, panes, left = indicator_traces(result, whole, first)
    told += [f"Not drawn, for want of room: {', '.join(left)}."] if left else []
    traces += indicators
    trips, note = trip_traces(of, s)
    traces += trips
    mark = 8 if sum(one["mode"] == "markers" and len(one["x"]) for one in trips) < MANY_MARKS else 5
    for one in trips:
        if one["mode"] == "markers":
            one["marker"]["size"] = mark
    told += [note] if note else []
    layout = layout_of(panes)
    layout["xaxis"]["range"] = [int(candles.ts[0]), int(candles.ts[-1])]
    told += put_ladder(layout, result, s, drawn)
    if s == 0 and len(result.market.symbols) > MOST_SYMBOLS:
        told.append(f"Of {len(result.market.symbols)} symbols the first {MOST_SYMBOLS} are drawn.")
    height = 460 + 110 * len(panes)
    return Plot(
        name,
        f"Price of {candles.symbol}",
        traces,
        " ".join(told),
        height,
        wide=True,
        timed=True,
        log=True,
        layout=layout,
    )


def indicator_traces(result: Result, candles: Candles, first: int) -> tuple[list[Trace], list[str], list[str]]:
    """A line for each indicator; the panes that there are below the price; and the names that have no room there."""
    declared = result.plan.strategy.indicators()
    shown = {name: one for name, one in declared.items() if is_drawn(one)}
    values = columns(declared, candles, result.market.others().column)
    by_name = dict(zip(declared, values, strict=True))
    panes = list(dict.fromkeys(pane for one in shown.values() if (pane := pane_of(one)) != PRICE))[:MOST_PANES]
    found, left = [], []
    for place, (name, one) in enumerate(shown.items()):
        pane = pane_of(one)
        if pane != PRICE and pane not in panes:
            left.append(name)
            continue
        column = by_name[name][first:]
        places = kept(column)
        axis = {} if pane == PRICE else {"yaxis": f"y{panes.index(pane) + 2}"}
        x, y = times(candles.ts[first:][places]), numbers(column[places])
        found.append(line(x, y, name, INKS[place % len(INKS)], width=1.3, **axis))
    return found, panes, left


def layout_of(panes: list[str]) -> dict[str, Any]:
    """The axes of the price and of the panes below it."""
    bottom = PANE * len(panes)
    found: dict[str, Any] = {
        "xaxis": time_axis(rangeslider={"visible": False}, anchor=f"y{len(panes) + 1}" if panes else "y"),
        "yaxis": {"domain": [bottom + (0.03 if panes else 0.0), 1.0]},
        "hovermode": "closest",
    }
    for place, pane in enumerate(panes):
        top = bottom - PANE * place
        found[f"yaxis{place + 2}"] = {"domain": [top - PANE + 0.03, top - 0.01], "title": {"text": label(pane)}}
    return found


def trip_traces(of: Columns, s: int) -> tuple[list[Trace], str]:
    """Where round trips began and ended, joined by a line in the colour of what came of them."""
    trips = of.trips
    own = np.flatnonzero(trips.symbol == s)
    note = ""
    if len(own) > MOST_TRIPS:
        note = f"Of {len(own):,} round trips the {MOST_TRIPS:,} of the greatest profit or loss are drawn."
        own = np.sort(own[np.argsort(-np.abs(trips.profits[own]), kind="stable")[:MOST_TRIPS]])
    if not len(own):
        return [], note
    if of.result.plan.exits.get("stop_loss") and not of.result.plan.strategy.cells:
        note = f"{note} Dashed: the stop and the target of each position; a stop that moves is where it began.".strip()
    prices = [(float(of.result.round_trips[k].entry_price), float(of.result.round_trips[k].exit_price)) for k in own]
    entry, leave = (np.array(one) for one in zip(*prices, strict=True))
    began, ended, won = trips.began_ms[own], trips.ended_ms[own], trips.profits[own] > 0
    found: list[Trace] = []
    for name, some, colour in (("won", won, "@up"), ("lost", ~won, "@down")):
        if some.any():
            found.append(joined(began[some], ended[some], entry[some], leave[some], name, colour))
    found += protective_traces(of, own, entry)
    long = trips.direction[own] > 0
    for name, some, sign in (("buy", long, "triangle-up"), ("sell short", ~long, "triangle-down")):
        if some.any():
            x, y = times(began[some]), numbers(entry[some])
            hover = "entry at %{y:,.8~r}<br>%{x}<extra></extra>"
            found.append(points(x, y, name, "@accent", size=8, symbol=sign, hovertemplate=hover))
    texts = [f"{label(str(trips.reasons[k]))}: {trips.profits[k]:+,.2f} ({trips.returns[k] * 100:+.2f} %)" for k in own]
    colours = ["@up" if one else "@down" for one in won]
    hover = "exit at %{y:,.8~r}<br>%{text}<br>%{x}<extra></extra>"
    found.append(
        points(times(ended), numbers(leave), "exit", "@ink2", size=7, symbol="x-thin", text=texts, hovertemplate=hover)
    )
    found[-1]["marker"]["line"] = {"width": 2, "color": colours}
    return found, note


def protective_traces(of: Columns, own: Any, entry: Any) -> list[Trace]:
    """Where the stop and the target of round trips stood that are parts of the entry price, from entry to exit.

    Of positions that were added to by their mean entry, as these exits go by that. Of a stop that moves the line is
    where it stood at first, as nothing is kept of where it was later; a target that sinks with time is left out. Exits
    are of positions, so cells have none of their own.
    """
    plan, trips = of.result.plan, of.trips
    if plan.strategy.cells or plan.splits:
        return []
    began, ended, direction = trips.began_ms[own], trips.ended_ms[own], trips.direction[own]
    found = []
    for name, word, way, colour in (
        ("stop", "stop_loss", -1, "@down"),
        ("target", "take_profit", 1, "@up"),
    ):
        share = float(plan.exits.get(word, 0))
        if share > 0 and not (name == "target" and roi_of(plan.exits)):
            level = entry * (1.0 + way * direction * share)
            trace = joined(began, ended, level, level, name, colour)
            trace["line"] |= {"dash": "dash", "width": 1}
            found.append(trace)
    return found


def joined(began: Any, ended: Any, entry: Any, leave: Any, name: str, colour: str) -> Trace:
    """Lines from entries to exits, as one trace."""
    count = len(began)
    x: list[int | None] = [None] * (3 * count)
    y: list[float | None] = [None] * (3 * count)
    x[0::3], x[1::3] = times(began), times(ended)
    y[0::3], y[1::3] = numbers(entry), numbers(leave)
    return line(x, y, name, colour, width=1.4, dash="dot", hoverinfo="skip")


def put_ladder(layout: dict[str, Any], result: Result, s: int, drawn: Longer) -> list[str]:
    """The lines of the plan that the bot says it has, as it stood when the run began; the price keeps its scale.

    Returns what is to be said of it.
    """
    every = plan_of(result, s).lines
    lines = every[:MOST_LINES]
    if not lines:
        return []
    low, high = float(np.min(drawn.low)), float(np.max(drawn.high))
    room = (high - low) * 0.04
    layout["yaxis"] |= {"range": [low - room, high + room]}
    layout["shapes"] = [across(float(one.price), SIDES[one.side]) for one in lines]
    cut = f"; the lowest {MOST_LINES} of {len(every)} are drawn" if len(every) > MOST_LINES else ""
    return [f"Dotted across: the lines of its plan at the first close{cut}."]


def across(price: float, colour: str) -> dict[str, Any]:
    """A dotted line over the whole width of the price."""
    style = {"color": colour, "width": 1, "dash": "dot"}
    return {
        "type": "line",
        "xref": "paper",
        "x0": 0,
        "x1": 1,
        "y0": price,
        "y1": price,
        "line": style,
        "layer": "below",
    }


def plan_of(result: Result, s: int) -> Drawing:
    """What the strategy draws of its plan at the first close; nothing where it refuses."""
    rules, plan = result.plan.instruments[s], result.plan
    close = int(result.market.ticks[s][3][result.market.first_candle(s)]) * rules.tick_size
    try:
        return plan.strategy.drawing(rules, close, partial(plan.row_lots, rules))
    except BadInput:
        return Drawing()
