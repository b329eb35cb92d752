"""What Dask costs on top of a run: `python benchmarks/cluster.py`.

The same sweep of 920 combinations over a year of minutes, by turns in two processes of our own and in two workers of a
local Dask cluster, both there already. Processor seconds of all processes (Dask's scheduler is in this one), the least
of the sweeps after the first, and wall seconds, the median; what Dask takes more is said for each run. Both tables must
be the same, or no time is printed.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
from functools import partial
from pathlib import Path
from typing import Any

import psutil
from distributed import Client, LocalCluster
from loky import ProcessPoolExecutor

import sweeps
from sweeps import FASTS, WORKERS, paired, swept
from workloads import year

SLOWS = range(30, 121, 2)


def spent_s() -> float:
    """Processor seconds of this process and of all below it."""
    every = [one.cpu_times() for one in (psutil.Process(), *psutil.Process().children(recursive=True))]
    return float(sum(one.user + one.system for one in every))


def main() -> None:
    """Print the table."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--repeat", type=int, default=5)
    given = asked.parse_args()
    sweeps.spent_s = spent_s  # here the others are Dask's workers too
    with (
        tempfile.TemporaryDirectory() as name,
        ProcessPoolExecutor(WORKERS) as own,
        LocalCluster(n_workers=WORKERS, threads_per_worker=1, processes=True, dashboard_address=None) as cluster,
        Client(cluster) as client,
    ):
        subprocess.run([sys.executable, sweeps.__file__, "--draw", name], check=True)
        candles = year(Path(name))
        frames: list[Any] = [None, None]

        def searched(k: int, executor: Any) -> None:
            frames[k] = swept(candles, executor, FASTS, SLOWS, curve=False).frame

        there = client.get_executor(pure=False)  # as the command line has it
        ours, dask = paired(partial(searched, 0, own), partial(searched, 1, there), repeat=given.repeat)
        if not frames[0].equals(frames[1]):
            raise SystemExit("Dask's table is another one")
        runs = len(frames[0])
        for text, one in (("our own processes", ours), ("a Dask cluster", dask)):
            print(
                f"{text:18} {one.wall_s:6.3f} s, processors {one.spent_s:6.3f} s,"
                f" {one.spent_s / runs * 1e3:.3f} ms a run"
            )
        more = dask.spent_s - ours.spent_s
        print(
            f"Dask takes {more / runs * 1e3:+.3f} ms a run, {more / ours.spent_s:+.1%} by processors,"
            f" {dask.wall_s / ours.wall_s - 1:+.1%} by the clock"
        )


if __name__ == "__main__":
    main()
