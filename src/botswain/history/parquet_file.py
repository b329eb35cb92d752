"""Candles in a Parquet file: reading any, writing ours.

The only place that calls the Parquet reader and writer. What it writes is the same bytes for the same candles
and note, so that a download that was killed and resumed can be compared with one that was not.
"""

from __future__ import annotations

from pathlib import Path
from typing import BinaryIO

import polars as pl

from botswain.history.columns import Columns, columns_of, wanted_columns
from botswain.model.candles import COLUMNS, Candles
from botswain.model.errors import BadInput

_NOTE_KEY = "botswain"
_ROWS_PER_GROUP = 131_072


def read_parquet(path: Path, origin: str) -> Columns:
    """The six columns of the Parquet file at `path`. Raises BadInput where it is no Parquet file or lacks one."""
    try:
        with path.open("rb") as file:  # given a path, Polars reads [ and * in it as patterns
            names = wanted_columns(list(pl.read_parquet_schema(file)), origin)
        frame = pl.read_parquet(path, columns=list(names.values()), glob=False)
    except (pl.exceptions.PolarsError, OSError) as error:
        raise _unreadable(origin, error) from None
    return columns_of(frame, names, origin)


def read_note(path: Path, origin: str) -> str | None:
    """The text that `write_parquet` put beside the candles, without reading them; None in a file from elsewhere."""
    try:
        with path.open("rb") as file:
            return pl.read_parquet_metadata(file).get(_NOTE_KEY)
    except (pl.exceptions.PolarsError, OSError) as error:
        raise _unreadable(origin, error) from None


def write_parquet(target: BinaryIO, candles: Candles, note: str) -> None:
    """Write `candles` and `note` to an open binary file."""
    data = {name: getattr(candles, name) for name in ("ts", *COLUMNS)}
    pl.DataFrame(data).write_parquet(target, row_group_size=_ROWS_PER_GROUP, metadata={_NOTE_KEY: note})


def _unreadable(origin: str, error: Exception) -> BadInput:
    reason = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
    return BadInput(
        f"{origin}: cannot be read as Parquet ({reason}); the file is damaged, cut short or of another kind: "
        "get it again, or give a .csv file"
    )
