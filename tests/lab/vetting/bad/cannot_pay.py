"""Takes a gain that is smaller than the fees of taking it."""

from botswain import DONE, ENDED, POST_ONLY, Param, Strategy, step


class Pays(Strategy):
    """Buys, and sells a twentieth of a percent higher, or three percent lower."""

    gain = Param(0.0005, 0.0001, 0.1, help="target above the entry, as a fraction")

    def slots(self):
        return 3

    @step
    def decide(now, was, p, candle, my, wanted):
        for slot in range(3):
            if wanted.state(slot) == DONE or wanted.state(slot) == ENDED:
                wanted.renew(slot)
        if my.lots == 0:
            wanted.withdraw(1)
            wanted.market(0, 1, 0.5 * my.equity / candle.close)
        elif candle.close < 0.97 * my.entry_price:
            wanted.withdraw(1)
            wanted.market(2, -1, my.position)
        else:
            wanted.limit(1, -1, my.entry_price * (1.0 + p.gain), my.position)
            wanted.flags(1, POST_ONLY)
