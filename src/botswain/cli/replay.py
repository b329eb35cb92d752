"""`botswain replay BOT`: recompute a bot's run from its journal and say every difference."""

from __future__ import annotations

import click

from botswain.cli.context import Context, refusing
from botswain.history.instants import iso
from botswain.store.journal import Verified

SHOWN = 10
AS_IT_WAS = "; what differs may be what it did otherwise: replay it with the version that wrote it"


@click.command()
@click.argument("bot")
@click.option(
    "--database", metavar="FILE|URL", help="Where the journal is kept; botswain.db in the data folder by default."
)
@click.pass_obj
@refusing
def replay(obj: Context, bot: str, database: str | None) -> int:
    """Recompute BOT's run from its journal and compare it row by row, orders, fills and positions too.

    Writes nothing; exit code 1 on a difference.
    """
    import asyncio

    from botswain.cli.databases import must_exist
    from botswain.cli.wiring import engine_parts
    from botswain.engine.replay import Replayed
    from botswain.engine.replay import replay as replayed

    must_exist(obj.data_dir, database)

    async def run() -> Replayed:
        async with engine_parts(obj.data_dir, obj.cache_dir, database, lambda _point: None) as parts:
            return await replayed(parts, bot)

    found = asyncio.run(run())
    told = f"{found.candles} candles, {found.rows} journal rows after the first, {found.fills} fills recomputed"
    click.echo(f"{found.name}: {told}")
    click.echo(chain_line(found.chain))
    if found.code_changed:
        click.echo("the code is not the one that wrote the journal" + AS_IT_WAS * bool(found.count))
    for line in found.differences[:SHOWN]:
        click.echo(f"  {line}")
    if found.count > SHOWN:
        click.echo(f"  and {found.count - SHOWN} more")
    if found.pending:
        click.echo(f"{found.pending} rows of the last candles are not written yet; botswain trade writes them")
    if found.missed:
        click.echo(
            f"{found.missed} candles are recorded that it has not taken yet: it is at them now, or they went by "
            "without it, and botswain trade books what filled meanwhile and goes on"
        )
    click.echo(f"{found.count} differences")
    return 1 if found.count else 0


def chain_line(chain: Verified) -> str:
    """How far a bot's hash chain was verified, and what it was held against."""
    if chain.broken_seq is not None:
        return f"chain broken at row {chain.broken_seq:,}"
    if not chain.anchored_seq:
        return f"chain verified, {chain.rows:,} rows, not anchored yet"
    upto = "" if chain.anchored_seq == chain.head_seq else f" up to row {chain.anchored_seq:,}"
    return f"chain verified, {chain.rows:,} rows, anchored at {iso(chain.anchored_ms)}{upto}"
