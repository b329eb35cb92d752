"""What a run's orders by the market slip by, where the model goes by closed candles: columns beside its candles."""

from __future__ import annotations

import numpy as np

from botswain.core.records import State
from botswain.core.slips import slips_of, traded_lots
from botswain.lab.market import Market
from botswain.model.slippage import Slippage


def put_slips(state: State, market: Market, slippage: Slippage) -> None:
    """Give a run what is known when each candle (each trade) opens that its orders are met by.

    That is of the candles that are decided on, whatever meets the orders: those that had closed by then.
    """
    met = market.candles if market.finer is None else market.finer.runs
    parts = []
    for s, (own, run) in enumerate(zip(market.candles, met, strict=True)):
        lots = traded_lots(own.volume, market.instruments[s].lot_size)
        places = np.searchsorted(own.ts + market.timeframe_ms, run.ts, side="right")
        parts.append(slips_of(slippage, market.ticks[s], lots).at(places))
    for name in ("slips", "squares", "traded"):
        state.put(name, np.ascontiguousarray(np.concatenate([getattr(one, name) for one in parts])))
