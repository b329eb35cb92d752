"""1,000 trials over 100,000 candles, and what of their time is Optuna's own: `python benchmarks/optimise.py`.

Processor seconds of this process and its workers together, and those in which Optuna proposed and was told; on two
cores the bound is for half of what is left without these. Wall seconds are those of a machine that may be busy.
"""

from __future__ import annotations

import argparse
import os
import time
from pathlib import Path

from botswain.lab.trials.beginning import Ways
from botswain.lab.trials.optimise import optimise
from botswain.lab.vetting.made_candles import made_candles

CANDLES, TRIALS, BOUND_S = 100_000, 1_000, 30.0
CACHE = Path(".cache/botswain-kernels")
VARY = {"fast": "5..200", "slow": "20..1000"}


def main() -> None:
    """Print a line for each sampler."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--trials", type=int, default=TRIALS)
    asked.add_argument("--workers", type=int, default=2)
    given = asked.parse_args()
    candles = made_candles(CANDLES)
    ways = Ways(workers=given.workers, folder=CACHE)
    optimise("sma_crossover", candles, vary=VARY, trials=1, ways=Ways(workers=1, folder=CACHE))  # compiles
    for sampler in ("random", "nsga2", "tpe"):
        began, used = time.perf_counter(), os.times()
        found = optimise("sma_crossover", candles, vary=VARY, trials=given.trials, sampler=sampler, ways=ways)
        wall_s, now = time.perf_counter() - began, os.times()
        spent_s = sum(now[:4]) - sum(used[:4])
        ours_s = spent_s - found.asking_s
        each_s = ours_s / given.workers
        print(
            f"{sampler:7} {found.done:,} trials of {found.different:,} combinations: processor {spent_s:5.1f} s, "
            f"Optuna {found.asking_s:5.1f} s, ours {ours_s:5.1f} s, on {given.workers} cores {each_s:5.1f} s of "
            f"{BOUND_S:.0f}; wall {wall_s:5.1f} s; best sharpe {found.best_figure:.3f}"
        )


if __name__ == "__main__":
    main()
