"""backtesting.py on the candles of a file: `python by_backtesting.py WORK.npz SHORT FEE UNITS BOT...`.

Run in an environment and a process of its own, for it is under another licence (AGPL); nothing of Botswain imports it.
Prints a line of JSON a bot: its fills, each a row, units (below zero: sold), price and fee.
"""

from __future__ import annotations

import json
import sys
import warnings

import numpy as np
import pandas as pd

warnings.filterwarnings("ignore")

from backtesting import Backtest, Strategy  # noqa: E402
from wanted import Column, wanted  # noqa: E402

Fill = tuple[int, float, float, float]


def main() -> None:
    """Run the bots over one file."""
    path, short, fee, units, *bots = sys.argv[1:]
    columns = np.load(path)
    frame = {name: columns[name] for name in ("open", "high", "low", "close", "volume")}
    table = pd.DataFrame({name.capitalize(): column for name, column in frame.items()})
    table.index = pd.to_datetime(columns["ts"], unit="ms")
    for bot in bots:
        asked = wanted(bot, frame, short=short == "1")
        print(json.dumps(fills_of(table, asked, float(fee), int(units))), flush=True)


def fills_of(table: pd.DataFrame, asked: Column, fee: float, units: int) -> list[Fill]:
    """The fills of a bot that goes where it wants to be, by the market, what is still open at the end included."""

    class Bot(Strategy):  # type: ignore[misc]
        """Closes what is another side's, opens what is wanted."""

        def init(self) -> None:
            """Its indicators are in `asked`."""

        def next(self) -> None:
            """Once a close."""
            side = int(asked[len(self.data) - 1])
            now = int(np.sign(self.position.size))
            if side == now:
                return
            if now:
                self.position.close()
            if side:
                (self.buy if side > 0 else self.sell)(size=units)

    run = Backtest(table, Bot, cash=1e9, commission=fee, finalize_trades=False).run()
    fills: list[Fill] = []
    for trade in run["_trades"].itertuples():
        size, cost = float(trade.Size), fee * abs(float(trade.Size))
        fills.append((int(trade.EntryBar), size, float(trade.EntryPrice), cost * float(trade.EntryPrice)))
        fills.append((int(trade.ExitBar), -size, float(trade.ExitPrice), cost * float(trade.ExitPrice)))
    paid, told = float(run.get("Commissions [$]", 0.0)), sum(one[3] for one in fills)
    if abs(paid - told) > 1e-9 * max(1.0, told):
        raise SystemExit(f"backtesting.py charged {paid} for what is closed, and its trades make {told}")
    for trade in run["_strategy"].trades:
        size, price = float(trade.size), float(trade.entry_price)
        fills.append((int(trade.entry_bar), size, price, fee * abs(size) * price))
    return sorted(fills)


if __name__ == "__main__":
    main()
