"""W2 of the shared benchmark, a sweep of 200 combinations over a year of minutes: `python benchmarks/sweeps.py`.

Beside it a loop written by hand for this one strategy, all pairs over blocks of candles, of which two run on two cores
as ours does. Final equity and fills of all 200 must agree, or no time is printed. Wall seconds, the median of sweeps
after the first, with workers that are there already, as the peers' scripts have it; data in memory; the ledger in all
of them. Memory is each process at its most. `--many N` sweeps N combinations for the memory alone.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import Executor
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import psutil
from loky import ProcessPoolExecutor

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))

from backtests import EXITS, LIMITS
from botswain.lab.trials.job import Shelved, shelve, taken
from botswain.lab.trials.sweep import Ways, sweep
from botswain.lab.trials.table import Table
from limits import crossovers
from workloads import taker, year

FASTS, SLOWS = range(5, 25), range(30, 121, 10)
CACHE = Path(".cache/botswain-kernels")
WORKERS = 2
GUARDED: dict[str, Any] = {"exits": EXITS, "limits": LIMITS}


def swept(candles: Any, executor: Executor, fasts: range, slows: range, **more: Any) -> Table:
    """Our sweep of one unit an order."""
    return sweep(
        "sma_crossover",
        candles,
        vary={"fast": fasts, "slow": slows},
        objective="profit",
        instrument={symbol: taker(symbol) for symbol in candles},
        capital=1_000_000,
        sizing="fixed",
        size=1,
        ways=Ways(executor=executor, workers=WORKERS, folder=CACHE),
        **more,
    )


def by_hand(shelved: Shelved, fasts: list[int], slows: list[int]) -> tuple[Any, Any]:
    """One worker's part of the loop that is written by hand."""
    one = taken(shelved, np.load(shelved.path, mmap_mode="r"))
    return crossovers(one.open, one.close, np.array(fasts), np.array(slows), 1e6, 0.001)


def both_by_hand(shelved: Shelved, executor: Executor) -> tuple[Any, Any]:
    """All of it, half by each of two workers, in the order of our grid."""
    half = len(FASTS) // 2
    parts = [executor.submit(by_hand, shelved, list(some), list(SLOWS)) for some in (FASTS[:half], FASTS[half:])]
    found = [one.result() for one in parts]
    return tuple(np.concatenate([one[k] for one in found]) for k in range(2))


def median_s(call: Callable[[], Any], repeat: int) -> float:
    """Wall seconds of a call, the median of those after the first."""
    taken_s = []
    for _ in range(repeat + 1):
        began = time.perf_counter()
        call()
        taken_s.append(time.perf_counter() - began)
    return statistics.median(taken_s[1:])


def peaks() -> str:
    """The most memory that this process and each worker had, MB."""
    own, *others = (psutil.Process(), *psutil.Process().children(recursive=True))
    workers = [one for one in others if any("popen_loky" in word for word in one.cmdline())]
    return f"{peak(own.pid)} MB here, {' and '.join(str(peak(one.pid)) for one in workers)} MB in the workers"


def peak(pid: int) -> int:
    """A process's greatest resident memory, MB."""
    lines = dict(line.split(":", 1) for line in Path(f"/proc/{pid}/status").read_text().splitlines() if ":" in line)
    return int(lines["VmHWM"].split()[0]) // 1024


def main() -> None:
    """Print the table."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--repeat", type=int, default=5)
    asked.add_argument("--many", type=int, default=0)
    given = asked.parse_args()
    with tempfile.TemporaryDirectory() as name, ProcessPoolExecutor(WORKERS) as executor:
        candles = year(Path(name))
        shelved = shelve(next(iter(candles.values())), Path(name) / "candles.npy")
        if given.many:
            found = swept(candles, executor, range(2, 2 + given.many // 100), range(1_000, 1_100), curve=False)
            print(f"{found.outcomes}: {peaks()}")
            return
        frame = swept(candles, executor, FASTS, SLOWS, curve=False).frame
        memory = peaks()  # before the loops by hand are compiled in the same processes
        equity, fills = both_by_hand(shelved, executor)
        if not np.array_equal(frame["fills"], fills) or not np.allclose(frame["final_equity"], equity, rtol=1e-9):
            raise SystemExit("fills or equity differ from those by hand")
        print(f"200 combinations, best {frame['final_equity'].max():.6f}, {int(fills.sum()):,} fills: all agree")
        hand = median_s(lambda: both_by_hand(shelved, executor), given.repeat)
        print(f"by hand, in blocks                 {hand:6.3f} s")
        for text, more in (
            ("gate and exits off, money alone", {"curve": False}),
            ("gate and exits on, money alone", {"curve": False, **GUARDED}),
            ("gate and exits off, all figures", {}),
            ("gate and exits on, all figures", GUARDED),
        ):
            ours = median_s(partial(swept, candles, executor, FASTS, SLOWS, **more), given.repeat)
            print(f"{text:34} {ours:6.3f} s   {ours / hand:5.2f} x by hand")
        print(f"{memory}, after the first of these sweeps")


if __name__ == "__main__":
    main()
