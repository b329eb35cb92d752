"""A ladder that begins again, at the next close, whenever an exit has ended it: many exits in one window."""

from botswain.core.codes import CLOSE, END, FILL, LIMIT, MARKET, START
from botswain.core.strategy import Param, Strategy, step


class LadderAgain(Strategy):
    """Buys a step down and sells each purchase a step up, like the grid that ships; the upper half is bought at once.
    Its position grows and shrinks inside candles, while the exits of the candle's beginning stand.
    """

    name = "ladder_again"
    tags = ("rung",)

    gap = Param(0.002, 0.0, 1.0, help="distance between lines, as a fraction of the first close")
    levels = Param(6, 2, 100, help="cells")
    clears = Param(True, help="an exit takes all cells off; else what rests of them stays until they begin again")

    def events(self):
        return (START, CLOSE, FILL, END)

    def slots(self):
        return int(self.levels)

    def split(self):
        return int(self.levels)

    def memory(self):
        count = self.levels + 1
        return {"over": 1, "lines": count, "quantity": count, "exits": 1}

    @step
    def decide(now, was, p, candle, my, wanted):  # noqa: ARG002
        if my.event == START:
            begin(p, candle, my, wanted)
        elif my.event == CLOSE:
            if my.mem.over > 0:
                my.mem.over = 0
                begin(p, candle, my, wanted)
        elif my.event == FILL:
            if my.slot >= p.levels:
                my.mem.exits = my.mem.exits + 1
                my.mem.over = 1
                if p.clears:
                    wanted.clear()
            elif my.mem.over == 0:
                turn(my, wanted, my.slot)


def begin(p, candle, my, wanted):
    """All cells anew, around the last close."""
    half = p.levels // 2
    for k in range(p.levels + 1):
        my.mem.lines[k] = my.nearest_tick(candle.close * (1.0 + p.gap * (k - half)))
    for cell in range(p.levels):
        wanted.renew(cell)
        below = my.mem.lines[cell] < my.close_ticks
        my.mem.quantity[cell] = wanted.size(my.mem.lines[cell] if below else 0)
        if below:
            wanted.row(cell, LIMIT, 1, my.mem.lines[cell], my.mem.quantity[cell])
        else:
            wanted.row(cell, MARKET, 1, 0, my.mem.quantity[cell])


def turn(my, wanted, cell):
    """A cell's order was filled: want the opposite one."""
    wanted.renew(cell)
    if my.side > 0:
        if my.received > 0:
            wanted.row(cell, LIMIT, -1, my.mem.lines[cell + 1], my.received)
    else:
        wanted.row(cell, LIMIT, 1, my.mem.lines[cell], my.mem.quantity[cell])
