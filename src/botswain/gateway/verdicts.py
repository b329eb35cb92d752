"""The gateway's own outcomes, in the shape that the request asks for: a cancel-replace has one for each half."""

from __future__ import annotations

from dataclasses import dataclass

from botswain.model.intents import Request
from botswain.model.outcomes import Cause, Outcome, Refused, Replaced, Unknown

Verdict = Outcome | Replaced


@dataclass(frozen=True, slots=True)
class Objection:
    """Why something is not sent, for a person, and for the engine what follows from it.

    wait_ms  so long nothing like it will be; 0 where nobody knows
    """

    why: str
    cause: Cause = Cause.FORBIDDEN
    wait_ms: int = 0


def refused(request: Request, found: Objection) -> Verdict:
    """It never left this machine, and why."""
    return shaped(request, Refused(0, found.why, "not sent", sent=False, cause=found.cause, wait_ms=found.wait_ms))


def unknown(request: Request, why: str) -> Verdict:
    """Nobody can say what became of it."""
    return shaped(request, Unknown(why))


def shaped(request: Request, one: Outcome) -> Verdict:
    """One outcome for all of a request."""
    return Replaced(one, one) if request.cancels and request.places and not request.amends else one
