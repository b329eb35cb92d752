"""An equity curve as a terminal shows it."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from rich.console import Console, RenderableType
from rich.table import Table
from rich.text import Text

from botswain.lab.amounts import money_digits
from botswain.lab.plot import area

PLOT_LINES = 6


def equity_plot(marks: Any, capital: Decimal, console: Console) -> RenderableType:
    """The curve with its highest and lowest mark beside it.

    marks    float64, in quote, at least one
    capital  what it began with: it says how many digits are worth showing
    """
    digits = money_digits(capital)
    labels = [f"{value:,.{digits}f}" for value in (float(marks.max()), float(marks.min()))]
    room = console.width - max(map(len, labels)) - 2
    lines = area(marks, room, PLOT_LINES, plain=console.options.ascii_only)
    table = Table.grid(padding=(0, 0, 0, 1))
    table.add_column(no_wrap=True, width=room)
    table.add_column(justify="right", style="dim", no_wrap=True)
    ends = {0: labels[0], len(lines) - 1: labels[1]}
    for place, line in enumerate(lines):
        table.add_row(Text(line, "cyan"), ends.get(place, ""))
    return table
