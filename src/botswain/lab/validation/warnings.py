"""What a person should know before believing a run, each as a plain sentence with its numbers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from botswain.lab.amounts import percent
from botswain.lab.metrics.figures import Columns
from botswain.lab.result import Result

FEW_TRIPS = 30
FEW_DAYS = 90
# Of the profit, the part of one round trip from which on it hangs on that one.
ONE_TRIP = 0.5
MUCH_OPEN = 0.5
MANY_MISSING = 0.01


def warnings_of(columns: Columns, figures: Mapping[str, Mapping[str, Any]]) -> Iterator[tuple[str, str]]:
    """(code, sentence) of all that there is to warn of, the gravest first; codes are stable."""
    result, trades = columns.result, figures["trades"]
    if result.halt is not None:
        yield "halted", f"The strategy was halted ({result.halt.reason.name.lower()}) and not called from then on."
    if not figures["execution"]["fills"]:
        yield "no_trades", "Nothing was traded, so there is nothing to judge."
        return
    yield from length_warnings(columns, trades["count"])
    yield from profit_warnings(columns, figures)
    yield from cost_warnings(result, figures)
    yield from data_warnings(result)


def look_warnings(looks: Mapping[str, Mapping[str, Any]]) -> Iterator[tuple[str, str]]:
    """Of looks at a run (`foresight`, `warm_up`) those that found something."""
    for name, code in (("look_ahead", "looks_ahead"), ("warm_up", "drifts")):
        if looks[name]["verdict"] == "failed":
            what = str(looks[name]["what"])
            yield code, f"{what[:1].upper()}{what[1:]}."


def length_warnings(columns: Columns, trips: int) -> Iterator[tuple[str, str]]:
    """What is too little to judge by."""
    days = len(columns.days.returns)
    if trips < FEW_TRIPS:
        yield "few_trips", f"There are {trips} round trips; fewer than {FEW_TRIPS} say little."
    if days < FEW_DAYS:
        yield "few_days", f"There are {days} days; fewer than {FEW_DAYS} see little of a market."
    if columns.equity.min() <= 0.0:
        yield "ruined", "Equity fell to zero or below."


def profit_warnings(columns: Columns, figures: Mapping[str, Mapping[str, Any]]) -> Iterator[tuple[str, str]]:
    """What the profit hangs on."""
    returns, trades, benchmark = figures["returns"], figures["trades"], figures["benchmark"]
    net, best = returns["net_profit"], trades["largest_win"]
    if net > 0 and best is not None and trades["count"] > 1 and best > ONE_TRIP * net:
        yield "one_trip", f"The best round trip made {percent(best / net)} of the profit."
    if net > 0 and returns["open_profit"] > MUCH_OPEN * net:
        yield "open_profit", f"{percent(returns['open_profit'] / net)} of the profit is of what is still open."
    if benchmark["excess_return"] is not None and benchmark["excess_return"] < 0 < returns["total_return"]:
        yield (
            "below_market",
            f"Buying and holding made more: {percent(benchmark['total_return'], sign=True)} against "
            f"{percent(returns['total_return'], sign=True)}.",
        )
    if columns.trips.profits.size and trades["p_value"] is not None and trades["p_value"] > 0.05 and net > 0:
        yield (
            "not_significant",
            f"The mean profit of a round trip may be chance (p = {trades['p_value']:.2f}, t-test).",
        )


def cost_warnings(result: Result, figures: Mapping[str, Mapping[str, Any]]) -> Iterator[tuple[str, str]]:
    """What is paid nowhere but here."""
    plan = result.plan
    if not result.fees:
        yield "no_fees", "No fees were paid; say --fee, or give an instrument, unless the venue takes none."
    book = plan.on_trades is not None and plan.on_trades.depth
    slips = book or plan.slippage.bps or plan.slippage.by_candles
    if figures["execution"]["maker_share"] != 1.0 and not slips:
        yield "no_slippage", "No slippage was assumed for orders by the market; say --slippage-bps."


def data_warnings(result: Result) -> Iterator[tuple[str, str]]:
    """What is missing of the candles."""
    instants, length = result.market.instants, result.market.timeframe_ms
    whole = (int(instants[-1]) - int(instants[0])) // length + 1
    missing = whole - len(instants)
    # Markets that shut at night or over the weekend miss more than half of the clock's candles, or whole days.
    if 0 < missing < whole * 0.2 and missing > whole * MANY_MISSING:
        yield "gaps", f"{missing:,} of {whole:,} candles are missing ({percent(missing / whole)})."
