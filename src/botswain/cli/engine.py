"""`botswain engine`: the process that runs all bots that are wanted to run. Wording only; imports wait until called."""

from __future__ import annotations

from pathlib import Path

import click

from botswain.cli.context import refusing


@click.command()
@click.option("--database", metavar="FILE|URL", help="Where the bots are; botswain.db in the data folder by default.")
@click.option(
    "--bus", type=click.Path(path_type=Path), metavar="PATH", help="Socket of the bus; bus.sock in the data folder."
)
@click.option(
    "--gateway", is_flag=True, help="Have botswain gateway send everything, and wait for it; open no key here."
)
@click.option("--crash-at", hidden=True, help="POINT:COUNT, kill this process at a named point (tests).")
@click.pass_context
@refusing
def engine(
    context: click.Context, /, database: str | None, bus: Path | None, gateway: bool, crash_at: str | None
) -> None:
    """Run every bot that is wanted to run (botswain start), on its account, and notice changes within two seconds.

    Ctrl-C stops each bot as its on_stop says, in at most 10 s; a second one leaves at once. What is wanted stays.
    Exit code 2: a stop did not do what on_stop says, for the reason that is printed.
    """
    from botswain.cli.engine_run import Asked, run_engine

    context.exit(run_engine(context.obj, Asked(database, crash_at, bus, gateway)))
