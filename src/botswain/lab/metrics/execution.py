"""How orders were done: fills, who took and who made, what they paid, and how far from the decision they were."""

from __future__ import annotations

import math
from collections import Counter
from typing import Any

import numpy as np

from botswain.lab.metrics.days import over
from botswain.lab.result import Result
from botswain.model.reasons import Reason, reason_name
from botswain.model.timeframe import TICK

BPS = 1e4
TIMED_OUT = (int(Reason.EXPIRED), int(Reason.NOT_FILLED))
LIMITS = frozenset(
    reason_name(one)
    for one in (
        *(Reason.MAX_ORDERS, Reason.PRICE_COLLAR, Reason.MAX_OPEN_POSITIONS, Reason.MAX_POSITION, Reason.DAILY_LOSS),
        *(Reason.DRAWDOWN, Reason.COOL_DOWN, Reason.WEEKLY_LOSS, Reason.MAX_EXPOSURE, Reason.DRAWDOWN_REDUCE),
        *(Reason.DRAWDOWN_PAUSE, Reason.DRAWDOWN_FLATTEN, Reason.SYMBOL_COOL_DOWN, Reason.MAX_TRADE_RISK),
        *(Reason.ORDER_RATE, Reason.MAX_CORRELATED_EXPOSURE),
    )
)


def execution_figures(result: Result) -> dict[str, Any]:
    """Figures of fills and orders by name; money in quote.

    maker_share, maker_volume_share  of fills, and of what they were worth, those that rested and were met
    partial_fills      fills after which their order had more to come
    latency_ms         from a decision until what it wants is at the market; None but on recorded trades
    stale_fills        fills in a candle before which one is missing: the last price was old. 0 on recorded trades
    off_session_fills  fills outside the hours in which positions may be opened (exits are free to); None without hours
    expired_orders     orders that ended because their time was up, or they were for at once or never
    limit_hits         how often a limit of the gate kept an order back or cut it; only of the notes that were kept
    halts              whether the strategy was halted, 0 or 1
    ended_orders       orders that the venue ended unfilled, by why
    notes              what the gate, the rounding and the venue did, by code; only of the notes that were kept
    fee_bps            fees by volume, in hundredths of a percent
    shortfall          implementation shortfall: the sum of side x qty x (price - last close before the fill's candle),
                       and fees. The bot decided no later than at that close; what it did not get is not in it. Perold,
                       The Implementation Shortfall, 1988. NaN through splits. shortfall_bps: by volume
    """
    reports = result.reports
    lots = np.asarray(reports["lots"], np.float64)
    rows = np.flatnonzero(lots > 0)
    side, maker = (np.asarray(reports[name], np.int64)[rows] for name in ("side", "maker"))
    worth = fill_worth(result, rows)
    volume, fees = float(result.volume), float(result.fees)
    ended = np.flatnonzero((lots == 0) & (np.asarray(reports["slot"]) >= 0))
    codes = Counter(int(one) for one in np.asarray(reports["reason"], np.int64)[ended])
    short = math.nan if result.plan.splits else moved_away(result, rows) + fees
    at = np.asarray(reports["time_ms"], np.int64)[rows]
    on_trades = result.plan.on_trades
    return {
        "fills": len(rows),
        "buys": int((side > 0).sum()),
        "sells": int((side < 0).sum()),
        "partial_fills": int((np.asarray(reports["final"], np.int64)[rows] == 0).sum()),
        "maker_share": over(float((maker > 0).sum()), len(rows)),
        "maker_volume_share": over(float(worth[maker > 0].sum()), float(worth.sum())),
        "volume": volume,
        "fees": fees,
        "fee_bps": over(fees, volume) * BPS,
        "shortfall": short,
        "shortfall_bps": over(short, volume) * BPS,
        "latency_ms": None if on_trades is None else on_trades.latency_ms,
        "stale_fills": after_gaps(result, rows, at),
        "off_session_fills": outside(result.plan.windows, at),
        "expired_orders": sum(codes[one] for one in TIMED_OUT),
        "limit_hits": sum(one.code in LIMITS for one in result.notes),
        "halts": int(result.halt is not None),
        "ended_orders": {reason_name(code, result.plan.strategy.tags): n for code, n in codes.most_common()},
        "notes": dict(Counter(one.code for one in result.notes).most_common()),
    }


def fill_worth(result: Result, rows: Any) -> Any:
    """What each fill was worth in quote, float64."""
    units = np.array([float(one.lot) * float(one.tick) for one in result.units])
    columns = (np.asarray(result.reports[name], np.float64)[rows] for name in ("lots", "price"))
    lots, price = columns
    return lots * price * units[np.asarray(result.reports["symbol"], np.int64)[rows]]


def after_gaps(result: Result, rows: Any, at: Any) -> int:
    """How many fills were in a candle of their symbol before which one is missing."""
    symbol = np.asarray(result.reports["symbol"], np.int64)[rows]
    count, length = 0, result.market.timeframe_ms
    for s, one in enumerate(result.market.candles):
        if one.timeframe != TICK and result.plan.on_trades is None:
            late = np.concatenate(([False], np.diff(one.ts) > length + length // 2))
            places = np.searchsorted(one.ts, at[symbol == s], side="right") - 1
            count += int(late[places].sum())
    return count


def outside(windows: tuple[int, ...], at: Any) -> int | None:
    """How many times lie outside of windows, which open and close in turn."""
    return int((np.searchsorted(windows, at, side="right") % 2 == 0).sum()) if windows else None


def moved_away(result: Result, rows: Any) -> float:
    """What fills cost more than at the last close before their candle, in quote; those in a first candle left out."""
    reports, total = result.reports, 0.0
    symbol = np.asarray(reports["symbol"], np.int64)[rows]
    for s, (one, units) in enumerate(zip(result.market.candles, result.units, strict=True)):
        own = rows[symbol == s]
        places = np.searchsorted(one.ts, np.asarray(reports["time_ms"], np.int64)[own], side="right") - 1
        own, places = own[places > 0], places[places > 0]
        lots, side, price = (np.asarray(reports[name], np.float64)[own] for name in ("lots", "side", "price"))
        away = price * float(units.tick) - np.asarray(one.close)[places - 1]
        total += float((side * lots * away).sum()) * float(units.lot)
    return total
