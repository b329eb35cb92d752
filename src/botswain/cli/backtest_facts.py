"""What a backtest is told beside its candles, from files and words: what happens to shares, and what holding costs."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import TypeVar

from botswain.history.rate_file import read_borrow
from botswain.model.candles import Candles
from botswain.model.charges import BorrowRate
from botswain.model.errors import BadInput
from botswain.model.trades import Trades

Told = TypeVar("Told")


def of_symbols(
    read: Callable[[Path, str | None], list[Told]], paths: Sequence[Path], runs: Trades | Mapping[str, Candles]
) -> list[Told]:
    """What is in files, of one symbol each where they do not say of which. Raises BadInput."""
    symbols: Sequence[str | None] = (runs.symbol,) if isinstance(runs, Trades) else tuple(runs)
    if len(symbols) == 1:
        symbols = [symbols[0]] * len(paths)
    elif len(paths) != len(symbols):
        symbols = [None] * len(paths)
    return [one for path, symbol in zip(paths, symbols, strict=True) for one in read(path, symbol)]


def borrow_of(texts: tuple[str, ...], runs: Trades | Mapping[str, Candles]) -> str | dict[str, str] | list[BorrowRate]:
    """Borrow rates as they are typed: one of all symbols, some by symbol, or files. Raises BadInput."""
    if not texts:
        return "0"
    if len(texts) == 1 and is_number(texts[0]):
        return texts[0]
    # A rate after the last "=" makes it one of a symbol: the name of a file may have such a sign too.
    rates = [text.rpartition("=") for text in texts]
    if all(symbol and is_number(rate) for symbol, _, rate in rates):
        return by_symbol(texts, rates)
    for text, (_, _, rate) in zip(texts, rates, strict=True):
        if not Path(text).suffix and not Path(text).exists():
            raise BadInput(
                f"--borrow is {text!r}; give a rate a year such as 0.03, SYMBOL=0.03 for one symbol, or a file of "
                "rates that ends in .parquet or .csv"
            )
        if is_number(rate):
            raise BadInput(
                f"--borrow is {text} among others; give one rate of all symbols, each as SYMBOL=RATE, or files alone"
            )
    return of_symbols(read_borrow, [Path(text) for text in texts], runs)


def by_symbol(texts: Sequence[str], rates: Sequence[tuple[str, str, str]]) -> dict[str, str]:
    """Rates that were typed as SYMBOL=RATE. Raises BadInput where one symbol has two."""
    found: dict[str, str] = {}
    for text, (symbol, _, rate) in zip(texts, rates, strict=True):
        if symbol.strip() in found:
            raise BadInput(f"--borrow is {text} and {symbol}={found[symbol.strip()]}; give one rate of {symbol}")
        found[symbol.strip()] = rate
    return found


def is_number(text: str) -> bool:
    """Whether a text is a number."""
    try:
        return Decimal(text).is_finite()
    except InvalidOperation:
        return False
