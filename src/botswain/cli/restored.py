"""`botswain restored`: what has to be said once after a database was put back from a backup."""

from __future__ import annotations

import click

from botswain.cli.context import Context, refusing


@click.command()
@click.option("--reason", default="", help="Why; it stands in every bot's journal.")
@click.option("--database", metavar="FILE|URL", help="The one put back; botswain.db in the data folder.")
@click.pass_obj
@refusing
def restored(obj: Context, reason: str, database: str | None) -> None:
    """Say that the database was put back from a backup, before anything is started on it again.

    A backup does not know what was sent after it was taken. From here on all its bots name their orders so that no name
    which a venue may have seen comes again. Refused while a process runs one of them.
    """
    from botswain.cli.restored_run import renew_ids

    renew_ids(obj, reason, database)
