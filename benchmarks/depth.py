"""What an order book beside a tape costs: `python benchmarks/depth.py`.

The million trades of W4 (`ticks.py`) with made quotes beside them, told anew before each trade: an EMA-cross strategy
with market orders, and one that keeps an order in line on either side. Then the real
capture, where it is here (BOTSWAIN_SHARED). Processor time, the best of several runs after the first, data in memory;
making a recording ready (grid, crossing, snapshots) is a row of its own. Gate and exits off, the exact ledger on.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))

from backtests import as_one
from botswain import Depth, Instrument, Trades, read_depth, read_trades
from botswain.build.plan import Plan
from botswain.core.scale import Sizing
from botswain.core.strategy import Strategy
from botswain.lab.book_changes import made_changes
from botswain.lab.market import market_of
from botswain.lab.run import run
from botswain.lab.tape import on_tape
from botswain.model.depth import depth_of_quotes
from botswain.model.trades import OnTrades
from parity.bench_data import ticks
from parity.ema_cross import EmaCross
from parity.quoting import Quoting
from ticks import CASH, RULES

SHARED = Path(os.environ.get("BOTSWAIN_SHARED", Path(__file__).resolve().parents[2] / "shared"))
CAPTURE = SHARED / "data" / "binance" / "BTC-USDT"
BITCOIN = Instrument(
    "BTC/USDT", Decimal("0.01"), Decimal("0.00001"), maker_fee=Decimal(0), taker_fee=Decimal("0.0001"), shortable=True
)
WITHOUT, BESIDE = OnTrades("last"), OnTrades(depth=True)


def main() -> None:
    """Print the table."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--repeat", type=int, default=7)
    repeat = asked.parse_args().repeat
    with tempfile.TemporaryDirectory() as folder:
        tape = ticks()
        table("made", tape, quotes_around(tape), RULES, repeat, Path(folder))
        if not CAPTURE.exists():
            print("the real capture is not here; set BOTSWAIN_SHARED to the folder with data/")
            return
        depth = read_depth(CAPTURE / "raw_ws_2024-08-08.jsonl.gz", "BTC/USDT")
        real = read_trades(CAPTURE / "trades_2024-08-08.parquet", "BTC/USDT")
        first = int(np.searchsorted(real.ts, depth.ts[0], side="right"))
        met = Trades(real.symbol, real.ts[first:], real.price[first:], real.quantity[first:])
        table("real", met, depth, BITCOIN, repeat * 3, Path(folder))


def quotes_around(tape: Trades) -> Depth:
    """Before each trade the best quotes are told anew, a tick below and above the price of the one before it."""
    chance = np.random.default_rng(5)
    before = np.append(tape.price[:1], tape.price[:-1])
    bid_size, ask_size = chance.integers(1, 50, (2, len(tape))) * 1.0
    return depth_of_quotes(
        tape.symbol, tape.ts - 1, np.round(before - 0.01, 2), bid_size, np.round(before + 0.01, 2), ask_size
    )


def table(what: str, tape: Trades, depth: Depth, rules: Instrument, repeat: int, folder: Path) -> None:
    """The rows of one market."""
    start = time.process_time()
    changes = made_changes(depth, rules.tick_size, rules.lot_size)
    ready = time.process_time() - start
    count = len(changes.times)
    print(f"{what}: {len(tape):,} trades, {count:,} changes at {changes.levels:,} prices")
    print(f"  {'made ready, once':36} {ready * 1e3:9.1f} ms  {ready / count * 1e9:7.1f} ns a change", flush=True)
    for name, strategy in (("EMA cross, by the market", EmaCross()), ("two quotes in line", Quoting())):
        alone, _ = best(run_of(strategy, tape, None, rules, folder), repeat)
        taken, ran = best(run_of(strategy, tape, depth, rules, folder), repeat)
        fills = [one for one in ran.state.parts["reports"][: int(ran.state.account.reports)] if one.lots]
        makers = sum(int(one.maker) for one in fills)
        print(
            f"  {name:36} {taken * 1e3:9.1f} ms  {(taken - alone) / count * 1e9:7.1f} ns a change more than the "
            f"{alone * 1e3:.1f} ms without a book; {len(fills):,} fills, {makers:,} as maker",
            flush=True,
        )


def run_of(strategy: Strategy, tape: Trades, depth: Depth | None, rules: Instrument, folder: Path) -> Callable[[], Any]:
    """A call that runs a strategy over the trades, with the book or without."""
    on = BESIDE if depth is not None else WITHOUT
    market = on_tape(market_of({rules.symbol: tape.candles()}, {rules.symbol: rules}), on, depth)
    plan = Plan(strategy, (rules,), 1, Decimal(CASH), Sizing("fixed", Decimal(1)), on_trades=on)
    as_one(plan, folder)
    return lambda: run(plan, market, curve=False, folder=folder)


def best(call: Callable[[], Any], repeat: int) -> tuple[float, Any]:
    """The least processor time in seconds of several calls after one that is not counted, and what the last made."""
    call()
    taken = []
    for _ in range(repeat):
        start = time.process_time()
        result = call()
        taken.append(time.process_time() - start)
    return min(taken), result


if __name__ == "__main__":
    main()
