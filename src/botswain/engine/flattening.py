"""What sells or buys back a whole position by the market, as a row that is wanted. Pure."""

from __future__ import annotations

from botswain.build.decider import Decider
from botswain.core.codes import MARKET, REDUCE_ONLY
from botswain.model.intents import Wanted
from botswain.model.reasons import Reason


def flat(decider: Decider, s: int, held: int, mark: int) -> list[Wanted]:
    """A symbol's: in the slot of its stop, which protects it no more. held: whole lots, signed; mark: its last close.

    In as many orders as the venue's greatest asks for, one after the other; what no venue takes is dust and stays.
    """
    terms = decider.state.parts["terms"][s]  # as they are now: the venue may have changed its rules
    lots = min(abs(held), int(terms.max_lots)) if terms.max_lots else abs(held)
    if lots < int(terms.min_lots) or 0 < lots * mark * int(terms.lot_money) < int(terms.min_notional):
        return []
    slot = decider.plan.strategy.slots()
    side = -1 if held > 0 else 1
    rev = int(decider.state.parts["rows"][s * decider.state.width + slot].rev)
    return [
        Wanted(
            symbol=s, slot=slot, rev=rev, side=side, kind=MARKET, price=0, trigger=0, tif=0, flags=REDUCE_ONLY,
            link=0, tag=int(Reason.FLATTENED), leaves=lots, reducing=True, protective=True,
        )
    ]  # fmt: skip
