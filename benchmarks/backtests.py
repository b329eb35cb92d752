"""What a backtest costs, in one run on one machine: `python benchmarks/backtests.py`.

Every row says whether gate and exits are on; the exact ledger is always in it. Times are of runs after the first, data
in memory and on its tick grid already (as every peer has it), averages computed inside: the median, and the best,
which says more on a machine that does other things too. The limit is `limits.py`. Fills and final equity must agree
with it. Runs are of the simulator compiled as one, but where "apart" is said (docs/decisions/0004).
"""

from __future__ import annotations

import argparse
import gc
import inspect
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from botswain import Instrument, Options, backtest
from botswain.build.ahead import compile_ahead
from botswain.build.plan import Plan
from botswain.build.simulator import forget
from botswain.build.strategy_file import strategy_in
from botswain.core.scale import Sizing
from botswain.core.strategy import Strategy
from botswain.lab.market import market_of
from botswain.lab.run import run
from botswain.strategies.grid import Grid
from botswain.strategies.scalper import Scalper
from botswain.strategies.sma_crossover import SmaCrossover
from limits import crossover, ladder
from made_data import YEAR, walk

EXITS = {"stop_loss": Decimal("0.02"), "take_profit": Decimal("0.04"), "trailing_stop": Decimal("0.03")}
LIMITS = {"max_daily_loss": Decimal("0.5"), "max_drawdown": Decimal("0.5"), "max_position": Decimal(2)}
CAPITAL = Decimal(1_000_000)
LEVELS, STEP = 40, 0.0025


class Taken(NamedTuple):
    """Seconds."""

    median: float
    best: float


def measured(call: Callable[[], Any], repeat: int) -> tuple[Any, Taken]:
    """The last result and the seconds of `repeat` calls after one that is not counted."""
    result = call()
    taken = []
    gc.collect()
    gc.disable()  # as timeit does
    for _ in range(repeat):
        result = None
        start = time.perf_counter()
        result = call()
        taken.append(time.perf_counter() - start)
    gc.enable()
    return result, Taken(statistics.median(taken), min(taken))


def row(name: str, seconds: Taken, candles: int, limit: Taken | None = None, note: str = "") -> None:
    """One line of the table: median and best; ns a candle and times the limit by the best."""
    ratio = f"{seconds.best / limit.best:5.2f}x limit" if limit else " " * 11
    print(
        f"{name:58} {seconds.median * 1e3:8.2f} ms  best {seconds.best * 1e3:6.2f} ms "
        f"{seconds.best / candles * 1e9:6.1f} ns/candle  {ratio}  {note}",
        flush=True,
    )


def main() -> None:
    """Print the table."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--repeat", type=int, default=9)
    repeat = asked.parse_args().repeat
    with tempfile.TemporaryDirectory() as folder:
        table(repeat, Path(folder))


def table(repeat: int, folder: Path) -> None:
    """All rows."""
    grw, ou = walk(YEAR, 4), walk(YEAR, 7, spread=0.02)
    taker = Instrument("A/B", Decimal("0.01"), Decimal("1e-8"), maker_fee=Decimal("0.001"), taker_fee=Decimal("0.001"))
    maker = Instrument(
        "A/B",
        Decimal("0.01"),
        Decimal("1e-8"),
        maker_fee=Decimal("0.0002"),
        taker_fee=Decimal("0.0002"),
        shortable=True,
    )
    sizing = Sizing("fixed", Decimal(1))
    print(f"{YEAR} one-minute candles; the ledger is in every row but the limits\n")

    (equity, fills), limit = measured(lambda: crossover(grw.open, grw.close, 20, 50, 1e6, 0.001), repeat)
    row("limit: crossover 20/50 with its averages", limit, YEAR)
    market = market_of({"A/B": grw}, {"A/B": taker})

    def crossing(curve: bool, **more: Any) -> Callable[[], Any]:
        plan = Plan(SmaCrossover(), (taker,), 60_000, CAPITAL, sizing, **more)
        as_one(plan, folder, curve=curve)
        return lambda: run(plan, market, curve=curve, folder=folder)

    ran, seconds = measured(crossing(False), repeat)
    book, account = ran.state.parts["books"][0], ran.state.account
    ours = (int(account.cash) + int(book.pos) * int(ran.state.parts["lanes"][0].mark)) * 1e-10
    agree(int(account.reports), fills, ours, equity)
    row("sma_crossover 20/50, gate and exits off", seconds, YEAR, limit, f"{fills} fills agree")
    _, seconds = measured(crossing(False, exits=EXITS, limits=LIMITS), repeat)
    row("sma_crossover 20/50, gate and exits on", seconds, YEAR, limit)

    quotes = Plan(
        Scalper(), (taker,), 60_000, CAPITAL, Sizing("percent", Decimal(1)), exits=EXITS, limits=LIMITS
    )  # fmt: skip
    as_one(quotes, folder)
    _, seconds = measured(lambda: run(quotes, market, curve=False, folder=folder), repeat)
    row("scalper, gate and exits on", seconds, YEAR)

    lines = np.round(float(ou.close[0]) * (1 + STEP * np.arange(-LEVELS // 2, LEVELS // 2 + 1)), 2)
    (equity, fills), limit = measured(lambda: ladder(ou.open, ou.high, ou.low, ou.close, lines, 1e6, 0.0002), repeat)
    row("limit: grid of 40 cells", limit, YEAR)
    grid = Plan(Grid(levels=LEVELS, step=STEP), (maker,), 60_000, CAPITAL, sizing)
    swing = market_of({"A/B": ou}, {"A/B": maker})
    as_one(grid, folder)
    ran, seconds = measured(lambda: run(grid, swing, curve=False, folder=folder), repeat)
    book, account = ran.state.parts["books"][0], ran.state.account
    ours = (int(account.cash) + int(book.pos) * int(ran.state.parts["lanes"][0].mark)) * 1e-10
    agree(int(account.reports), fills, ours, equity)
    row("grid, 40 levels, gate and exits off", seconds, YEAR, limit, f"{fills} fills agree")

    how = Options(folder=folder)

    def whole(candles: Any, **more: Any) -> Callable[[], Any]:
        as_one(Plan(SmaCrossover(), (taker,), 60_000, **more), folder, curve=True)
        return lambda: (
            backtest(
                "sma_crossover", candles, instrument=taker, capital=CAPITAL, sizing="fixed", options=how, **more
            ).metrics
        )

    _, seconds = measured(whole(grw), repeat)
    row("sma_crossover, equity curve and metrics, gate and exits off", seconds, YEAR)
    _, seconds = measured(whole(grw, exits=EXITS, limits=LIMITS), repeat)
    row("sma_crossover, equity curve and metrics, gate and exits on", seconds, YEAR)
    short = grw.slice(0, 10_000)
    _, seconds = measured(whole(short, exits=EXITS, limits=LIMITS), repeat * 5)
    row("10,000 candles with everything", seconds, 10_000)
    compiling(grw, taker, repeat)


def as_one(plan: Plan, folder: Path, *, curve: bool = False) -> None:
    """Have a plan's simulator compiled as one before it is timed, in another process, as the background does it:

    what a compile leaves behind in this process's memory makes the runs after it slower.
    """
    found = compile_ahead(plan, folder, live=False, curve=curve)
    if not found.ready:
        raise SystemExit(found.reason)


def agree(ours: int, theirs: int, equity: float, reference: float) -> None:
    """Refuse to print a time for a wrong answer."""
    if ours != theirs or abs(equity - reference) > 1e-6 * abs(reference):
        raise SystemExit(f"the simulator and the hand-written loop differ: {ours} {theirs} fills, {equity} {reference}")


def compiling(candles: Any, instrument: Instrument, repeat: int) -> None:
    """What compiling costs, from the edit to the result: everything, only the strategy, and loading what is kept."""
    print()
    short = candles.slice(0, 1_000)
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        how = Options(folder=folder)

        def once(name: str, strategy: str | type[Strategy]) -> None:
            forget()
            start = time.perf_counter()
            backtest(strategy, short, instrument=instrument, options=how)
            print(f"{name:58} {time.perf_counter() - start:9.2f} s", flush=True)

        once("first run ever: the core and sma_crossover's step, apart", "sma_crossover")
        once("again in a fresh link: loaded from the cache", "sma_crossover")
        once("a strategy of other events (grid): another core, and its step", "grid")
        once("again in a fresh link: loaded from the cache", "grid")
        path = edited(folder, "0.5")
        for name in (
            "sma_crossover edited, in a new process: its step alone",
            "again in a new process: loaded from the cache",
        ):
            print(f"{name:58} {in_a_new_process(path, folder):9.2f} s", flush=True)
        once("edited once more, in this process", strategy_in(edited(folder, "0.25")))
        slower(strategy_in(path), market_of({"A/B": candles}, {"A/B": instrument}), folder, repeat)


def edited(folder: Path, target: str) -> Path:
    """sma_crossover with one number of its step changed, in a file of its own."""
    text = inspect.getsource(sys.modules[SmaCrossover.__module__])
    assert text.count("side = 1.0") == 1
    path = folder / "edited.py"
    path.write_text(text.replace("side = 1.0", f"side = {target}"), encoding="utf-8")
    return path


IN_A_NEW_PROCESS = """
import sys, time
from pathlib import Path
from botswain import Options, backtest
from made_data import walk
candles = walk(1_000, 4)
start = time.perf_counter()
backtest(sys.argv[1], candles, options=Options(folder=Path(sys.argv[2])))
print(time.perf_counter() - start)
"""


def in_a_new_process(path: Path, folder: Path) -> float:
    """Seconds from a strategy's file to a result in a process that has compiled nothing yet; imports are not in it."""
    command = [sys.executable, "-c", IN_A_NEW_PROCESS, str(path), str(folder)]
    done = subprocess.run(command, cwd=Path(__file__).parent, check=True, capture_output=True, text=True)
    return float(done.stdout)


def slower(cls: type[Strategy], market: Any, folder: Path, repeat: int) -> None:
    """What a year of minutes costs apart and as one, and what it takes to compile it as one."""
    plan = Plan(cls(), market.instruments, 60_000, CAPITAL, Sizing("fixed", Decimal(1)))

    def call() -> Any:
        return run(plan, market, curve=False, folder=folder)

    call()  # compiled for these features; once more below, so that nothing of it is timed
    _, apart = measured(call, repeat)
    start = time.perf_counter()
    as_one(plan, folder)
    print(f"{'the same compiled as one, by a later run or in the background':58} {time.perf_counter() - start:9.2f} s")
    _, whole = measured(call, repeat)
    row("the edited strategy, gate and exits off, apart", apart, YEAR)
    row("the edited strategy, gate and exits off, as one", whole, YEAR, note=f"apart {apart.best / whole.best:.2f}x")


if __name__ == "__main__":
    main()
