"""Run the product and the independent reference over every real 5m and 1h file, whole, and count what differs.

    python benchmarks/parity.py [--limit N] [--bots NAME ...]

All bots, exits and gate on, ledger in; one line a file and bot. It exits with 1 where anything differs and with 2
where there is no data. It is not a timing: the reference is slow on purpose.
"""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))

from botswain import backtest
from parity.cases import suited
from parity.compare import count_differences, first_difference
from parity.scenes import binance_files, real, shared_folder
from parity.signal_params import SIGNAL_BOTS

BOTS = (*SIGNAL_BOTS, "dca", "dip", "grid", "indicator_rules", "scalper")


def main() -> int:
    """Compare and print; return the exit code."""
    parser = argparse.ArgumentParser(description="Compare Botswain with the independent reference on real candles.")
    parser.add_argument("--limit", type=int, default=0, help="only the first N files; 0 for all")
    parser.add_argument("--bots", nargs="+", default=BOTS, choices=BOTS, help="only these")
    given = parser.parse_args()
    files = binance_files()[: given.limit or None]
    if not files:
        print(f"no candle files under {shared_folder() / 'data' / 'binance'}; set BOTSWAIN_SHARED to the shared folder")
        return 2
    candles = fills = differences = 0
    began = time.perf_counter()
    for turn, path in enumerate(files):
        for strategy in given.bots:
            counted = _compare(path, turn, strategy)
            candles, fills, differences = candles + counted[0], fills + counted[1], differences + counted[2]
    took = time.perf_counter() - began
    print(f"{len(files)} files: {candles} candles, {fills} fills compared, {differences} differences, {took:.0f} s")
    return 1 if differences else 0


def _compare(path: Path, turn: int, strategy: str) -> tuple[int, int, int]:
    case = suited(strategy, real(path), turn)
    outcome = case.reference()
    result = case.product(backtest)
    said = first_difference(result, outcome)
    wrong = max(count_differences(result, outcome), 1) if said else 0
    (symbol,) = case.candles
    count = len(case.candles[symbol])
    name = f"{path.parent.name}/{path.stem}"
    print(
        f"{name:<28} {strategy:<18} {count:>6} candles {len(outcome.fills):>6} fills {wrong:>6} differences", flush=True
    )
    if said:
        print(said)
    return count, len(outcome.fills), wrong


if __name__ == "__main__":
    sys.exit(main())
