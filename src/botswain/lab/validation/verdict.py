"""A run in one plain sentence: whether there is reason to believe it, and the gravest reason why not."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from botswain.lab.amounts import percent

LIKELY = 0.95
MOST_ALIKE = 0.5


def verdict_of(found: Mapping[str, Any], total_return: float, trades: int, days: int) -> str:
    """The sentence. found: what validation found, without it; total_return of the run, and how much it is made of."""
    codes = {one["code"] for one in found["warnings"]}
    if "no_trades" in codes:
        return "There is nothing to judge: nothing was traded."
    if "halted" in codes:
        return "This run is no evidence: the strategy was halted before its end."
    if found["look_ahead"]["verdict"] == "failed":
        return f"This run is no evidence: {found['look_ahead']['what']}."
    made = f"{percent(total_return, sign=True)} in {days:,} days with {trades:,} round trips"
    if total_return <= 0:
        return f"It did not make money here: {made}."
    doubts = list(doubts_of(found))
    if codes & {"few_trips", "few_days"}:
        more = f", and {doubts[0]}" if doubts else ""
        return f"This is too little to judge by: {made}{more}."
    if doubts:
        return f"Do not rely on it yet: {made}, but {', and '.join(doubts[:2])}."
    return f"Nothing speaks against it here: {made}; try it on days that it was not chosen on."


def doubts_of(found: Mapping[str, Any]) -> Iterator[str]:
    """What speaks against a run that made money, the gravest first."""
    if found["warm_up"]["verdict"] == "failed":
        yield found["warm_up"]["what"]
    for name, words in (("fees_x2", "with twice the fees"), ("slippage_x2", "with more slippage")):
        total = ((found["costs"] or {}).get(name) or {}).get("total_return")
        if total is not None and total <= 0:
            yield f"{words} it makes {percent(total, sign=True)}"
    deflated = found["luck"]["deflated_sharpe"]
    if deflated is not None and deflated < LIKELY:
        trials = found["luck"]["trials"]
        among = f" as the best of {trials:,}" if trials > 1 else ""
        yield f"that this is more than luck has a probability of {percent(deflated)} only{among}"
    around = found["neighbours"]
    if around is not None and around["profitable"] <= MOST_ALIKE:
        yield f"only {percent(around['profitable'])} of the runs with slightly other parameters made money"
    drawn = found["bootstrap"]
    if drawn is not None and drawn["total_return"]["p5"] < 0:
        yield f"its days drawn again end with a loss in {percent(drawn['loss'])} of cases"
