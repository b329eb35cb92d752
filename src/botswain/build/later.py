"""Compiles a simulator as one in the background, for the runs that come after this one.

A process of its own, with a low claim on the machine, that nobody waits for: the command that started it may end, a
Ctrl-C does not reach it, its parent holds no pipe of it and reaps it. One at a time for a cache folder: it is born
holding the lock, which the system frees when it ends in whatever way. Where it cannot be done, nothing is lost: runs go
on apart (`build.tiers`).
"""

from __future__ import annotations

import fcntl
import os
import subprocess
import sys
import threading
from contextlib import suppress
from pathlib import Path

import msgspec

from botswain.build.ahead import COMMAND, environment, home_of
from botswain.build.child import Job
from botswain.build.features import Features
from botswain.build.simulator import place_of
from botswain.core.strategy import Strategy

LOCK = "later.lock"
REAPER = "compile-later"


def compile_later(strategy: Strategy, features: Features, folder: Path | None) -> int:
    """Start it and return at once; the number of the process, or 0 where none was started:

    there is no folder that can be written, another is at work for it, no other process can import the class, or the
    system refuses.
    """
    place, home = place_of(folder), home_of(type(strategy))
    if place is None or home is None:
        return 0
    cls = type(strategy)
    job = Job(cls.__module__, home, cls.__qualname__, dict(strategy.values), features, False, place, later=True)
    with suppress(OSError):  # the lock is taken, or there are no more processes or files
        lock = os.open(Path(place) / LOCK, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return started(job, lock)
        finally:
            os.close(lock)
    return 0


def started(job: Job, lock: int) -> int:
    """A child in a session of its own, with its job, the lock, and nothing else of ours. Raises OSError."""
    child = subprocess.Popen(
        [sys.executable, *COMMAND],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env=environment(),
        start_new_session=True,
        pass_fds=(lock,),
    )
    # Nobody else will wait for it, and it must not stay as a zombie while this process lives.
    threading.Thread(target=child.wait, name=REAPER, daemon=True).start()
    assert child.stdin is not None
    with suppress(BrokenPipeError), child.stdin as told:
        told.write(msgspec.json.encode(job) + b"\n")
    return child.pid
