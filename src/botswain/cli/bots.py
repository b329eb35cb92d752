"""`botswain bots`, `start` and `stop`: what is wanted of bots. A running engine makes it so within two seconds."""

from __future__ import annotations

from pathlib import Path

import click

from botswain.cli.context import Context, refusing

DATABASE = click.option("--database", metavar="FILE|URL", help="Where the bots are; botswain.db in the data folder.")


@click.command()
@DATABASE
@click.pass_obj
@refusing
def bots(obj: Context, database: str | None) -> None:
    """List the bots: what is wanted, what halts them, who runs them, on what account, and their realized profit."""
    from botswain.cli.bots_run import list_bots

    list_bots(obj, database)


@click.command()
@click.argument("bot")
@click.option(
    "--config", type=click.Path(path_type=Path), metavar="FILE", help="A configuration that has BOT, to make it from."
)
@DATABASE
@click.pass_obj
@refusing
def start(obj: Context, bot: str, config: Path | None, database: str | None) -> None:
    """Want BOT to run; botswain engine starts it. With --config it is made where there is none of its name yet."""
    from botswain.cli.bots_run import start_bot

    start_bot(obj, database, bot, config)


@click.command()
@click.argument("bot")
@click.option(
    "--policy",
    type=click.Choice(("leave", "cancel_entries", "cancel_all", "flatten")),
    help="What becomes of its orders and position this once, instead of its own on_stop.",
)
@DATABASE
@click.pass_obj
@refusing
def stop(obj: Context, bot: str, policy: str | None, database: str | None) -> None:
    """Want BOT to stop; botswain engine stops it by its own on_stop. Its journal stays, and it can be started again."""
    from botswain.cli.bots_run import stop_bot

    stop_bot(obj, database, bot, policy)
