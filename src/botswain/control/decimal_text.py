"""Decimals as the doors write them: plain digits, at most 18 after the point, no zeros at the end.

What is kept is exact; what is divided (an average price) is rounded to 16 digits, which is finer than any price step.
"""

from __future__ import annotations

from decimal import ROUND_HALF_EVEN, Context, Decimal

FINEST = Decimal("1E-18")
EXACT = Context(prec=120)
# Assets whose amounts are written to their hundredths.
MONEYS = frozenset(("USDT", "USDC", "USD", "EUR", "GBP", "BUSD", "FDUSD", "DAI"))
MONEY_PLACES = 2
COIN_PLACES = 8
AVERAGE = Context(prec=16, rounding=ROUND_HALF_EVEN)


def text_of(value: Decimal) -> str:
    """A decimal as text; digits beyond the 18th after the point are rounded away."""
    exponent = value.as_tuple().exponent
    if isinstance(exponent, int) and exponent < -18:
        value = value.quantize(FINEST, rounding=ROUND_HALF_EVEN, context=EXACT)
    text = f"{value:f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text in ("-0", "") else text


def shown(value: Decimal | None) -> str | None:
    """The same; None stays None."""
    return None if value is None else text_of(value)


def average(worth: Decimal, qty: Decimal) -> Decimal | None:
    """Worth per one of a quantity, without sign; None where there is none."""
    if not qty:
        return None
    return AVERAGE.divide(abs(worth), abs(qty))


def plain_text(value: Decimal, asset: str) -> str:
    """An amount to the last digit, and what it is of."""
    return f"{text_of(value)} {asset}".rstrip()


def money_text(value: Decimal, asset: str) -> str:
    """An amount as people write it: of a money to its hundredths, of a coin to 8 digits, and what it is of.

    What would be nothing then keeps its first two digits.
    """
    places = MONEY_PLACES if asset in MONEYS else COIN_PLACES
    if value:
        places = max(places, 1 - value.adjusted()) if abs(value) < Decimal(1).scaleb(-places) else places
    shown_value = value.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_EVEN, context=EXACT)
    text = f"{shown_value:.{places}f}" if places == MONEY_PLACES else text_of(shown_value)
    return f"{text} {asset}".rstrip()
