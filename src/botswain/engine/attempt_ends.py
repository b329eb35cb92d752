"""What the end of an order means for its row: that it is over, or only this attempt is. Pure."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec.structs import replace

from botswain.model.intents import Certainty, Working
from botswain.model.reasons import Reason
from botswain.model.venue_reports import VenueReport

# Ends of an attempt that leave its row wanted; the others end the row, and the strategy is told.
ATTEMPT_ENDS = frozenset(
    {
        Reason.NOT_SENT,
        Reason.CANCELED,
        Reason.NOT_PLACED,
        Reason.TRIGGER_PASSED,
        Reason.OVERTAKEN,
        Reason.LIST_PASSED,
        Reason.LIST_REFUSED,
    }
)


def own_reason(order: Working, report: VenueReport, working: Iterable[Working]) -> VenueReport:
    """What we took off was not taken off by somebody; funds that a cancel will free are not lacking."""
    reason = report.reason
    if reason == Reason.VENUE_CANCELED and order.leaving:
        reason = Reason.CANCELED
    if reason == Reason.INSUFFICIENT_BALANCE and any(
        one.leaving or one.certainty is Certainty.UNKNOWN
        for one in working
        if one.client_order_id != order.client_order_id
    ):
        reason = Reason.NOT_SENT
    return report if reason == report.reason else replace(report, reason=int(reason))


def partly(order: Working, known: Iterable[Working]) -> bool:
    """Whether the other order of a list has filled in part only: then what is left of both is still wanted."""
    others = (one for one in known if one.listed == order.listed)
    return any(one.leaves > 0 for one in others if one.client_order_id != order.client_order_id)
