"""Candle files of people: Parquet or CSV in, checked candles out.

`read_candles` is what a backtest uses: it refuses a file with errors. `read_file` reads without judging, for
the commands that report or repair. Neither changes the file.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from botswain.history.checks import check
from botswain.history.columns import Columns
from botswain.history.csv_file import read_csv
from botswain.history.findings import refuse
from botswain.history.names import UNNAMED, checked_symbol, meant, symbol_named, timeframe_named
from botswain.history.parquet_file import read_parquet
from botswain.history.spacing import timeframe_for
from botswain.model.candles import Candles
from botswain.model.errors import BadInput
from botswain.model.timeframe import timeframe_ms

SUFFIXES = {".parquet": read_parquet, ".pq": read_parquet, ".csv": read_csv}


@dataclass(frozen=True, slots=True, eq=False)
class FileRead:
    """A file as it is: unchecked candles in the file's order, and what was assumed about them."""

    candles: Candles
    notes: tuple[str, ...]


def read_candles(path: Path | str, symbol: str | None = None, timeframe: str | None = None) -> Candles:
    """The candles in the Parquet or CSV file at `path`: strictly rising ts, no NaN, prices above zero.

    Columns ts (milliseconds UTC), open, high, low, close, volume are found by name. Where `symbol` is None it
    is guessed from the names of file and folder, else BASE/QUOTE; where `timeframe` is None it is the most
    common step. Raises BadInput naming row, time, value and remedy where the file has errors; gaps are none.
    """
    candles = read_file(path, symbol, timeframe).candles
    refuse(check(candles), str(path))
    return candles


def read_file(path: Path | str, symbol: str | None = None, timeframe: str | None = None) -> FileRead:
    """As `read_candles`, but without refusing what the checks would. Raises BadInput where it cannot be read."""
    origin, path = str(path), Path(path)
    if symbol is not None:
        checked_symbol(symbol)
    if timeframe is not None:
        timeframe_ms(timeframe)
    columns = _read(path, origin)
    notes = list(columns.notes)
    found, found_notes = timeframe_for(columns.ts, timeframe, timeframe_named(path), origin)
    notes += found_notes
    if symbol is None:
        symbol = symbol_named(path)
    if symbol is None:
        symbol = UNNAMED
        notes.append(f"no symbol was given and the name of the file tells none: it is called {UNNAMED}")
    return FileRead(Candles(symbol, found, columns.ts, *columns.values), tuple(notes))


def _read(path: Path, origin: str) -> Columns:
    reader = SUFFIXES.get(path.suffix.lower())
    if reader is None:
        raise BadInput(
            f"{origin}: a candle file ends in .parquet or .csv, not {path.suffix or 'in nothing'!r}"
            f"{meant(path.suffix, SUFFIXES)}; write it as Parquet or CSV"
        )
    if not path.exists():
        raise BadInput(f"{origin}: there is no such file{_neighbour(path)}")
    if not path.is_file():
        raise BadInput(f"{origin}: this is a folder; name one file in it")
    return reader(path, origin)


def _neighbour(path: Path) -> str:
    if not path.parent.is_dir():
        return f"; the folder {path.parent} does not exist either"
    names = [one.name for one in path.parent.iterdir() if one.suffix.lower() in SUFFIXES]
    return meant(path.name, names) or "; check the path"
