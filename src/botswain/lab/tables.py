"""What a report is drawn with: headings, pairs, lists and tables without lines. It knows nothing of results."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.rule import Rule
from rich.table import Table
from rich.text import Text

GAP = 2
BETWEEN = 4
# So that sections below each other stand alike.
LEAST_NAME, LEAST_VALUE = 16, 18


def heading(words: str) -> RenderableType:
    """A section's title."""
    return Group(Text(), Rule(Text(words, "bold"), align="left", style="dim"))


def pairs(rows: Sequence[tuple[str, Text]], console: Console) -> RenderableType:
    """Names and values in two columns of pairs where there is room for two, read downwards."""
    height = (len(rows) + 1) // 2
    parts = [rows[:height], rows[height:]]
    wide = sum(max(len(name) for name, _ in part) + max(len(value) for _, value in part) for part in parts if part)
    if wide + 2 * GAP + BETWEEN > console.width:
        return one_column(rows)
    table = Table.grid(padding=(0, BETWEEN, 0, 0))
    table.add_row(*(one_column(part) for part in parts))
    return table


def one_column(rows: Sequence[tuple[str, Text]]) -> Table:
    """Names and their values."""
    table = Table.grid(padding=(0, GAP, 0, 0))
    table.add_column(style="dim", no_wrap=True, min_width=LEAST_NAME)
    table.add_column(min_width=LEAST_VALUE, overflow="fold")
    for name, value in rows:
        table.add_row(Text(name), value)
    return table


def listed(values: dict[str, str]) -> RenderableType:
    """Subjects and what is said of them, wrapped under themselves."""
    table = Table.grid(padding=(0, GAP, 0, 0))
    table.add_column(style="dim", no_wrap=True)
    table.add_column(overflow="fold")
    for name, text in values.items():
        table.add_row(Text(name), Text(text))
    return table


def plain_table(*columns: str) -> Table:
    """A table without lines; a column whose name starts with > stands to the right."""
    table = Table(box=None, pad_edge=False, padding=(0, GAP, 0, 0), header_style="dim")
    for name in columns:
        right = name.startswith(">")
        table.add_column(name.removeprefix(">"), justify="right" if right else "left", overflow="fold")
    return table


def remark(text: str) -> RenderableType:
    """A sentence below a table."""
    return Padding(Text(text, "dim"), (1, 0, 0, 0))
