"""In while one average stands above another, out by its contrary."""

from backtesting import Backtest, Strategy
from backtesting.lib import crossover
from backtesting.test import SMA


class BtSmaCross(Strategy):
    n1 = 10
    n2 = 30

    def init(self):
        close = self.data.Close
        self.sma1 = self.I(SMA, close, self.n1)
        self.sma2 = self.I(SMA, close, self.n2)

    def next(self):
        if crossover(self.sma1, self.sma2):
            self.buy(size=1)
        elif crossover(self.sma2, self.sma1):
            self.position.close()


if __name__ == "__main__":
    print(Backtest(None, BtSmaCross, cash=10_000, commission=0.002).run())
