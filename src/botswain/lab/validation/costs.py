"""Whether a run depends on what trading costs: the same once more at twice the fees, and at twice the slippage."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, replace
from decimal import Decimal
from typing import Any

from botswain.build.plan import Plan
from botswain.lab.backtest import Options
from botswain.lab.result import Result
from botswain.lab.validation.again import once_more, runs_allowed
from botswain.model.errors import BadInput
from botswain.model.slippage import FIXED, Slippage

# What is tried where a run has none: twice nothing would be no trial.
SLIPPAGE_BPS = Decimal(5)


def dearer(result: Result, options: Options) -> dict[str, Any] | None:
    """Total return and Sharpe ratio with fees twice as high, and with slippage twice as large (5 bps where there is

    none); by name, with what was taken. None where it cannot be run again in reasonable time.

    A run on a recorded book pays what the book says, and one without fees has none to double: these are left out.
    """
    if runs_allowed(result, 2) < 2:
        return None
    found: dict[str, Any] = {}
    for name, change in (("fees_x2", twice_the_fees), ("slippage_x2", twice_the_slippage)):
        try:
            changed = change(result.plan)
        except BadInput as error:
            found[name] = {"total_return": None, "sharpe": None, "why": f"refused: {error}"}
            continue
        if changed is not None:
            plan, told = changed
            found[name] = {**told, **asdict(once_more(result, plan, options))}
    return found


def twice_the_fees(plan: Plan) -> tuple[Plan, Mapping[str, str]] | None:
    """A plan with twice the fees of all its instruments."""
    if not any(one.maker_fee or one.taker_fee for one in plan.instruments):
        return None
    rules = tuple(replace(one, maker_fee=one.maker_fee * 2, taker_fee=one.taker_fee * 2) for one in plan.instruments)
    return replace(plan, instruments=rules), {"taker_fee": f"{max(one.taker_fee for one in rules):f}"}


def twice_the_slippage(plan: Plan) -> tuple[Plan, Mapping[str, str]] | None:
    """A plan with twice the slippage."""
    if plan.on_trades is not None and plan.on_trades.depth:
        return None
    before = plan.slippage
    if before.by_candles:
        after = replace(before, bps=before.bps * 2, factor=before.times * 2, most_bps=before.most * 2)
    elif before.bps:
        after = replace(before, bps=before.bps * 2)
    else:
        after = Slippage(SLIPPAGE_BPS, FIXED)
    return replace(plan, slippage=after), {"slippage_bps": f"{after.bps:f}"}
