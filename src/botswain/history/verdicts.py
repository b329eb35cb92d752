"""Everything that `data check` says about one run of candles, as one value and as JSON.

It gathers what the checks, the grid and the content hash say; it judges only whether a backtest would take the
candles, and whether stored ones are still the bytes that were stored.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from botswain.history.checks import check
from botswain.history.content import content_hash
from botswain.history.findings import Report
from botswain.history.grid import tick_of
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
