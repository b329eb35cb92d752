"""The workloads of the shared benchmark, and what each bot of the crew costs: `python benchmarks/workloads.py`.

Each row is a process of its own, so that its memory is its own. Series come from the benchmark's generator and seeds;
fills and final equity must agree with a hand-written loop that does just that one thing (`limits.py`), or no time is
printed. The exact ledger is in every row. Times are of runs after the first, data in memory as every peer has it: the
median, as the peers' scripts say theirs, and the best. `--peers FILE` names the `results.jsonl` that the benchmark's
run_all.py wrote on the same machine: its rows are printed below ours, with how many times our time they took.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import asdict, dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))

from backtests import EXITS, LIMITS, Taken, as_one, measured
from botswain import Candles, Instrument
from botswain.build.plan import Plan
from botswain.core.scale import Sizing
from botswain.core.strategy import Strategy
from botswain.lab.market import market_of
from botswain.lab.result import Result
from botswain.lab.run import Ran, call_back, run
from botswain.strategies.catalog import strategy_class
from botswain.strategies.grid import Grid
from botswain.strategies.indicator_rules import EXAMPLE
from botswain.strategies.sma_crossover import SmaCrossover
from limits import crossover, ladder
from parity.bench_data import FIVE_YEARS, GENERATOR, GRW_SEED, MANY_SEED, OU_SEED, START_MS, YEAR, made

MILLION = Decimal(1_000_000)
LEVELS, STEP = 40, 0.0025
MANY, EACH = 50, 100_000
GUARDED: dict[str, Any] = {"exits": EXITS, "limits": LIMITS}
# Bots of many orders are not ended by their exits here, and a trail sizes by money.
WIDE = {"stop_loss": Decimal("0.5"), "take_profit": Decimal(5), "trailing_stop": Decimal("0.9")}
OF_ORDERS: dict[str, dict[str, Any]] = {
    "grid": {"exits": WIDE, "sizing": Sizing("fixed_quote", Decimal(100))},
    "dca": {"exits": WIDE},
}
# Bots beside their defaults: name, strategy, settings. A grid is run on the series that keeps returning.
CREW: dict[str, tuple[str, dict[str, Any]]] = {
    "grid, 40 levels": ("grid", {"levels": LEVELS, "step": STEP}),
    "grid, managed": ("grid", {"levels": LEVELS, "step": STEP, "trail": "both", "spacing": "geometric", "resting": 6}),
    "sma_crossover": ("sma_crossover", {}),
    "dca": ("dca", {}),
    "dip": ("dip", {"drop": 0.01}),
    "momentum": ("momentum", {"enter": 0.003}),
    "rsi": ("rsi", {}),
    "macd": ("macd", {}),
    "bollinger": ("bollinger", {}),
    "stochastic": ("stochastic", {}),
    "donchian_breakout": ("donchian_breakout", {}),
    "supertrend": ("supertrend", {}),
    "indicator_rules": ("indicator_rules", {"rules": EXAMPLE}),
}


@dataclass(frozen=True, slots=True)
class Row:
    """One row of the table. Seconds; megabytes of the whole process at its most, and of the candles."""

    work: str
    what: str
    items: int
    median: float
    best: float
    fills: int
    equity: float
    memory: float
    data: float
    limit: float = 0.0


def taker(symbol: str) -> Instrument:
    """An instrument with the peers' fee, on whose lots no fee is rounded."""
    rate = Decimal("0.001")
    return Instrument(symbol, Decimal("0.01"), Decimal("1e-8"), maker_fee=rate, taker_fee=rate)


def maker(symbol: str) -> Instrument:
    """An instrument with the grid's fee that may be short, as the hand-written grid is."""
    rate = Decimal("0.0002")
    return Instrument(symbol, Decimal("0.01"), Decimal("1e-8"), maker_fee=rate, taker_fee=rate, shortable=True)


def run_of(
    strategy: Strategy, candles: dict[str, Candles], rules: Callable[[str], Instrument], folder: Path, *,
    guarded: bool = False, whole: bool = False, called: bool = False, **other: Any,
) -> Callable[[], Any]:  # fmt: skip
    """A call that runs a strategy of one unit an order over candles that are ready in memory.

    guarded  gate and exits on; whole  with the equity curve and all statistics; called  the step left in Python
    """
    market = market_of(candles, {symbol: rules(symbol) for symbol in candles})
    more = GUARDED if guarded else {}
    plan = Plan(strategy, market.instruments, 60_000, MILLION, **{"sizing": Sizing("fixed", Decimal(1))} | more | other)
    if called:
        return lambda: Ran(call_back(plan, market, whole, folder)[0], False, None)
    as_one(plan, folder, curve=whole)

    def once() -> Ran:
        ran = run(plan, market, curve=whole, folder=folder)
        if whole:
            _ = Result(plan, market, ran).metrics
        return ran

    return once


def ended(ran: Ran) -> tuple[int, float]:
    """Fills and final equity, counted without building a report."""
    parts, account = ran.state.parts, ran.state.account
    held = sum(int(book.pos) * int(lane.mark) for book, lane in zip(parts["books"], parts["lanes"], strict=True))
    return int(account.reports), (int(account.cash) + held) * 1e-10


def peak() -> float:
    """Megabytes of this process at its most."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def crossing(work: str, what: str, candles: dict[str, Candles], repeat: int, folder: Path, **how: Any) -> Row:
    """W1 and W5: one unit of each symbol while its average of 20 is above that of 50."""
    call = run_of(SmaCrossover(), candles, taker, folder, **how)
    ran, taken = measured(call, repeat)
    memory = peak()  # before the limit takes its own
    each = list(candles.values())

    def by_hand() -> list[tuple[float, int]]:
        return [crossover(one.open, one.close, 20, 50, 0.0, 0.001) for one in each]

    found, limit = measured(by_hand, repeat)
    fills, equity = sum(one[1] for one in found), 1e6 + sum(one[0] for one in found)
    return row(
        work, what, sum(map(len, each)), taken, ran, memory, limit, None if how.get("guarded") else (fills, equity)
    )


def cells(work: str, what: str, candles: dict[str, Candles], repeat: int, folder: Path, **how: Any) -> Row:
    """W3: a ladder of 40 cells around the first close."""
    ran, taken = measured(run_of(Grid(levels=LEVELS, step=STEP), candles, maker, folder, **how), repeat)
    memory = peak()
    (one,) = candles.values()
    lines = np.round(float(one.close[0]) * (1 + STEP * np.arange(-LEVELS // 2, LEVELS // 2 + 1)), 2)
    (equity, fills), limit = measured(
        lambda: ladder(one.open, one.high, one.low, one.close, lines, 1e6, 0.0002), repeat
    )
    return row(work, what, len(one), taken, ran, memory, limit, None if how.get("guarded") else (fills, equity))


def row(
    work: str,
    what: str,
    items: int,
    taken: Taken,
    ran: Ran,
    memory: float,
    limit: Taken,
    true: tuple[int, float] | None,
) -> Row:
    """Refuse a time for a wrong answer; else the row."""
    fills, equity = ended(ran)
    if true is not None and (fills != true[0] or abs(equity - true[1]) > 1e-6 * abs(true[1])):
        raise SystemExit(f"{work} {what}: {fills} fills and {equity}, by hand {true[0]} and {true[1]}")
    return Row(work, what, items, taken.median, taken.best, fills, equity, memory, items * 48 / 2**20, limit.median)


def series(folder: Path, name: str, seed: int, count: int, symbol: str = "") -> Candles:
    """A series, drawn once and then read from a file, so that drawing it is in nobody's memory."""
    path = folder / f"{name}-{seed}-{count}.npy"
    if not path.exists():
        one = made(name, seed, count)
        np.save(path, np.stack([one.open, one.high, one.low, one.close, one.volume]))
    rows = np.load(path, mmap_mode="r")
    ts = START_MS + 60_000 * np.arange(count, dtype=np.int64)
    return Candles(symbol or f"{name.upper()}/USD", "1m", ts, *map(np.array, rows))


def year(folder: Path, name: str = "grw", count: int = YEAR) -> dict[str, Candles]:
    """A series by its symbol."""
    one = series(folder, name, GRW_SEED if name == "grw" else OU_SEED, count)
    return {one.symbol: one}


def many(folder: Path) -> dict[str, Candles]:
    """Fifty symbols."""
    return {name: series(folder, "grw", MANY_SEED + k, EACH, name) for k in range(MANY) for name in [f"S{k:02}/USD"]}


def bot_of_the_crew(name: str, repeat: int, folder: Path) -> Row:
    """A bot with exits and gate on over a year of minutes."""
    strategy, params = CREW[name]
    candles = year(folder, "ou" if strategy == "grid" else "grw")
    call = run_of(
        strategy_class(strategy)(**params), candles, maker, folder, guarded=True, **OF_ORDERS.get(strategy, {})
    )
    ran, taken = measured(call, repeat)
    return row("crew", name, YEAR, taken, ran, peak(), Taken(0.0, 0.0), None)


Case = Callable[[int, Path], Row]
ROWS: dict[str, tuple[str, Case]] = {
    "a year, off": ("W1", lambda n, f: crossing("W1", "a year, off", year(f), n, f)),
    "a year, on": ("W1", lambda n, f: crossing("W1", "a year, on", year(f), n, f, guarded=True)),
    "five years, off": ("W1", lambda n, f: crossing("W1", "five years, off", year(f, count=FIVE_YEARS), n, f)),
    "five years, on": (
        "W1",
        lambda n, f: crossing("W1", "five years, on", year(f, count=FIVE_YEARS), n, f, guarded=True),
    ),
    "statistics, off": ("W1", lambda n, f: crossing("W1", "statistics, off", year(f), n, f, whole=True)),
    "statistics, on": ("W1", lambda n, f: crossing("W1", "statistics, on", year(f), n, f, whole=True, guarded=True)),
    "step in Python, off": ("W1", lambda n, f: crossing("W1", "step in Python, off", year(f), n, f, called=True)),
    "grid, off": ("W3", lambda n, f: cells("W3", "grid, off", year(f, "ou"), n, f)),
    "grid, on": ("W3", lambda n, f: cells("W3", "grid, on", year(f, "ou"), n, f, guarded=True, exits=WIDE)),
    "50 symbols, off": ("W5", lambda n, f: crossing("W5", "50 symbols, off", many(f), n, f)),
    "50 symbols, on": ("W5", lambda n, f: crossing("W5", "50 symbols, on", many(f), n, f, guarded=True)),
}


def main() -> None:
    """Print the tables, or with --row one row as JSON for the process that asked."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--only", nargs="+", choices=("W1", "W3", "W5", "crew"), default=("W1", "W3", "W5", "crew"))
    asked.add_argument("--repeat", type=int, default=7)
    asked.add_argument("--peers", type=Path, help="results.jsonl of the benchmark's run_all.py on this machine")
    asked.add_argument("--row", help=argparse.SUPPRESS)
    asked.add_argument("--folder", type=Path, help=argparse.SUPPRESS)
    given = asked.parse_args()
    if not GENERATOR.exists():
        raise SystemExit(f"no bench/{GENERATOR.name}; set BOTSWAIN_SHARED to the folder that has bench")
    if given.row:
        _, case = ROWS.get(given.row) or ("crew", lambda n, f: bot_of_the_crew(given.row, n, f))
        print(json.dumps(asdict(case(given.repeat, given.folder))))
        return
    with tempfile.TemporaryDirectory() as folder:
        tables(given.only, given.repeat, Path(folder), {} if given.peers is None else peers_in(given.peers))


def tables(only: tuple[str, ...], repeat: int, folder: Path, peers: dict[str, list[dict[str, Any]]]) -> None:
    """Every row asked for, each in its own process, under it the peers'."""
    print("off and on: gate and exits. The ledger is in every row. limit: a hand-written loop of that one strategy.\n")
    for name in [*ROWS, *CREW]:
        work = ROWS[name][0] if name in ROWS else "crew"
        if work not in only:
            continue
        command = [sys.executable, __file__, "--row", name, "--repeat", str(repeat), "--folder", str(folder)]
        done = subprocess.run(command, check=False, capture_output=True, text=True)
        if done.returncode != 0:
            print(f"{work:4} {name}: {done.stderr.strip().splitlines()[-1]}", flush=True)
            continue
        told(Row(**json.loads(done.stdout)), peers)


def told(row: Row, peers: dict[str, list[dict[str, Any]]]) -> None:
    """Print a row, and the peers' below it."""
    against = f"{row.median / row.limit:5.2f}x limit" if row.limit else " " * 11
    print(
        f"{row.work:4} {row.what:20} {row.items:>8} candles {row.median * 1e3:9.2f} ms  best {row.best * 1e3:8.2f}"
        f"  {row.median / row.items * 1e9:6.1f} ns  {against}  {row.fills:>7} fills  "
        f"{row.memory:4.0f} MB, {row.data:3.0f} of them candles",
        flush=True,
    )
    for peer in peers.get(row.work, []):
        if peer["n"] == (EACH if row.work == "W5" else row.items) and peer["mode"] == "unit":
            ratio = peer["wall_s"] / row.median
            print(f"       {peer['peer']:>15} {peer['wall_s'] * 1e3:12.2f} ms  {ratio:9.1f}x ours")


def peers_in(path: Path) -> dict[str, list[dict[str, Any]]]:
    """By workload the newest row of each peer and size."""
    newest: dict[tuple[Any, ...], dict[str, Any]] = {}
    for line in path.read_text(encoding="utf-8").splitlines():
        one = json.loads(line)
        newest[one["work"], one["n"], one["mode"], one["peer"]] = one
    found: dict[str, list[dict[str, Any]]] = {}
    for one in newest.values():
        found.setdefault(one["work"], []).append(one)
    return found


if __name__ == "__main__":
    main()
