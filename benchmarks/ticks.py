"""W4 of the shared benchmark, and what an order costs from its wish to the ledger: `python benchmarks/ticks.py`.

A million trades, decided on one by one; orders meet the price of the last one, as the peers' do, with gate and exits
off and the exact ledger in every row but the limit. Times are of runs after the first, data in memory: median and best.
Fills and final equity must agree with the limit, a numba loop that can do nothing else. `--peer COMMAND` runs a peer's
script of that benchmark by turns with ours and reads the RESULT line that it prints.
"""

from __future__ import annotations

import argparse
import json
import shlex
import subprocess
import sys
import tempfile
from decimal import Decimal
from pathlib import Path
from typing import Any

import numba

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))

from backtests import EXITS, LIMITS, Taken, as_one, measured
from botswain import Instrument
from botswain.build.plan import Plan
from botswain.core.scale import Sizing
from botswain.core.strategy import Strategy
from botswain.lab.market import market_of
from botswain.lab.run import run
from botswain.lab.tape import on_tape
from botswain.model.trades import OnTrades
from parity.bench_data import MILLION, ticks
from parity.ema_cross import EmaCross, Turning

RULES = Instrument(
    "TICK/USD", Decimal("0.01"), Decimal(1), maker_fee=Decimal("0.001"), taker_fee=Decimal("0.001"), fee_precision=5,
    shortable=True,
)  # fmt: skip
CASH = 1_000_000
LIKE_THE_PEERS = OnTrades("last")
# Exits that an average of a thousand trades lives with.
WIDE = {name: 10 * value for name, value in EXITS.items()}
ORDERS = (10_000, 100_000, 300_000, MILLION - 1)


@numba.njit
def by_hand(prices: Any, weight: float, cash: float, fee: float) -> tuple[float, int]:
    """The limit: an average and a position."""
    average = prices[0]
    held = 0.0
    fills = 0
    for i in range(1, prices.size):
        price = prices[i]
        average += weight * (price - average)
        if i >= 1000:
            side = 1.0 if price > average else -1.0
            if side != held:
                cash -= (side - held) * price + fee * abs(side - held) * price
                held = side
                fills += 1
    return cash + held * prices[-1], fills


def main() -> None:
    """Print the table."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--repeat", type=int, default=7)
    asked.add_argument("--peer", action="append", default=[], help="a command that prints a RESULT line")
    given = asked.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        table(given.repeat, given.peer, Path(folder))


def table(repeat: int, peers: list[str], folder: Path) -> None:
    """All rows."""
    tape = ticks()
    (equity, fills), limit = measured(lambda: by_hand(tape.price, 2 / 1001, float(CASH), 0.001), repeat)
    told("limit: the same as a loop", limit, MILLION)
    call = run_of(EmaCross(), MILLION, folder, LIKE_THE_PEERS)
    ran, taken = measured(call, repeat)
    agree(ran, fills, equity)
    told("W4, gate and exits off", taken, MILLION, limit, f"{fills} fills agree")
    for command in peers:
        peer(command, call)
    for what, on, more in (
        ("gate and exits on", LIKE_THE_PEERS, {"exits": WIDE, "limits": LIMITS}),
        ("the next trade", OnTrades(), {}),
        ("the next trade, half of each", OnTrades(share=Decimal("0.5")), {}),
        ("the next trade, 50 ms late", OnTrades(latency_ms=50), {}),
    ):
        _, taken = measured(run_of(EmaCross(), MILLION, folder, on, **more), repeat)
        told(f"W4, {what}", taken, MILLION, limit)
    print("\nan order at every trade")
    for count in ORDERS:
        ran, taken = measured(run_of(Turning(), count + 1, folder, LIKE_THE_PEERS), repeat)
        found = int(ran.state.account.reports)
        print(
            f"{found:>9} orders placed, filled and booked: best {taken.best / found * 1e9:7.1f} ns an order", flush=True
        )


def run_of(strategy: Strategy, count: int, folder: Path, on: OnTrades, **more: Any) -> Any:
    """A call that runs a strategy over the first trades."""
    candles = ticks(count).candles()
    market = on_tape(market_of({RULES.symbol: candles}, {RULES.symbol: RULES}), on)
    plan = Plan(strategy, (RULES,), 1, Decimal(CASH), Sizing("fixed", Decimal(1)), on_trades=on, **more)
    as_one(plan, folder)
    return lambda: run(plan, market, curve=False, folder=folder)


def agree(ran: Any, fills: int, equity: float) -> None:
    """Refuse to print a time for a wrong answer."""
    book, account = ran.state.parts["books"][0], ran.state.account
    ours = (int(account.cash) + int(book.pos) * int(ran.state.parts["lanes"][0].mark) * 1_000) * 1e-5
    if int(account.reports) != fills or abs(ours - equity) > 1e-6 * equity:
        raise SystemExit(f"the run and the loop differ: {int(account.reports)} {fills} fills, {ours} {equity}")


def told(what: str, taken: Taken, count: int, limit: Taken | None = None, note: str = "") -> None:
    """One row."""
    against = f"{taken.best / limit.best:5.2f}x limit" if limit else " " * 11
    print(
        f"{what:36} {taken.median * 1e3:9.2f} ms  best {taken.best * 1e3:8.2f} ms  {taken.best / count * 1e9:6.1f} ns  "
        f"{against}  {note}",
        flush=True,
    )


def peer(command: str, call: Any) -> None:
    """A peer and ours by turns."""
    ours, theirs, name = [], [], ""
    for _ in range(3):
        ours.append(measured(call, 3)[1].best)
        done = subprocess.run(shlex.split(command), check=True, capture_output=True, text=True)
        found = json.loads(next(line for line in done.stdout.splitlines() if line.startswith("RESULT "))[7:])
        name = found["peer"]
        theirs.append(min(found["walls"][1:]))
    print(f"     {name:>20} best {min(theirs) * 1e3:8.2f} ms, {min(theirs) / min(ours):.1f} times ours beside it")


if __name__ == "__main__":
    main()
