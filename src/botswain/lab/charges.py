"""Funding and borrow fees on the timeline of a run: each comes before the first candles of its time or later.

Unlike what a company does to its shares they need no candle of their own symbol, and restate nothing.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import numpy as np

from botswain.core.codes import BORROW, FUNDING
from botswain.history.instants import instant, iso
from botswain.lab.actions import Placed
from botswain.model.candles import Candles
from botswain.model.charges import BorrowRate, FundingRate
from botswain.model.errors import BadInput, near
from botswain.model.instrument import Instrument

# Exchanges stamp a funding some milliseconds after the time it is for.
STAMPED_MS = 1_000
DAY_MS = 86_400_000
FROM_EVER = -(1 << 62)
Rate = FundingRate | BorrowRate


@dataclass(frozen=True, slots=True)
class Ground:
    """What a run goes through: symbols, the candles that their orders meet, and the times of those.

    first  of these times the first that is gone through
    """

    instruments: Sequence[Instrument]
    candles: Sequence[Candles]
    times: Any
    first: int
    length_ms: int


@dataclass(frozen=True, slots=True)
class Given:
    """Rates of one kind: how many there were, the times of the first and the last, and how many came within a candle.

    came  how many came to pass: of fundings each, of borrow fees each day of each symbol
    """

    rates: int
    first_ms: int
    last_ms: int
    came: int
    within: int = 0


@dataclass(frozen=True, slots=True)
class Charges:
    """What holding costs in a run: all of it in the order in which it comes, and what was given of either kind."""

    placed: tuple[Placed, ...] = ()
    funding: Given | None = None
    borrow: Given | None = None


def charges_on(ground: Ground, funding: Sequence[FundingRate], borrow: Sequence[BorrowRate]) -> Charges:
    """Put funding and borrow fees on the timeline of a run. Raises BadInput for rates that cannot be so."""
    fundings = by_symbol("funding", ground.instruments, funding, STAMPED_MS)
    rates = by_symbol("borrow", ground.instruments, borrow, 1)
    for one in ground.instruments:
        if rates.get(one.symbol) and not one.shortable:
            raise BadInput(
                f"borrow is given for {one.symbol}, which cannot be sold short here; leave it out, or give an "
                "instrument that is shortable"
            )
    paid = [placed for s in range(len(ground.instruments)) for placed in fundings_of(ground, s, fundings)]
    days = [placed for s in range(len(ground.instruments)) for placed in days_of(ground, s, rates)]
    within = sum(is_within(ground.candles[one.symbol], one.time_ms, ground.length_ms) for one in paid)
    return Charges((*paid, *days), given_of(funding, len(paid), within), given_of(borrow, len(days)))


def given_of(rates: Sequence[Rate], came: int, within: int = 0) -> Given | None:
    """What is told of rates, where there are any."""
    times = [one.time_ms for one in rates]
    return Given(len(rates), min(times), max(times), came, within) if rates else None


def by_symbol(
    what: str, instruments: Sequence[Instrument], rates: Iterable[Rate], finest_ms: int
) -> dict[str, dict[int, Decimal]]:
    """Rates of each symbol by their times, oldest first. Raises BadInput for what cannot be so."""
    known = {one.symbol: one for one in instruments}
    found: dict[str, dict[int, Decimal]] = {}
    for one in sorted(rates, key=lambda one: one.time_ms):
        if one.symbol not in known:
            raise BadInput(f"a {what} rate is of {one.symbol}, which is not traded{near(one.symbol, known)}")
        if isinstance(one, BorrowRate) and known[one.symbol].fee_in == "base":
            raise BadInput(
                f"a borrow rate is of {one.symbol}, whose fees are taken in {known[one.symbol].base}: what is sold is "
                "no share; leave the rate out, or give an instrument whose fee_asset is the quote"
            )
        times = found.setdefault(one.symbol, {})
        time_ms = one.time_ms - one.time_ms % finest_ms
        if time_ms in times:
            raise BadInput(
                f"two {what} rates of {one.symbol} are of {instant(time_ms)}: {times[time_ms]:f} and {one.rate:f}; "
                "give one"
            )
        times[time_ms] = one.rate
    return found


def fundings_of(ground: Ground, s: int, fundings: Mapping[str, Mapping[int, Decimal]]) -> Iterable[Placed]:
    """The fundings of a symbol that come to pass."""
    for time_ms, rate in fundings.get(ground.instruments[s].symbol, {}).items():
        if ground.times[ground.first] < time_ms <= ground.times[-1]:
            yield Placed(int(np.searchsorted(ground.times, time_ms)), s, time_ms, FUNDING, rate=rate)


def days_of(ground: Ground, s: int, rates: Mapping[str, Mapping[int, Decimal]]) -> Iterable[Placed]:
    """The ends of days at which a symbol's rate is above zero: that which was in force just before."""
    of_symbol = rates.get(ground.instruments[s].symbol, {})
    since = list(of_symbol)
    values = list(of_symbol.values())
    first, last = int(ground.times[ground.first]), int(ground.times[-1])
    for end in range(first - first % DAY_MS + DAY_MS, last + 1, DAY_MS):
        place = bisect_left(since, end) - 1
        if place >= 0 and values[place] > 0:
            yield Placed(int(np.searchsorted(ground.times, end)), s, end, BORROW, rate=values[place])


def is_within(candles: Candles, time_ms: int, length_ms: int) -> bool:
    """Whether a time lies within a candle, and not where one ends or begins."""
    place = int(np.searchsorted(candles.ts, time_ms, "right")) - 1
    return place >= 0 and 0 < time_ms - int(candles.ts[place]) < length_ms


def constant_borrow(rate: Decimal, instruments: Sequence[Instrument]) -> tuple[BorrowRate, ...]:
    """A rate that never changes, of every symbol that may be short; 0: none. Raises BadInput where no symbol may."""
    if rate == 0:
        return ()
    shortable = [one.symbol for one in instruments if one.shortable]
    if not shortable:
        raise BadInput(
            f"borrow is {rate}, and none of {', '.join(one.symbol for one in instruments)} can be sold short here; "
            "leave it out, or give an instrument that is shortable"
        )
    return tuple(BorrowRate(symbol, FROM_EVER, rate) for symbol in shortable)


def span_text(given: Given) -> str:
    """From when to when rates are; of one that never changes nothing."""
    return "" if given.first_ms == FROM_EVER else f" from {iso(given.first_ms)} to {iso(given.last_ms)}"
