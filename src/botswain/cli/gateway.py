"""`botswain gateway`: the process that opens venue keys. Wording only; imports wait until the command is called."""

from __future__ import annotations

from pathlib import Path

import click

from botswain.cli.context import Context, refusing, usual_context
from botswain.cli.ports import PORT


@click.command("gateway")
@click.option(
    "--socket", type=click.Path(path_type=Path), help="Where to listen.  [default: gateway.sock in the data folder]"
)
@click.option("--database", metavar="FILE|URL", help="Where keys and journal are kept.")
@click.option(
    "--sandbox-port",
    type=PORT,
    default=8331,
    show_default=True,
    help="Where botswain sandbox serves, for keys of a sandbox.",
)
@click.option(
    "--keyless",
    is_flag=True,
    help="Send for accounts of a sandbox that have no key too, and make database and key pair where there are none; "
    "botswain up starts it so.",
)
@click.option("--crash-at", hidden=True, help="POINT:COUNT, kill this process at a named point (tests).")
@click.pass_context
@refusing
def gateway(
    context: click.Context,
    socket: Path | None,
    database: str | None,
    sandbox_port: int,
    keyless: bool,
    crash_at: str | None,
) -> None:
    """Open the venue keys that count, and send for engines of this machine what their journals hold.

    Nothing else on this machine can open a key. Stop it with Ctrl-C: what was sent is answered first.
    """
    from botswain.cli.gateway_run import Asked, run_gateway

    found = context.obj if isinstance(context.obj, Context) else usual_context()
    run_gateway(Asked(found.data_dir, database, socket, sandbox_port, crash_at, keyless))
