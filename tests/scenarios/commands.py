"""`botswain` commands that run for long, as processes whose words go to a file: started, waited for, killed."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from pathlib import Path

from tests.cli.shell import BOTSWAIN, KERNELS

PATIENCE_S = 90.0
GLANCE_S = 0.02


class Command:
    """A running command; leave the block and it is gone.

    name  of the file in its folder that its words go to
    """

    def __init__(self, home: Path, name: str, *arguments: object) -> None:
        home.mkdir(parents=True, exist_ok=True)
        self.log = home / f"{name}.log"
        environment = {
            **os.environ,
            "BOTSWAIN_DATA_DIR": str(home),
            "BOTSWAIN_CACHE_DIR": str(KERNELS),
            "PYTHONUNBUFFERED": "1",
        }
        with self.log.open("ab") as said:
            self.since = said.tell()
            self.running = subprocess.Popen(
                [str(BOTSWAIN), *map(str, arguments)], stdout=said, stderr=subprocess.STDOUT, env=environment
            )

    def __enter__(self) -> Command:
        return self

    def __exit__(self, *_: object) -> None:
        self.kill()

    @property
    def alive(self) -> bool:
        """Whether it runs."""
        return self.running.poll() is None

    def said(self) -> str:
        """All that this process has said."""
        with self.log.open("rb") as file:
            file.seek(self.since)
            return file.read().decode()

    def until(self, words: str, patience_s: float = PATIENCE_S) -> None:
        """Wait until it has said something."""
        why = lambda: f"{words!r} was not said:\n{self.said()}"  # noqa: E731
        soon(lambda: words in self.said(), why, lambda: self.alive, patience_s)

    def kill(self) -> int:
        """Kill it where it still runs; how it ended."""
        self.running.kill()
        return self.running.wait(PATIENCE_S)

    def stop(self) -> int:
        """Ask it to stop; how it ended."""
        self.running.send_signal(signal.SIGTERM)
        return self.running.wait(PATIENCE_S)


def soon(true, why, going=lambda: True, patience_s=PATIENCE_S):
    """Look until something is so; another process does it, and nothing of it can be awaited."""
    end = time.monotonic() + patience_s
    while not (found := true()):
        if not going():
            assert true(), why()
            return true()
        assert time.monotonic() < end, why()
        time.sleep(GLANCE_S)
    return found
