"""Gives people another password, in the database itself."""

from __future__ import annotations

import asyncio
import secrets

import click

from botswain.cli.context import Context
from botswain.cli.databases import database_of, must_exist, now_ms, opened
from botswain.control.users import People
from botswain.model.ids import IdMaker


def reset(context: Context, name: str, database: str | None) -> None:
    """Do it and print the password, once. Raises BadInput where there is no such person, or no database."""
    must_exist(context.data_dir, database)
    password = asyncio.run(changed(context, name, database))
    click.echo(f"{name} signs in with password {password}")
    click.echo("this is the only time it is shown; change it after signing in. All sessions of theirs have ended")


async def changed(context: Context, name: str, database: str | None) -> str:
    """The new password."""
    async with opened(database_of(context.data_dir, database)[0]) as store:
        # It signs nobody in, so no secret of the API's is needed.
        people = People(store, now_ms, IdMaker(now_ms, secrets.token_bytes), b"", secrets.token_bytes)
        return await people.reset_password(name)
