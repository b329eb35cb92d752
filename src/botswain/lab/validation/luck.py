"""How much of a run's Sharpe ratio may be luck, given how many others were tried before it was chosen.

What the others came to is not known here, only their number: their ratios are taken to differ as those of trials
without any edge would by chance alone. Where a search has them all, `Table.luck` knows better.
"""

from __future__ import annotations

import math
from typing import Any

from botswain.lab.chance import best_by_chance, moments_of, probable_sharpe
from botswain.model.errors import BadInput


def luck_among(returns: Any, sessions: float, trials: int) -> dict[str, float | int | None]:
    """The probabilistic and the deflated Sharpe ratio (`lab.chance`) of daily returns; None where there are too few.

    by_chance  the ratio of a year that the best of so many without an edge is expected to have; the variance of their
               ratios is taken as 1 / (n - 1), that of a ratio of n returns whose true one is 0
    Raises BadInput where trials is below 1.
    """
    check_trials(trials)
    of = moments_of(returns)
    if math.isnan(of.sharpe):
        return {"trials": trials, "probabilistic_sharpe": None, "by_chance": None, "deflated_sharpe": None}
    expected = best_by_chance(trials, 1.0 / (of.count - 1))
    found = (probable_sharpe(of), expected * math.sqrt(sessions), probable_sharpe(of, expected))
    names = ("probabilistic_sharpe", "by_chance", "deflated_sharpe")
    told = {name: None if math.isnan(one) else one for name, one in zip(names, found, strict=True)}
    return {"trials": trials, **told}


def check_trials(trials: int) -> None:
    """Refuse a number of trials that cannot be, by raising BadInput."""
    if trials < 1:
        raise BadInput(f"trials is {trials}; write how many combinations were tried in all, this one among them")
