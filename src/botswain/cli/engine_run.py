"""Runs the supervisor in a terminal or under a service manager: a line for each thing that happens, until stopped."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

import click

from botswain.bus.local import Local
from botswain.cli.context import REFUSED, Context
from botswain.cli.crash_points import crash_at
from botswain.cli.databases import BUS, database_of, now_ms
from botswain.cli.high_water import high_water
from botswain.cli.live_lines import Teller
from botswain.cli.live_wiring import Places
from botswain.cli.paper_wiring import side_of
from botswain.cli.processes import is_dead, this_process
from botswain.cli.stop_signals import stops
from botswain.cli.watchdog import watched
from botswain.cli.wiring import engine_parts
from botswain.engine.announcer import Announcer
from botswain.engine.recovery import local_tenant
from botswain.engine.supervision import Supervision
from botswain.engine.supervisor import Berth

REFRESH_S = 0.5


@dataclass(frozen=True, slots=True)
class Asked:
    """The command's options. bus None: bus.sock in the data folder; gateway: it sends, this process opens no key."""

    database: str | None
    crash_at: str | None = None
    bus: Path | None = None
    gateway: bool = False


def run_engine(context: Context, asked: Asked) -> int:
    """Run until interrupted; returns the exit code. Raises BadInput."""
    return asyncio.run(supervised(context, asked))


async def supervised(context: Context, asked: Asked) -> int:
    """The engine itself; returns the exit code."""
    async with (
        engine_parts(context.data_dir, context.cache_dir, asked.database, crash_at(asked.crash_at)) as found,
        watched(),
        high_water(found.store, database_of(context.data_dir, asked.database)[0]),
        Local(asked.bus or context.data_dir / BUS) as bus,
    ):
        parts = replace(found, owner=this_process().text(), dead=is_dead)
        places = Places(context.data_dir, asked.database, gateway=asked.gateway)
        voice = Announcer(bus, lambda: made.crews, now_ms, await local_tenant(parts))

        def say(text: str) -> None:
            click.echo(text)
            voice.remark(text)

        made = Supervision(parts, lambda market, remark: side_of(parts, places, market, remark), say)
        stops(made.stop, made.leave)
        click.echo("engine: running what is wanted to run (botswain start BOT); Ctrl-C stops")
        running = asyncio.create_task(made.run(), name="supervisor")
        announcing = asyncio.create_task(voice.keep(asyncio.sleep), name="announcer")
        tellers: dict[Berth, Teller] = {}
        while not running.done():
            tell(made, tellers)
            await asyncio.wait({running, announcing}, timeout=REFRESH_S, return_when=asyncio.FIRST_COMPLETED)
            if announcing.done():
                announcing.result()
        voice.look()
        announcing.cancel()
        with suppress(asyncio.CancelledError):
            await announcing
        tell(made, tellers)
        running.result()
    click.echo("engine: stopped; what is wanted stays, and the next start goes on")
    return REFUSED if made.undone else 0


def tell(made: Supervision, tellers: dict[Berth, Teller]) -> None:
    """Print what happened on every account since."""
    for berth, crew in made.crews.items():
        for line in tellers.setdefault(berth, Teller(f"{berth}: ")).new(crew):
            click.echo(line)
