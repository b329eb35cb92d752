"""Buys again after each fall, and sells everything at a gain on the average price.

It remembers how often it bought (memory) and hears of its fills (events). It makes many small gains and, when the
price falls and stays there, one large loss: give it a stop.

    botswain backtest examples/averaging_down.py --candles BTC-USDT/1h.parquet --exit stop_loss=0.2
"""

from botswain import CLOSE, FILL, REDUCE_ONLY, Param, Strategy, step

OUT = 0


class AveragingDown(Strategy):
    """Slot 0 sells everything; slots 1 to `buys` buy, one below the other."""

    name = "averaging_down"
    tags = ("all_out", "buy")

    buys = Param(4, 1, 50, help="how often it buys at most")
    fall = Param(0.02, 0.001, 0.5, help="how far below the last buy the next one is, as a fraction")
    gain = Param(0.015, 0.001, 1.0, help="where it sells, above the average price, as a fraction")

    def events(self):
        return (CLOSE, FILL)

    def slots(self):
        return self.buys + 1

    def split(self):
        return self.buys

    def memory(self):
        return {"bought": 1, "next": 1}

    @step
    def decide(now, was, p, candle, my, wanted):
        if my.event == FILL and my.slot >= my.slots:
            start_over(my, wanted)  # a protective exit
        elif my.event == FILL and my.slot == OUT:
            start_over(my, wanted)
        elif my.event == FILL:
            my.mem.bought += 1
            my.mem.next = my.fill_price * (1.0 - p.fall)
            wanted.renew(OUT)
            wanted.limit(OUT, -1, my.entry_price * (1.0 + p.gain), my.lots * my.lot)
            wanted.flags(OUT, REDUCE_ONLY)
            if my.mem.bought < p.buys:
                buy(my, wanted, my.mem.next)
        elif my.mem.bought == 0:
            buy(my, wanted, candle.close)


def buy(my, wanted, price):
    """The next of the buys, a share of the money."""
    slot = 1 + int(my.mem.bought)
    wanted.limit(slot, 1, price, 0.0)
    wanted.tag(slot, 1)


def start_over(my, wanted):
    """Nothing is held: forget what was bought."""
    my.mem.bought = 0
    for slot in range(my.slots):
        wanted.renew(slot)
