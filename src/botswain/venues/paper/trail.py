"""The last closed candles of a venue's symbols, and what by them an order by the market slips by.

A run in research has all of it before it begins (`lab.slips`); here candles come one by one. Both ask `core.slips`.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

import numpy as np

from botswain.core.records import State
from botswain.core.slips import Slips, slips_of, traded_lots
from botswain.model.slippage import Slippage


class Trail:
    """What is known of each symbol's candles.

    slippage  a model that goes by candles
    lots      the lot size of each symbol
    """

    def __init__(self, slippage: Slippage, lots: Sequence[Decimal]) -> None:
        self.slippage = slippage
        self.lots = tuple(lots)
        # One more than is looked at: the returns of the first of those are from it.
        self.rows: list[deque[Any]] = [deque(maxlen=slippage.candles + 1) for _ in lots]

    def take(self, bars: Mapping[int, Any]) -> None:
        """Candles closed, by symbol index: whole ticks, and `values`, of which the last is the volume."""
        for s, bar in bars.items():
            self.rows[s].append((bar.open, bar.high, bar.low, bar.close, bar.values[-1]))

    def known(self, s: int) -> Slips:
        """What is known of a symbol now."""
        columns = np.array(self.rows[s], np.float64).reshape(-1, 5)
        ticks = [columns[:, k].astype(np.int64) for k in range(4)]
        return slips_of(self.slippage, ticks, traded_lots(columns[:, 4], self.lots[s])).at([-1])

    def put(self, state: State) -> None:
        """Give the core room for one candle a symbol."""
        for name in ("slips", "squares", "traded"):
            state.put(name, np.zeros(len(self.lots), np.int64))

    def tell(self, state: State, symbols: Sequence[int]) -> None:
        """Tell the core what is known of these symbols, whose next candle opens."""
        for s in symbols:
            known = self.known(s)
            for name in ("slips", "squares", "traded"):
                state.parts[name][s] = int(getattr(known, name)[0])
            state.parts["lanes"][s].i = s
