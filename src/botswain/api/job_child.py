"""Does one job and ends: `python -P -m botswain.api.job_child MODULE:FUNCTION`, started by `job_runner`.

The function is named, not imported here: what it does is above this room. It gets the job's request and a function to
tell how far it is, and returns what came out, which must have `metrics`: they are said first, all of it after them.
Files for the time being go to the folder `scratch`, which whoever started it takes away: it may be ended at any time.

Its input stays open as long as somebody wants the job; when it closes the child ends at once. Ctrl-C, told by a
terminal to all processes, is for who started it. It says lines of JSON; what the job prints goes to standard error.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import tempfile
import threading
from collections.abc import Callable
from importlib import import_module
from typing import Any, BinaryIO

from botswain.model.errors import BotswainError

PARENT_GONE = 3
# A search works on all cores; what trades on this machine goes first.
NICE = 10
Tell = Callable[[float, str], None]
Work = Callable[[dict[str, Any], Tell], dict[str, Any]]


def main(arguments: list[str]) -> int:
    """Read the request, do it, say what came out. 0 also where the job failed: it was said."""
    [name] = arguments
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    os.nice(NICE)
    out = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    request = json.loads(sys.stdin.buffer.readline())
    tempfile.tempdir = request.pop("scratch")
    threading.Thread(target=end_with_the_parent, daemon=True).start()
    module, _, function = name.partition(":")
    work: Work = getattr(import_module(module), function)
    try:
        found = work(request, lambda done, message: say(out, {"progress": done, "message": message}))
    except BotswainError as error:
        say(out, {"failed": str(error)})
        return 0
    say(out, {"figures": found["metrics"]})
    say(out, found)
    return 0


def say(out: BinaryIO, word: dict[str, Any]) -> None:
    """One line."""
    out.write(json.dumps(word, separators=(",", ":")).encode() + b"\n")
    out.flush()


def end_with_the_parent() -> None:
    """Wait until the input closes: nobody wants this any more."""
    # Not by sys.stdin: Python ends by taking its lock, which a thread that waits there holds for ever.
    while os.read(0, 1):
        pass
    os._exit(PARENT_GONE)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
