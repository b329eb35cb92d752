"""`botswain trade` as a process of its own: started, read line by line, signalled, killed."""

import os
import signal
import subprocess

from tests.cli.shell import BOTSWAIN, KERNELS

PATIENCE_S = 120


class Process:
    """A running command; leave the block and it is gone."""

    def __init__(self, home, *arguments):
        self.environment = {**os.environ, "BOTSWAIN_DATA_DIR": str(home), "BOTSWAIN_CACHE_DIR": str(KERNELS)}
        self.running = subprocess.Popen(
            [str(BOTSWAIN), *map(str, arguments)],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env=self.environment,
        )

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.running.kill()
        self.running.communicate()

    def lines(self, count):
        """The next lines it prints; fewer where it ended before."""
        return [line for line in (self.running.stdout.readline() for _ in range(count)) if line]

    def signal(self, number):
        """Send it a signal."""
        self.running.send_signal(number)

    def end(self):
        """Wait for its end; (code, out, err). Killed is code -9."""
        out, err = self.running.communicate(timeout=PATIENCE_S)
        return self.running.returncode, out, err


def trade(home, path, *more):
    """`botswain trade` as fast as possible, one line a fill."""
    return Process(home, "trade", path, "--plain", *("--speed", "0") if "--speed" not in more else (), *more)


def killed(ended):
    """Whether a process ended by kill -9."""
    return ended[0] == -signal.SIGKILL
