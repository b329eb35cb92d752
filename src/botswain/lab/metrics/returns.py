"""What a run earned by the day, week, month and year. Returns are fractions; NaN is what has no value."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from botswain.lab.metrics.days import Days, keys_of, lately, period_returns, returns_of
from botswain.model.timeframe import DAY_MS


def return_figures(days: Days) -> dict[str, float]:
    """Figures of daily and longer returns, by name.

    annualised_return   mean daily return x sessions (not compounded; `cagr` is what compounds)
    adg, mdg            mean and median daily return; adg_w, mdg_w: weighted to what is recent (`days.lately`). The
                        words are passivbot's
    best_, worst_, mean_, profitable_  of days, weeks (Monday to Sunday), months and years by the UTC calendar, cut
                        short at both ends: greatest, least and mean return, and the share of those above zero
    """
    returns = days.returns
    found = {
        "annualised_return": mean(returns) * days.sessions,
        "adg": mean(returns),
        "mdg": float(np.median(returns)) if len(returns) else math.nan,
        "adg_w": lately(returns, np.mean),
        "mdg_w": lately(returns, np.median),
    }
    kinds = {name: period_returns(days.start, days.marks, keys) for name, keys in keys_of(days.numbers).items()}
    for name, values in {"day": returns, **kinds}.items():
        some = len(values) > 0
        found[f"best_{name}"] = float(values.max()) if some else math.nan
        found[f"worst_{name}"] = float(values.min()) if some else math.nan
        found[f"mean_{name}"] = mean(values)
        found[f"profitable_{name}s"] = float((values > 0).mean()) if some else math.nan
    return found


def realised_figures(days: Days, ended_ms: Any, profits: Any) -> dict[str, float]:
    """adg_pnl, mdg_pnl: mean and median of daily returns of the closed balance, which knows nothing of what is open.

    ended_ms, profits  of the round trips
    """
    # The mark of a midnight ends its day, and so does a trip that ends then.
    whose = np.searchsorted(days.numbers, (np.asarray(ended_ms) - 1) // DAY_MS)
    made = np.bincount(np.minimum(whose, len(days.numbers) - 1), profits, minlength=len(days.numbers))
    returns = returns_of(days.start, days.start + np.cumsum(made))
    known = returns[np.isfinite(returns)]
    return {"adg_pnl": mean(known), "mdg_pnl": float(np.median(known)) if len(known) else math.nan}


def mean(values: Any) -> float:
    """Their mean, NaN of none."""
    return float(values.mean()) if len(values) else math.nan


def balance_figures(start: float, equity: Any, profits: Any) -> dict[str, float]:
    """The lowest and highest equity, marked to market at every close, and the same of the closed balance.

    start    what the run began with, in quote, as all that is given; it counts among both
    profits  of the round trips, in the order in which they closed: the balance is start + their sum so far
    """
    balance = start + np.concatenate(([0.0], np.cumsum(profits)))
    return {
        "lowest_equity": min(start, float(equity.min())),
        "highest_equity": max(start, float(equity.max())),
        "lowest_balance": float(balance.min()),
        "highest_balance": float(balance.max()),
    }
