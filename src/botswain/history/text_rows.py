"""The rows of a small file of facts, Parquet or CSV, as text: exactly what was written is read from that."""

from __future__ import annotations

from pathlib import Path

from botswain.history.row_file import table_in

Row = dict[str, str]


def text_rows(path: Path, origin: str, what: str, columns: str) -> list[Row]:
    """A file's rows as text, exactly as written; of Parquet as its numbers are written shortest.

    what     of what it is, and columns such a file may have, for messages
    origin   the file as a person named it

    Raises BadInput where it cannot be read.
    """
    frame = table_in(path, origin, what, columns, text=True)
    return [{name: str(value).strip() for name, value in row.items()} for row in frame.iter_rows(named=True)]
