"""What of the core a run needs. A plan says it without loading what compiles."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Features:
    """What a run needs beyond the strategy; what it does not need is compiled out.

    forming  it decides between closes too, on candles that form
    clock    positions are closed, or entries taken off, at a time
    caps     one of the limits that few bots have is set
    armed    stops stand, or move, once a position has gained
    ladder   positions go in parts, at several targets
    slips    what fills by the market slips by closed candles
    trades   orders meet recorded trades; parts: and get a share of each; late: some time after they are asked for
    depth    a recorded book stands beside the trades
    actions  shares split, or pay dividends; or holding a position is paid for
    """

    gate: bool
    exits: bool
    curve: bool
    single: bool
    forming: bool = False
    clock: bool = False
    caps: bool = False
    armed: bool = False
    ladder: bool = False
    trades: bool = False
    parts: bool = False
    late: bool = False
    depth: bool = False
    slips: bool = False
    actions: bool = False
