"""Candles of symbols that a strategy only reads: from the files that were named, else from the store."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

from botswain.core.indicators import is_symbol
from botswain.core.strategy import Strategy
from botswain.history.shelf import Shelf
from botswain.history.sources import find_source, is_file
from botswain.lab.reads import read_only
from botswain.model.candles import Candles
from botswain.model.errors import BadInput
from botswain.model.trades import Trades


def reads_for(
    strategy: Strategy, asked: Iterable[str], runs: Mapping[str, Candles] | Trades, root: Path, venue: str | None
) -> dict[str, Candles]:
    """The candles of every symbol that is named by `--reads`, and of those that are read and in the store.

    asked  SYMBOL, or SYMBOL=PATH. Raises BadInput.
    """
    if isinstance(runs, Trades):
        runs = {runs.symbol: runs.candles()}
    files = dict(named(text) for text in asked)
    frame = next(iter(runs.values())).timeframe
    shelf = Shelf(root)
    found = {}
    for symbol in [*files, *(one for one in read_only(strategy, runs) if one not in files)]:
        try:
            found[symbol] = read(files.get(symbol, ""), symbol, shelf, frame, venue)
        except BadInput as error:
            if symbol in files:
                raise
            raise BadInput(
                f"strategy {strategy.label()} reads {symbol}, and {error}. To read it from a file: --reads "
                f"{symbol}=PATH"
            ) from None
    return found


def named(text: str) -> tuple[str, str]:
    """A symbol, and the file of its candles or nothing."""
    symbol, equals, path = text.partition("=")
    symbol, path = symbol.strip().upper(), path.strip()
    if not is_symbol(symbol) or (equals and not path):
        raise BadInput(f"--reads {text!r} is not SYMBOL or SYMBOL=PATH; write it as --reads BTC/USDT=btc.parquet")
    return symbol, path


def read(path: str, symbol: str, shelf: Shelf, frame: str, venue: str | None) -> Candles:
    """One symbol's candles, checked as those that are traded on."""
    if path and not is_file(path):
        raise BadInput(f"--reads {symbol}={path}: there is no such file; name one of candles")
    return find_source(path or symbol, shelf, symbol if path else None, None if path else frame, venue).checked()
