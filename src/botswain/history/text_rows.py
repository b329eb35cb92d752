"""The rows of a small file of facts, Parquet or CSV, as text: exactly what was written is read from that."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from botswain.history.names import meant
from botswain.model.errors import BadInput

SUFFIXES = (".parquet", ".pq", ".csv")
Row = dict[str, str]


def text_rows(path: Path, origin: str, what: str, columns: str) -> list[Row]:
    """A file's rows as text, exactly as written; of Parquet as its numbers are written shortest.

    what     of what it is, and columns such a file may have, for messages
    origin   the file as a person named it

    Raises BadInput where it cannot be read.
    """
    if path.suffix.lower() not in SUFFIXES:
        raise BadInput(
            f"{origin}: a file of {what} ends in .parquet or .csv, not {path.suffix or 'in nothing'!r}"
            f"{meant(path.suffix, SUFFIXES)}; write it as Parquet or CSV"
        )
    if not path.is_file():
        raise BadInput(f"{origin}: there is no such file; check the path")
    try:
        csv = path.suffix.lower() == ".csv"
        frame = pl.read_csv(path, glob=False, infer_schema_length=0) if csv else pl.read_parquet(path, glob=False)
    except pl.exceptions.NoDataError:
        raise BadInput(f"{origin}: the file is empty; give one with the columns {columns}") from None
    except (pl.exceptions.PolarsError, OSError) as error:
        why = (str(error).strip() or type(error).__name__).splitlines()[0]
        raise BadInput(f"{origin}: cannot be read ({why}); give Parquet, or CSV with a header") from None
    return [{name: str(value).strip() for name, value in row.items()} for row in frame.iter_rows(named=True)]
