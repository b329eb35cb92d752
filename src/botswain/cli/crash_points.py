"""Kills this process at a named point: how tests find out what a kill there leaves behind."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable


def crash_at(wanted: str | None) -> Callable[[str], None]:
    """What to call at each point; POINT:COUNT kills at the COUNT-th pass of POINT, None never."""
    if wanted is None:
        return lambda _point: None
    name, _, count = wanted.partition(":")
    left = [int(count or 1)]

    def at(point: str) -> None:
        if point == name:
            left[0] -= 1
            if left[0] == 0:
                sys.stdout.flush()
                os.kill(os.getpid(), signal.SIGKILL)

    return at
