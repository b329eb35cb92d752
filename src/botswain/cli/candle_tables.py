"""How candles, downloads and verdicts look in a terminal.

Drawing only. Text from files and venues is escaped, because rich would read [brackets] in it as colours.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from botswain.history.content import ALTERED
from botswain.history.findings import Gap
from botswain.history.instants import iso
from botswain.history.merge import Merge, Revision
from botswain.history.shelf import Entry
from botswain.history.verdicts import Checked, Verdict

GAPS_SHOWN = 10
REVISIONS_SHOWN = 5


def entry_object(entry: Entry) -> dict[str, Any]:
    """A stored run as JSON has it."""
    label = {} if entry.label is None else msgspec.to_builtins(entry.label)
    place = {"venue": entry.venue, "path": str(entry.path), "damage": entry.damage}
    return {**label, "symbol": entry.symbol, "timeframe": entry.timeframe, **place}


def print_entries(entries: tuple[Entry, ...], root: Path) -> None:
    """The table of `data list`, or what to do where there is nothing."""
    console = console_out()
    if not entries:
        say(console, f"The store {root} is empty. Put candles there with `botswain data import FILE` or")
        say(console, "`botswain data download BTC/USDT --start 2024-01-01`.")
        return
    table = Table("venue", "symbol", "timeframe", "first", "last", box=None, pad_edge=False, padding=(0, 1, 0, 0))
    for name in ("candles", "missing"):
        table.add_column(name, justify="right")
    table.add_column("hash")
    for one in entries:
        label = one.label
        if label is None:
            rest = ("", "", "", "", "damaged" if one.damage else "no label")
        else:
            first, last = iso(label.first_ms)[:10], iso(label.last_ms)[:10]
            rest = (first, last, f"{label.rows:,}", f"{label.missing:,}", label.hash[:8])
        table.add_row(one.venue, escape(one.symbol), one.timeframe, *rest)
    console.print(table)
    for one in entries:
        if one.damage:
            say(console, one.damage)


def print_imported(merged: Merge, path: Path, verdict: Verdict) -> None:
    """What an import did, and what is worth knowing about the file (`verdict`)."""
    console = console_out()
    candles = merged.candles
    say(
        console,
        f"{candles.symbol} {candles.timeframe}: {merged.added:,} candles added, {merged.equal:,} were there already; "
        f"{len(candles):,} are stored in {path}",
    )
    print_revisions(console, merged.revisions, merged.replaced)
    _print_remarks(console, verdict)


def print_verdict(verdict: Verdict) -> None:
    """The report of `data check`."""
    console = console_out()
    report = verdict.report
    say(console, f"{verdict.origin}: {report.symbol} {report.timeframe}")
    say(console, f"{report.rows:,} candles from {iso(report.first_ms)} to {iso(report.last_ms)}")
    say(console, f"content hash {verdict.hash}")
    if verdict.tick_size is not None:
        say(console, f"finest price step {verdict.tick_size:f}")
    if verdict.altered:
        say(console, f"ERROR altered: {ALTERED}")
    _print_remarks(console, verdict)
    say(console, _conclusion(verdict))


def print_checked(found: tuple[Checked, ...]) -> None:
    """The table of `data check` without a target: a line a stored run, what is wrong below it, and the sum."""
    console = console_out()
    table = Table("venue", "symbol", "timeframe", box=None, pad_edge=False, padding=(0, 1, 0, 0))
    for name in ("candles", "gaps", "missing", "warnings"):
        table.add_column(name, justify="right")
    table.add_column("verdict")
    for one in found:
        place = (one.entry.venue, escape(one.entry.symbol), one.entry.timeframe)
        if one.verdict is None:
            table.add_row(*place, "", "", "", "", "damaged")
            continue
        report = one.verdict.report
        counts = (report.rows, len(report.gaps), report.missing, len(report.warnings))
        table.add_row(*place, *(f"{count:,}" for count in counts), "sound" if one.sound else "NOT SOUND")
    console.print(table)
    for one in found:
        if not one.sound:
            say(console, f"ERROR {one.entry.path}: {_fault(one)}")
    bad = sum(not one.sound for one in found)
    rows = sum(one.verdict.report.rows for one in found if one.verdict is not None)
    what = f"{rows:,} candles in {len(found):,} {'file' if len(found) == 1 else 'files'}"
    if bad:
        say(console, f"{what}: {bad:,} not sound, which a backtest refuses; `botswain data check SYMBOL` tells more")
    else:
        say(console, f"{what}: all sound; `botswain data check SYMBOL` tells more of one")


def _fault(one: Checked) -> str:
    if one.verdict is None:
        return one.damage
    if one.verdict.altered:
        return ALTERED
    first = one.verdict.report.errors[0]
    return f"{first.kind.value}: {first.message}"


def _conclusion(verdict: Verdict) -> str:
    if not verdict.sound:
        return "not sound: a backtest refuses it"
    return "sound: a backtest takes it" + (" with --instrument FILE" if verdict.no_grid else "")


def _print_remarks(console: Console, verdict: Verdict) -> None:
    for note in (*verdict.notes, verdict.no_grid):
        if note:
            say(console, f"note: {note}")
    for one in verdict.report.findings:
        word = "ERROR" if one.is_error else "warning"
        say(console, f"{word} {one.kind.value}: {one.message}\n    {one.remedy}")
    _print_gaps(console, verdict.report.gaps, verdict.report.missing)


def _print_gaps(console: Console, gaps: tuple[Gap, ...], missing: int) -> None:
    if not gaps:
        say(console, "no gaps")
        return
    plural = "gap" if len(gaps) == 1 else "gaps"
    say(console, f"warning gaps: {missing:,} candles are missing in {len(gaps):,} {plural} (counted around the clock)")
    longest = sorted(gaps, key=lambda one: (-one.missing, one.after_ms))[:GAPS_SHOWN]
    for one in sorted(longest, key=lambda one: one.after_ms):
        say(console, f"    {one.missing:,} missing between {iso(one.after_ms)} and {iso(one.before_ms)}")
    if len(gaps) > GAPS_SHOWN:
        say(console, f"    and {len(gaps) - GAPS_SHOWN:,} shorter ones (--json lists all)")


def print_revisions(console: Console, revisions: tuple[Revision, ...], replaced: bool) -> None:
    """The candles that came again with other values, and which of the two is stored."""
    if not revisions:
        return
    what = "were replaced" if replaced else "were kept as stored; --replace takes the new ones"
    say(console, f"warning: {len(revisions):,} candles differ from the stored ones and {what}")
    for one in revisions[:REVISIONS_SHOWN]:
        say(console, f"    {one.message}")
    if len(revisions) > REVISIONS_SHOWN:
        say(console, f"    and {len(revisions) - REVISIONS_SHOWN:,} more")


def console_out() -> Console:
    """A console on stdout that colours nothing by itself."""
    return Console(highlight=False)


def say(console: Console, text: str) -> None:
    """Print a line as it is, never broken by us."""
    console.print(escape(text), soft_wrap=True)
