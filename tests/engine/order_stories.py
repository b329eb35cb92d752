"""Strategies whose orders depend on each other, or are asked for again while they rest."""

from botswain.core.codes import CLOSE, DONE, END, FILL, START
from botswain.core.strategy import Strategy, step


class StopLimitAgain(Strategy):
    """Takes everything back at each close and wants the same stop-limit, whose limit is behind its trigger."""

    name = "stop_limit_again"

    def memory(self):
        return {"near": 1}

    def events(self):
        return (START, CLOSE, FILL)

    @step
    def decide(now, was, p, candle, my, wanted):  # noqa: ARG002
        if my.event == START:
            my.mem.near = candle.close
        if my.event == FILL:
            wanted.renew(0)
            my.mem.near = my.fill_price
        if my.event == CLOSE:
            wanted.clear()
            side = 1.0 if my.lots == 0 else -1.0
            near = my.mem.near
            wanted.stop_limit(0, side, near * (1.0 + side * 0.002), near * (1.0 - side * 0.002), 0.5)


class ParentRenewed(Strategy):
    """A bid and, once it is filled, an offer; the bid begins its next life while the offer still rests."""

    name = "parent_renewed"

    def slots(self):
        return 2

    def memory(self):
        return {"age": 1}

    def events(self):
        return (START, CLOSE, FILL)

    @step
    def decide(now, was, p, candle, my, wanted):  # noqa: ARG002
        if my.event == START:
            wanted.limit(0, 1, candle.close * 0.998, 0.5)
            wanted.limit(1, -1, candle.close * 1.03, 0.5)
            wanted.parent(1, 0)
        elif my.event == CLOSE and wanted.state(0) == DONE:
            my.mem.age += 1
            if my.mem.age > 2.0:
                my.mem.age = 0
                wanted.renew(0)
                wanted.limit(0, 1, candle.close * 0.998, 0.5)
        elif my.event == FILL and my.slot == 1:
            wanted.renew(1)
            wanted.limit(1, -1, my.fill_price * 1.004, 0.5)


class OneOfThree(Strategy):
    """Three bids of which one cancels the others; the first that is told to end comes back nearer than the second."""

    name = "one_of_three"

    def slots(self):
        return 4

    def memory(self):
        return {"told": 1}

    def events(self):
        return (START, CLOSE, FILL, END)

    @step
    def decide(now, was, p, candle, my, wanted):  # noqa: ARG002
        if my.event == START:
            for k in range(3):
                wanted.limit(k, 1, candle.close * (0.998 - 0.001 * k), 0.5)
                wanted.link(k, 1)
        elif my.event == END and my.slot < 3:
            my.mem.told += 1
            wanted.renew(my.slot)
            wanted.limit(my.slot, 1, candle.close * (0.998 if my.mem.told == 1.0 else 0.995), 0.5)
            wanted.link(my.slot, 1)
        elif my.event == FILL and my.slot < 3:
            my.mem.told = 0
            wanted.renew(my.slot)
            wanted.limit(my.slot, 1, candle.close * 0.993, 0.5)
            wanted.link(my.slot, 1)
        elif my.event == CLOSE and my.lots > 0 and candle.close > 1.002 * my.entry_price:
            wanted.renew(3)
            wanted.market(3, -1, my.position)
