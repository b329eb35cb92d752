"""Which candles a run uses: those it decides on, and before them what its indicators warm up on.

By SEMANTICS 4.5 indicators start at an anchor before the first decision, the same one in research and live; what
the data lack before it is not made up: indicators then start at the first candle there is.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from botswain.core.anchor import anchor_ms, needed_candles
from botswain.core.scale import Sizing
from botswain.core.strategy import Strategy
from botswain.core.volatility import moves_of
from botswain.history.instants import instant_ms, iso
from botswain.lab.cuts import part_of
from botswain.model.candles import Candles
from botswain.model.errors import BadInput
from botswain.model.timeframe import candle_ms

Instant = int | str | None
WHOLE = Sizing()


@dataclass(frozen=True, slots=True)
class Span:
    """From `start_ms` up to but not including `end_ms`; None leaves that side open."""

    start_ms: int | None = None
    end_ms: int | None = None


def span_of(start: Instant, end: Instant) -> Span:
    """A span as people write it: ISO dates (UTC) or milliseconds. Raises BadInput where end is not after start."""
    first, last = read_instant("start", start), read_instant("end", end)
    if first is not None and last is not None and last <= first:
        raise BadInput(f"the range from {iso(first)} to {iso(last)} is empty; give an end after the start")
    return Span(first, last)


def read_instant(what: str, value: Instant) -> int | None:
    """Milliseconds of a time as people write it."""
    return instant_ms(value, what) if isinstance(value, str) else value


def spanned(runs: Mapping[str, Candles], span: Span, strategy: Strategy, sizing: Sizing = WHOLE) -> dict[str, Candles]:
    """The candles of a span, each symbol's with the warm-up that its indicators need before it, and its sizes.

    Raises BadInput, saying what there is, where a symbol has none to decide on.
    """
    for symbol, one in runs.items():
        if not len(one):
            raise BadInput(f"there are no candles of {symbol}; import or download some")
    if span.start_ms is None and span.end_ms is None:
        return dict(runs)
    declared = [*strategy.indicators().values(), *moves_of(sizing.kind, sizing.period)]
    return {symbol: cut(one, span, needed_candles(declared, candle_ms(one.timeframe))) for symbol, one in runs.items()}


def cut(candles: Candles, span: Span, needed: int) -> Candles:
    """One symbol's candles from the anchor to the end of a span."""
    start, last = 0, len(candles)
    anchor = 0
    if span.start_ms is not None:
        start = int(np.searchsorted(candles.ts, span.start_ms))
        anchor = int(np.searchsorted(candles.ts, anchor_ms(span.start_ms, candle_ms(candles.timeframe), needed)))
    if span.end_ms is not None:
        last = int(np.searchsorted(candles.ts, span.end_ms))
    if start >= last:
        limits = (("from", span.start_ms), ("to", span.end_ms))
        asked = " ".join(f"{name} {iso(at)}" for name, at in limits if at is not None)
        raise BadInput(
            f"no candle of {candles.symbol} is in the range {asked}; there are candles from "
            f"{iso(int(candles.ts[0]))} to {iso(int(candles.ts[-1]))}: give a range inside that"
        )
    return part_of(candles, anchor, last)
