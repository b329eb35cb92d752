"""How much money a bot may be given at a door, and which share of it it may use.

What runs from a file is held to the share too, when it is begun; its capital may be any that can be counted.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal

from botswain.build.plan import MOST_UNITS, Plan
from botswain.control.decimal_text import money_text, text_of
from botswain.control.refusals import Wrong
from botswain.core.strategy import Strategy
from botswain.model.errors import BadInput
from botswain.model.instrument import Instrument
from botswain.model.parts import part

# Symbols that a refusal names.
SAID = 3
# Of the account: docs/rules.md section 4, on a margin of one half.
MOST_SHORT = Decimal(2)
# The direction of a bot that only buys first.
LONG = "long"
# What a size above 1 would be, by the kinds of sizing that take a share.
SHARES = {
    "percent": "of its capital, and on spot it can spend no more than it has",
    "risk": "of the account, lost when the stop is reached: more than there is",
    "volatility": "of the account, won or lost on a usual day: more than there is",
}


def check_capital(plan: Plan) -> None:
    """Raises Wrong for capital beyond what can be counted, or below the least order of every symbol it has."""
    quote = plan.instruments[0].quote
    try:
        plan.check_units()
    except BadInput:
        most = text_of(Decimal(MOST_UNITS * plan.unit.numerator) / plan.unit.denominator)
        said = f"capital is {text_of(plan.capital)} {quote}; less than {most} {quote} can be counted; write less"
        raise Wrong(said, field="/capital") from None
    least = min(one.min_notional for one in plan.instruments)
    if plan.capital < least:
        raise Wrong(
            f"capital is {text_of(plan.capital)} {quote}, and the venue takes no order in "
            f"{', '.join(one.symbol for one in plan.instruments[:SAID])} worth less than {text_of(least)} {quote}, so "
            f"it would never trade; write {text_of(least)} or more",
            field="/capital",
        )


def check_share(plan: Plan) -> None:
    """Raises Wrong for a size beyond what its account can ever put into a position."""
    check_size(plan.sizing.kind, plan.sizing.size, shortable=may_short(plan.strategy, plan.instruments))


def check_amount(plan: Plan, prices: Mapping[str, Decimal | None]) -> None:
    """Raises Wrong for a fixed size of which its capital cannot pay one at the last price, its fee included.

    prices  by symbol; None, or none at all: not known yet. What may be sold without being held is left out
    """
    kind, size = plan.sizing.kind, plan.sizing.size
    for one in plan.instruments:
        price = prices.get(one.symbol)
        each = size if kind == "fixed_quote" else None
        if kind == "fixed" and price is not None:
            each = size * price * (1 + one.taker_fee)
        if one.shortable or each is None or each <= plan.capital:
            continue
        if kind == "fixed_quote" or price is None:
            said, most = f"{text_of(size)} {one.quote} an order", f"{text_of(plan.capital)} {one.quote}"
        else:
            lots = plan.capital / (price * (1 + one.taker_fee)) // one.lot_size
            said = f"{text_of(size)} {one.base} an order, which is {money_text(each, one.quote)} at the last price of "
            said, most = f"{said}{text_of(price)}, its fee included", f"{text_of(lots * one.lot_size)} {one.base}"
        raise Wrong(
            f"size is {said}, and the bot has {money_text(plan.capital, one.quote)}: it could not pay one; write at "
            f"most {most}, or give it more capital",
            field="/sizing/size",
        )


def check_new(name: str, plan: Plan) -> None:
    """The same of a bot that is about to begin, told with its name. Raises BadInput."""
    try:
        check_share(plan)
    except Wrong as error:
        raise BadInput(f"bot {name!r}: {error}") from None


def may_short(strategy: Strategy, instruments: Iterable[Instrument]) -> bool:
    """Whether a bot can come to sell what it does not hold: its instruments allow it, and its direction is not long."""
    return getattr(strategy, "direction", None) != LONG and any(one.shortable for one in instruments)


def check_size(kind: str, size: Decimal, *, shortable: bool) -> None:
    """Raises Wrong for a share beyond the whole account where nothing can be borrowed, or beyond its margin.

    In a run from Python it stands: a strategy may ask for a small part of a large size.

    kind, size  as of `core.scale.Sizing`; shortable: whether it may sell what it does not hold (`may_short`)
    """
    if kind not in SHARES or size <= 1:
        return
    said, most = SHARES[kind], Decimal(1)
    if kind == "percent" and shortable:
        said, most = "of its capital, and its margin is for shorts of at most twice that", MOST_SHORT
    if size <= most:
        return
    percents = size.scaleb(-2)
    meant = f", or {part(percents)} if that is meant" if percents < most else ""
    raise Wrong(f"size is {part(size)} {said}; write at most {part(most)}{meant}", field="/sizing/size")
