"""What holding costs a bot on paper, as its settings say it (docs/rules.md section 12)."""

from __future__ import annotations

import msgspec

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


def holding_of(name: str, given: HoldingConfig) -> Holding:
    """What holding costs the bot of a name. Raises BadInput."""
    funding, borrow = (
        number(f"bot {name!r}: holding {field}", getattr(given, field)) for field in ("funding_rate", "borrow_rate")
    )
    try:
        return Holding(funding, given.funding_hours, borrow)
    except BadInput as error:
        raise BadInput(f"bot {name!r}: {error}") from None
