"""An author at work: modules written into a folder, imported, edited and imported again."""

from __future__ import annotations

import importlib
import linecache
import sys
from pathlib import Path
from types import ModuleType

import pytest

BOT = '''
from botswain import CLOSE, FILL, START, Param, Strategy, ta, step
{imports}

class Bot(Strategy):
    """A bot under work."""

    period = Param(5, 1, 50)

    def indicators(self):
        return {{"mean": ta.SMA(self.period)}}

    def slots(self):
        return 2

    def memory(self):
        return {{"count": 1, "many": 3}}

    @step
    def decide(now, was, p, candle, my, wanted):
{body}
'''


class Author:
    """Writes modules and imports them afresh, as a new process would."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.names: list[str] = []

    def write(self, name: str, text: str) -> Path:
        """Write a module."""
        path = self.folder / f"{name}.py"
        path.write_text(text, encoding="utf-8")
        if name not in self.names:
            self.names.append(name)
        return path

    def bot(self, body: str, imports: str = "", name: str = "author_bot") -> Path:
        """Write the module of a bot with this step."""
        lines = "\n".join(f"        {line}" for line in body.strip("\n").splitlines())
        return self.write(name, BOT.format(imports=imports, body=lines))

    def load(self, name: str = "author_bot") -> ModuleType:
        """Import a module, and everything written here that it imports, as it stands on disk now."""
        importlib.invalidate_caches()
        linecache.clearcache()
        for one in self.names:
            sys.modules.pop(one, None)
        return importlib.import_module(name)

    def forget(self) -> None:
        """Leave no module behind."""
        for name in self.names:
            sys.modules.pop(name, None)


@pytest.fixture
def author(tmp_path, monkeypatch):
    """An author with an empty folder on the path. No bytecode: two edits in one second would look the same to it."""
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    monkeypatch.syspath_prepend(str(tmp_path))
    one = Author(tmp_path)
    yield one
    one.forget()
