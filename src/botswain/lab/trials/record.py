"""The file that a search is kept in: what it is of, then a line for each batch of combinations that are done.

It only ever grows, and a batch is on disk before it counts, so a search that was killed goes on from its last batch. A
last line that is torn was no batch yet and is cut off. A file of another search is refused, with what is different.
"""

from __future__ import annotations

import json
import math
import os
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import IO, Any

from botswain.lab.trials.job import Outcome, Row
from botswain.model.errors import BadInput


class OtherSearch(BadInput):
    """A file holds no search that could be gone on with here. It stays as it is; whoever made it begins another."""


class NotKept(BadInput):
    """What is done cannot be written down: the disk is full, or not ours. The search ends."""


FORMAT = 1
KIND = "botswain search"


@dataclass(slots=True)
class Record:
    """An open file of a search."""

    path: Path
    file: IO[bytes]

    def __enter__(self) -> Record:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.file.close()

    def write(self, rows: Iterable[Row]) -> None:
        """Keep a batch; it is on disk when this returns. Raises NotKept where the disk takes no more."""
        line = [[one.place, int(one.outcome), one.why, *map(written, one.figures)] for one in rows]
        if line:
            put(self.file, self.path, line)


def opened(path: Path, of: dict[str, str]) -> tuple[Record, list[Row]]:
    """The file at a path and what is done already: a new one, or that of the same search.

    of  what the search is of, by names that a person knows

    Raises NotKept where it cannot be written, OtherSearch where it is of something else.
    """
    if path.exists() and not path.is_file() and not path.is_dir():
        raise BadInput(f"the search cannot be kept in {path}, which is no file; give one, or a name that is free")
    try:
        file = path.open("ab+")
    except OSError as error:
        raise NotKept(
            f"the search cannot be kept in {path} ({error.strerror}); give a file that can be written"
        ) from None
    with ExitStack() as stack:
        stack.enter_context(file)
        file.seek(0)
        rows = list(read(file, path, of))
        if not file.tell():
            put(file, path, {"kind": KIND, "format": FORMAT, "of": of})
        stack.pop_all()
    return Record(path, file), rows


def read(file: IO[bytes], path: Path, of: dict[str, str]) -> Iterator[Row]:
    """The rows of a file; what is torn at its end is cut off."""
    whole, head = 0, True
    for line in file:
        if not line.endswith(b"\n"):
            break
        found = parsed(line, path)
        if head:
            check_head(found, path, of)
            head = False
        else:
            yield from (row_of(one, path) for one in found)
        whole += len(line)
    file.seek(whole)
    file.truncate()


def parsed(line: bytes, path: Path) -> Any:
    """A line's value."""
    try:
        return json.loads(line)
    except ValueError:
        raise OtherSearch(
            f"{path} has a line that is none of a search; give another file, or move this one away"
        ) from None


def check_head(found: Any, path: Path, of: dict[str, str]) -> None:
    """Refuse another kind of file, and another search."""
    if not isinstance(found, dict) or found.get("kind") != KIND:
        raise OtherSearch(f"{path} is no file of a search; give another one, it is not written over")
    if found.get("format") != FORMAT:
        raise OtherSearch(f"{path} is of another version of Botswain (format {found.get('format')}); give another file")
    other = [name for name in of if found["of"].get(name) != of[name]]
    if other:
        raise OtherSearch(
            f"{path} is of another search, with {' and '.join(f'{name} {shown(found, name)}' for name in other)}; give "
            "another file, or the same settings to go on with it"
        )


def shown(found: dict[str, Any], name: str) -> str:
    """Of a file's head one thing, in few words."""
    text = str(found["of"].get(name, "nothing"))
    return text if len(text) < 80 else f"{text[:77]}..."


def row_of(found: Any, path: Path) -> Row:
    """One row of a line."""
    try:
        place, outcome, why, *figures = found
        return Row(int(place), Outcome(outcome), str(why), tuple(float(one) for one in figures))
    except (TypeError, ValueError):
        raise OtherSearch(
            f"{path} has a row that is none of a search; give another file, or move this one away"
        ) from None


def written(figure: float) -> float | str:
    """A figure as JSON has it: what is no number, or no finite one, as its name."""
    return figure if math.isfinite(figure) else repr(figure)


def put(file: IO[bytes], path: Path, value: Any) -> None:
    """Write a line and wait until the disk has it."""
    before = file.seek(0, os.SEEK_END)
    try:
        file.write(json.dumps(value).encode() + b"\n")
        file.flush()
        os.fsync(file.fileno())
    except OSError as error:
        # What is half there is cut off, so that what was done so far can be gone on with.
        os.ftruncate(file.fileno(), before)
        raise NotKept(
            f"the search cannot be kept in {path} ({error.strerror}); make room and start it again, it goes on from "
            "what is there"
        ) from None
