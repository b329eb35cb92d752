"""What holding costs a bot on paper, as its settings say it, and where that may be said (docs/rules.md section 12)."""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from botswain.control.refusals import Wrong, pointer
from botswain.control.typed_numbers import Value, number
from botswain.model.charges import Holding
from botswain.model.errors import BadInput


class HoldingConfig(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """What holding costs on paper, at rates that never change: docs/rules.md section 12.

    funding_rate  a part of what is held, which longs pay to shorts every funding_hours from 00:00 UTC on; 0: none
    borrow_rate   a fraction a year of what was sold short, paid at each 00:00 UTC; 0: none
    """

    funding_rate: Value = 0
    funding_hours: int = 8
    borrow_rate: Value = 0


def check_where(holding: Holding, environment: str) -> None:
    """Refuse what holding cannot cost on an account at a venue, or at its prices. Raises Wrong."""
    if holding.any and environment != "paper":
        raise Wrong(
            "holding is charged on paper, and on an account at a venue nothing is charged but fees; leave it out, or "
            "trade on a paper account",
            field=pointer("holding", "funding_rate"),
        )
    if holding.borrow:
        raise Wrong(
            f"holding borrow_rate is {holding.borrow:f}, and on a paper account at a venue's prices nobody can be "
            "short; leave it out",
            field=pointer("holding", "borrow_rate"),
        )


def holding_of(name: str, given: HoldingConfig) -> Holding:
    """What holding costs the bot of a name. Raises Wrong."""
    funding, borrow = (
        number(f"bot {name!r}: holding {field}", getattr(given, field)) for field in ("funding_rate", "borrow_rate")
    )
    hours = given.funding_hours
    one_by_one: tuple[tuple[str, Callable[[], Holding]], ...] = (
        ("funding_rate", lambda: Holding(funding)),
        ("funding_hours", lambda: Holding(hours=hours)),
        ("borrow_rate", lambda: Holding(borrow=borrow)),
    )
    for field, made in one_by_one:
        try:
            made()
        except BadInput as error:
            raise Wrong(f"bot {name!r}: {error}", field=pointer("holding", field)) from None
    return Holding(funding, hours, borrow)
