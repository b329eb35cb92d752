"""Kills this process at a named point, or has it stand still: how tests find out what that leaves behind."""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Callable

COMMIT_S = 0.5


def crash_at(wanted: str | None) -> Callable[[str], None]:
    """What to call at each point; POINT:COUNT kills at the COUNT-th pass of POINT, None never.

    POINT:COUNT:stop stops it instead, until somebody sends SIGCONT.
    """
    if wanted is None:
        return lambda _point: None
    name, _, more = wanted.partition(":")
    count, _, how = more.partition(":")
    number = signal.SIGSTOP if how == "stop" else signal.SIGKILL
    left = [int(count or 1)]

    def at(point: str) -> None:
        if point == name:
            left[0] -= 1
            if left[0] == 0:
                sys.stdout.flush()
                if number == signal.SIGSTOP:
                    # A commit that its thread is at ends first: who stands still inside one holds the whole database.
                    time.sleep(COMMIT_S)
                os.kill(os.getpid(), number)

    return at
