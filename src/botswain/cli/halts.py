"""`botswain halt` and `botswain resume`: what running engines notice within two seconds, and what survives restarts."""

from __future__ import annotations

import click

from botswain.cli.context import Context, refusing

DATABASE = click.option("--database", metavar="FILE|URL", help="Where the bots are; botswain.db in the data folder.")
BOT = click.argument("bot", required=False)


@click.command()
@BOT
@click.option("--all", "everything", is_flag=True, help="The whole platform, whatever its bots' own rows say.")
@click.option("--flatten", is_flag=True, help="Close its position by the market too, and rest until botswain resume.")
@click.option("--reason", default="", help="Why; it is shown wherever the halt is.")
@DATABASE
@click.pass_obj
@refusing
def halt(obj: Context, bot: str | None, everything: bool, flatten: bool, reason: str, database: str | None) -> None:
    """Stop BOT, or everything, from opening positions: entries are taken off, what protects and reduces works on.

    Running engines obey within two seconds. It holds across restarts until botswain resume.
    """
    from botswain.cli.halts_run import halted

    halted(obj, database, bot, reason, everything=everything, flatten=flatten)


@click.command()
@BOT
@click.option("--all", "everything", is_flag=True, help="Lift the halt of the platform; bots halted by name stay so.")
@DATABASE
@click.pass_obj
@refusing
def resume(obj: Context, bot: str | None, everything: bool, database: str | None) -> None:
    """Lift the halt of BOT, or that of the platform. Orders that had ended at the venue are asked for once more."""
    from botswain.cli.halts_run import resumed

    resumed(obj, database, bot, everything=everything)
