"""What a company does to its shares: a split, or a dividend paid in cash.

Plain facts of one symbol and one day; what they do to a bot is docs/rules.md section 11.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from botswain.model.errors import BadInput
from botswain.model.instrument import Instrument

# Of either number of a split in lowest terms: 1000:1 is more than any share has seen.
MOST_SHARES = 1000
# A dividend, in quote for one share.
MOST_DIVIDEND = Decimal(10) ** 9
FINEST_DIVIDEND = Decimal("1e-8")
ONE = Fraction(1)
# Of a factor: the smaller number of the split it stands for, and how far from it the factor may be as written.
FEW = 50
NOISE = Fraction(1, 100_000)


@dataclass(frozen=True, slots=True)
class ShareAction:
    """A split, a dividend, or both: then the dividend is for a share as it is after the split.

    time_ms   when it is so, ms UTC: the shares' first candle that opens then or later is the first one after it
    split     how many shares one became: 4 for 4:1, 1/8 where eight became one
    dividend  cash for one share, in quote

    Raises BadInput where there is neither, or what no share ever does.
    """

    symbol: str
    time_ms: int
    split: Fraction = ONE
    dividend: Decimal = Decimal(0)

    def __post_init__(self) -> None:
        if self.split <= 0 or max(self.split.numerator, self.split.denominator) > MOST_SHARES:
            raise BadInput(
                f"split of {self.symbol} is {ratio_text(self.split)}; write shares after for shares before, such as "
                f"4:1 or 1:8, each at most {MOST_SHARES}"
            )
        if not self.dividend.is_finite() or not 0 <= self.dividend <= MOST_DIVIDEND:
            raise BadInput(f"dividend of {self.symbol} is {self.dividend}; write cash for one share, such as 0.24")
        if self.dividend != self.dividend.quantize(FINEST_DIVIDEND):
            raise BadInput(f"dividend of {self.symbol} is {self.dividend:f}; at most 8 decimals are kept")
        if self.split == 1 and self.dividend == 0:
            raise BadInput(f"an action of {self.symbol} is no split and no dividend; leave it out")


def ratio_text(split: Fraction) -> str:
    """A split as people write it: 4:1."""
    return f"{split.numerator}:{split.denominator}"


def split_of(text: str) -> Fraction:
    """A split as people write it, 4:1, or as a factor, 0.125: then the ratio of small numbers that it is but for noise.

    Raises BadInput.
    """
    try:
        after, colon, before = text.strip().partition(":")
        exact = Fraction(after) / Fraction(before) if colon else Fraction(after)
    except (ValueError, ZeroDivisionError):
        raise BadInput(f"split is {text!r}; write shares after for shares before, such as 4:1, or 4") from None
    if colon or exact <= 0:
        return exact
    near = exact.limit_denominator(FEW) if exact >= 1 else 1 / (1 / exact).limit_denominator(FEW)
    if abs(near - exact) > exact * NOISE:
        raise BadInput(f"split is {text!r}, which is no ratio of small whole numbers; write it as 3:2")
    return near


def check_shares(instrument: Instrument, action: ShareAction) -> None:
    """Refuse what is no share. Raises BadInput."""
    if instrument.fee_in == "base":
        raise BadInput(
            f"an action is of {action.symbol}, whose fees are taken in {instrument.base}: that is no share; leave the "
            "action out, or give an instrument whose fee_asset is the quote"
        )
