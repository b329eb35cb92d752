"""Buys a dip below the average with a limit order that brings its own exits: a target above, a stop below.

The exits wait for the entry (parent) and cancel each other (link), so that one of them is all that ever happens.

    botswain backtest examples/pullback.py --candles BTC-USDT/1h.parquet
"""

from botswain import REDUCE_ONLY, WORKING, Param, Strategy, above, below, step, ta

ENTRY, TARGET, STOP = 0, 1, 2


class Pullback(Strategy):
    """One limit order under the average, and two linked exits around it."""

    name = "pullback"
    tags = ("dip", "target", "stop")

    candles = Param(50, 5, 1000, help="candles in the average")
    dip = Param(0.02, 0.001, 0.5, help="how far below the average the close must be, as a fraction")
    gain = Param(0.02, 0.001, 1.0, help="target above the entry, as a fraction")
    loss = Param(0.03, 0.001, 0.9, help="stop below the entry, as a fraction")

    share = Param(0.95, 0.01, 0.98, help="how much of the equity to put in; the rest pays fees and slippage")

    def indicators(self):
        return {"mean": ta.SMA(self.candles)}

    def slots(self):
        return 3

    @step
    def decide(now, was, p, candle, my, wanted):
        if my.lots > 0:
            return  # the exits are at work
        if wanted.state(ENTRY) == WORKING:
            if above(candle.close, now.mean):
                wanted.clear()  # the dip is over and was missed
        elif below(candle.close, now.mean * (1.0 - p.dip)):
            ask(p, my, wanted, candle.close)


def ask(p, my, wanted, price):
    """An entry for a share of the equity, and exits of the same quantity."""
    for slot in range(3):
        wanted.renew(slot)
        wanted.tag(slot, slot)
    qty = p.share * my.equity / price
    wanted.limit(ENTRY, 1, price, qty)
    wanted.limit(TARGET, -1, price * (1.0 + p.gain), qty)
    wanted.stop(STOP, -1, price * (1.0 - p.loss), qty)
    for slot in range(TARGET, STOP + 1):
        wanted.parent(slot, ENTRY)
        wanted.link(slot, 1)
        wanted.flags(slot, REDUCE_ONLY)
