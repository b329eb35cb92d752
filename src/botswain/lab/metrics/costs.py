"""What a run paid beside its fees: slippage, funding and borrow fees in money; and how much more money it would bear.

Slippage is what fills by the market were worse than the price that they went by. Capacity goes by a model of impact, as
no run shows what a larger order would have done.
"""

from __future__ import annotations

import math
from dataclasses import replace
from decimal import Decimal
from typing import Any

import numpy as np

from botswain.core.codes import BORROW, FUNDING
from botswain.core.slips import constant_e8, most_e8, slips_of, traded_lots
from botswain.lab.done_charges import paid_in
from botswain.lab.metrics.days import over
from botswain.lab.result import Result
from botswain.model.slippage import IMPACT, Slippage

E8 = 1e8
IMPACT_MODEL = Slippage(model=IMPACT)


def cost_figures(result: Result, net: float) -> dict[str, float]:
    """Figures of costs by name; money in quote. net: the run's profit. NaN where it is not known.

    slippage_cost   the sum of qty x (price - the price it went by) x side over fills by the market: limit orders that
                    cross when they come fill at the open, which did not slip. To a tick a fill; NaN beside a book,
                    whose levels are the price
    funding_cost, borrow_cost   what was paid less what came in; NaN where no rates were given
    capacity        the capital at which impact eats all profit: orders grow with it, each slips by
                    sigma x root(its quantity / volume) of the last 20 closed candles' returns and mean volume (the
                    model `impact`, docs/rules.md section 4, in place of the run's own slippage), so profit before it
                    grows by k and impact by k^1.5. NaN without profit, fills by the market or volume; through splits;
                    and on recorded trades
    """
    found = dict.fromkeys(("slippage_cost", "funding_cost", "borrow_cost", "capacity"), math.nan)
    charges = result.market.charges
    if charges is not None and charges.funding is not None:
        found["funding_cost"] = float(paid_in(result.ran.state, FUNDING, result.unit))
    if charges is not None and charges.borrow is not None:
        found["borrow_cost"] = float(paid_in(result.ran.state, BORROW, result.unit))
    if result.plan.on_trades is not None and result.plan.on_trades.depth:
        return found
    slipped = [slipped_fills(result, s) for s in range(len(result.units))]
    found["slippage_cost"] = sum(float(one.cost.sum()) for one in slipped)
    if not result.plan.splits and result.plan.on_trades is None:
        impact = sum(float(one.impact.sum()) for one in slipped)
        before = net + found["slippage_cost"]
        if before > 0.0:
            found["capacity"] = over(float(result.plan.capital) * before * before, impact * impact)
    return found


class Slipped:
    """One symbol's fills by the market: what each cost by slippage, and what impact would have cost it, in quote.

    since_close  how much worse than the last close before it each was that filled at an open, as a fraction of that;
                 NaN of others, which a price set off, and where no candle had closed
    """

    def __init__(self, cost: Any, impact: Any, since_close: Any) -> None:
        self.cost = cost
        self.impact = impact
        self.since_close = since_close


def slipped_fills(result: Result, s: int) -> Slipped:
    """Of one symbol, those that went by the market."""
    reports, market = result.reports, result.market
    units = result.units[s]
    own = (np.asarray(reports["symbol"]) == s) & (np.asarray(reports["maker"]) == 0)
    rows = np.flatnonzero(own & (np.asarray(reports["lots"]) > 0))
    lots, side, price = (np.asarray(reports[name], np.float64)[rows] for name in ("lots", "side", "price"))
    at = np.asarray(reports["time_ms"], np.int64)[rows]
    met = market.candles[s] if market.finer is None else market.finer.runs[s]
    ticks = market.ticks[s] if market.finer is None else market.finer.ticks[s]
    opens = np.asarray(ticks[0], np.float64)[np.maximum(np.searchsorted(met.ts, at, side="right") - 1, 0)]
    decided = market.candles[s]
    closed = np.searchsorted(decided.ts + market.timeframe_ms, at, side="right")
    traded = traded_lots(decided.volume, market.instruments[s].lot_size)
    shares = shares_of(result.plan.slippage, market.ticks[s], traded, closed, lots)
    by_market = (shares <= 0.0) | (price != opens)
    worse = np.where(by_market, price - price / (1.0 + side * shares), 0.0) * side
    worth = float(units.lot) * float(units.tick)
    impact = shares_of(IMPACT_MODEL, market.ticks[s], traded, closed, lots)
    at_open = np.abs(price - opens * (1.0 + side * shares)) <= 1.0  # to a tick
    before = np.asarray(market.ticks[s][3], np.float64)[np.maximum(closed - 1, 0)]
    since = np.where(at_open & (closed > 0), side * (price / before - 1.0), np.nan)
    return Slipped(lots * worse * worth, np.where(by_market, lots * price * impact, 0.0) * worth, since)


def shares_of(slippage: Slippage, ticks: Any, traded: Any, closed: Any, lots: Any) -> Any:
    """What each fill slipped by, as a fraction of the price that it went by.

    ticks, traded  of the candles that are decided on; closed: how many of them had closed at each fill
    """
    if not slippage.by_candles:
        return np.full(len(lots), constant_e8(slippage) / E8)
    known = slips_of(replace(slippage, bps=Decimal(0)), ticks, traded).at(closed)
    share: Any = known.slips / E8 + float(slippage.bps) / 1e4
    most = most_e8(slippage) / E8
    if slippage.model == IMPACT:
        squares, volume = np.asarray(known.squares, np.float64) / (E8 * E8), np.asarray(known.traded, np.float64)
        with np.errstate(divide="ignore", invalid="ignore"):
            moved = float(slippage.times) * np.sqrt(squares * lots / volume)
        share = share + np.where(squares > 0.0, np.where(volume > 0.0, moved, most), 0.0)
    return np.minimum(share, most)
