"""Long and short by a momentum; two trades a side, each order against them closes the oldest first."""

import pandas as pd
from backtesting import Strategy
from backtesting.lib import cross, crossover


def change(values, n):
    return pd.Series(values).pct_change(n)


class BtBothSides(Strategy):
    def init(self):
        self.fast = self.I(change, self.data.Close, 12, name="fast")
        self.slow = self.I(change, self.data.Close, 48, name="slow")

    def next(self):
        if crossover(self.fast, self.slow) and self.position.size < 2:
            self.buy(size=2 if self.position.is_short else 1)
        elif crossover(self.slow, self.fast) and self.position.size > -2:
            self.sell(size=2 if self.position.is_long else 1)
        elif cross(self.fast, 0) and self.position.pl_pct > 0.01:
            self.position.close(0.5) if abs(self.position.size) > 1 else self.position.close()
