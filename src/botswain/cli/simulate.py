"""`botswain simulate`: a world of trouble in one thread, from one seed.

Wording and wiring only. Imports wait until the command is called so that `botswain --help` stays fast.
"""

from __future__ import annotations

import click

from botswain.cli.context import Context, refusing, usual_context


@click.command("simulate")
@click.option("--seed", default=1, show_default=True, help="Everything follows from this number.")
@click.option("--seeds", default=1, show_default=True, help="So many seeds, one after the other.")
@click.option("--days", default=1.0, show_default=True, help="Simulated days of each.")
@click.option(
    "--faults",
    default="all",
    show_default=True,
    help="What may go wrong: none, network, venue, crash, database, clock, all; several with commas.",
)
@click.option("--bots", default=1, show_default=True, help="Bots on the account.")
@click.option("--per-day", type=float, help="Faults a day.  [default: 110]")
@click.option("--twice", is_flag=True, help="Run each seed twice and compare every byte.")
@click.pass_context
@refusing
def simulate(
    context: click.Context, /, seed: int, seeds: int, days: float, faults: str, bots: int, per_day: float | None,
    twice: bool,
) -> None:  # fmt: skip
    """Let bots live through simulated days on an exchange, a network, a database and a clock that fail.

    After every event the exchange's books and the database are compared with what must hold (invariants I1 to I9, I11).
    The first breach stops the run, says what happened last, and which command shows it again.
    """
    from botswain.cli.simulate_run import Asked, run_simulation

    found = context.obj if isinstance(context.obj, Context) else usual_context()
    run_simulation(found, Asked(seed, seeds, days, faults, bots, per_day, twice))
