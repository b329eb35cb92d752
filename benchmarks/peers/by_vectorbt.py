"""vectorbt on the candles of a file: `python by_vectorbt.py WORK.npz SHORT FEE UNITS BOT...`.

Run in an environment and a process of its own, for it is under another licence (with the Commons Clause); nothing of
Botswain imports it. Prints a line of JSON a bot: its fills, each a row, units (below zero: sold), price and fee.
"""

from __future__ import annotations

import json
import sys

import numpy as np
import pandas as pd
import vectorbt as vbt
from wanted import wanted


def main() -> None:
    """Run the bots over one file."""
    path, short, fee, units, *bots = sys.argv[1:]
    columns = np.load(path)
    frame = {name: columns[name] for name in ("open", "high", "low", "close", "volume")}
    for bot in bots:
        asked = wanted(bot, frame, short=short == "1") * int(units)
        run = vbt.Portfolio.from_orders(
            pd.Series(frame["close"]),
            np.concatenate([[0.0], asked[:-1]]),  # decided at a close, done at the next open
            size_type="targetamount",
            price=pd.Series(frame["open"]),
            fees=float(fee),
            init_cash=1e9,
            freq="1min",
        )
        fills = []
        for one in run.orders.records.itertuples():
            sign = 1.0 if one.side == 0 else -1.0
            fills.append((int(one.idx), sign * float(one.size), float(one.price), float(one.fees)))
        print(json.dumps(fills), flush=True)


if __name__ == "__main__":
    main()
