"""Buys when the price rises out of its channel, sells when it falls out of the narrower one below.

Both orders rest at the venue as stops and are moved at every close. It earns in long moves and pays for every false
start.

    botswain backtest examples/channel_breakout.py --candles BTC-USDT/1h.parquet
"""

from botswain import DONE, ENDED, REDUCE_ONLY, Param, Strategy, step, ta

ENTRY, EXIT = 0, 1


class ChannelBreakout(Strategy):
    """A stop order to buy at the channel's top; once in, a stop order to sell at its bottom."""

    name = "channel_breakout"
    tags = ("breakout", "channel_exit")

    wide = Param(48, 2, 1000, help="candles in the channel that is bought out of")
    narrow = Param(24, 2, 1000, help="candles in the channel that is sold out of")

    share = Param(0.95, 0.01, 0.98, help="how much of the equity to put in; the rest pays fees and slippage")

    def indicators(self):
        return {"top": ta.MAX(self.wide, of="high"), "bottom": ta.MIN(self.narrow, of="low")}

    def slots(self):
        return 2

    @step
    def decide(now, was, p, candle, my, wanted):
        if now.top != now.top or now.bottom != now.bottom:
            return  # not enough candles yet
        if my.lots == 0:
            wanted.withdraw(EXIT)
            renew_if_over(wanted, ENTRY)
            wanted.stop(ENTRY, 1, now.top, p.share * my.equity / now.top)
        else:
            renew_if_over(wanted, EXIT)
            wanted.stop(EXIT, -1, now.bottom, my.position)
            wanted.flags(EXIT, REDUCE_ONLY)
            wanted.tag(EXIT, 1)


def renew_if_over(wanted, slot):
    """A slot whose order was filled or ended is not wanted again until it is renewed."""
    if wanted.state(slot) == DONE or wanted.state(slot) == ENDED:
        wanted.renew(slot)
