"""`botswain admin`: what whoever may open the database does for people who cannot come in. Wording only."""

from __future__ import annotations

import click

from botswain.cli.context import Context, refusing, usual_context

DATABASE = click.option("--database", metavar="FILE|URL", help="Where people are kept; botswain.db in the data folder.")


@click.group()
@click.pass_context
def admin(context: click.Context) -> None:
    """Look after the people who may sign in."""
    context.obj = context.obj if isinstance(context.obj, Context) else usual_context()


@admin.command("reset-password", short_help="Give a person a new password.")
@click.argument("name", default="admin")
@DATABASE
@click.pass_obj
@refusing
def reset_password(obj: Context, name: str, database: str | None) -> None:
    """Give the person called NAME (admin by default) a new password, which is printed once.

    All sessions of theirs end; what is signed in at a running API goes on for ten minutes at most.
    """
    from botswain.cli.admin_run import reset

    reset(obj, name, database)
