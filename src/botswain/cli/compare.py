"""`botswain compare`: the wording of the command. The work is in `compare_run`, imported when it is called."""

from __future__ import annotations

from pathlib import Path

import click

from botswain.cli.context import refusing
from botswain.cli.run_options import FILE, HTML, with_options


@click.command("compare")
@click.argument("files", nargs=-1, required=True, type=FILE)
@with_options(HTML)
@refusing
def compare(files: tuple[Path, ...], html: Path | None) -> None:
    """Lay backtests side by side, by the FILES that `botswain backtest --json` wrote.

    Example: botswain compare slow.json fast.json --html both.html
    """
    from botswain.cli.compare_run import run_compare

    run_compare(files, html)
