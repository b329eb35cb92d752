"""A result in a terminal: what was run, on what, what came of it, and everything that was assumed.

Drawn from columns and figures, so that a run with a hundred thousand fills is shown as fast as one with ten. It fits
100 columns; colours are rich's affair, which leaves them out where nobody would see them. Text from files and people
is printed as it is, never read as markup.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

import numpy as np
from rich.console import Console, Group, RenderableType
from rich.text import Text

from botswain.lab.action_table import action_parts
from botswain.lab.amounts import length, money_text, percent, ratio, when
from botswain.lab.assumptions import assumptions, plain
from botswain.lab.charge_table import charge_parts
from botswain.lab.data_used import DataUsed
from botswain.lab.equity_plot import equity_plot
from botswain.lab.every_figure import every_figure
from botswain.lab.note_table import note_parts
from botswain.lab.result import Result
from botswain.lab.tables import heading, listed, pairs, plain_table
from botswain.lab.validation_table import validation_parts
from botswain.lab.words import MEANINGS
from botswain.model.timeframe import TICK

WIDTH = 100
FILLS_SHOWN = 6


def console_for_report(**options: Any) -> Console:
    """A console of at most 100 columns (where there is no terminal, 100) that colours nothing by itself."""
    console = Console(highlight=False, **options)
    console.width = min(console.width, WIDTH) if console.is_terminal else WIDTH
    return console


def print_report(
    result: Result,
    used: Sequence[DataUsed],
    console: Console,
    *,
    judged: Mapping[str, Any] | None = None,
    every: Mapping[str, Mapping[str, Any]] | None = None,
    ratios: Mapping[str, Any] | None = None,
) -> None:
    """Print the whole report; `used` is in the order of the symbols.

    judged  what validation found, where it was asked; every: all figures, where each is to be shown
    ratios  those of what is beyond a risk-free rate, where one was given
    """
    full = every is not None
    found = every_figure(result, every, console) if every is not None else ()
    for part in parts(result, used, console, validation_parts(judged, console, full=full), found, ratios):
        console.print(part)


def parts(
    result: Result,
    used: Sequence[DataUsed],
    console: Console,
    validation: Iterable[RenderableType],
    every: Iterable[RenderableType],
    ratios: Mapping[str, Any] | None = None,
) -> Iterable[RenderableType]:
    """The report from top to bottom."""
    yield header(result, console)
    yield from (data_lines(one) for one in used)
    if result.halt is not None:
        yield halt_line(result)
    yield heading("Equity")
    yield equity_plot(np.asarray(result.curve, np.float64) * float(result.unit), result.plan.capital, console)
    yield heading("Result")
    yield pairs(result_rows(result, ratios), console)
    yield heading("Round trips")
    yield pairs(trip_rows(result), console)
    yield from every
    yield from validation
    yield from action_parts(result, console)
    yield from charge_parts(result, console)
    yield from open_positions(result)
    yield from last_fills(result)
    yield from note_parts(result)
    yield heading("Assumptions")
    yield listed(assumptions(result, used))
    yield heading("What the figures mean")
    yield listed(MEANINGS)


def header(result: Result, console: Console) -> RenderableType:
    """The strategy and its parameters, a name never parted from its value."""
    strategy = result.plan.strategy
    lines = [Text.assemble((strategy.label(), "bold cyan"))]
    for name, value in strategy.values.items():
        piece = Text.assemble((f"   {name} ", "dim"), str(value))
        if len(lines[-1]) + len(piece) > console.width:
            lines.append(Text(" " * len(strategy.label())))
        lines[-1].append_text(piece)
    return Group(*lines)


def data_lines(one: DataUsed) -> RenderableType:
    """One symbol's candles."""
    text = Text.assemble((one.symbol, "bold"), f" {one.timeframe}   {when(one.first_ms)} to {when(one.last_ms)} UTC")
    if one.timeframe == TICK:
        return Group(text.append(f"   {one.candles:,} trades"), Text(f"hash {one.hash}", "dim"))
    text.append(f"   {one.candles:,} candles")
    if one.gaps:
        text.append(f", {one.missing:,} missing in {one.gaps:,} gap{'s' if one.gaps > 1 else ''}", "yellow")
    else:
        text.append(", no gaps")
    return Group(text, Text(f"hash {one.hash}", "dim"))


def halt_line(result: Result) -> RenderableType:
    """Why the strategy stopped being called."""
    halt = result.halt
    assert halt is not None
    at = when(int(result.market.steps[halt.instant]))
    text = f"\nHALTED: {halt.reason.name} in the candle of {at} UTC: {halt.message}\n"
    return Text(text + "From there on the strategy was not called; its orders and protective exits stood.", "bold red")


def result_rows(result: Result, ratios: Mapping[str, Any] | None = None) -> list[tuple[str, Text]]:
    """What became of the money; ratios: of what is beyond a risk-free rate."""
    found = result.metrics | {name: ratios[name] for name in ("sharpe", "sortino") if ratios is not None}
    beyond = "" if ratios is None else f" over {percent(ratios['risk_free'])}"
    profit = found["profit"]
    tone = "green" if profit > 0 else "red" if profit < 0 else ""
    quote = result.plan.instruments[0].quote
    fell = f"{percent(found['max_drawdown'])} in {length(found['drawdown_ms'])}" if found["max_drawdown"] else "none"
    return [
        (f"capital ({quote})", Text(money_of(result, found["start_equity"]))),
        (f"equity ({quote})", Text(money_of(result, found["final_equity"]), "bold")),
        ("profit", Text(f"{money_of(result, profit, sign=True)}  {percent(found['total_return'], sign=True)}", tone)),
        ("a year (CAGR)", Text(percent(found["cagr"], sign=True))),
        ("market change", Text(percent(found["market_change"], sign=True))),
        ("largest drawdown", Text(fell)),
        ("volatility", Text(percent(found["volatility"]))),
        (f"Sharpe{beyond}", Text(ratio(found["sharpe"]))),
        (f"Sortino{beyond}", Text(ratio(found["sortino"]))),
        ("Calmar", Text(ratio(found["calmar"]))),
        ("time in position", Text(percent(found["exposure"]))),
    ]


def trip_rows(result: Result) -> list[tuple[str, Text]]:
    """What the trades were like."""
    found = result.metrics
    return [
        ("round trips", Text(f"{found['trips_count']:,}")),
        ("made by them", Text(money_of(result, found["trips_profit"], sign=True))),
        ("still open", Text(money_of(result, found["trips_open_profit"], sign=True))),
        ("won", Text(percent(found["trips_win_rate"]))),
        ("profit factor", Text(ratio(found["trips_profit_factor"]))),
        ("expectancy", Text(money_of(result, found["trips_expectancy"], sign=True))),
        ("best", Text(money_of(result, found["trips_best"], sign=True))),
        ("worst", Text(money_of(result, found["trips_worst"], sign=True))),
        ("mean length", Text("-" if found["trips_mean_ms"] is None else length(found["trips_mean_ms"]))),
        ("fills", Text(f"{found['fills']:,}")),
        ("volume", Text(money_of(result, found["volume"]))),
        ("fees", Text(fees_paid(result))),
    ]


def fees_paid(result: Result) -> str:
    """What all fees were worth in quote, and what of them was taken in other assets."""
    quote = result.plan.instruments[0].quote
    others = [f"{plain(amount)} {asset}" for asset, amount in result.fees_by_asset.items() if asset != quote]
    total = money_of(result, result.metrics["fees"])
    return f"{total} (in it {', '.join(others)})" if others else total


def open_positions(result: Result) -> Iterable[RenderableType]:
    """What is held at the end, marked at the last close."""
    for s, one in enumerate(result.plan.instruments):
        held, dust = result.position(one.symbol), result.dust(one.symbol)
        if not held and not dust:
            continue
        close = plain(int(result.market.ticks[s][3][-1]) * one.tick_size)
        text = f"open at the end: {plain(held)} {one.base} at {close}"
        yield Text(text + (f", and {plain(dust)} {one.base} too little to sell" if dust else ""), "yellow")


def last_fills(result: Result) -> Iterable[RenderableType]:
    """The latest fills; only they become objects."""
    filled = np.flatnonzero(np.asarray(result.reports["lots"]))
    if not len(filled):
        return
    yield heading(f"Last {min(FILLS_SHOWN, len(filled))} of {len(filled):,} fills")
    several = len(result.plan.instruments) > 1
    table = plain_table("time", *(["symbol"] if several else []), "side", ">qty", ">price", ">fee", "", ">slot", "why")
    shown = [result.fill_at(place) for place in filled[-FILLS_SHOWN:].tolist()]
    columns = (aligned([one.qty for one in shown]), aligned([one.fee for one in shown]))
    for one, qty, fee in zip(shown, *columns, strict=True):
        side = Text(one.side, "green" if one.side == "buy" else "red")
        symbol = [one.symbol] if several else []
        cells = (qty, f"{one.price:f}", fee, one.fee_asset, str(one.slot), one.reason)
        table.add_row(Text(when(one.time_ms)), *map(Text, symbol), side, *map(Text, cells))
    yield table


def aligned(values: Sequence[Decimal]) -> list[str]:
    """Numbers with the decimals that the most exact of them needs, so that their points stand below each other."""
    texts = [plain(one) for one in values]
    digits = max(len(text.partition(".")[2]) for text in texts)
    return [f"{one:.{digits}f}" for one in values]


def money_of(result: Result, value: Decimal | None, *, sign: bool = False) -> str:
    """Money for the eye: rounded, in thousands, as fine as the capital asks for."""
    return money_text(value, result.plan.capital, sign=sign)
