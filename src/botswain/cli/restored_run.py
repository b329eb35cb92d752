"""Renews the journal epoch of a database and its bots, and says what is left for a person to do."""

from __future__ import annotations

import asyncio
import secrets
from dataclasses import replace

import click

from botswain.cli.context import Context
from botswain.cli.databases import EPOCH_BYTES, database_of, must_exist
from botswain.cli.halts_run import person
from botswain.cli.high_water import place_of, remember
from botswain.cli.processes import is_dead, this_process
from botswain.cli.wiring import engine_parts
from botswain.engine.restored import Wish, renew

UNSAID = "the database was put back from a backup"
NEXT = """\
next:
  1. where botswain gateway runs, start it anew: it remembers what was sent after the backup
  2. botswain doctor: orders sent after the backup are at the venue and in no journal; take them off there
  3. botswain trade or botswain engine: the bots read the venue, book what their own orders filled, and go on"""


def renew_ids(context: Context, reason: str, database: str | None) -> None:
    """Do it and say so. Raises BadInput where there is no database, or a process runs one of its bots."""
    must_exist(context.data_dir, database)
    names = asyncio.run(renewed(context, Wish(secrets.token_bytes(EPOCH_BYTES), person(), reason or UNSAID), database))
    if not names:
        click.echo("there are no bots in this database; those made from now on name their orders anew")
        return
    who = "1 bot names its" if len(names) == 1 else f"{len(names)} bots name their"
    click.echo(f"{who} orders anew from here on: {', '.join(names)}")
    click.echo(NEXT)


async def renewed(context: Context, wish: Wish, database: str | None) -> tuple[str, ...]:
    """The names of the bots."""
    place = place_of(database_of(context.data_dir, database)[0])
    async with engine_parts(context.data_dir, context.cache_dir, database, lambda _point: None) as found:
        names = await renew(replace(found, owner=this_process().text(), dead=is_dead), wish)
        if place is not None:
            await remember(found.store, place)
    return names
