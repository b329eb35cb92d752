"""One picture as plain data: traces and a layout as plotly.js reads them, with colours by name.

A colour is written `@name` or `@name/alpha`; the page puts in the value of its theme. Text from people goes through
`label`, because Plotly reads tags in what it shows. Times are milliseconds UTC.
"""

from __future__ import annotations

import html
import math
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import numpy as np

Trace = dict[str, Any]
DIGITS = 7


@dataclass(frozen=True, slots=True)
class Plot:
    """A card of the page.

    name    a word, one of a kind on its page
    note    a sentence under the title: what is seen, and what was left out of it
    height  pixels; wide: it takes the whole width; timed: its x axis is time, and zooming goes along with others
    log     its y axis may be shown by powers
    """

    name: str
    title: str
    traces: list[Trace]
    note: str = ""
    height: int = 300
    wide: bool = False
    timed: bool = False
    log: bool = False
    layout: dict[str, Any] = field(default_factory=dict)


def label(text: str) -> str:
    """Text from people, so that Plotly shows it as it is."""
    return html.escape(text, quote=False)


def numbers(values: Iterable[float] | Any, digits: int = DIGITS) -> list[float | None]:
    """Numbers to so many digits that count; None for what is none."""
    return [float(f"{one:.{digits}g}") if math.isfinite(one) else None for one in np.asarray(values, float).tolist()]


def times(values: Any) -> list[int]:
    """Times as whole milliseconds."""
    found: list[int] = np.asarray(values, np.int64).tolist()
    return found


def line(x: Any, y: Any, name: str, colour: str, **more: Any) -> Trace:
    """A line; more goes into the trace, `width` and `dash` into its line."""
    style = {"color": colour, "width": more.pop("width", 1.6)} | {
        key: more.pop(key) for key in ("dash", "shape") if key in more
    }
    return {
        "type": "scatter",
        "mode": "lines",
        "x": x,
        "y": y,
        "name": label(name),
        "line": style,
        "hovertemplate": "%{y:,.6~r}",
    } | more


def bars(x: Any, y: Any, name: str, **more: Any) -> Trace:
    """Bars, above zero in the colour of gain and below in that of loss."""
    colours = ["@up" if one is not None and one >= 0 else "@down" for one in y]
    return {
        "type": "bar",
        "x": x,
        "y": y,
        "name": label(name),
        "marker": {"color": colours},
        "showlegend": False,
    } | more


def points(x: Any, y: Any, name: str, colour: str, **more: Any) -> Trace:
    """Points; `size` may be one each."""
    marker = {
        "color": colour,
        "size": more.pop("size", 6),
        "opacity": 0.8,
        "symbol": more.pop("symbol", "circle"),
        "line": {"width": 0},
    }
    return {"type": "scatter", "mode": "markers", "x": x, "y": y, "name": label(name), "marker": marker} | more


def time_axis(**more: Any) -> dict[str, Any]:
    """An x axis of time."""
    return {"type": "date", "showgrid": False} | more


def percents(**more: Any) -> dict[str, Any]:
    """An axis of fractions, shown in percent."""
    return {"tickformat": ",.2~%"} | more
