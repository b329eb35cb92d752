"""Modules beside a strategy's file, imported as their files are now.

A process that reads a strategy anew reads anew what it imports from its own folder, where that was edited: a notebook
would otherwise run an edited strategy on yesterday's helpers. No bytecode is kept of them: of two edits within a second
Python would take the first for the second.
"""

from __future__ import annotations

import importlib
import importlib.util
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

# As they were when a strategy was last run, by folder and name.
BESIDE: dict[Path, dict[str, tuple[int, int]]] = {}


@contextmanager
def importing_from(folder: Path) -> Iterator[None]:
    """Have modules found in a folder first, as their files are now."""
    forget_edited(folder)
    keeps, sys.dont_write_bytecode = sys.dont_write_bytecode, True
    sys.path.insert(0, str(folder))
    try:
        yield
    finally:
        sys.path.remove(str(folder))
        sys.dont_write_bytecode = keeps
        BESIDE[folder] = modules_in(folder)


def forget_edited(folder: Path) -> None:
    """Where a module in a folder was edited since it was imported, have all in it imported anew: others may hold what

    it defined.
    """
    now, before = modules_in(folder), BESIDE.get(folder, {})
    edited = [name for name, stamp in before.items() if name in sys.modules and now.get(name) != stamp]
    for name in now if edited else ():
        with suppress(OSError, TypeError, ImportError):
            Path(importlib.util.cache_from_source(str(sys.modules[name].__file__))).unlink()
        del sys.modules[name]
    if edited:
        importlib.invalidate_caches()


def modules_in(folder: Path) -> dict[str, tuple[int, int]]:
    """The modules that were imported from a folder, with the time and size of their files."""
    found = {}
    for name, module in list(sys.modules.items()):
        file = getattr(module, "__file__", None)
        path = folder.joinpath(*name.split("."))
        if (
            file
            and not name.startswith("botswain")
            and Path(file) in (path.with_name(f"{path.name}.py"), path / "__init__.py")
        ):
            with suppress(OSError):
                facts = Path(file).stat()
                found[name] = (facts.st_mtime_ns, facts.st_size)
    return found
