"""A strategy that wants anything at all: every kind, flags, groups, parents, renewals, from numbers it mixes itself.

It makes no sense and no money. What it is for is that engine and backtest must agree on it order by order.
"""

from typing import ClassVar

from botswain.core.codes import CLOSE, DONE, END, FILL, LIMIT, MARKET, START, STOP, TAKE_PROFIT
from botswain.core.strategy import Param, Strategy, step

SLOTS = 6


class WildOrders(Strategy):
    """Rewrites three of its six rows at every event."""

    name = "wild_orders"
    tags = ("wild", "tame")

    memory_units: ClassVar = {"mixed": "plain", "first": "price"}
    seed = Param(1, 0, 100_000)

    def slots(self):
        return SLOTS

    def split(self):
        return SLOTS

    def memory(self):
        return {"mixed": 1, "first": 1}

    def events(self):
        return (START, CLOSE, FILL, END)

    @step
    def decide(now, was, p, candle, my, wanted):  # noqa: ARG002
        mixed = my.mem.mixed
        if my.event == START:
            mixed = p.seed * 1.0
            my.mem.first = my.close_ticks
        for _ in range(3):
            mixed = mixed * 37.0 + 11.0
            mixed = mixed - int(mixed / 10007.0) * 10007.0
            number = int(mixed)
            slot = number % 6
            what = (number // 6) % 15
            side = 1 if (number // 2) % 2 == 0 else -1
            offset = (number // 48) % 7 - 3
            ticks = max(my.close_ticks + offset * int(1 + my.close_ticks / 300), 1)
            if what < 7 and wanted.state(slot) >= DONE and (number // 3) % 2 == 0:
                wanted.renew(slot)
            if what < 2:
                wanted.row(slot, LIMIT, side, ticks, 0)
            elif what == 2:
                wanted.row(slot, MARKET, side, 0, 0)
            elif what == 3:
                wanted.row(slot, STOP, side, ticks, 0)
            elif what == 4:
                wanted.row(slot, TAKE_PROFIT, side, ticks, 0)
            elif what == 5:
                away = side * ((number // 7) % 5 - 3) * int(1 + my.close_ticks / 400)
                wanted.stop_limit(slot, side, ticks * my.tick, max(ticks + away, 1) * my.tick, 0.0)
            elif what == 6:
                # The same again, whatever became of it: its limit is behind its trigger, so that it fires and rests.
                side = 1 if slot % 2 == 0 else -1
                ticks = int(my.mem.first) + side * slot * int(1 + my.mem.first / 900)
                price = max(ticks - side * int(1 + my.mem.first / 100), 1)
                wanted.withdraw(slot)
                wanted.stop_limit(slot, side, ticks * my.tick, price * my.tick, 0.0)
            elif what == 7:
                wanted.renew(slot)
            elif what == 8:
                wanted.withdraw(slot)
            elif what == 9 or what == 10:
                wanted.parent(slot, -1 if (number // 5) % 4 == 0 else (slot + 1 + (number // 7) % 5) % 6)
            elif what == 11:
                wanted.again(slot)
            elif what == 12:
                wanted.tif(slot, (number // 13) % 3 if (number // 5) % 3 == 0 else 0)
            elif what == 13:
                wanted.link(slot, (number // 11) % 3)
            else:
                wanted.flags(slot, (number // 7) % 4)
        my.mem.mixed = mixed
