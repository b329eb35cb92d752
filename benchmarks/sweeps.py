"""W2 of the shared benchmark, a sweep of 200 combinations over a year of minutes: `python benchmarks/sweeps.py`.

Beside it a loop written by hand for this one strategy, all pairs over blocks of candles, of which two run on two cores
as ours does. Final equity and fills of all 200 must agree, or no time is printed. Wall seconds, the median of sweeps
after the first, with workers that are there already, as the peers' scripts have it; data in memory; the ledger in all
of them. Beside them processor seconds of all processes, the least of the same sweeps: each of ours is followed by one
by hand, so that both have the same machine. Memory is each process at its most. Runs are of the simulator compiled as
one, as a search of some length has it made first (docs/decisions/0004); `--apart` leaves that to what is there.
`--many N` sweeps N combinations for the memory alone. `--start DATE` begins decisions there.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import Executor
from dataclasses import dataclass
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import psutil
from loky import ProcessPoolExecutor

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))

from backtests import CAPITAL, EXITS, LIMITS, as_one
from botswain.build.plan import Plan
from botswain.build.tiers import chosen
from botswain.core.scale import Sizing
from botswain.lab.trials.job import Shelved, shelve, taken
from botswain.lab.trials.sweep import Ways, sweep
from botswain.lab.trials.table import Table
from botswain.strategies.sma_crossover import SmaCrossover
from limits import crossovers
from workloads import taker, year

FASTS, SLOWS = range(5, 25), range(30, 121, 10)
CACHE = Path(".cache/botswain-kernels")
WORKERS = 2
GUARDED: dict[str, Any] = {"exits": EXITS, "limits": LIMITS}
ROWS: dict[str, dict[str, Any]] = {
    "gate and exits off, money alone": {"curve": False},
    "gate and exits on, money alone": {"curve": False, **GUARDED},
    "gate and exits off, all figures": {},
    "gate and exits on, all figures": GUARDED,
}


def swept(candles: Any, executor: Executor, fasts: range, slows: range, **more: Any) -> Table:
    """Our sweep of one unit an order."""
    return sweep(
        "sma_crossover",
        candles,
        vary={"fast": fasts, "slow": slows},
        objective="profit",
        instrument={symbol: taker(symbol) for symbol in candles},
        capital=CAPITAL,
        sizing="fixed",
        size=1,
        ways=Ways(executor=executor, workers=WORKERS, folder=CACHE),
        **more,
    )


def form(symbol: str, more: dict[str, Any], *, made: bool) -> str:
    """In which of its two forms a row's simulator is run; where it is to be made, as one."""
    given = {name: value for name, value in more.items() if name != "curve"}
    plan = Plan(SmaCrossover(), (taker(symbol),), 60_000, CAPITAL, Sizing("fixed", Decimal(1)), **given)
    curve = bool(more.get("curve", True))
    if made:
        as_one(plan, CACHE, curve=curve)
    found = chosen(plan.strategy, plan.features(curve=curve), folder=CACHE)
    return "apart" if found.linked.step is not None else "as one"


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


@dataclass(frozen=True, slots=True)
class Taken:
    """Seconds of some calls: of the clock, the median, and of processors, the least; those after the first."""

    wall_s: float
    spent_s: float


def paired(*calls: Callable[[], Any], repeat: int) -> list[Taken]:
    """What calls take that are made by turns."""
    walls: list[list[float]] = [[] for _ in calls]
    spents: list[list[float]] = [[] for _ in calls]
    for _ in range(repeat + 1):
        for call, wall, spent in zip(calls, walls, spents, strict=True):
            began, before = time.perf_counter(), spent_s()
            call()
            wall.append(time.perf_counter() - began)
            spent.append(spent_s() - before)
    return [Taken(statistics.median(wall[1:]), min(spent[1:])) for wall, spent in zip(walls, spents, strict=True)]


def workers() -> list[psutil.Process]:
    """The processes that work for this one."""
    others = psutil.Process().children(recursive=True)
    return [one for one in others if any("popen_loky" in word for word in one.cmdline())]


def spent_s() -> float:
    """Processor seconds of this process and of all workers."""
    every = [one.cpu_times() for one in (psutil.Process(), *workers())]
    return float(sum(one.user + one.system for one in every))


def peaks() -> str:
    """The most memory that this process and each worker had, MB."""
    return f"{peak(os.getpid())} MB here, {' and '.join(str(peak(one.pid)) for one in workers())} MB in the workers"


def peak(pid: int) -> int:
    """A process's greatest resident memory, MB."""
    lines = dict(line.split(":", 1) for line in Path(f"/proc/{pid}/status").read_text().splitlines() if ":" in line)
    return int(lines["VmHWM"].split()[0]) // 1024


def main() -> None:
    """Print the table."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--repeat", type=int, default=5)
    asked.add_argument("--many", type=int, default=0)
    asked.add_argument("--start")
    asked.add_argument("--apart", action="store_true", help="do not have simulators compiled as one first")
    asked.add_argument("--draw", type=Path, help=argparse.SUPPRESS)
    given = asked.parse_args()
    if given.draw:
        year(given.draw)
        return
    with tempfile.TemporaryDirectory() as name, ProcessPoolExecutor(WORKERS) as executor:
        subprocess.run([sys.executable, __file__, "--draw", name], check=True)  # so that drawing is in nobody's memory
        candles = year(Path(name))
        shelved = shelve(next(iter(candles.values())), Path(name) / "candles.npy")
        forms = {text: form(next(iter(candles)), more, made=not given.apart) for text, more in ROWS.items()}
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
        from_start = {"start": given.start} if given.start else {}
        for text, more in ROWS.items():
            ours, hand = paired(
                partial(swept, candles, executor, FASTS, SLOWS, **more, **from_start),
                partial(both_by_hand, shelved, executor),
                repeat=given.repeat,
            )
            print(
                f"{text:32} {ours.wall_s:6.3f} s, {ours.wall_s / hand.wall_s:5.2f} x by hand;"
                f" processors {ours.spent_s:5.2f} s, {ours.spent_s / hand.spent_s:5.2f} x its {hand.spent_s:4.2f} s;"
                f" {forms[text]}"
            )
        print(f"{memory}, after the first of these sweeps")


if __name__ == "__main__":
    main()
