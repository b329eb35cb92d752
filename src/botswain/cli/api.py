"""`botswain api`: the process that people and browsers talk to. Wording only; imports wait until it is called."""

from __future__ import annotations

from pathlib import Path

import click

from botswain.cli.context import Context, refusing, usual_context
from botswain.cli.ports import PORT, PORT_OR_FREE


@click.command("api")
@click.option(
    "--host", default="127.0.0.1", show_default=True, help="Where to listen; anything else is seen by others."
)
@click.option("--port", type=PORT_OR_FREE, default=8330, show_default=True, help="0 takes a free one.")
@click.option("--database", metavar="FILE|URL", help="Where the bots are; botswain.db in the data folder by default.")
@click.option(
    "--sandbox-port",
    type=PORT,
    default=8331,
    show_default=True,
    help="Where botswain sandbox serves, for accounts of a sandbox.",
)
@click.option(
    "--bus", type=click.Path(path_type=Path), metavar="PATH", help="Socket of the bus; bus.sock in the data folder."
)
@click.option(
    "--name", "names", multiple=True, metavar="HOST", help="A host name it is asked by, as behind a proxy; repeat it."
)
@click.option(
    "--proxy",
    "proxies",
    multiple=True,
    metavar="ADDRESS",
    help="A proxy before it, which is believed about who asks and whether by HTTPS; repeat it.",
)
@click.pass_context
@refusing
def api(
    context: click.Context,
    host: str,
    port: int,
    database: str | None,
    sandbox_port: int,
    bus: Path | None,
    names: tuple[str, ...],
    proxies: tuple[str, ...],
) -> None:
    """Serve the API and the web application.

    At the first start a person called admin is made, and the password is printed, once. Ctrl-C stops: what was asked is
    answered first.
    """
    from botswain.cli.api_run import Asked, run_api

    found = context.obj if isinstance(context.obj, Context) else usual_context()
    run_api(found, Asked(host, port, database, sandbox_port, bus, names, proxies))
