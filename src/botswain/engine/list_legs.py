"""What refusals lead to, and the two orders of a list as an account follows them: one request, two tracks. Pure.

A list is accepted or refused as a whole. Later the venue ends one of its orders because the other fires, and may say
so before it tells of the fill. A bot that heard of the end first would believe its position bare, so the end waits for
the fill.
"""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from botswain.engine.tracks import Track
from botswain.model.errands import Errand
from botswain.model.intents import Request
from botswain.model.order_events import Acknowledged, ListReport, OrderReport
from botswain.model.orders import OrderState
from botswain.model.outcomes import Accepted, Cause, Outcome, Replaced, Unknown
from botswain.model.reasons import Reason

# Ends that a refusal leads to; whatever is not listed ends the row as REFUSED.
ENDS = {
    Cause.FUNDS: Reason.INSUFFICIENT_BALANCE,
    Cause.POST_ONLY: Reason.POST_ONLY,
    Cause.TRIGGER_PASSED: Reason.TRIGGER_PASSED,
    Cause.LATER: Reason.NOT_SENT,
    Cause.SHUT: Reason.NOT_SENT,
}
# The same for both orders of a list; whatever is not listed has them sent by themselves.
LIST_ENDS = {
    Cause.FUNDS: Reason.INSUFFICIENT_BALANCE,
    Cause.POST_ONLY: Reason.LIST_PASSED,
    Cause.TRIGGER_PASSED: Reason.LIST_PASSED,
    Cause.LATER: Reason.NOT_SENT,
    Cause.SHUT: Reason.NOT_SENT,
}


def end_of(track: Track, cause: Cause) -> Reason:
    """What a refusal means for the order that was to be placed."""
    if track.listed:
        return LIST_ENDS.get(cause, Reason.LIST_REFUSED)
    return ENDS.get(cause, Reason.REFUSED)


def joined(errands: Iterable[Errand]) -> list[Errand]:
    """Errands, the two of a list as one. They stand in rows one after the other."""
    found: list[Errand] = []
    for one in errands:
        last = found[-1] if found else None
        if (
            last is not None
            and one.request.listed
            and last.request.listed == one.request.listed
            and last.second is None
        ):
            found[-1] = msgspec.structs.replace(last, second=one.request)
        else:
            found.append(one)
    return found


def parts_of(errand: Errand, outcome: Outcome | Replaced) -> list[tuple[Request, Outcome | Replaced]]:
    """What became of each request of an errand."""
    if isinstance(outcome, Replaced):
        return [(one, outcome) for one in errand.requests]
    if errand.second is None and not (isinstance(outcome, Accepted) and isinstance(outcome.report, ListReport)):
        return [(errand.request, outcome)]
    return [(one, part_of(one.places or one.cancels, outcome)) for one in errand.requests]


def part_of(name: str, outcome: Outcome) -> Outcome:
    """What a list's outcome says of one of its orders."""
    if not isinstance(outcome, Accepted):
        return outcome
    told = outcome.report
    if isinstance(told, ListReport):
        for one in told.reports:
            if one.client_order_id == name:
                return Accepted(one)
        for venue_order_id, client_order_id in told.orders:
            if client_order_id == name:
                return Accepted(Acknowledged(told.market_id, name, venue_order_id, told.list_id, told.venue_time_ms))
    if isinstance(told, OrderReport) and told.client_order_id == name:
        return outcome
    return Unknown(f"the reply says success and nothing of order {name}")


def tie(first: Track, second: Track) -> None:
    """Two orders are one list's."""
    first.partner, second.partner = second.name, first.name
    first.listed = second.listed = True


def withheld(track: Track, partner: Track | None) -> bool:
    """Whether an order's end is not told yet: its list's other order has fired, and no fill of that is known."""
    if partner is None or track.state is not OrderState.EXPIRED or track.ended or track.filled or partner.ended:
        return False
    return partner.told_qty == 0 and not (partner.final and partner.filled == 0)
