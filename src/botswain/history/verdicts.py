"""Everything that `data check` says about one run of candles, as one value and as JSON.

It gathers what the checks, the grid and the content hash say; it judges only whether a backtest would take the
candles, and whether stored ones are still the bytes that were stored.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from botswain.history.checks import check
from botswain.history.content import content_hash
from botswain.history.findings import Report
from botswain.history.grid import tick_of
from botswain.history.shelf import Entry, Shelf, load
from botswain.history.sources import Source
from botswain.model.errors import BadInput


@dataclass(frozen=True, slots=True, eq=False)
class Verdict:
    """What is known of a run of candles.

    hash       the content hash
    altered    stored candles are not what was stored: their hash is another
    tick_size  the finest price step in them; None with errors, or without a grid: then `no_grid` says why
    """

    origin: str
    notes: tuple[str, ...]
    report: Report
    hash: str
    altered: bool
    tick_size: Decimal | None
    no_grid: str

    @property
    def sound(self) -> bool:
        """Whether a backtest would take them."""
        return not self.report.errors and not self.altered


@dataclass(frozen=True, slots=True, eq=False)
class Checked:
    """A stored run of candles and what is known of it; `verdict` is None where it cannot be read: `damage` says why."""

    entry: Entry
    verdict: Verdict | None
    damage: str

    @property
    def sound(self) -> bool:
        """Whether a backtest would take it."""
        return self.verdict is not None and self.verdict.sound


def checked_store(
    shelf: Shelf, symbol: str | None = None, timeframe: str | None = None, venue: str | None = None
) -> Iterator[Checked]:
    """Judge everything in a store, or what is of one symbol, timeframe or venue, one after the other."""
    for entry in shelf.entries():
        kept = ((symbol, entry.symbol), (timeframe, entry.timeframe), (venue, entry.venue))
        if all(asked in (None, value) for asked, value in kept):
            yield checked_entry(entry)


def checked_entry(entry: Entry) -> Checked:
    """Judge one stored run, however damaged."""
    try:
        source = Source(load(entry), str(entry.path), (), entry.label.hash if entry.label else "")
    except BadInput as error:
        return Checked(entry, None, str(error))
    return Checked(entry, verdict_on(source), "")


def verdict_on(source: Source) -> Verdict:
    """Judge `source` in every way there is."""
    report = check(source.candles)
    digest = content_hash(source.candles)
    tick_size, no_grid = None, ""
    if not report.errors:
        try:
            tick_size = tick_of(source.candles)
        except BadInput as error:
            no_grid = str(error)
    altered = bool(source.stored_hash) and source.stored_hash != digest
    return Verdict(source.origin, source.notes, report, digest, altered, tick_size, no_grid)


def verdict_object(verdict: Verdict) -> dict[str, Any]:
    """The verdict as JSON has it: times in milliseconds, decimals as strings, every gap and every finding."""
    report = verdict.report
    return {
        "origin": verdict.origin,
        "sound": verdict.sound,
        "symbol": report.symbol,
        "timeframe": report.timeframe,
        "rows": report.rows,
        "first_ms": report.first_ms,
        "last_ms": report.last_ms,
        "hash": verdict.hash,
        "altered": verdict.altered,
        "tick_size": None if verdict.tick_size is None else f"{verdict.tick_size:f}",
        "no_grid": verdict.no_grid,
        "missing": report.missing,
        "gaps": [{"after_ms": one.after_ms, "before_ms": one.before_ms, "missing": one.missing} for one in report.gaps],
        "findings": [
            {
                "kind": one.kind.value,
                "error": one.is_error,
                "count": one.count,
                "row": one.row,
                "time_ms": one.time_ms,
                "value": one.value,
                "remedy": one.remedy,
            }
            for one in report.findings
        ],
        "notes": list(verdict.notes),
    }


def checked_object(one: Checked) -> dict[str, Any]:
    """A stored run's verdict as JSON has it: where it is stored, then what is known of it, or its damage."""
    entry = one.entry
    place = {"venue": entry.venue, "symbol": entry.symbol, "timeframe": entry.timeframe, "path": str(entry.path)}
    known = verdict_object(one.verdict) if one.verdict is not None else {"sound": False}
    return place | known | {"damage": one.damage}
