"""The tables of a page: months, falls, round trips, what was assumed, and on what data."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from botswain.lab.amounts import length, money_text, percent, when
from botswain.lab.assumptions import plain
from botswain.lab.data_used import DataUsed
from botswain.lab.pages.document import text
from botswain.lab.result import Result
from botswain.model.fill import RoundTrip

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
MOST_TRIPS = 250
# How deep a month's colour gets, and by how much it gets there.
DEEPEST, FULL = 0.55, 0.15
Months = Sequence[tuple[int, list[float | None], float | None]]


def table(heads: Sequence[str], rows: Sequence[str], kind: str = "") -> str:
    """A table; heads that begin with > are of numbers, to the right."""
    names = "".join(
        f'<th class="number">{text(one[1:])}</th>' if one.startswith(">") else f"<th>{text(one)}</th>" for one in heads
    )
    return f'<table class="{kind}"><thead><tr>{names}</tr></thead><tbody>{"".join(rows)}</tbody></table>'


def month_table(months: Months) -> str:
    """A heat map of months, with what each year came to."""
    rows = [
        f"<tr><th>{year}</th>{''.join(heat(one) for one in values)}{heat(total, 'total')}</tr>"
        for year, values, total in months
    ]
    heads = table(["", *(f">{one}" for one in MONTHS), ">year"], rows, "heat")
    return f'<div class="card scroll wide"><h3>Months</h3>{heads}</div>'


def heat(value: float | None, kind: str = "") -> str:
    """A cell in the colour of its gain or loss."""
    if value is None:
        return f'<td class="{kind}"></td>'
    part = min(abs(value) / FULL, 1.0) * DEEPEST
    ink = "up" if value >= 0 else "down"
    style = f"background:color-mix(in srgb,var(--{ink}-fill) {part * 100:.0f}%,transparent)"
    return f'<td class="number {kind}" style="{style}">{value * 100:+.1f}</td>'


def fall_table(falls: Sequence[Mapping[str, Any]]) -> str:
    """The deepest falls."""
    rows = []
    for one in falls:
        back = "not yet" if one["end_ms"] is None else when(one["end_ms"])
        took = "" if one["end_ms"] is None else length(one["end_ms"] - one["peak_ms"])
        cells = (when(one["peak_ms"]), when(one["trough_ms"]), back, took)
        others = "".join(f"<td>{text(cell)}</td>" for cell in cells)
        rows.append(f'<tr><td class="number down">{text(percent(-one["depth"]))}</td>{others}</tr>')
    if not rows:
        return ""
    heads = (">depth", "from", "lowest", "back", "length")
    return f'<div class="card scroll"><h3>Deepest falls</h3>{table(heads, rows)}</div>'


def trip_table(result: Result) -> str:
    """The latest round trips; a head that is clicked puts them in its order."""
    trips = result.round_trips
    if not trips:
        return ""
    latest = trips[-MOST_TRIPS:][::-1]
    note = f'<p class="note">The latest {len(latest)} of {len(trips):,}.</p>' if len(trips) > MOST_TRIPS else ""
    heads = ("symbol", "side", "entry", "exit", ">qty", ">entry price", ">exit price", ">profit", ">fees", "why")
    rows = [trip_row(one, result.plan.capital) for one in latest]
    body = table(heads, rows, "sortable")
    return f'<details class="card scroll"><summary><h3>{len(trips):,} round trips</h3></summary>{note}{body}</details>'


def trip_row(one: RoundTrip, capital: Decimal) -> str:
    """One of them; numbers carry their value, to be put in order by it."""
    ink = "up" if one.profit > 0 else "down" if one.profit < 0 else ""
    numbers = "".join(
        f'<td class="number {kind}" data-value="{value}">{text(said)}</td>'
        for value, said, kind in (
            (one.qty, plain(one.qty), ""),
            (one.entry_price, plain(one.entry_price), ""),
            (one.exit_price, plain(one.exit_price), ""),
            (one.profit, money_text(one.profit, capital, sign=True), ink),
            (one.fees, money_text(one.fees, capital), ""),
        )
    )
    side = "long" if one.direction > 0 else "short"
    when_text = "".join(f'<td data-value="{at}">{text(when(at))}</td>' for at in (one.entry_ms, one.exit_ms))
    return f"<tr><td>{text(one.symbol)}</td><td>{side}</td>{when_text}{numbers}<td>{text(one.exit_reason)}</td></tr>"


def listed(title: str, rows: Mapping[str, object]) -> str:
    """Names and what they are."""
    cells = "".join(f"<dt>{text(name)}</dt><dd>{text(value)}</dd>" for name, value in rows.items())
    return f'<div class="card"><h3>{text(title)}</h3><dl class="listed">{cells}</dl></div>' if cells else ""


def data_table(used: Sequence[DataUsed]) -> str:
    """What was read: candles, gaps and the hash by which two people know that it was the same."""
    rows = []
    for one in used:
        gaps = f"{one.missing:,} missing in {one.gaps:,}" if one.gaps else "none"
        cells = (one.symbol, one.timeframe, f"{when(one.first_ms)} to {when(one.last_ms)}", gaps, one.origin.candles)
        rows.append(
            "".join(f"<td>{text(cell)}</td>" for cell in cells)
            + f'<td class="number">{one.candles:,}</td>'
            + f'<td><code title="{text(one.hash)}">{text(one.hash[:16])}</code></td>'
        )
    heads = ("symbol", "timeframe", "from the first to the last open (UTC)", "gaps", "read from", ">candles", "hash")
    return f'<div class="card scroll wide"><h3>Data</h3>{table(heads, [f"<tr>{one}</tr>" for one in rows])}</div>'
