"""`botswain trade` at a venue, in a terminal: the bots' view with a line of the venue's, and a stop by policy."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import click
from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.table import Table
from rich.text import Text

from botswain.cli.compiling import said_once
from botswain.cli.context import REFUSED, Context
from botswain.cli.crash_points import crash_at
from botswain.cli.databases import database_of
from botswain.cli.high_water import high_water
from botswain.cli.live_lines import Teller, halt_lines, states, stop_lines, venue_name
from botswain.cli.live_wiring import Places
from botswain.cli.paper_wiring import side_of
from botswain.cli.processes import is_dead, this_process
from botswain.cli.session import Session
from botswain.cli.stop_signals import stops
from botswain.cli.trade_screen import MOST_FILLS, bot_panel
from botswain.cli.trade_words import clock, closing_lines
from botswain.cli.watchdog import watched
from botswain.cli.wiring import engine_parts
from botswain.engine.live_crew import Crew
from botswain.engine.stop_ends import undone
from botswain.engine.venue_view import venue_view
from botswain.engine.view import view_of
from botswain.model.errors import BadInput

REFRESH_S = 0.2
SHOWN_REMARKS = 3


def live_session(context: Context, session: Session) -> int:
    """Run a session at a venue to its end; returns the exit code. Raises BadInput, FailClosed."""
    if session.limit:
        raise BadInput("--candles is for paper, where a market can end; stop live bots with Ctrl-C")
    return asyncio.run(traded(context, session))


async def traded(context: Context, session: Session) -> int:
    """The session itself."""
    config, console = session.market_config(), Console()
    shown = session.live and console.is_terminal
    teller = Teller()
    crash = crash_at(session.crash_at)
    async with (
        engine_parts(context.data_dir, context.cache_dir, session.database, crash) as found,
        watched(),
        high_water(found.store, database_of(context.data_dir, session.database)[0]),
    ):
        parts = replace(found, owner=this_process().text(), dead=is_dead)
        if not shown:
            parts = replace(parts, prepare=said_once())
        places = Places(context.data_dir, session.database)
        crew = Crew(
            parts,
            lambda: side_of(parts, places, config, teller.remark),
            config,
            session.config.bots,
            teller.remark,
            session.take_over,
        )
        stops(crew.stop, crew.leave)
        running = asyncio.create_task(crew.run(), name="crew")
        if shown:
            await on_screen(crew, running, teller, console)
        else:
            await in_lines(crew, running, teller)
        await running
    for line in closing_lines([view_of(one) for one in crew.runners], False):
        click.echo(line)
    if crew.stop.is_set():
        for line in stop_lines(crew):
            click.echo(line)
    for refusal in crew.refused:
        click.echo(f"{refusal.name}: was stopped: {refusal.why}", err=True)
    return REFUSED if crew.refused or (crew.stop.is_set() and undone(crew)) else 0


async def in_lines(crew: Crew, running: asyncio.Task[None], teller: Teller) -> None:
    """Print what happens, a few times a second, until the end."""
    stopping = False
    while not running.done():
        for line in teller.new(crew):
            click.echo(line)
        if crew.stop.is_set() and not stopping:
            stopping = True
            click.echo("stopping; again to leave at once")
        await asyncio.wait({running}, timeout=REFRESH_S)
    for line in teller.new(crew):
        click.echo(line)


async def on_screen(crew: Crew, running: asyncio.Task[None], teller: Teller, console: Console) -> None:
    """Draw what is so, a few times a second, until the end."""
    with Live(console=console, screen=False, auto_refresh=False, transient=False) as live:
        while not running.done():
            live.update(screen(crew, teller, console), refresh=True)
            await asyncio.wait({running}, timeout=REFRESH_S)
        live.update(screen(crew, teller, console), refresh=True)


def screen(crew: Crew, teller: Teller, console: Console) -> RenderableType:
    """The whole view: the venue's line, what is not as it should be, the bots, and the latest remarks."""
    fleet = crew.fleet or crew.last
    head = Table.grid(expand=True, padding=(0, 1))
    head.add_column(no_wrap=True, overflow="ellipsis", ratio=1)
    head.add_column(no_wrap=True, justify="right")
    said = [Text(one, "yellow", no_wrap=True, overflow="ellipsis") for one in teller.remarks[-SHOWN_REMARKS:]]
    how = ("stopping; Ctrl-C leaves at once", "bold yellow") if crew.stop.is_set() else ("Ctrl-C stops", "dim")
    if fleet is None:
        head.add_row(Text("botswain trade", "bold"), Text.assemble(how))
        return Group(head, Text(crew.starting, "yellow"), *said)
    view = venue_view(fleet)
    at = f"{clock(view.last_open_ms)} UTC" if view.last_open_ms >= 0 else "before the first candle"
    name = Text.assemble(("botswain trade", "bold"), "  ", (venue_name(view), "cyan"))
    head.add_row(name, Text.assemble(at, "  ", how))
    lines = [state_line(key, text) for key, text in states(view).items()]
    if crew.fleet is None and not crew.stop.is_set():
        lines = [Text(f"not trading: {crew.starting}", "bold red")]
    lines += [Text(one, "bold red") for one in halt_lines(crew)]
    rows = (console.size.height - 1 - len(lines) - len(said)) // max(len(fleet.runners), 1) - 2
    panels = [bot_panel(view_of(one, MOST_FILLS), console, rows) for one in fleet.runners.values()]
    return Group(head, *lines, *panels, *said)


def state_line(key: str, text: str) -> Text:
    """One state; what is wrong is red."""
    wrong = any(one in text for one in ("NOT HEARD", "NOT READ", "stale"))
    style = "bold red" if wrong else "yellow" if key == "in doubt" else ""
    return Text.assemble((f"{key} ", "dim"), (text, style), no_wrap=True, overflow="ellipsis")
