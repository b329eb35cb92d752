"""A strategy that wants anything at all: every kind, flags, links, renewals, from numbers it mixes itself.

It makes no sense and no money. What it is for is that engine and backtest must agree on it order by order. It leaves
parents out: a row whose parent is renewed after it was sent is treated differently, which is known and reported.
"""

from botswain.core.codes import CLOSE, FILL, LIMIT, MARKET, START, STOP, TAKE_PROFIT
from botswain.core.strategy import Param, Strategy, step

SLOTS = 6


class WildOrders(Strategy):
    """Rewrites three of its six rows at every event."""

    name = "wild_orders"
    tags = ("wild", "tame")

    seed = Param(1, 0, 100_000)

    def slots(self):
        return SLOTS

    def split(self):
        return SLOTS

    def memory(self):
        return {"mixed": 1}

    def events(self):
        return (START, CLOSE, FILL)

    @step
    def decide(now, was, p, candle, my, wanted):  # noqa: ARG002
        mixed = my.mem.mixed
        if my.event == START:
            mixed = p.seed * 1.0
        for _ in range(3):
            mixed = mixed * 37.0 + 11.0
            mixed = mixed - int(mixed / 10007.0) * 10007.0
            number = int(mixed)
            slot = number % 6
            what = (number // 6) % 8
            side = 1 if (number // 2) % 2 == 0 else -1
            offset = (number // 48) % 7 - 3
            ticks = max(my.close_ticks + offset * int(1 + my.close_ticks / 300), 1)
            if what == 0:
                wanted.row(slot, LIMIT, side, ticks, 0)
            elif what == 1:
                wanted.row(slot, MARKET, side, 0, 0)
            elif what == 2:
                wanted.row(slot, STOP, side, ticks, 0)
            elif what == 3:
                wanted.row(slot, TAKE_PROFIT, side, ticks, 0)
            elif what == 4:
                wanted.stop_limit(slot, side, ticks * my.tick, (ticks + side) * my.tick, 0.0)
            elif what == 5:
                wanted.renew(slot)
            elif what == 6:
                wanted.withdraw(slot)
            else:
                wanted.flags(slot, (number // 7) % 4)
                wanted.link(slot, (number // 11) % 3)
        my.mem.mixed = mixed
