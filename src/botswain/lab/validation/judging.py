"""All that is asked of a run before it is believed, in one object that a report holds."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from botswain.lab.backtest import Options
from botswain.lab.metrics.figures import Columns, figures_of, known
from botswain.lab.result import Result
from botswain.lab.validation.bootstrap import PATHS, bootstrap
from botswain.lab.validation.costs import dearer
from botswain.lab.validation.luck import luck_among
from botswain.lab.validation.neighbours import neighbours
from botswain.lab.validation.trade_order import trade_order
from botswain.lab.validation.verdict import verdict_of
from botswain.lab.validation.warnings import warnings_of


def validate(result: Result, *, trials: int = 1, paths: int = PATHS, options: Options | None = None) -> dict[str, Any]:
    """Whether a backtest can be believed (docs/rules.md section 9).

    trials   how many combinations were tried in all before this one was chosen, it among them
    paths    how many are drawn by the bootstrap and the orders of trades
    options  how the runs that are made again are made: above all, where machine code is kept

    verdict      one sentence
    warnings     [{code, text}], the gravest first
    bootstrap, trade_order, costs, neighbours   see the files of these names; null where they cannot be told
    luck         probabilistic and deflated Sharpe ratio, and how many trials that goes by
    Raises BadInput where trials is below 1.
    """
    columns = Columns(result)
    return validation_of(columns, figures_of(columns), trials=trials, paths=paths, options=options)


def validation_of(
    columns: Columns,
    figures: Mapping[str, Mapping[str, Any]],
    *,
    trials: int = 1,
    paths: int = PATHS,
    options: Options | None = None,
) -> dict[str, Any]:
    """The same of columns and figures that are at hand."""
    result, how, days = columns.result, options or Options(), columns.days
    luck = luck_among(days.returns, days.sessions, trials)
    traded = result.fill_count > 0 and result.halt is None
    found: dict[str, Any] = {
        "warnings": [{"code": code, "text": text} for code, text in warnings_of(columns, figures)],
        "luck": luck,
        "bootstrap": bootstrap(days.returns, paths),
        "trade_order": trade_order(columns.start, columns.trips.profits, paths),
        "costs": dearer(result, how) if traded else None,
        "neighbours": neighbours(result, how) if traded else None,
    }
    total = figures["returns"]["total_return"]
    verdict = verdict_of(found, total, figures["trades"]["count"], len(days.returns))
    return {"verdict": verdict, **{name: known(one) for name, one in found.items()}}
