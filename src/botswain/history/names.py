"""What the names of a file and its folder say about the candles in it.

Only guesses for convenience, made where a person gave no symbol or timeframe; what the file's own numbers say
comes first (see `spacing`). The spellings are those in use: BTC-USDT/5m.parquet, BTC_USDT-5m.csv,
BTCUSDT-1m-2024-01.csv.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

from botswain.model.errors import BadInput, near

UNNAMED = "BASE/QUOTE"

_LETTER = r"[^\W_]"  # of any script: venues list such symbols
_WORD = rf"{_LETTER}(?:{_LETTER}|\.)*"
_SYMBOL = re.compile(rf"{_WORD}(?:-(?:{_LETTER}|\.)+)*/{_WORD}")
_PAIR = re.compile(r"([A-Z0-9]{1,15})[-_]([A-Z]{3,6})")
_JOINED = re.compile(r"([A-Z0-9]{2,15}?)(USDT|USDC|BUSD|FDUSD|TUSD|USD|EUR|GBP|TRY|BTC|ETH|BNB)")
_TIMEFRAME = re.compile(r"(?:^|[-_])([1-9][0-9]{0,3}[smhdw])(?=$|[-_])")


def checked_symbol(symbol: str) -> str:
    """`symbol` itself, where it is BASE/QUOTE in letters of any script, digits, dots and dashes; else BadInput."""
    if not _SYMBOL.fullmatch(symbol):
        raise BadInput(f"symbol {symbol!r} is not BASE/QUOTE; write it as BTC/USDT")
    return symbol


def symbol_named(path: Path) -> str | None:
    """The symbol that the file's name, else its folder's name, spells; None where neither does."""
    timeframe = _TIMEFRAME.search(path.stem)
    stem = path.stem[: timeframe.start()] if timeframe else path.stem
    for name in (stem, path.absolute().parent.name):
        match = _PAIR.fullmatch(name) or _JOINED.fullmatch(name)
        if match:
            return f"{match[1]}/{match[2]}"
    return None


def timeframe_named(path: Path) -> str | None:
    """The timeframe in the file's name (5m.parquet, BTC_USDT-5m.csv, 1h_2024.parquet); None where there is none."""
    match = _TIMEFRAME.search(path.stem)
    return match[1] if match else None


def meant(word: str, known: Iterable[str]) -> str:
    """`; did you mean 'x'?` for the known word near to `word`; nothing where none is near."""
    hint = near(word, known)
    return hint if hint.startswith("; did you mean") else ""
