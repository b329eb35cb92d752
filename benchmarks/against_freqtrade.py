"""Run strategy files written for freqtrade here and in freqtrade itself, and compare every entry and exit.

    python benchmarks/against_freqtrade.py [--real FILE] [--record]

freqtrade (GPL) runs as a process of its own, in an environment of its own under .cache/peers, made here with pip. The
candles are made by chance, or those of --real, a file of five-minute candles of BTC/USDT. --record writes what
freqtrade did on the made candles where the tests read it. It exits with 1 where something differs that no known
difference of meaning (docs/foreign.md) explains.
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

from botswain.history.files import read_candles
from botswain.model.candles import COLUMNS, Candles

HERE = Path(__file__).resolve().parent
FREQTRADE = "freqtrade==2026.9"
MOST = 10_000
KERNELS = HERE.parent / ".cache" / "botswain-kernels"


def main() -> int:
    """Compare and print; return the exit code."""
    parser = argparse.ArgumentParser(description="Compare entries and exits with freqtrade's own backtest.")
    parser.add_argument("--real", type=Path, help="a file of five-minute candles in place of made ones")
    parser.add_argument("--record", action="store_true", help="write what freqtrade did where the tests read it")
    given = parser.parse_args()
    whole = compared.made_candles() if given.real is None else read_candles(given.real, compared.SYMBOL).slice(0, MOST)
    theirs = theirs_on(whole)
    if given.record and given.real is None:
        compared.EXPECTED.parent.mkdir(exist_ok=True)
        lines = [f"{json.dumps(name)}: {json.dumps(rows)}" for name, rows in sorted(theirs.items())]
        compared.EXPECTED.write_text("{\n" + ",\n".join(lines) + "\n}\n", encoding="utf-8")
    unknown = 0
    for name in sorted(theirs):
        mine = compared.trades_of(
            compared.own_result(compared.STRATEGIES / f"{name}.py", compared.candles_for(name, whole), folder=KERNELS)
        )
        other = compared.theirs_of(theirs[name])
        found = compared.differences(name, mine, other)
        unknown += len(found.get(compared.OTHER, ()))
        said = ", ".join(f"{len(ones)} {cause}" for cause, ones in found.items()) or "all the same"
        print(f"{name:<12} {len(other):>4} of freqtrade, {len(mine):>4} here: {said}", flush=True)
    return 1 if unknown else 0


def theirs_on(whole: Candles) -> dict[str, Any]:
    """freqtrade's trades by strategy."""
    python = environment()
    found: dict[str, Any] = {}
    with tempfile.TemporaryDirectory() as folder:
        for timeframe in sorted(set(compared.NAMES.values())):
            names = [name for name, one in compared.NAMES.items() if one == timeframe]
            candles = compared.candles_for(names[0], whole)
            work = Path(folder) / f"{timeframe}.npz"
            np.savez(work, ts=candles.ts, **{one: getattr(candles, one) for one in COLUMNS})
            command = [python, "-W", "ignore", HERE / "peers" / "by_freqtrade.py", work, compared.SYMBOL, timeframe,
                       compared.FEE, compared.STRATEGIES, *names]  # fmt: skip
            told = subprocess.run(command, check=True, capture_output=True, text=True).stdout.splitlines()
            found |= {name: json.loads(line) for name, line in zip(names, told, strict=True)}
    return found


def environment() -> Path:
    """The Python of freqtrade's own environment, made where it is not there yet."""
    home = HERE.parent / ".cache" / "peers" / "freqtrade"
    python = home / "bin" / "python"
    if not (home / "made").exists():
        print(f"installing {FREQTRADE} into an environment of its own", flush=True)
        venv.create(home, with_pip=True, clear=True)
        subprocess.run([python, "-m", "pip", "install", "--quiet", FREQTRADE], check=True)
        (home / "made").touch()
    return python


if __name__ == "__main__":
    sys.exit(main())
