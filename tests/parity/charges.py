"""Funding and borrow fees (docs/rules.md, 12), written from that text alone."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction

from botswain.model.charges import BorrowRate, FundingRate

from .books import Account

DAY_MS = 86_400_000
YEAR = 360


@dataclass(frozen=True)
class Charge:
    """A part of what is held, that a long pays; only shorts are asked where it is for what they borrowed."""

    time_ms: int
    part: Fraction
    borrowed: bool = False


@dataclass
class Tariff:
    """What holding one symbol costs."""

    funding: list[FundingRate]
    borrow: list[BorrowRate]

    @classmethod
    def of(cls, symbol: str, funding: Iterable[FundingRate], borrow: Iterable[BorrowRate]) -> Tariff:
        """Of all rates those of a symbol."""
        return cls([one for one in funding if one.symbol == symbol], [one for one in borrow if one.symbol == symbol])

    def between(self, before: int, until: int) -> Iterator[Charge]:
        """What falls due after one instant and no later than the next."""
        for one in self.funding:
            time_ms = one.time_ms // 1000 * 1000
            if before < time_ms <= until:
                yield Charge(time_ms, Fraction(one.rate))
        midnight = (before // DAY_MS + 1) * DAY_MS
        while midnight <= until:
            known = [one for one in self.borrow if one.time_ms < midnight]
            if known:
                last = max(known, key=lambda one: one.time_ms)
                yield Charge(midnight, -Fraction(last.rate) / YEAR, borrowed=True)
            midnight += DAY_MS


def charge(account: Account, symbol: str, one: Charge) -> None:
    """Cash for it, against whoever holds: rounded towards what the account would rather not have."""
    b = account.books[symbol]
    if one.borrowed and b.position >= 0:
        return
    cash = math.floor(-one.part * b.position * b.close * b.market.value)
    account.cash += cash
    b.realized += cash
