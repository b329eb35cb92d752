"""Where this process finds a user's own strategies by name.

One place for a process, as `sys.path` is: the outermost part of a program says it once, for a name must mean the same
in every room, and a bot's journal holds nothing but the name. Apart from `own_strategies`, which loads much more.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass
class Kept:
    """What was said; None: nowhere, which is so until a program says otherwise."""

    folder: Path | None = None


KEPT = Kept()


def keep_in(folder: Path | None) -> None:
    """Say where this process finds a user's own strategies by name."""
    KEPT.folder = folder


def folder_of_own() -> Path | None:
    """The folder that was said."""
    return KEPT.folder
