"""A tape of trades beneath a run: what orders are met by, and what of each trade they may get.

Decided is on candles made of the trades, or on each trade as a candle of its own; the rest of a run does not know the
difference. docs/decisions/0016.
"""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import numpy as np

from botswain.control.trading_times import checked_frequency
from botswain.core.slips import whole_lots_of
from botswain.lab.book_changes import book_changes
from botswain.lab.coarser import coarser
from botswain.lab.market import Market
from botswain.ledger.exact import E8
from botswain.model.candles import Candles, FloatColumn
from botswain.model.depth import Depth
from botswain.model.errors import BadInput
from botswain.model.timeframe import TICK, timeframe_ms
from botswain.model.trades import LAST, OnTrades


def own_of(ticks: Candles, timeframe: str, frequency_s: int) -> Candles:
    """What is decided on: candles made of the trades, or the trades themselves. Raises BadInput where there is none."""
    if timeframe != TICK:
        checked_frequency(frequency_s, timeframe_ms(timeframe))
        return coarser(ticks, timeframe)
    if frequency_s:
        raise BadInput(
            f"trading frequency is {frequency_s} s beside the timeframe tick, which decides on every trade; leave one "
            "of them out"
        )
    return ticks


def on_tape(market: Market, on: OnTrades, depth: Depth | None = None) -> Market:
    """The same market where orders meet trades: the price at which one arrives, and what it may get there.

    depth  the recorded book beside them, where `on` says that one is. Raises BadInput where it does not go with them
    """
    finer = market.finer
    (run,) = market.candles if finer is None else finer.runs
    ((opens, *others),) = market.ticks if finer is None else finer.ticks
    if on.meets == LAST or on.depth:
        # Between two trades the market stands at the first of them.
        opens = np.append(opens[:1], opens[:-1])
    ticks = ((opens, *others),)
    lot, share = market.instruments[0].lot_size, Decimal(1) if on.depth else on.share
    rooms = rooms_of(run.volume, lot, share) if share else None
    book = None
    if depth is not None:
        book = book_changes(depth, market.instruments[0].tick_size, lot)
        book.refuse_silence(market.steps[market.begin :])
    if finer is None:
        return replace(market, ticks=ticks, rooms=rooms, book=book, flat={})
    return replace(market, finer=replace(finer, ticks=ticks), rooms=rooms, book=book, flat={})


def rooms_of(quantities: FloatColumn, lot: Decimal, share: Decimal) -> Any:
    """The whole lots that orders may get of each trade, int64: its own, down to whole ones, times the share, down."""
    lots = whole_lots_of(quantities, lot).astype(np.int64)
    part = int(share * E8)
    return lots // E8 * part + lots % E8 * part // E8
