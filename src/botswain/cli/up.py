"""`botswain up`: everything with one command. Wording only; imports wait until it is called."""

from __future__ import annotations

import click

from botswain.cli.context import Context, refusing
from botswain.cli.ports import PORT


@click.command()
@click.option("--demo", is_flag=True, help="A market of its own at 60 times real time, and five bots on it.")
@click.option(
    "--port", type=PORT, default=8330, show_default=True, help="Where the page and the API are, on this machine only."
)
@click.option("--sandbox-port", type=PORT, default=8331, show_default=True, help="Where the built-in exchange is.")
@click.pass_obj
@refusing
def up(obj: Context, demo: bool, port: int, sandbox_port: int) -> int:
    """Start the built-in exchange, the API with the page, the gateway and the engine; what dies is started again.

    Ctrl-C stops all of it, the engine first, which stops each bot as its on_stop says; a second one ends it at once.
    """
    from botswain.cli.up_run import Asked, run_up

    return run_up(obj, Asked(demo, port, sandbox_port))
