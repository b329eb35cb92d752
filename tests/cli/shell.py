"""`botswain` as a person types it: in a process of its own, or, quicker, through the same door in this one.

Both use one cache of compiled strategies in the repository, so that a test compiles only what no test before it has.
"""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from botswain.main import exit_code
from botswain.settings import Settings

KERNELS = Path(__file__).resolve().parents[2] / ".cache" / "botswain-kernels"
BOTSWAIN = Path(sys.executable).parent / "botswain"


@dataclass(frozen=True)
class Ended:
    """How a command ended and what it said."""

    code: int
    out: str
    err: str


@dataclass(frozen=True)
class Shell:
    """Runs `botswain` in this process, as `main.run` does."""

    capsys: pytest.CaptureFixture[str]
    home: Path

    def __call__(self, *arguments: str | Path, cache: Path = KERNELS, debug: bool = False) -> Ended:
        """Run a command line; settings are given, the environment is not read."""
        self.capsys.readouterr()
        code = exit_code([str(one) for one in arguments], Settings(self.home, cache, debug))
        said = self.capsys.readouterr()
        return Ended(code, said.out, said.err)

    def refused(self, *arguments: str | Path) -> str:
        """The message of a command line that must be refused: one line, code 2, nothing on stdout."""
        ended = self(*arguments)
        assert ended.code == 2, ended
        assert ended.out == ""
        assert "Traceback" not in ended.err
        lines = [line for line in ended.err.splitlines() if not line.startswith("compiling")]
        assert len(lines) == 1, ended.err
        assert lines[0].startswith("error: ")
        return lines[0].removeprefix("error: ")


def typed(*arguments: str | Path, home: Path, **environment: str) -> Ended:
    """Run the installed command in a process of its own; keywords are environment variables."""
    kept = {name: value for name, value in os.environ.items() if name not in ("FORCE_COLOR", "COLUMNS")}
    told = {"BOTSWAIN_DATA_DIR": str(home), "BOTSWAIN_CACHE_DIR": str(KERNELS), **environment}
    done = subprocess.run(
        [str(BOTSWAIN), *map(str, arguments)], capture_output=True, text=True, env=kept | told, check=False, timeout=170
    )
    return Ended(done.returncode, done.stdout, done.stderr)
