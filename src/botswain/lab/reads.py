"""Candles of symbols that a run only reads: those that its strategy's indicators name and that are not traded.

They are looked at here and handed on beside the market (docs/decisions/0021); what is wrong with them is told before
anything runs.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from botswain.core.indicators import symbols_of
from botswain.core.scale import Sizing
from botswain.core.strategy import Strategy
from botswain.history.content import content_hash
from botswain.lab.coarser import coarser
from botswain.lab.market import Market
from botswain.lab.span import Span, spanned
from botswain.model.candles import Candles
from botswain.model.errors import BadInput

Reads = Candles | Mapping[str, Candles] | None


@dataclass(frozen=True, slots=True)
class ReadUsed:
    """What was read of one symbol: its candles, and at how many of the closes that were decided it has none."""

    symbol: str
    timeframe: str
    candles: int
    closes: int
    without: int
    hash: str


def read_only(strategy: Strategy, traded: Mapping[str, Candles]) -> tuple[str, ...]:
    """The symbols of which candles must be given beside those that are traded."""
    return tuple(one for one in symbols_of(strategy.indicators().values()) if one not in traded)


def with_reads(
    market: Market, given: Reads, strategy: Strategy, span: Span, sizing: Sizing, timeframe: str | None
) -> Market:
    """A market beside which stand the candles that are only read. Raises BadInput as `reads_of`, and where none of them

    is of the time that is decided on.
    """
    traded = {one.symbol: one for one in market.candles}
    reads = reads_of(strategy, given, traded, span, sizing, timeframe)
    if not reads:
        return market
    found = replace(market, reads=reads)
    check_common(found)
    return found


def reads_of(
    strategy: Strategy, given: Reads, traded: Mapping[str, Candles], span: Span, sizing: Sizing, timeframe: str | None
) -> dict[str, Candles]:
    """The candles of every symbol that is only read, of the span. Raises BadInput where they are not as they must be.

    traded     what is decided on, by symbol; timeframe: that to which finer candles are put together
    """
    every = {given.symbol: given} if isinstance(given, Candles) else dict(given or {})
    wanted = read_only(strategy, traded)
    for symbol in every:
        if symbol in traded:
            raise BadInput(f"candles of {symbol} are given to be traded and to be read; leave them out of reads")
        if symbol not in wanted:
            reads = f"it reads {', '.join(wanted)}" if wanted else "it reads no other symbol"
            raise BadInput(f"candles of {symbol} are given to be read, and {strategy.label()} does not: {reads}")
    found = {}
    for symbol in wanted:
        if symbol not in every:
            raise BadInput(
                f"strategy {strategy.label()} reads {symbol}, of which there are no candles; give them as reads "
                f"(--reads of the command line), or trade {symbol} too"
            )
        found[symbol] = of_length(every[symbol], next(iter(traded.values())).timeframe, timeframe)
    return spanned(found, span, strategy, sizing)


def of_length(one: Candles, own: str, timeframe: str | None) -> Candles:
    """Candles as long as those that are decided on. Raises BadInput where they are not, and not to be put together."""
    if one.timeframe == own or not len(one):
        return one
    if timeframe is None:
        raise BadInput(
            f"candles of {one.symbol}, which is only read, are {one.timeframe}, and it is decided on {own}; give "
            f"candles of {own}, or say in the strategy on which longer ones an indicator is"
        )
    return coarser(one, timeframe)


def check_common(market: Market) -> None:
    """Refuse candles to be read of which none is of the time that is decided on. Raises BadInput."""
    for one in reads_used(market):
        if one.without == one.closes:
            raise BadInput(
                f"none of the {one.candles:,} candles of {one.symbol} to be read opens when one that is decided on "
                "does; give candles of the same time"
            )


def reads_used(market: Market) -> tuple[ReadUsed, ...]:
    """What a run read beside its own candles."""
    times = market.instants
    return tuple(
        ReadUsed(symbol, one.timeframe, len(one), len(times), int((~np.isin(times, one.ts)).sum()), content_hash(one))
        for symbol, one in market.reads.items()
    )
