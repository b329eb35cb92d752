"""A strategy on the ratio of two symbols, whose averages remember every candle of both."""

from botswain.core.codes import CLOSE, FILL
from botswain.core.indicators import candle_column, other, ta
from botswain.core.num import above, below
from botswain.core.strategy import Strategy, SymbolName, step


class PairRatio(Strategy):
    """Long while it is cheap beside the other symbol; its memory sums what it saw and counts where it saw nothing."""

    name = "pair_ratio"

    against = SymbolName(help="what it is measured against")

    def indicators(self):
        ratio = ta.DIV(of=["close", other(candle_column("close"), self.against)])
        return {"ratio": ratio, "usual": ta.EMA(6, of=ratio), "far": ta.STDDEV(6, of=ratio)}

    def memory(self):
        return {"seen": 1, "blind": 1}

    def events(self):
        return (CLOSE, FILL)

    @step
    def decide(now, was, p, candle, my, wanted):  # noqa: ARG002
        if now.ratio == now.ratio:
            my.mem.seen += now.ratio
        else:
            my.mem.blind += 1
        if below(now.ratio, now.usual - 0.5 * now.far):
            wanted.target(1.0)
        elif above(now.ratio, now.usual):
            wanted.target(0.0)
