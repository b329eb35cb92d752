"""`botswain trade`: bots on paper or at a venue, in the terminal. Ctrl-C stops cleanly; the same command goes on."""

from __future__ import annotations

from pathlib import Path

import click

from botswain.cli.context import Context, refusing


@click.command()
@click.argument("config", type=click.Path(path_type=Path))
@click.option(
    "--replay", "replay_path", metavar="PATH", help="Replay this candle file instead of the market in CONFIG."
)
@click.option("--speed", default=60.0, show_default=True, help="Times real time; 0 is as fast as possible.")
@click.option("--candles", "limit", default=0, help="Stop after this many candles; 0 goes on.")
@click.option("--database", metavar="FILE|URL", help="Where the journal is kept; SQLite file or PostgreSQL URL.")
@click.option(
    "--plain",
    is_flag=True,
    help="A line for each fill, each order refused or cut, and each halt, instead of the live view. Without a "
    "terminal it is always so.",
)
@click.option("--take-over", is_flag=True, help="Take bots that another running process has; that one stops.")
@click.option("--crash-at", hidden=True, help="POINT:COUNT, kill this process at a named point (tests).")
@click.pass_obj
@refusing
def trade(
    obj: Context,
    config: Path,
    replay_path: str | None,
    speed: float,
    limit: int,
    database: str | None,
    plain: bool,
    take_over: bool,
    crash_at: str | None,
) -> int:
    """Run the bots of CONFIG (YAML) on paper (replayed candles, a seeded market), or at a venue with real orders.

    At a venue Ctrl-C stops each bot as its on_stop says, in at most 10 s; a second one leaves at once.
    """
    from botswain.cli.own_names import warn_of_clash
    from botswain.cli.session import Session
    from botswain.control.config import read_config
    from botswain.model.bot_names import checked_bot_name

    found = read_config(config)
    for bot in found.bots:
        checked_bot_name(bot.name)
        warn_of_clash(bot.strategy)
    session = Session(
        config=found,
        folder=config.parent,
        replay=replay_path,
        speed=speed,
        limit=limit,
        database=database,
        live=not plain,
        crash_at=crash_at,
        take_over=take_over,
    )
    if not session.market_config().venue:
        from botswain.cli.trading import trade_session

        return trade_session(obj, session)
    from botswain.cli.live_trading import live_session

    return live_session(obj, session)
