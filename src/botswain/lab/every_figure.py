"""Every figure of a run in a terminal, group by group, for who asks for all of them (`--full`).

Names are those of the JSON, so that what is seen here can be looked up there and in docs/rules.md section 9.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from rich.console import Console, RenderableType
from rich.text import Text

from botswain.lab.amounts import figure_text, money_text, percent, when
from botswain.lab.figure_table import FIGURES
from botswain.lab.result import Result
from botswain.lab.tables import heading, pairs, plain_table

WORDS = {
    "returns": "Returns",
    "risk": "Risk",
    "ratios": "Ratios",
    "trades": "Trades",
    "execution": "Execution",
    "benchmark": "Beside buying and holding",
    "bot": "Of this bot",
}


def every_figure(result: Result, found: Mapping[str, Mapping[str, Any]], console: Console) -> Iterable[RenderableType]:
    """All groups, then the deepest falls and the trades by what they have in common."""
    for group, values in found.items():
        plain = {name: one for name, one in values.items() if not isinstance(one, list | dict)}
        if plain:
            yield heading(WORDS[group])
            yield pairs([(name, Text(shown(result, group, name, one))) for name, one in plain.items()], console)
    yield from fall_table(found["risk"]["deepest"])
    for kind, groups in found["trades"]["by"].items():
        yield from group_table(result, kind, groups)
    for name in ("ended_orders", "notes"):
        if found["execution"][name]:
            yield heading(name.replace("_", " ").capitalize())
            yield pairs([(code, Text(f"{count:,}")) for code, count in found["execution"][name].items()], console)


def shown(result: Result, group: str, name: str, value: Any) -> str:
    """One figure as people read it."""
    return figure_text(FIGURES[group][name].unit, value, result.plan.capital)


def fall_table(falls: list[dict[str, Any]]) -> Iterable[RenderableType]:
    """The deepest falls."""
    if not falls:
        return
    yield heading("Deepest falls")
    table = plain_table(">fall", "from", "lowest", "back")
    for one in falls:
        ends = "not yet" if one["end_ms"] is None else when(one["end_ms"])
        table.add_row(*map(Text, (percent(one["depth"]), when(one["peak_ms"]), when(one["trough_ms"]), ends)))
    yield table


def group_table(result: Result, kind: str, groups: Mapping[str, Mapping[str, Any]]) -> Iterable[RenderableType]:
    """The trades of one kind of group, where there is more than one."""
    if len(groups) < 2:
        return
    yield heading(f"Trades by {kind.replace('_', ' ')}")
    table = plain_table(kind.replace("_", " "), ">trades", ">won", ">profit", ">mean return")
    for name, one in groups.items():
        won, profit = percent(one["won"] / one["count"]), money_text(one["profit"], result.plan.capital)
        table.add_row(*map(Text, (name, f"{one['count']:,}", won, profit, percent(one["mean_return"], sign=True))))
    yield table
