"""`botswain keys`: venue keys into the database, sealed; what is there; and out of use. A secret is never an option."""

from __future__ import annotations

import click

from botswain.cli.context import Context, refusing, usual_context
from botswain.model.errors import BadInput

# Before the command or after it, as with every other command: who copies a line from one to the other is understood.
DATABASE = click.option("--database", metavar="FILE|URL", help="Where keys are kept; botswain.db in the data folder.")


@click.group()
@DATABASE
@click.pass_context
def keys(context: click.Context, database: str | None) -> None:
    """Add, list and revoke venue keys.

    A key is sealed when it is added; only the gateway opens it, and uses it within the caps it was added with.
    """
    found = context.obj if isinstance(context.obj, Context) else usual_context()
    context.obj = (found, database)


@keys.command("add", short_help="Seal a venue key.")
@click.argument("name")
@click.option("--venue", default="binance", show_default=True, help="Whose key it is.")
@click.option(
    "--environment",
    required=True,
    type=click.Choice(["sandbox", "test", "live"]),
    help="What the key trades on: the exchange of botswain sandbox, the venue's test network, or real money.",
)
@click.option("--account", help="The account it is for, made where there is none.  [default: NAME]")
@click.option("--key", "api_key", help="The public half; asked for where it is not given.")
@click.option("--symbols", help="The only symbols it may trade: BTC/USDT,ETH/USDT.  [default: all]")
@click.option("--max-notional", help="Most that one order may be worth, in its quote asset.  [default: no limit]")
@click.option("--orders-per-minute", type=int, help="Most new orders in a minute.  [default: no limit]")
@click.option("--unchecked", is_flag=True, help="Keep a live key without asking the venue what it may do.")
@DATABASE
@click.pass_obj
@refusing
def add(
    obj: tuple[Context, str | None],
    name: str,
    venue: str,
    environment: str,
    account: str | None,
    api_key: str | None,
    symbols: str | None,
    max_notional: str | None,
    orders_per_minute: int | None,
    unchecked: bool,
    database: str | None,
) -> None:
    """Seal a key under NAME. The secret (or an Ed25519 private key in PEM) is asked for, or read from stdin.

    A live key that may withdraw or transfer is refused.
    """
    from botswain.cli.keys_run import Asked, add_key, caps_asked

    context, where = obj[0], database_asked(obj[1], database)
    caps = caps_asked(symbols, max_notional, orders_per_minute)
    asked = Asked(name, venue, environment, account or name, caps, unchecked)
    add_key(context.data_dir, where, asked, api_key)


@keys.command("list")
@DATABASE
@click.pass_obj
@refusing
def list_(obj: tuple[Context, str | None], database: str | None) -> None:
    """List keys with their caps; of a key itself only a fingerprint."""
    from botswain.cli.keys_run import list_keys

    list_keys(obj[0].data_dir, database_asked(obj[1], database))


@keys.command("revoke")
@click.argument("name")
@DATABASE
@click.pass_obj
@refusing
def revoke(obj: tuple[Context, str | None], name: str, database: str | None) -> None:
    """Let a key count no more. A running gateway drops it within seconds; at the venue it has to be deleted too."""
    from botswain.cli.keys_run import revoke_key

    revoke_key(obj[0].data_dir, database_asked(obj[1], database), name)


@keys.command("rotate")
@DATABASE
@click.pass_obj
@refusing
def rotate(obj: tuple[Context, str | None], database: str | None) -> None:
    """Seal every key anew under another key pair of this installation, while the gateway runs.

    Afterwards a stolen copy of the old pair opens nothing that is here. Cut off, it goes on where it was.
    """
    from botswain.cli.key_rotation import rotate_pair

    count, odd = rotate_pair(obj[0].data_dir, database_asked(obj[1], database))
    for one in odd:
        click.echo(one, err=True)
    click.echo(f"{count} keys are sealed anew; the old key pair is gone. Backups from before need it: make new ones")


@keys.command("rotate-tag")
@DATABASE
@click.pass_obj
@refusing
def rotate_tag(obj: tuple[Context, str | None], database: str | None) -> None:
    """Retire the secret that proves which orders are ours, and make another; orders under the old one stay provable.

    Processes that run go on with the old one until they are started again.
    """
    from botswain.cli.tag_keys import rotate_tag_key

    count = rotate_tag_key(obj[0].data_dir, database_asked(obj[1], database))
    click.echo(f"orders are named under a new secret from the next start on; {count} retired ones are kept")


def database_asked(before: str | None, after: str | None) -> str | None:
    """The database that was named, before the command or after it. Raises BadInput for two different ones."""
    if before is not None and after is not None and before != after:
        raise BadInput(f"two databases were named, {before!r} and {after!r}; name one")
    return before if after is None else after
