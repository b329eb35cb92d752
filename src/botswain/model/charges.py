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
