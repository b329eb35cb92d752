"""Bids below the price anew at each candle; sells what it got after some candles."""

import pandas as pd
from backtesting import Strategy


def deviation(values, n):
    return pd.Series(values).rolling(n).std()


class BtLimitDip(Strategy):
    def init(self):
        self.dev = self.I(deviation, self.data.Close, 20)

    def next(self):
        for order in self.orders:
            if not order.is_contingent:
                order.cancel()
        if self.trades:
            if len(self.data) - 1 - self.trades[0].entry_bar >= 6:
                self.position.close()
        elif len(self.data.df) > 30:
            self.buy(size=1, limit=self.data.Close[-1] - 1.5 * self.dev[-1])
