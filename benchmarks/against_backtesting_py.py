"""Run strategy files written for backtesting.py here and in backtesting.py itself, and compare every trade.

    python benchmarks/against_backtesting_py.py [--record]

backtesting.py (AGPL) runs as a process of its own, in an environment of its own under .cache/peers, made here with pip.
--record writes what it did where the tests read it. It exits with 1 where a trade differs.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import venv
from pathlib import Path
from typing import Any

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from tests.foreign import compared

from botswain.model.candles import COLUMNS, Candles

HERE = Path(__file__).resolve().parent
NEEDS = ("backtesting==0.6.6", "TA-Lib>=0.8.2")
KERNELS = HERE.parent / ".cache" / "botswain-kernels"


def main() -> int:
    """Compare and print; return the exit code."""
    parser = argparse.ArgumentParser(description="Compare trades with backtesting.py's own.")
    parser.add_argument("--record", action="store_true", help="write what backtesting.py did where the tests read it")
    given = parser.parse_args()
    whole = compared.made_candles()
    theirs = theirs_on(whole)
    if given.record:
        lines = [f"{json.dumps(name)}: {json.dumps(rows)}" for name, rows in sorted(theirs.items())]
        compared.EXPECTED_PY.write_text("{\n" + ",\n".join(lines) + "\n}\n", encoding="utf-8")
    unlike = 0
    for name in sorted(theirs):
        mine = compared.closed_in(compared.own_desk(name, whole, folder=KERNELS))
        found = compared.unlike(mine, theirs[name])
        unlike += len(found)
        print(
            f"{name:<14} {len(theirs[name]):>4} of backtesting.py, {len(mine):>4} here: {len(found)} differ", flush=True
        )
    return 1 if unlike else 0


def theirs_on(whole: Candles) -> dict[str, Any]:
    """Its trades by strategy."""
    names = compared.PY_NAMES
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder) / "candles.npz"
        np.savez(work, ts=whole.ts, **{one: getattr(whole, one) for one in COLUMNS})
        command = [environment(), HERE / "peers" / "by_backtesting_file.py", work, compared.FEE, compared.PY_STRATEGIES]
        told = subprocess.run([*command, *names], check=True, capture_output=True, text=True).stdout.splitlines()
    return {name: json.loads(line) for name, line in zip(names, told, strict=True)}


def environment() -> Path:
    """The Python of its own environment, made where it is not there yet."""
    home = HERE.parent / ".cache" / "peers" / "backtesting_file"
    python = home / "bin" / "python"
    if not (home / "made").exists():
        print(f"installing {', '.join(NEEDS)} into an environment of their own", flush=True)
        venv.create(home, with_pip=True, clear=True)
        subprocess.run([python, "-m", "pip", "install", "--quiet", *NEEDS], check=True)
        (home / "made").touch()
    return python


if __name__ == "__main__":
    sys.exit(main())
