"""Fills of a backtest, of a journal and of a bot's memory in one form, so that they can be held side by side."""

from dataclasses import replace

from botswain.control.config import plan_of
from botswain.lab.actions import actions_on
from botswain.lab.backtest import charged
from botswain.lab.market import market_of
from botswain.lab.result import Result
from botswain.lab.run import run
from botswain.model.charges import FundingRate
from botswain.model.orders import Liquidity, Side
from botswain.model.reasons import reason_name


def backtested(wanted, candles, market):
    """The backtest of a bot's settings on the same candles, instruments and all.

    Interpreted, so that what the compiled engine is held against is another form of the same source.
    """
    plan = plan_of(wanted, market.instruments, market.timeframe_ms)
    rules = {one.symbol: one for one in plan.instruments}
    mine = {symbol: candles[symbol] for symbol in wanted.symbols}
    lab = replace(market_of(mine, rules), reads={symbol: candles[symbol] for symbol in plan.reads})
    if plan.holding.any:
        plan, lab = replace(plan, charges=True), charged_by(lab, plan)
    if plan.shares:
        placed = actions_on(plan.shares, lab.instruments, lab.candles, lab.times, lab.first)
        plan, lab = replace(plan, actions=True, splits=any(placed.splits)), replace(lab, actions=placed)
    return Result(plan, lab, run(plan, lab, compiled=False))


def charged_by(lab, plan):
    """A market with the rates that never change as those of each time, as a backtest is given them."""
    first, last = int(lab.instants[0]), int(lab.instants[-1])
    times = plan.holding.fundings(first, last)
    symbols = [one.symbol for one in plan.instruments]
    fundings = [FundingRate(symbol, at, plan.holding.funding) for symbol in symbols for at in times]
    return charged(lab, fundings, plan.holding.borrow)


def of_result(result):
    """A backtest's fills."""
    return [
        (f.time_ms, f.seq, f.symbol, f.side, f.qty, f.price, f.fee, f.fee_asset, f.slot, f.reason, f.maker)
        for f in result.fills
    ]


def of_store(rows, tags):
    """Fills as the store has them."""
    return [
        (
            f.time_ms,
            f.instant_seq,
            f.symbol,
            "buy" if f.side is Side.BUY else "sell",
            f.qty,
            f.price,
            f.fee,
            f.fee_asset,
            f.slot,
            reason_name(f.reason, tags),
            f.liquidity is Liquidity.MAKER,
        )
        for f in rows
    ]


def first_difference(left, right):
    """The first place at which two lists differ, with both sides, or None."""
    for k in range(max(len(left), len(right))):
        one = left[k] if k < len(left) else None
        other = right[k] if k < len(right) else None
        if one != other:
            return k, one, other
    return None
