"""A walk-forward in a terminal: the verdict, what was chosen and what came of it, and all test spans as one account."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

import numpy as np
from rich.console import Console, RenderableType
from rich.text import Text

from botswain.lab.amounts import length, money_text, percent, ratio, when
from botswain.lab.equity_plot import equity_plot
from botswain.lab.forward.verdict import Standing
from botswain.lab.forward.walked import Judged, Walked
from botswain.lab.tables import heading, listed, pairs, plain_table, remark
from botswain.model.timeframe import DAY_MS

# Of longer spans the dates are enough.
LONG_MS = 10 * DAY_MS
DATE = len("2024-01-31")
FRACTIONS = frozenset(("total_return", "cagr", "max_drawdown", "volatility", "exposure", "trips_win_rate"))
WAYS = {
    "chosen": "chosen fold by fold",
    "hindsight": "chosen once on everything",
    "buy_and_hold": "buying and holding",
}
MEANINGS = {
    "trained, tested": "what was chosen by, and what it was judged on: candles that nothing was chosen by",
    "warm-up": "indicators begin on candles before a test span, as they would have then; that is no look-ahead",
    "at the ends": "what is open at the end of a test span is reckoned as closed there, fee and fixed slippage paid",
    "efficiency": "the growth a year on the test spans by that in training; below 50 % most of it was noise",
    "steady": "100 %: always the same value; 0 %: as if the value were drawn; below: worse than that",
    "on everything": "hindsight: nobody could have known these parameters when the test spans began",
}


def print_walk(walked: Walked, console: Console) -> None:
    """Print it all; of one that was stopped what is done."""
    for part in parts(walked, console):
        console.print(part)


def parts(walked: Walked, console: Console) -> Iterable[RenderableType]:
    """From top to bottom."""
    yield header(walked)
    yield heading("Does it hold?")
    yield Text(walked.verdict, "bold green" if walked.standing is Standing.HOLDS else "bold yellow")
    if not walked.folds:
        return
    yield heading("Folds")
    yield fold_table(walked)
    yield heading("The test spans as one account")
    yield equity_plot(walked.joined.equity, Decimal(walked.joined.start), console)
    yield pairs(account_rows(walked), console)
    yield Text()
    yield comparison_table(walked)
    if walked.stability:
        yield heading("How steadily it is chosen")
        yield stability_table(walked)
    yield heading("What the words mean")
    yield listed(MEANINGS)


def header(walked: Walked) -> RenderableType:
    """What was asked."""
    size, sought = walked.space.size, walked.objective
    if walked.folds:
        wish = walked.folds[0].wish
        sought = f"{'greatest' if wish.greatest else 'least'} {wish.figure}"
    text = Text.assemble((walked.strategy, "bold cyan"), f"   {size:,} combinations, {sought}")
    for axis in walked.space.axes:
        ends = f"{axis.values[0]} to {axis.values[-1]}" if len(axis.values) > 3 else ", ".join(map(str, axis.values))
        text.append(f"\n{axis.name} ", "dim")
        text.append(f"{ends} ({len(axis.values):,})")
    if walked.stopped:
        text.append(f"\nstopped: {len(walked.folds)} of {len(walked.asked)} folds are done", "yellow")
    return text


def fold_table(walked: Walked) -> RenderableType:
    """What was chosen in each, and what it came to in training and in the test."""
    figure = walked.folds[0].wish.figure
    names = ("trained", "tested", "chosen", f">{figure} in", ">out", ">return in", ">out", ">drawdown", ">trips")
    table = plain_table(">fold", *names)
    short = walked.folds[0].fold.test_end_ms - walked.folds[0].fold.test_start_ms < LONG_MS
    for one in walked.folds:
        fold = one.fold
        spans = (fold.train_start_ms, fold.train_end_ms), (fold.test_start_ms, fold.test_end_ms)
        told = [span_text(first, end, short=short) for first, end in spans]
        table.add_row(str(fold.number), *map(Text, (*told, choice(walked, one), *cells(one, figure))))
    return table


def span_text(first_ms: int, end_ms: int, *, short: bool) -> str:
    """A span on two lines, with the times of day where spans are short."""
    first, end = (when(one) if short else when(one)[:DATE] for one in (first_ms, end_ms))
    return f"{first} to\n{end}"


def choice(walked: Walked, one: Judged) -> str:
    """The chosen values of what varies, each on a line."""
    if one.chosen is None:
        return "none: no value of it"
    return "\n".join(f"{axis.name} {one.chosen[axis.name]}" for axis in walked.space.axes)


def cells(one: Judged, figure: str) -> tuple[str, ...]:
    """The figures of a fold's row."""
    if one.chosen is None:
        return ("-",) * 6
    inside, outside = one.inside, one.outside
    return (
        figure_text(figure, inside[figure]),
        figure_text(figure, outside[figure]),
        percent(inside["total_return"], sign=True),
        percent(outside["total_return"], sign=True),
        percent(outside["max_drawdown"]),
        f"{outside['trips_count']:,.0f}",
    )


def figure_text(name: str, value: float | None) -> str:
    """One figure of a search as people read it."""
    if value is None or not np.isfinite(value):
        return "-"
    if name.endswith("_ms"):
        return length(value)
    return percent(value) if name in FRACTIONS else ratio(value)


def account_rows(walked: Walked) -> list[tuple[str, Text]]:
    """What became of the money on the test spans."""
    found, capital = walked.figures, Decimal(walked.joined.start)
    of, risk, ratios, trades = found["returns"], found["risk"], found["ratios"], found["trades"]
    profit = of["net_profit"]
    tone = "green" if profit > 0 else "red" if profit < 0 else ""
    fell = f"{percent(risk['max_drawdown'])} in {length(risk['drawdown_ms'])}" if risk["max_drawdown"] else "none"
    return [
        ("profit", Text(f"{money_text(profit, capital, sign=True)}  {percent(of['total_return'], sign=True)}", tone)),
        ("a year (CAGR)", Text(percent(of["cagr"], sign=True))),
        ("efficiency", Text(percent(walked.efficiency))),
        ("folds that gained", Text(f"{walked.gained} of {len(walked.folds)}")),
        ("Sharpe above 0, probably", Text(percent(walked.probable))),
        ("largest drawdown", Text(fell)),
        ("Sharpe", Text(ratio(ratios["sharpe"]))),
        ("Sortino", Text(ratio(ratios["sortino"]))),
        ("round trips", Text(f"{trades['count']:,}")),
        ("won", Text(percent(trades["win_rate"]))),
        ("profit factor", Text(ratio(trades["profit_factor"]))),
        ("fees", Text(money_text(of["fees"], capital))),
    ]


def comparison_table(walked: Walked) -> RenderableType:
    """The same spans three ways."""
    table = plain_table("the same candles", ">return", ">a year", ">Sharpe", ">drawdown")
    for name, one in walked.comparison.items():
        cells = (
            percent(one["total_return"], sign=True),
            percent(one["cagr"], sign=True),
            ratio(one["sharpe"]),
            percent(one["max_drawdown"]),
        )
        table.add_row(*map(Text, (WAYS[name], *cells)))
    return table


def stability_table(walked: Walked) -> RenderableType:
    """Each parameter's choices."""
    table = plain_table("parameter", ">mostly", ">of folds", ">changes", ">at the edge", ">steady")
    everything: dict[str, Any] = {} if walked.whole is None else walked.whole.chosen or {}
    if everything:
        table.add_column("on everything", justify="right")
    for one in walked.stability:
        cells = [one.name, str(one.usual), percent(one.share), str(one.changes), str(one.edges), percent(one.steady)]
        table.add_row(*map(Text, cells), *([Text(str(everything[one.name]))] if everything else []))
    return table


def stopped_remark(walked: Walked, kept: bool) -> RenderableType:
    """What to do with one that was stopped."""
    how = "the same command goes on from there" if kept else "give --keep FOLDER to be able to go on from there"
    return remark(f"Stopped after {len(walked.folds)} of {len(walked.asked)} folds; {how}.")
