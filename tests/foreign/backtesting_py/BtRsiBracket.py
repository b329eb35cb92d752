"""Buys what is oversold, with a stop and a target."""

import talib
from backtesting import Strategy


class BtRsiBracket(Strategy):
    low = 28
    reach = 0.01

    def init(self):
        self.rsi = self.I(talib.RSI, self.data.Close, 14)

    def next(self):
        price = self.data.Close[-1]
        if not self.position and self.rsi[-1] < self.low:
            self.buy(size=2, sl=price * (1 - self.reach), tp=price * (1 + 2 * self.reach))
