"""`botswain sandbox`: the built-in exchange on a port of this machine.

Wording and wiring only. Imports wait until the command is called so that `botswain --help` stays fast.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from botswain.cli.context import Context, refusing, usual_context
from botswain.cli.ports import PORT_OR_FREE

FILE = click.Path(path_type=Path)


@click.command("sandbox")
@click.option(
    "--port",
    type=PORT_OR_FREE,
    default=8331,
    show_default=True,
    help="Where to listen, on this machine only; 0 takes a free one.",
)
@click.option("--candles", multiple=True, type=FILE, metavar="PATH", help="Replay a Parquet or CSV file of candles.")
@click.option(
    "--trades", multiple=True, type=FILE, metavar="PATH", help="Replay a file of trades (ts, price, quantity, side)."
)
@click.option("--symbol", multiple=True, help="What to call a file's symbol, in the files' order.")
@click.option("--instrument", multiple=True, type=FILE, help="A YAML or JSON file with a symbol's rules.")
@click.option(
    "--fee", default="0.001", show_default=True, help="Of symbols without --instrument: as maker and taker, a fraction."
)
@click.option("--seed", type=int, help="Make a market up from this number.")
@click.option(
    "--price", multiple=True, metavar="SYMBOL=PRICE", help="With --seed: its symbols.  [default: BTC, ETH, BNB]"
)
@click.option("--speed", type=float, help="Times real time; 0 is as fast as possible.  [default: 1]")
@click.option("--step", is_flag=True, help="Move only when told: POST /sandbox/step.")
@click.option("--history", default=0, show_default=True, help="Candles that have passed already at the start.")
@click.option("--account", multiple=True, metavar="NAME", help="Accounts to open.  [default: main]")
@click.option("--balance", multiple=True, metavar="ASSET=AMOUNT", help="What each account starts with.")
@click.option("--hide-keys", is_flag=True, help="Do not print the accounts' keys.")
@click.option("--keep", type=FILE, metavar="FILE", help="Remember what is traded, and go on there at the next start.")
@click.pass_context
@refusing
def sandbox(context: click.Context, /, **given: Any) -> None:
    """Serve the Binance spot API over candles, trades or a made-up market.

    Addresses: http://127.0.0.1:PORT/api/v3, ws://127.0.0.1:PORT/ws and /stream, ws://127.0.0.1:PORT/ws-api/v3.
    """
    from botswain.cli.sandbox_run import Asked, made_up, run_sandbox

    found = context.obj if isinstance(context.obj, Context) else usual_context()
    asked, market = Asked(**given), made_up
    if asked.candles or asked.trades:
        from botswain.cli.sandbox_files import market_of as market
    run_sandbox(found, asked, market)
