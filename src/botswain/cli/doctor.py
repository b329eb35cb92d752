"""`botswain doctor`: the journal held against the venue, read-only. Wording only; imports wait until it is called."""

from __future__ import annotations

import click

from botswain.cli.context import Context, refusing


@click.command()
@click.option("--account", metavar="NAME", help="Only this account.  [default: every account at a venue]")
@click.option("--days", default=7, show_default=True, help="How far back ended orders are compared.")
@click.option("--database", metavar="FILE|URL", help="Where the journal is kept; botswain.db in the data folder.")
@click.pass_obj
@refusing
def doctor(obj: Context, account: str | None, days: int, database: str | None) -> int:
    """Compare journal and venue: orders, fills, balances. Prints every difference and the rule that explains it.

    Changes nothing, and may run beside an engine. Exit code 1: something is unexplained; 2: the venue cannot be read.
    """
    from botswain.cli.doctor_run import Asked, run_doctor

    return run_doctor(obj, Asked(account, days, database))
