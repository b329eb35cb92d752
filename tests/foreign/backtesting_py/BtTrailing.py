"""Enters by stop orders above a range; moves each trade's stop behind the price."""

import numpy as np
from backtesting import Strategy
from backtesting.lib import barssince


class BtTrailing(Strategy):
    def init(self):
        high = self.data.High
        self.top = self.I(lambda: np.append(np.full(19, np.nan), np.lib.stride_tricks.sliding_window_view(high, 20).max(axis=1)))  # fmt: skip

    def next(self):
        for trade in self.trades:
            trade.sl = max(trade.sl or 0, self.data.Close[-1] * 0.985)
        if not self.position and not self.orders and barssince(self.data.Close > self.data.Open) < 1:
            self.buy(size=1, stop=self.top[-1] * 1.0005)
        elif not self.position and self.orders and self.data.Close[-1] < self.top[-1] * 0.99:
            self.orders[0].cancel()
