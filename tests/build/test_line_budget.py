"""A limit on lines: an author's code is ended by it, a library's is not, and what was traced before is traced again."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from botswain.build.line_budget import OURS, LineBudget, TooManyLines, is_authors


def loaded(folder: Path, text: str) -> Callable[..., Any]:
    """A function of an author's file."""
    path = folder / "author.py"
    path.write_text(text)
    scope: dict[str, Any] = {}
    exec(compile(text, str(path), "exec"), scope)
    run: Callable[..., Any] = scope["run"]
    return run


def test_a_loop_without_end_is_ended_with_its_line(tmp_path: Path) -> None:
    run = loaded(
        tmp_path,
        "def run():\n    while True:\n        try:\n            x = 1\n        except Exception:\n            pass\n",
    )
    with pytest.raises(TooManyLines) as raised, LineBudget(1_000):
        run()
    assert raised.value.file == str(tmp_path / "author.py")
    assert 2 <= raised.value.line <= 4
    assert str(raised.value).endswith("it was still running after 1,000 lines")


def test_a_loop_in_one_line_is_ended_where_instructions_are_counted(tmp_path: Path) -> None:
    run = loaded(tmp_path, "def run():\n    while True: pass\n")
    with pytest.raises(TooManyLines, match="line 2: it was still"), LineBudget(1_000, instructions=True):
        run()


def test_each_entry_has_the_whole_budget(tmp_path: Path) -> None:
    run = loaded(tmp_path, "def run():\n    for _ in range(40):\n        pass\n")
    budget = LineBudget(100)
    before = sys.gettrace()
    for _ in range(5):
        with budget:
            run()
        assert 0 < budget.left < 100
    assert sys.gettrace() is before


def test_libraries_are_no_authors(tmp_path: Path) -> None:
    assert is_authors(str(tmp_path / "mine.py"))
    assert is_authors(f"{OURS}strategies/grid.py")
    for file in (f"{OURS}core/simulate.py", json.__file__, "<string>", f"{tmp_path}/site-packages/other.py"):
        assert not is_authors(file), file
