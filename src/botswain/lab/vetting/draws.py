"""What a strategy draws on, found by what it does: every call out of the author's code is looked at while it runs.

Python tells of calls (`sys.setprofile`) and of opened files and sockets (`sys.addaudithook`). Only what an author's own
line calls counts: what a library does in itself is the library's.
"""

from __future__ import annotations

import random
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from types import FrameType
from typing import Any

from botswain.build.line_budget import is_authors
from botswain.lab.vetting.findings import Finding, Place
from botswain.lab.vetting.reading import CLOCKS, drew

# Where functions written in C say they come from.
MODULES = {
    "_random": "chance",
    "random": "chance",
    "numpy.random.mtrand": "chance",
    "numpy.random._generator": "chance",
    "_socket": "network",
}
NAMED = {
    "now": "clock",
    "utcnow": "clock",
    "today": "clock",
    "urandom": "chance",
    "getcwd": "environment",
    "getpid": "environment",
    "open": "files",
    **dict.fromkeys(("_exit", "abort", "kill", "fork"), "process"),
}
HOMES = ("datetime", "posix", "nt", "io", "_io", "")
# Files of Python's own library, by how they end.
FILES = {
    "/random.py": "chance",
    "/secrets.py": "chance",
    "/uuid.py": "chance",
    "/urllib/request.py": "network",
    "/http/client.py": "network",
    "/socket.py": "network",
    "/subprocess.py": "process",
}
# What `random.random` and the like draw from.
HIDDEN = random.random.__self__  # type: ignore[attr-defined]
ENVIRONMENT = {"getenv", "__getitem__", "get"}
AUDITED = {
    "open": "files",
    "os.listdir": "files",
    "os.scandir": "files",
    "sqlite3.connect": "files",
    "socket.connect": "network",
    "socket.getaddrinfo": "network",
    "subprocess.Popen": "process",
    "os.system": "process",
}


WATCHING: list[Draws] = []  # those that are asked of at this moment; one at a time, as a rule


@cache
def listening() -> None:
    """Have Python tell of files and sockets, once: a hook stays for good, and is called a thousand times a run."""
    sys.addaudithook(heard)


def heard(event: str, arguments: tuple[Any, ...]) -> None:
    """Pass on what Python tells to whoever watches."""
    if WATCHING and event in AUDITED:
        WATCHING[-1].audited(event, arguments)


class Draws:
    """Watches while it is entered; `found` has what was drawn on, by line and source."""

    def __init__(self, tell: Callable[[Finding], None] = lambda _finding: None) -> None:
        self.tell = tell  # at once: what ends the process can be told no later
        self.found: dict[tuple[Place, str], Finding] = {}
        self.loading = False

    @contextmanager
    def around(self, *, loading: bool = False) -> Iterator[None]:
        """Watch while this lasts."""
        before = sys.getprofile()
        self.loading = loading
        listening()
        WATCHING.append(self)
        sys.setprofile(self.called)
        try:
            yield
        finally:
            sys.setprofile(before)
            WATCHING.remove(self)

    def called(self, frame: FrameType, event: str, arg: Any) -> None:
        """What Python tells of each call."""
        if event == "c_call":
            if is_authors(frame.f_code.co_filename):
                source = source_of_c(arg)
                if source and not (self.loading and is_seeded(getattr(arg, "__self__", None))):
                    self.note(source, arg.__name__, frame)
        elif event == "call" and frame.f_back is not None and is_authors(frame.f_back.f_code.co_filename):
            source = source_of_file(frame)
            if source and not (self.loading and is_seeded(frame.f_locals.get("self"))):
                self.note(source, frame.f_code.co_name, frame.f_back)

    def audited(self, event: str, arguments: tuple[Any, ...]) -> None:
        """What Python tells of files and sockets; the loading of modules is not the author's doing."""
        frame: FrameType | None = sys._getframe(2)
        while frame is not None:
            file = frame.f_code.co_filename
            if file.startswith("<frozen importlib"):
                return
            if is_authors(file):
                self.note(AUDITED[event], str(arguments[0])[:80] if arguments else event, frame)
                return
            frame = frame.f_back

    def note(self, source: str, name: str, frame: FrameType) -> None:
        """Keep the first of each line."""
        place = Place(frame.f_code.co_filename, frame.f_lineno)
        loading = self.loading and in_module(frame)
        if (place, source) not in self.found:
            self.found[place, source] = drew(source, name, place, loading)
            self.tell(self.found[place, source])


def in_module(frame: FrameType) -> bool:
    """Whether a line stands at the top of its file, or in a function that was called from there."""
    return any(one.f_code.co_name == "<module>" for one in frames(frame))


def frames(frame: FrameType | None) -> Iterator[FrameType]:
    """A frame and those that called it, as far as they are an author's."""
    while frame is not None and is_authors(frame.f_code.co_filename):
        yield frame
        frame = frame.f_back


def source_of_c(function: Any) -> str:
    """What a function written in C draws on."""
    owner = getattr(function, "__self__", None)
    home = getattr(function, "__module__", None) or ""
    kind = owner if isinstance(owner, type) else type(owner)
    for module in (home, kind.__module__, *(base.__module__ for base in kind.__mro__)):
        if module in MODULES:
            return MODULES[module]
    name = getattr(function, "__name__", "")
    if home == "time":
        return "clock" if name in CLOCKS else ""
    if name in NAMED and (home in HOMES or kind.__module__ in HOMES):
        return NAMED[name]
    return ""


def source_of_file(frame: FrameType) -> str:
    """What a function of Python's library draws on."""
    file = frame.f_code.co_filename
    if file == "<frozen os>" or file.endswith("/os.py"):
        return "environment" if frame.f_code.co_name in ENVIRONMENT else ""
    if file.endswith("/_collections_abc.py") or file == "<frozen _collections_abc>":
        return "environment" if type(frame.f_locals.get("self")).__name__ == "_Environ" else ""
    return next((source for end, source in FILES.items() if file.endswith(end) and is_library(file)), "")


def is_seeded(owner: Any) -> bool:
    """Whether numbers come of a generator that the author made: with a seed they are the same at each loading, and

    without one another process shows it.
    """
    return isinstance(owner, random.Random) and owner is not HIDDEN


def is_library(file: str) -> bool:
    """Whether a file is not an author's who called his own `random.py`."""
    return not is_authors(file)
