"""What is paid for holding a position: the funding of a perpetual contract, the borrow fee of shares sold short.

Plain facts of one symbol and one time; what they do to a bot is docs/rules.md section 12.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from botswain.model.errors import BadInput

# Of what a position is worth. No venue lets a funding be near to all of it.
MOST_FUNDING = Decimal(1)
FINEST_FUNDING = Decimal("1e-18")
# Of a year: a hundred times what was borrowed, and a day of it still is less than that is worth.
MOST_BORROW = Decimal(100)
FINEST_BORROW = Decimal("1e-8")
# Days of the year that a borrow fee is reckoned by.
BORROW_YEAR = 360


@dataclass(frozen=True, slots=True)
class FundingRate:
    """What longs pay to shorts at a time, as a part of what their position is worth; below 0 shorts pay longs.

    Raises BadInput where it is no such rate.
    """

    symbol: str
    time_ms: int
    rate: Decimal

    def __post_init__(self) -> None:
        if not self.rate.is_finite() or abs(self.rate) > MOST_FUNDING:
            raise BadInput(
                f"funding rate of {self.symbol} is {self.rate}; write a fraction between -1 and 1, such as 0.0001"
            )
        if self.rate != self.rate.quantize(FINEST_FUNDING):
            raise BadInput(f"funding rate of {self.symbol} is {self.rate:f}; at most 18 decimals are kept")


@dataclass(frozen=True, slots=True)
class BorrowRate:
    """What whoever is short pays for what is borrowed, as a fraction a year, from a time on.

    Raises BadInput where it is no such rate.
    """

    symbol: str
    time_ms: int
    rate: Decimal

    def __post_init__(self) -> None:
        if not self.rate.is_finite() or not 0 <= self.rate <= MOST_BORROW:
            raise BadInput(
                f"borrow rate of {self.symbol} is {self.rate}; write a fraction a year from 0 to {MOST_BORROW}, such "
                "as 0.03"
            )
        if self.rate != self.rate.quantize(FINEST_BORROW):
            raise BadInput(f"borrow rate of {self.symbol} is {self.rate:f}; at most 8 decimals are kept")


DAY_MS = 86_400_000
HOUR_MS = 3_600_000
HOURS_A_DAY = 24


@dataclass(frozen=True, slots=True)
class Holding:
    """What holding costs at rates that never change: what is charged on paper, where nobody knows future ones.

    funding  what longs pay to shorts of what their position is worth, every `hours` from 00:00 UTC on; 0: none
    borrow   what shorts pay of what they borrowed, a fraction a year, at each 00:00 UTC; 0: none

    Raises BadInput for rates that are none, and hours that do not divide a day.
    """

    funding: Decimal = Decimal(0)
    hours: int = 8
    borrow: Decimal = Decimal(0)

    def __post_init__(self) -> None:
        FundingRate("holding", 0, self.funding)
        BorrowRate("holding", 0, self.borrow)
        if self.hours < 1 or HOURS_A_DAY % self.hours:
            raise BadInput(f"funding_hours is {self.hours}; write hours that divide a day, such as 8, 4 or 1")

    @property
    def any(self) -> bool:
        """Whether anything is charged."""
        return bool(self.funding or self.borrow)

    def fundings(self, after_ms: int, upto_ms: int) -> range:
        """The times of fundings after the one and up to the other."""
        return times(self.hours * HOUR_MS, after_ms, upto_ms) if self.funding else range(0)

    def borrows(self, after_ms: int, upto_ms: int) -> range:
        """The times of borrow fees, likewise."""
        return times(DAY_MS, after_ms, upto_ms) if self.borrow else range(0)


def times(every_ms: int, after_ms: int, upto_ms: int) -> range:
    """The multiples of a length after a time and up to another."""
    return range((after_ms // every_ms + 1) * every_ms, upto_ms + 1, every_ms)
