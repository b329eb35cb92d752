"""A result in a terminal: what was run, on what, what came of it, and everything that was assumed.

Drawn from columns and figures, so that a run with a hundred thousand fills is shown as fast as one with ten. It fits
100 columns; colours are rich's affair, which leaves them out where nobody would see them. Text from files and people
is printed as it is, never read as markup.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

import numpy as np
from rich.console import Console, Group, RenderableType
from rich.rule import Rule
from rich.table import Table
from rich.text import Text

from botswain.history.instants import iso
from botswain.lab.assumptions import assumptions, plain
from botswain.lab.data_used import DataUsed
from botswain.lab.note_texts import Meaning, Measure
from botswain.lab.plot import area
from botswain.lab.result import Result
from botswain.model.fill import Fill

WIDTH = 100
PAIR = (20, 28)
PLOT_LINES = 6
FILLS_SHOWN = 6
MANY = 1e6
DAY_MS, HOUR_MS, MINUTE_MS = 86_400_000, 3_600_000, 60_000


def console_for_report(**options: Any) -> Console:
    """A console of at most 100 columns (where there is no terminal, 100) that colours nothing by itself."""
    console = Console(highlight=False, **options)
    console.width = min(console.width, WIDTH) if console.is_terminal else WIDTH
    return console


def print_report(result: Result, used: Sequence[DataUsed], console: Console) -> None:
    """Print the whole report; `used` is in the order of the symbols."""
    for part in parts(result, used, console):
        console.print(part)


def parts(result: Result, used: Sequence[DataUsed], console: Console) -> Iterable[RenderableType]:
    """The report from top to bottom."""
    yield header(result, console)
    yield from (data_lines(one) for one in used)
    if result.halt is not None:
        yield halt_line(result)
    yield heading("Equity")
    yield equity_plot(result, console)
    yield heading("Result")
    yield pairs(result_rows(result), console)
    yield heading("Round trips")
    yield pairs(trip_rows(result), console)
    yield from open_positions(result)
    yield from last_fills(result)
    yield from notes(result)
    yield heading("Assumptions")
    yield listed(assumptions(result, used))


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
    text = Text.assemble((one.symbol, "bold"), f" {one.timeframe}   {iso(one.first_ms)} to {iso(one.last_ms)}")
    text.append(f"   {one.candles:,} candles")
    if one.gaps:
        text.append(f", {one.missing:,} missing in {one.gaps:,} gaps", "yellow")
    else:
        text.append(", no gaps")
    return Group(text, Text(f"hash {one.hash}", "dim"))


def halt_line(result: Result) -> RenderableType:
    """Why the strategy stopped being called."""
    halt = result.halt
    assert halt is not None
    at = iso(int(result.market.times[halt.instant]))
    return Text(f"\nHALTED: {halt.reason.name} at {at}: {halt.message}", "bold red")


def heading(words: str) -> RenderableType:
    """A section's title."""
    return Group(Text(), Rule(Text(words, "bold"), align="left", style="dim"))


def equity_plot(result: Result, console: Console) -> RenderableType:
    """The equity curve with its highest and lowest mark beside it."""
    marks = np.asarray(result.curve, np.float64) * float(result.unit)
    digits = money_digits(result)
    labels = [f"{value:,.{digits}f}" for value in (float(marks.max()), float(marks.min()))]
    room = console.width - max(map(len, labels)) - 2
    lines = area(marks, room, PLOT_LINES, plain=console.options.ascii_only)
    table = Table.grid(padding=(0, 0, 0, 1))
    table.add_column(no_wrap=True, width=room)
    table.add_column(justify="right", style="dim", no_wrap=True)
    ends = {0: labels[0], len(lines) - 1: labels[1]}
    for place, line in enumerate(lines):
        table.add_row(Text(line, "cyan"), ends.get(place, ""))
    return table


def result_rows(result: Result) -> list[tuple[str, Text]]:
    """What became of the money."""
    found = result.metrics
    profit = found["profit"]
    tone = "green" if profit > 0 else "red" if profit < 0 else ""
    quote = result.plan.instruments[0].quote
    fell = f"{percent(found['max_drawdown'])} in {length(found['drawdown_ms'])}" if found["max_drawdown"] else "none"
    return [
        (f"capital ({quote})", Text(money_of(result, found["start_equity"]))),
        (f"equity ({quote})", Text(money_of(result, found["final_equity"]), "bold")),
        ("profit", Text(f"{money_of(result, profit, sign=True)}  {percent(found['total_return'], sign=True)}", tone)),
        ("CAGR", Text(percent(found["cagr"], sign=True))),
        ("market change", Text(percent(found["market_change"], sign=True))),
        ("largest drawdown", Text(fell)),
        ("volatility a year", Text(percent(found["volatility"]))),
        ("Sharpe", Text(ratio(found["sharpe"]))),
        ("Sortino", Text(ratio(found["sortino"]))),
        ("Calmar", Text(ratio(found["calmar"]))),
        ("time in position", Text(percent(found["exposure"]))),
    ]


def trip_rows(result: Result) -> list[tuple[str, Text]]:
    """What the trades were like."""
    found = result.metrics
    return [
        ("round trips", Text(f"{found['trips_count']:,}")),
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
    """Fees in quote (those in a third asset at its price), and those that were taken in base."""
    texts = [money_of(result, result.metrics["fees"])]
    for s, one in enumerate(result.plan.instruments):
        taken = int(result.ran.state.parts["books"][s].fees_base)
        if taken:
            texts.append(f"{plain(taken * result.units[s].base)} {one.base}")
    return " + ".join(texts)


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
    table = plain_table("time", "symbol", "side", ">qty", ">price", ">fee", "", ">slot", "why")
    for place in filled[-FILLS_SHOWN:].tolist():
        table.add_row(*fill_cells(result.fill_at(place)))
    yield table


def fill_cells(one: Fill) -> tuple[Text, ...]:
    """One row of the table of fills."""
    tone = "green" if one.side == "buy" else "red"
    numbers = (plain(one.qty), f"{one.price:f}", plain(one.fee), one.fee_asset, str(one.slot), one.reason)
    return (Text(iso(one.time_ms)), Text(one.symbol), Text(one.side, tone), *(Text(cell) for cell in numbers))


def notes(result: Result) -> Iterable[RenderableType]:
    """What the gate, the rounding and the venue did: how often, and the latest of each."""
    found = result.notes
    if not found:
        return
    total = int(result.ran.state.account.notes)
    more = f", of the last {len(found):,} of {total:,}" if total > len(found) else ""
    yield heading(f"Orders that were cut, stopped or ended{more}")
    table = plain_table("why", ">times", "latest", "symbol", ">slot", "numbers")
    latest = {one.code: place for place, one in enumerate(found)}
    for code, place in sorted(latest.items(), key=lambda pair: pair[1]):
        one = found[place]
        times = sum(other.code == code for other in found)
        slot = str(one.slot) if one.slot >= 0 else "all"
        numbers = numbers_text(result, result.meaning_at(place), one.value, one.limit)
        cells = (code, f"{times:,}", iso(one.time_ms), one.symbol, slot, numbers)
        table.add_row(*(Text(cell) for cell in cells))
    yield table


def numbers_text(result: Result, meaning: Meaning, value: float, limit: float) -> str:
    """A note's two numbers with their words."""
    digits = {Measure.MONEY: money_digits(result), Measure.COUNT: 0}.get(meaning.measure)
    exact = (Decimal(f"{one:.12g}") for one in (value, limit))
    first, second = (plain(one) if digits is None else f"{one:,.{digits}f}" for one in exact)
    return f"{meaning.value} {first}, {meaning.limit} {second}"


def pairs(rows: Sequence[tuple[str, Text]], console: Console) -> RenderableType:
    """Names and values in two columns of pairs where there is room for two, read downwards."""
    table = Table.grid(padding=(0, 2, 0, 0))
    height = (len(rows) + 1) // 2
    if console.width < WIDTH or any(len(value) > PAIR[1] for _, value in rows):
        height = len(rows)
    else:
        for width in PAIR * 2:
            table.add_column(min_width=width)
    for place in range(height):
        cells: list[Text] = []
        for name, value in rows[place::height]:
            cells += [Text(name, "dim"), value]
        table.add_row(*cells)
    return table


def listed(values: dict[str, str]) -> RenderableType:
    """Subjects and what is said of them, wrapped under themselves."""
    table = Table.grid(padding=(0, 2, 0, 0))
    table.add_column(style="dim", no_wrap=True)
    table.add_column(overflow="fold")
    for name, text in values.items():
        table.add_row(Text(name), Text(text))
    return table


def plain_table(*columns: str) -> Table:
    """A table without lines; a column whose name starts with > stands to the right."""
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="dim")
    for name in columns:
        table.add_column(name.removeprefix(">"), justify="right" if name.startswith(">") else "left")
    return table


def money_digits(result: Result) -> int:
    """Decimals money is shown with: enough to tell amounts of the size of the capital apart."""
    capital = result.plan.capital
    return 2 if capital >= 100 else 4 if capital >= 1 else 8


def money_of(result: Result, value: Decimal | None, *, sign: bool = False) -> str:
    """Money for the eye: rounded, in thousands."""
    if value is None:
        return "-"
    return f"{value:{'+' if sign else ''},.{money_digits(result)}f}"


def percent(value: float | None, *, sign: bool = False) -> str:
    """A fraction in percent, `-` where there is none."""
    if value is None:
        return "-"
    return f"{value * 100:{'+' if sign else ''}{',.2f' if abs(value) < MANY else '.3g'}} %"


def ratio(value: float | None) -> str:
    """A plain figure, `-` where there is none."""
    return "-" if value is None else f"{value:,.2f}" if abs(value) < MANY else f"{value:.3g}"


def length(duration_ms: float) -> str:
    """A duration by its two largest units."""
    days, rest = divmod(round(duration_ms), DAY_MS)
    hours, rest = divmod(rest, HOUR_MS)
    minutes, rest = divmod(rest, MINUTE_MS)
    named = [(days, "d"), (hours, "h"), (minutes, "min"), (rest // 1000, "s")]
    first = next((place for place, (count, _) in enumerate(named) if count), len(named) - 1)
    return " ".join(f"{count:,} {unit}" for count, unit in named[first : first + 2] if count) or "0 s"
