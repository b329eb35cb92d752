"""What a download needs of the outside: a CCXT exchange by name, a progress bar, and a last word.

The exchange paces itself (its rate limiter is on) and holds no key: candles are public.
"""

from __future__ import annotations

from types import TracebackType

import ccxt
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

from botswain.cli.candle_tables import console_out, print_revisions, say
from botswain.history.download import Downloaded, Request
from botswain.history.instants import iso
from botswain.history.pages import CandleSource
from botswain.history.shelf import Entry
from botswain.model.errors import BadInput, near


def exchange(venue: str) -> CandleSource:
    """The CCXT exchange called `venue`, rate-limited and without keys. Raises BadInput where CCXT has none."""
    if venue not in ccxt.exchanges:
        hint = near(venue, ccxt.exchanges)
        meant = hint if hint.startswith("; did you mean") else ""
        raise BadInput(f"venue {venue!r} is not known to CCXT{meant}; write it as CCXT does, such as binance or kraken")
    source: CandleSource = getattr(ccxt, venue)({"enableRateLimit": True})
    return source


class ProgressBar:
    """A download's progress on stderr; a `Watcher`."""

    def __init__(self, title: str) -> None:
        self._progress = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            TextColumn("{task.percentage:>3.0f} %"),
            TextColumn("{task.fields[candles]:,} candles"),
            TimeRemainingColumn(),
            console=Console(stderr=True),
        )
        self._task = self._progress.add_task(escape(title), total=None, candles=0)

    def __enter__(self) -> ProgressBar:
        self._progress.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._progress.stop()

    def moved(self, candles: int, done_ms: int, whole_ms: int) -> None:
        """Show that `candles` have come and how much of the asked time is done."""
        self._progress.update(self._task, total=whole_ms, completed=done_ms, candles=candles)

    def waiting(self, reason: str) -> None:
        """Show why a request is tried again."""
        self._progress.console.print(escape(reason))


def print_downloaded(done: Downloaded, request: Request, stored: Entry) -> None:
    """What a download did, and what is stored now."""
    console = console_out()
    say(console, f"{request.symbol} {request.timeframe}: {done.added:,} candles added, {done.requests} requests")
    for first, end in done.skipped:
        say(console, f"note: {stored.venue} has nothing from {iso(first)} to {iso(end)}")
    print_revisions(console, done.revisions, request.replace)
    label = stored.label
    if label is not None:
        span = f"{iso(label.first_ms)} to {iso(label.last_ms)}"
        gaps = f"{label.missing:,} missing in {label.gaps:,} gaps"
        say(console, f"{label.rows:,} candles are stored, {span}, {gaps}, in {stored.path}")
