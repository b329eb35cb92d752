"""Candles from a venue into the store, in pages, so that being killed costs at most a few pages.

What is still to be asked follows from the store alone: the asked range, less what the venue has answered before,
less what is stored. So a download that stopped goes on where it stopped by being started again, and one that is
complete asks for nothing. The unfinished candle is never stored: a candle is closed when its successor may have
begun, on the venue's clock. Only public candles are read, and no key is needed.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from botswain.history.instants import instant
from botswain.history.merge import Revision
from botswain.history.pages import CandleSource, Desk, Watcher
from botswain.history.ranges import Range, joined, left_of
from botswain.history.shelf import Shelf
from botswain.history.spacing import floor_to_grid
from botswain.model.candles import COLUMNS, Candles
from botswain.model.errors import BadInput
from botswain.model.timeframe import timeframe_ms

PAGES_KEPT_BACK = 20


@dataclass(frozen=True, slots=True)
class Request:
    """What to download: candles of `symbol` opening at `start_ms` or later and before `end_ms`.

    start_ms  None goes on after the last stored candle
    end_ms    None means up to the last closed candle
    replace   a candle that differs from the stored one wins, instead of being told only
    """

    symbol: str
    timeframe: str
    start_ms: int | None = None
    end_ms: int | None = None
    replace: bool = False


@dataclass(frozen=True, slots=True)
class Downloaded:
    """What a download did.

    added      candles that were not stored before
    revisions  candles that the venue now gives other values
    skipped    ranges longer than a page that the venue stepped over; they are asked for again next time
    requests   how often the venue was asked, tries included
    """

    added: int
    revisions: tuple[Revision, ...]
    skipped: tuple[Range, ...]
    requests: int


def download(
    source: CandleSource, request: Request, shelf: Shelf, watcher: Watcher, sleep: Callable[[float], None]
) -> Downloaded:
    """Store the candles of `request` from the CCXT exchange `source`, whose rate limiter is on.

    Raises BadInput for a symbol, timeframe or range that cannot be, Unavailable where the venue does not answer
    in several tries or the disk refuses; the pages that came before are stored then, as they are on Ctrl-C.
    """
    length_ms = timeframe_ms(request.timeframe)
    stored = shelf.read(source.id, request.symbol, request.timeframe)
    start_ms = _start_ms(request, stored, length_ms)
    desk = Desk(source, watcher, sleep)
    limit = desk.open(request.symbol, request.timeframe)
    closed_ms = floor_to_grid(desk.time_ms() - length_ms, length_ms) + 1
    end_ms = _end_ms(request, start_ms, closed_ms)
    known = (*shelf.asked(source.id, request.symbol, request.timeframe), *_runs(stored, length_ms))
    holes = joined(left_of((start_ms, end_ms), known), limit * length_ms)
    basket = _Basket(shelf, source.id, request, sum(end - first for first, end in holes), watcher)
    try:
        for hole in holes:
            _walk(desk, request, hole, limit, basket)
    finally:
        basket.store()
    if not shelf.path(source.id, request.symbol, request.timeframe).exists():
        raise BadInput(
            f"{source.id} has no {request.timeframe} candles of {request.symbol} from {instant(start_ms)} to "
            f"{instant(end_ms)}; choose another --start or --end"
        )
    return Downloaded(basket.added, tuple(basket.revisions), tuple(basket.skipped), desk.requests)


def _start_ms(request: Request, stored: Candles | None, length_ms: int) -> int:
    if request.start_ms is not None:
        return request.start_ms
    if stored is None:
        raise BadInput(
            f"no {request.timeframe} candles of {request.symbol} are stored yet, so there is nothing to go on from; "
            "say where to start, such as --start 2024-01-01"
        )
    return int(stored.ts[-1]) + length_ms


def _end_ms(request: Request, start_ms: int, closed_ms: int) -> int:
    if request.end_ms is not None and request.end_ms <= start_ms:
        raise BadInput(f"the end, {instant(request.end_ms)}, is not after the start, {instant(start_ms)}; swap them")
    if request.start_ms is not None and start_ms >= closed_ms:
        raise BadInput(
            f"the start, {instant(start_ms)}, is after the last closed candle, {instant(closed_ms - 1)} by the venue's "
            "clock; choose an earlier --start"
        )
    return closed_ms if request.end_ms is None else min(request.end_ms, closed_ms)


def _runs(stored: Candles | None, length_ms: int) -> tuple[Range, ...]:
    """The ranges that stored candles cover without a gap."""
    if stored is None or not len(stored):
        return ()
    breaks = np.flatnonzero(np.diff(stored.ts) > length_ms)
    firsts = stored.ts[np.concatenate(([0], breaks + 1))].tolist()
    lasts = stored.ts[np.concatenate((breaks, [len(stored) - 1]))].tolist()
    return tuple((first, last + length_ms) for first, last in zip(firsts, lasts, strict=True))


class _Basket:
    """Pages on their way to the store, which is written every few pages because it is written whole."""

    def __init__(self, shelf: Shelf, venue: str, request: Request, whole_ms: int, watcher: Watcher) -> None:
        self.added = 0
        self.revisions: list[Revision] = []
        self.skipped: list[Range] = []
        self._shelf, self._venue, self._request, self._watcher = shelf, venue, request, watcher
        self._pages: list[Candles] = []
        self._asked: list[Range] = []
        self._came, self._done_ms, self._whole_ms = 0, 0, whole_ms

    def take(self, page: Candles, asked: Range, moved_ms: int) -> None:
        self._pages.append(page)
        self._asked.append(asked)
        self._came += len(page)
        self._done_ms += moved_ms
        if len(self._pages) >= PAGES_KEPT_BACK:
            self.store()
        self._watcher.moved(self._came, self._done_ms, self._whole_ms)

    def store(self) -> None:
        if not self._asked:
            return
        columns = [np.concatenate([getattr(page, name) for page in self._pages]) for name in ("ts", *COLUMNS)]
        candles = Candles(self._request.symbol, self._request.timeframe, *columns)
        merged = self._shelf.put(self._venue, candles, replace=self._request.replace, asked=self._asked)
        self.added += merged.added
        self.revisions += merged.revisions
        self._pages, self._asked = [], []


def _walk(desk: Desk, request: Request, hole: Range, limit: int, basket: _Basket) -> None:
    """Page through `hole`. Each page moves on by a candle at least, so the walk ends."""
    length_ms = timeframe_ms(request.timeframe)
    cursor, end = hole
    while cursor < end:
        page = desk.page(request.symbol, request.timeframe, cursor, limit)
        asked_from = cursor
        if len(page):
            reached = min(end, int(page.ts[-1]) + length_ms)
            if int(page.ts[0]) - cursor > limit * length_ms:
                asked_from = min(end, int(page.ts[0]))
                basket.skipped.append((cursor, asked_from))
        else:
            reached = min(end, cursor + limit * length_ms)
        basket.take(page.slice(0, int(np.searchsorted(page.ts, end))), (asked_from, reached), reached - cursor)
        cursor = reached
