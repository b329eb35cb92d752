"""How much money a bot may be given at a door, and which share of it it may use.

What runs from a file is held to neither: a start counts any capital that fits, and spends what there is.
"""

from __future__ import annotations

from decimal import Decimal

from botswain.build.plan import MOST_UNITS, Plan
from botswain.control.decimal_text import text_of
from botswain.control.refusals import Wrong
from botswain.model.errors import BadInput

# Symbols that a refusal names.
SAID = 3


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
    """Raises Wrong for a share beyond the whole account where nothing can be borrowed."""
    if plan.sizing.kind != "percent" or plan.sizing.size <= 1 or any(one.shortable for one in plan.instruments):
        return
    size = plan.sizing.size
    raise Wrong(
        f"size is {text_of(size)} ({text_of(size * 100)} %) of its capital, and on spot it can spend no more than it "
        "has; write at most 1 (100 %)",
        field="/sizing/size",
    )
