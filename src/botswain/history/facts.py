"""Files of facts beside candles: rates, splits and dividends, recorded trades and books, in one folder, by name.

ROOT/<kind>/<file>, put there by whoever runs the installation. Doors name a file as `kind/file` and never by a path:
only what the listing has is read. What is no plain file of such a name, a link above all, is not in it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from stat import S_ISREG

from botswain.history.names import symbol_named
from botswain.model.errors import BadInput, near

FUNDING, BORROW, ACTIONS, TRADES, DEPTH, QUOTES = KINDS = (
    "funding",
    "borrow",
    "actions",
    "trades",
    "depth",
    "quotes",
)
# What stands in a file of each kind is read by `rate_file`, `action_file`, `trade_file` and `depth_file`.
ENDINGS = (".csv", ".parquet")
MESSAGES = (".jsonl", ".jsonl.gz")
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")


@dataclass(frozen=True, slots=True)
class FactFile:
    """A file of facts. id: `kind/file`; symbol: as the file's name tells it, None where it tells none."""

    id: str
    kind: str
    symbol: str | None
    bytes: int


@dataclass(frozen=True, slots=True)
class Facts:
    """The files of facts under the folder `root`, which need not exist."""

    root: Path

    def listed(self) -> list[FactFile]:
        """All of them, by kind and name; none is opened."""
        return [one for kind in KINDS for one in self._of(kind)]

    def _of(self, kind: str) -> list[FactFile]:
        try:
            paths = sorted((self.root / kind).iterdir())
        except OSError:  # there is none, or it may not be read
            return []
        found = []
        for path in paths:
            size = size_of(path, kind)
            if size is not None:
                found.append(FactFile(f"{kind}/{path.name}", kind, symbol_told(path), size))
        return found

    def path(self, name: str, kinds: Sequence[str]) -> Path:
        """Where the file of a name is, which must be of one of some kinds. Raises BadInput where there is none."""
        known = self.listed()
        return self.root / found_in(known, name, kinds).id


def found_in(known: Sequence[FactFile], name: str, kinds: Sequence[str]) -> FactFile:
    """The file of a name among known ones. Raises BadInput saying what there is."""
    fitting = [one for one in known if one.kind in kinds]
    for one in fitting:
        if one.id == name:
            return one
    what = " or ".join(kinds)
    if not fitting:
        raise BadInput(f"there is no file of {what} named {name!r}, nor any other; put one into facts/{kinds[0]}")
    raise BadInput(f"there is no file of {what} named {name!r}{near(name, [one.id for one in fitting])}")


def symbol_told(path: Path) -> str | None:
    """The symbol that a file's name tells, with both endings of compressed messages off."""
    return symbol_named(path.with_suffix("") if path.name.endswith(".gz") else path)


def size_of(path: Path, kind: str) -> int | None:
    """Bytes of a file that may be named; None of what is none."""
    endings = (*ENDINGS, *MESSAGES) if kind == DEPTH else ENDINGS
    if not _NAME.fullmatch(path.name) or not path.name.endswith(endings):
        return None
    try:
        told = path.lstat()
    except OSError:
        return None
    return told.st_size if S_ISREG(told.st_mode) else None
