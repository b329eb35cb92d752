"""What holding positions cost, as a part of the report in a terminal."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from rich.console import Console, RenderableType
from rich.text import Text

from botswain.lab.amounts import money_text
from botswain.lab.result import Result
from botswain.lab.tables import heading, pairs

ZERO = Decimal(0)


def charge_parts(result: Result, console: Console) -> Iterable[RenderableType]:
    """What was paid in all of either kind that was given; of funding both ways, and how often."""
    charges = result.market.charges
    if charges is None:
        return
    yield heading("Funding and borrow fees")
    rows: list[tuple[str, Text]] = []
    if charges.funding is not None:
        met = [one for one in result.charges if one.kind == "funding"]
        got = sum((one.cash for one in met if one.cash > 0), ZERO)
        rows += [
            ("funding paid less received", amount(result, result.metrics["funding_paid"])),
            ("funding received", amount(result, got)),
            ("fundings held through", Text(f"{len(met):,} of {charges.funding.came:,}")),
        ]
    if charges.borrow is not None:
        days = sum(one.kind == "borrow" for one in result.charges)
        rows += [
            ("borrow fees paid", amount(result, result.metrics["borrow_paid"])),
            ("days short", Text(f"{days:,}")),
        ]
    yield pairs(rows, console)


def amount(result: Result, value: Decimal) -> Text:
    """Money in quote."""
    return Text(money_text(value, result.plan.capital))
