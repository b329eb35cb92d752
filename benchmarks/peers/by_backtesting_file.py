"""backtesting.py on strategy files: `python by_backtesting_file.py CANDLES.npz FEE FOLDER NAME...`.

Run in an environment and a process of its own, for it is under another licence (AGPL). A line of JSON a strategy: its
closed trades, each opened ms, price, closed ms, price, size.
"""

from __future__ import annotations

import importlib.util
import json
import sys
import warnings
from pathlib import Path

import numpy as np
import pandas as pd

warnings.filterwarnings("ignore")

from backtesting import Backtest  # noqa: E402

CASH = 1_000_000


def main() -> None:
    """Run each and print its trades."""
    candles, fee, folder, *names = sys.argv[1:]
    columns = np.load(candles)
    table = pd.DataFrame({one.capitalize(): columns[one] for one in ("open", "high", "low", "close", "volume")})
    table.index = pd.to_datetime(columns["ts"], unit="ms")
    for name in names:
        spec = importlib.util.spec_from_file_location(name, Path(folder) / f"{name}.py")
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        run = Backtest(table, getattr(module, name), cash=CASH, commission=float(fee), finalize_trades=False).run()
        ts = columns["ts"]
        print(json.dumps([
            [int(ts[one.EntryBar]), float(one.EntryPrice), int(ts[one.ExitBar]), float(one.ExitPrice), float(one.Size)]
            for one in run["_trades"].itertuples()
        ]))  # fmt: skip


main()
