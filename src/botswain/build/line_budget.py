"""A limit on how many lines of an author's code run at a stretch, so that what never ends is ended, with its line.

Lines, not seconds: a slow machine counts the same. A loop that stands in one line is no new line to Python; it is seen
where instructions are counted, which takes longer. What runs for ever inside one of those (a call into C) is never seen
here; whoever must get on even so does the work in a process that can be ended.
"""

from __future__ import annotations

import sys
import sysconfig
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from types import FrameType, TracebackType
from typing import Any

# Far beyond what any decision takes, and a second of Python.
STEP_LINES = 200_000
# Instructions, of a file that is loaded: tables are made then.
LOAD_INSTRUCTIONS = 3_000_000
LIBRARIES = tuple({f"{Path(one).resolve()}/" for one in sysconfig.get_paths().values()} | {f"{Path(sys.prefix)}/"})
OURS = f"{Path(__file__).resolve().parents[1]}/"
SHIPPED = f"{OURS}strategies/"


class TooManyLines(BaseException):
    """More lines than the budget has. Not an Exception: an author who catches everything must not catch it."""

    def __init__(self, file: str, line: int, most: int, unit: str) -> None:
        super().__init__(f"{file}, line {line}: it was still running after {most:,} {unit}")
        self.file, self.line, self.most = file, line, most


@lru_cache(maxsize=4096)  # asked at every call while something is watched
def is_authors(file: str) -> bool:
    """Whether a file is an author's (the bots that ship are), and not a library's, Botswain's or none at all."""
    if file.startswith(SHIPPED):
        return True
    return file.endswith(".py") and not file.startswith((OURS, *LIBRARIES)) and "site-packages" not in file


class LineBudget:
    """`with LineBudget(most):` raises TooManyLines from the line at which an author's code has used it up.

    instructions  those are counted in place of lines
    """

    def __init__(self, most: int, *, instructions: bool = False) -> None:
        self.most = most
        self.event = "opcode" if instructions else "line"
        self.left = most
        self.before: Any = None

    def __enter__(self) -> LineBudget:
        self.left = self.most
        self.before = sys.gettrace()
        sys.settrace(self.called)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        sys.settrace(self.before)

    def called(self, frame: FrameType, _event: str, _arg: Any) -> Callable[..., Any] | None:
        """What Python calls for each new frame."""
        if not is_authors(frame.f_code.co_filename):
            return None
        frame.f_trace_opcodes = self.event == "opcode"
        return self.line

    def line(self, frame: FrameType, event: str, _arg: Any) -> Callable[..., Any]:
        """What Python calls for each line of an author's frame."""
        if event == self.event:
            self.left -= 1
            if self.left < 0:
                unit = "lines" if event == "line" else "instructions"
                raise TooManyLines(frame.f_code.co_filename, frame.f_lineno, self.most, unit)
        return self.line


def load_budget() -> LineBudget:
    """The budget of loading a file."""
    return LineBudget(LOAD_INSTRUCTIONS, instructions=True)
