"""All that is asked of a run before it is believed, in one object that a report holds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from botswain.lab.backtest import Options
from botswain.lab.metrics.figures import Columns, figures_of, known, risk_free_rate
from botswain.lab.result import Result
from botswain.lab.validation.bootstrap import PATHS, bootstrap
from botswain.lab.validation.costs import dearer
from botswain.lab.validation.foresight import look_ahead
from botswain.lab.validation.luck import luck_among
from botswain.lab.validation.neighbours import neighbours
from botswain.lab.validation.trade_order import trade_order
from botswain.lab.validation.verdict import verdict_of
from botswain.lab.validation.warm_up import warm_up
from botswain.lab.validation.warnings import look_warnings, warnings_of

TOO_MANY = "too many to be gone through twice more in the time of a report"


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """What was looked at where a strategy's signals are computed, by code that is not ours.

    look_ahead, warm_up  as `foresight` and `warm_up` have them
    left_out  what cannot be looked at, and why, by name
    """

    look_ahead: Mapping[str, Any]
    warm_up: Mapping[str, Any]
    left_out: Mapping[str, str]


def validate(
    result: Result, *, trials: int = 1, paths: int = PATHS, options: Options | None = None, risk_free: float = 0.0
) -> dict[str, Any]:
    """Whether a backtest can be believed (docs/rules.md section 9).

    trials   how many combinations were tried in all before this one was chosen, it among them
    paths    how many are drawn by the bootstrap and the orders of trades
    options  how the runs that are made again are made: above all, where machine code is kept
    risk_free  as of `figures`

    verdict      one sentence
    warnings     [{code, text}], the gravest first
    look_ahead, warm_up   whether it knew what came later, and whether it hangs on where its indicators began
    bootstrap, trade_order, costs, neighbours   see the files of these names; null where they cannot be told
    luck         probabilistic and deflated Sharpe ratio, and how many trials that goes by
    left_out     what was not made, and why, by these names
    Raises BadInput where trials is below 1.
    """
    columns = Columns(result, risk_free_rate(risk_free))
    return validation_of(columns, figures_of(columns), trials=trials, paths=paths, options=options)


def validation_of(
    columns: Columns,
    figures: Mapping[str, Mapping[str, Any]],
    *,
    trials: int = 1,
    paths: int = PATHS,
    options: Options | None = None,
    elsewhere: Elsewhere | None = None,
) -> dict[str, Any]:
    """The same of columns and figures that are at hand.

    elsewhere  of a strategy that computes its signals by itself, what was looked at there
    """
    result, how, days = columns.result, options or Options(), columns.days
    luck = luck_among(columns.excess, days.sessions, trials)
    traded = result.fill_count > 0 and result.halt is None
    if elsewhere is None:
        looks = {"look_ahead": look_ahead(result, how), "warm_up": warm_up(result, how)}
    else:
        looks = {"look_ahead": dict(elsewhere.look_ahead), "warm_up": dict(elsewhere.warm_up)}
    warnings = [*look_warnings(looks), *warnings_of(columns, figures)]
    found: dict[str, Any] = {
        "warnings": [{"code": code, "text": text} for code, text in warnings],
        **looks,
        "luck": luck,
        "bootstrap": bootstrap(days.returns, paths),
        "trade_order": trade_order(columns.start, columns.trips.profits, paths),
        "costs": dearer(result, how) if traded else None,
        "neighbours": neighbours(result, how) if traded and elsewhere is None else None,
        "left_out": {} if elsewhere is None else dict(elsewhere.left_out),
    }
    if traded and found["costs"] is None:
        found["left_out"]["costs"] = f"{len(result.market.steps):,} candles are {TOO_MANY}"
    total = figures["returns"]["total_return"]
    verdict = verdict_of(found, total, figures["trades"]["count"], len(days.returns))
    return {"verdict": verdict, **{name: known(one) for name, one in found.items()}}
