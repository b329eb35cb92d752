"""What `botswain compare` does and prints: the most asked figures, and the page with all of them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from rich.console import Console
from rich.text import Text

from botswain.lab.amounts import figure_text
from botswain.lab.export import refuse_unwritable, write_whole
from botswain.lab.figure_table import FIGURES
from botswain.lab.pages.compare_page import compare_page, unfair
from botswain.lab.pages.compared import Compared, compared_of
from botswain.lab.pages.figures import FIRST
from botswain.lab.report import console_for_report
from botswain.lab.tables import heading, plain_table


def run_compare(files: Sequence[Path], html: Path | None) -> None:
    """Read, print and write. Raises BadInput where a file is none of ours, or the page cannot be written."""
    if html is not None:
        refuse_unwritable(html, "--html")
    runs = compared_of(files)
    print_runs(runs, console_for_report())
    if html is not None:
        write_whole(html, compare_page(runs).encode(), "--html")


def print_runs(runs: Sequence[Compared], console: Console) -> None:
    """The figures in a table, a column a run, then the verdicts."""
    table = plain_table("", *(f">{one.label}" for one in runs))
    for group, name in FIRST:
        figure = FIGURES[group][name]
        values = [run.figures.get(group, {}).get(name) for run in runs]
        cells = [figure_text(figure.unit, value, run.capital) for run, value in zip(runs, values, strict=True)]
        table.add_row(*map(Text, (figure.label, *cells)))
    console.print(table)
    if said := unfair(runs):
        console.print(Text(f"Beware: {said}.", "yellow"))
    if any(one.verdict for one in runs):
        console.print(heading("Can they be believed?"))
    for one in runs:
        if one.verdict:
            console.print(Text.assemble((one.label, "bold"), f": {one.verdict}"))
