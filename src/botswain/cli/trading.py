"""A trading session in a terminal:

starts the fleet, paces the market, shows the bots, stops cleanly on Ctrl-C or SIGTERM.
"""

from __future__ import annotations

import asyncio
import math
import signal
from dataclasses import replace

import click
from rich.console import Console
from rich.live import Live

from botswain.bus.waiting import happened
from botswain.cli.compiling import said_once
from botswain.cli.context import REFUSED, Context
from botswain.cli.crash_points import crash_at
from botswain.cli.processes import is_dead, this_process
from botswain.cli.session import Session
from botswain.cli.trade_lines import Told, too_small
from botswain.cli.trade_screen import screen
from botswain.cli.trade_words import clock, closing_lines, counted, plain
from botswain.cli.watchdog import stopped_by_signals, watched
from botswain.cli.wiring import engine_parts
from botswain.engine import leases
from botswain.engine.feed import Market
from botswain.engine.fleet import Absence, Fleet
from botswain.engine.paper_market import market_of
from botswain.engine.recovery import start
from botswain.engine.view import fill_view, view_of
from botswain.model.errors import BadInput

REFRESH_S = 0.2
# The exit codes of a session in which a bot was halted, and of one in which no order of a bot was large enough to be
# sent, as those of a backtest.
HALTED = 1
TOO_SMALL = 1
SHOWN_MISSED = 3


def trade_session(context: Context, session: Session) -> int:
    """Run a session to its end; returns the exit code."""
    if not 0 <= session.speed < math.inf:
        raise BadInput(f"speed is {session.speed}; write 0 (as fast as possible) or how many times real time")
    if session.limit < 0:
        raise BadInput(f"candles is {session.limit}; write 0 (go on) or how many to handle")
    return asyncio.run(traded(context, session))


async def traded(context: Context, session: Session) -> int:
    """The session itself."""
    config = session.market_config()
    market = market_of(config, session.folder)
    console = Console()
    # Until the start is through, Ctrl-C is as good as a kill, and a kill is harmless.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    crash = crash_at(session.crash_at)
    async with engine_parts(context.data_dir, context.cache_dir, session.database, crash) as found, watched():
        parts = replace(found, owner=this_process().text(), dead=is_dead)
        if console.is_terminal:
            console.print("compiling and recovering ...", style="dim")
        else:
            parts = replace(parts, prepare=said_once())
        fleet = await start(parts, market, config, session.config.bots, take_over=session.take_over)
        stop = asyncio.Event()
        with stopped_by_signals(stop.set):
            await run_shown(fleet, Pace(session.speed, market, stop, session.limit), console, session)
    for line in closing_lines([view_of(one) for one in fleet.runners], stop.is_set()):
        click.echo(line)
    for refusal in fleet.refused:
        click.echo(f"{refusal.name}: was not started, see above", err=True)
    if fleet.refused:
        return REFUSED
    small = [line for one in fleet.runners if (line := too_small(one))]
    for line in small:
        click.echo(f"error: {line}", err=True)
    if any(one.bot.halted is not None for one in fleet.runners):
        return HALTED
    return TOO_SMALL if small else 0


async def run_shown(fleet: Fleet, ready: Pace, console: Console, session: Session) -> None:
    """Say what the start found, then run the bots and show them."""
    if fleet.recovered and not (session.live and console.is_terminal):
        click.echo(f"recovered {fleet.recovered} candles from the journal; going on")
    for refusal in fleet.refused:
        click.echo(refusal.why)
    for one in fleet.absences:
        click.echo(absence_line(one))
    if session.live and console.is_terminal:
        await shown_live(fleet, ready, console, session)
    else:
        await shown_plain(fleet, ready)


def absence_line(absence: Absence) -> str:
    """What a bot missed, and what its orders did meanwhile, as one line."""
    runner, first, last = absence.runner, clock(absence.first_ms), clock(absence.last_ms)
    when = f"at {first}" if absence.candles == 1 else f"from {first} to {last}"
    found = [fill_view(runner, one) for one in absence.fills[:SHOWN_MISSED]]
    told = [f"{one.side} {plain(one.qty)} {one.symbol} at {plain(one.price)} ({one.reason})" for one in found]
    more = len(absence.fills) - len(found)
    if more:
        told.append(f"and {counted(more, 'fill')} more")
    filled = f"filled meanwhile: {', '.join(told)}" if told else "nothing filled meanwhile"
    return f"{runner.name}: was away and missed {counted(absence.candles, 'candle')} {when}; {filled}"


class Pace:
    """Lets instants through at a multiple of real time, until asked to stop or the limit is reached."""

    def __init__(self, speed: float, market: Market, stop: asyncio.Event, limit: int) -> None:
        self.step_s = market.timeframe_ms / 1000 / speed if speed > 0 else 0.0
        self.stop = stop
        self.limit = limit
        self.count = 0
        self.due: float | None = None

    async def __call__(self) -> bool:
        """Wait until the next instant is due; False when the session is over."""
        if self.stop.is_set() or (self.limit and self.count >= self.limit):
            return False
        self.count += 1
        now = asyncio.get_running_loop().time()
        self.due = now if self.due is None else max(self.due + self.step_s, now - self.step_s)
        if self.step_s == 0.0 or self.due <= now:
            await asyncio.sleep(0)
            return not self.stop.is_set()
        return not await happened(self.stop, self.due - now)


async def shown_live(fleet: Fleet, ready: Pace, console: Console, session: Session) -> None:
    """Run with a screen that is drawn a few times a second."""
    running = asyncio.create_task(leases.run(fleet, ready), name="session")
    with Live(console=console, screen=False, auto_refresh=False, transient=False) as live:
        while not running.done():
            live.update(screen(fleet, session.speed, session.title, console), refresh=True)
            await asyncio.wait({running}, timeout=REFRESH_S)
        live.update(screen(fleet, session.speed, session.title, console), refresh=True)
    await running


async def shown_plain(fleet: Fleet, ready: Pace) -> None:
    """Run and print one line for each fill, refusal and halt."""
    seen = [Told(one) for one in fleet.runners]

    async def told() -> bool:
        for one in seen:
            for line in one.new():
                click.echo(line)
        return await ready()

    await leases.run(fleet, told)
    await told()
