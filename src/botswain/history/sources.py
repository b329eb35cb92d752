"""Where a person's candles come from: a file, or a symbol in the store, told apart by how it is written.

What ends in .parquet or .csv is a file, all else is a symbol. Nothing is judged here; `Source.checked` does.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from botswain.history.checks import check
from botswain.history.content import refuse_altered
from botswain.history.files import SUFFIXES, read_file
from botswain.history.findings import refuse
from botswain.history.shelf import Shelf, load
from botswain.model.candles import Candles
from botswain.model.errors import BadInput


@dataclass(frozen=True, slots=True, eq=False)
class Source:
    """Unchecked candles, where they are, what was assumed about them, and the hash they were stored with.

    stored_hash  the content hash written beside stored candles; empty for a file of one's own
    """

    candles: Candles
    origin: str
    notes: tuple[str, ...]
    stored_hash: str = ""

    def checked(self) -> Candles:
        """The candles. Raises BadInput, naming row, time, value and remedy, for errors and for altered ones."""
        refuse(check(self.candles), self.origin)
        refuse_altered(self.candles, self.stored_hash, self.origin)
        return self.candles


def is_file(target: str) -> bool:
    """Whether `target` means a file and not a symbol."""
    path = Path(target)
    return path.suffix.lower() in SUFFIXES or path.is_file()


def find_source(
    target: str, shelf: Shelf, symbol: str | None = None, timeframe: str | None = None, venue: str | None = None
) -> Source:
    """The candles that `target` means: a file ending in .parquet or .csv, else a symbol in `shelf`.

    `symbol` names a file's symbol; `timeframe` a file's timeframe or the stored one; `venue` only the stored one.
    Raises BadInput where there is no such file or symbol, or more than one stored run fits.
    """
    path = Path(target)
    if is_file(target):
        read = read_file(path, symbol, timeframe)
        return Source(read.candles, target, read.notes)
    if path.is_dir():
        raise BadInput(f"{target} is a folder; name one .parquet or .csv file in it")
    if symbol not in (None, target):
        raise BadInput(f"{target} is a symbol in the store, so it cannot be called {symbol}; leave --symbol out")
    entry = shelf.entry(target, timeframe, venue)
    stored = load(entry)
    return Source(stored, str(entry.path), (), entry.label.hash if entry.label else "")
