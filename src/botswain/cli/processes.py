"""Which process this is, and whether another one of this host still runs: what leases are judged by.

A process number is used again sooner or later, so a process is its number and the moment it started, as Linux tells
it; on a host that does not tell, the number alone has to do. Of another host nothing is known.
"""

from __future__ import annotations

import os
import socket
from functools import cache
from pathlib import Path

from botswain.cli.databases import now_ms
from botswain.engine.lease_owner import Owner, owner_of

PROC = Path("/proc")
MOST_HOST = 64
# Where /proc/PID/stat has them, counted from behind the name in brackets.
STATE, START = 0, 19
ENDED = ("Z", "X")


@cache
def this_process() -> Owner:
    """This process, the same however often it is asked for."""
    started = start_of(os.getpid())
    return Owner(host(), os.getpid(), started or "", now_ms())


def is_dead(owner: str) -> bool:
    """Whether the owner of a lease is known to run no more."""
    found = owner_of(owner)
    if found is None or found.host != host() or os.name != "posix":
        return False
    if not PROC.joinpath("self", "stat").exists():
        return not answers(found.pid)
    started = start_of(found.pid)
    return started is None or bool(found.started and started != found.started)


def host() -> str:
    """This host's name as one word."""
    return "-".join(socket.gethostname().split())[:MOST_HOST] or "localhost"


def start_of(pid: int) -> str | None:
    """When a process started, in the kernel's own ticks; None where it does not run or nobody tells."""
    try:
        stat = PROC.joinpath(str(pid), "stat").read_text("utf-8", "replace")
    except OSError:
        return None
    fields = stat.rpartition(")")[2].split()
    return None if fields[STATE] in ENDED else fields[START]


def answers(pid: int) -> bool:
    """Whether a process has this number."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
