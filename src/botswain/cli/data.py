"""`botswain data`: candles into the store, what is there, and whether it is sound.

Only the wording of commands: the work is done in `history`, the tables are drawn in `candle_tables`. Their
imports stand inside the commands so that `botswain --help` stays fast.
"""

from __future__ import annotations

import dataclasses
import json
import time
from pathlib import Path

import click

from botswain.cli.context import Context, refusing, usual_context

OWN_VENUE = "local"
FOUND_ERRORS = 1
INTERRUPTED = 130


@click.group()
@click.option("--data-dir", type=click.Path(path_type=Path), help="Folder that holds the candle store.")
@click.pass_context
def data(context: click.Context, data_dir: Path | None) -> None:
    """Import, download, list and check candles.

    The store is one Parquet file for each venue, symbol and timeframe, in the data folder. A backtest takes its
    candles by symbol: --candles BTC/USDT.
    """
    found = context.obj if isinstance(context.obj, Context) else usual_context()
    context.obj = dataclasses.replace(found, data_dir=data_dir) if data_dir else found


@data.command("import", short_help="Add the candles of a file to the store.")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--symbol", help="BASE/QUOTE, where the name of the file does not tell it.")
@click.option("--timeframe", help="Such as 5m or 1h, where the times in the file do not tell it.")
@click.option("--venue", default=OWN_VENUE, show_default=True, help="Under which venue to keep the candles.")
@click.option("--sort", is_flag=True, help="Put rows in order of time and drop rows that are equal.")
@click.option("--decimals", type=int, help="Round prices to this many decimals.")
@click.option("--replace", is_flag=True, help="Where a stored candle differs, take the one from the file.")
@click.pass_obj
@refusing
def import_(
    context: Context,
    file: Path,
    symbol: str | None,
    timeframe: str | None,
    venue: str,
    sort: bool,
    decimals: int | None,
    replace: bool,
) -> None:
    """Add the candles of FILE (Parquet or CSV: ts, open, high, low, close, volume) to the store.

    A file with errors is refused as a whole and changes nothing.
    """
    from botswain.cli.candle_tables import print_imported
    from botswain.history.files import read_file
    from botswain.history.names import UNNAMED
    from botswain.history.repair import rounded, sorted_once
    from botswain.history.shelf import Shelf
    from botswain.history.sources import Source
    from botswain.history.verdicts import verdict_on
    from botswain.model.errors import BadInput

    read = read_file(file, symbol, timeframe)
    candles, notes = read.candles, read.notes
    if candles.symbol == UNNAMED and symbol is None:
        raise BadInput(f"{file}: the names of file and folder tell no symbol; say it, such as --symbol BTC/USDT")
    if sort:
        candles, dropped = sorted_once(candles)
        notes = (*notes, f"{dropped} rows were equal to another and dropped") if dropped else notes
    if decimals is not None:
        candles = rounded(candles, decimals)
    source = Source(candles, str(file), notes)
    source.checked()
    shelf = Shelf(context.candles_dir)
    merged = shelf.put(venue, candles, replace=replace)
    print_imported(merged, shelf.path(venue, candles.symbol, candles.timeframe), verdict_on(source))


@data.command("download", short_help="Add candles from a venue to the store.")
@click.argument("symbol")
@click.option("--timeframe", default="1h", show_default=True, help="Length of the candles.")
@click.option("--start", help="From when, such as 2024-01-01 (UTC). Without it: after the last stored candle.")
@click.option("--end", help="Until when, not included. Without it: the last closed candle.")
@click.option("--venue", default="binance", show_default=True, help="A venue that CCXT knows.")
@click.option("--replace", is_flag=True, help="Where a stored candle differs, take the venue's.")
@click.pass_obj
@refusing
def download_(
    context: Context, symbol: str, timeframe: str, start: str | None, end: str | None, venue: str, replace: bool
) -> None:
    """Add candles of SYMBOL from a venue to the store.

    Stopped or killed, it goes on where it was when the same command is given again.
    """
    from botswain.cli.downloads import ProgressBar, exchange, print_downloaded
    from botswain.history.download import Request, download
    from botswain.history.instants import instant_ms
    from botswain.history.shelf import Shelf

    request = Request(
        symbol,
        timeframe,
        start_ms=instant_ms(start, "--start") if start else None,
        end_ms=instant_ms(end, "--end") if end else None,
        replace=replace,
    )
    shelf = Shelf(context.candles_dir)
    source = exchange(venue)
    try:
        with ProgressBar(f"{venue} {symbol} {timeframe}") as bar:
            done = download(source, request, shelf, bar, time.sleep)
    except KeyboardInterrupt:
        click.echo("stopped; what came is stored: give the same command again to go on", err=True)
        raise click.exceptions.Exit(INTERRUPTED) from None
    print_downloaded(done, request, shelf.entry(symbol, timeframe, venue))


@data.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print JSON instead of a table.")
@click.pass_obj
@refusing
def list_(context: Context, as_json: bool) -> None:
    """Show what is in the store."""
    from botswain.cli.candle_tables import entry_object, print_entries
    from botswain.history.shelf import Shelf

    entries = Shelf(context.candles_dir).entries()
    if as_json:
        click.echo(json.dumps([entry_object(one) for one in entries], indent=2))
    else:
        print_entries(entries, context.candles_dir)


@data.command("check", short_help="Judge a file, a stored symbol, or the whole store.")
@click.argument("target", required=False)
@click.option("--symbol", help="What to call the symbol of a file; without TARGET: only this one's.")
@click.option("--timeframe", help="The timeframe of a file, or which of the stored ones.")
@click.option("--venue", help="Which venue's, where the store has several.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON instead of a table.")
@click.pass_obj
@refusing
def check_(
    context: Context, target: str | None, symbol: str | None, timeframe: str | None, venue: str | None, as_json: bool
) -> None:
    """Judge candles: order, gaps, duplicates, sanity, NaN, hash.

    TARGET is a .parquet or .csv file, or a symbol in the store. Without it everything in the store is judged and
    summed up.

    Exits with 1 where a backtest would refuse any of it.
    """
    from botswain.cli.candle_tables import print_verdict
    from botswain.cli.store_check import check_store
    from botswain.history.shelf import Shelf
    from botswain.history.sources import find_source
    from botswain.history.verdicts import verdict_object, verdict_on

    shelf = Shelf(context.candles_dir)
    if target is None:
        sound = check_store(shelf, symbol, timeframe, venue, as_json=as_json)
    else:
        verdict = verdict_on(find_source(target, shelf, symbol, timeframe, venue))
        sound = verdict.sound
        if as_json:
            click.echo(json.dumps(verdict_object(verdict), indent=2))
        else:
            print_verdict(verdict)
    if not sound:
        raise click.exceptions.Exit(FOUND_ERRORS)
