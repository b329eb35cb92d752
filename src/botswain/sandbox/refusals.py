"""What the exchange answers when it does not do what it was asked: code, text and HTTP status of the reference.

These are answers to a program, in the exchange's own words, and not errors of Botswain.
"""

from __future__ import annotations

from typing import Any

SIGNATURE_BAD = (-1022, "Signature for this request is not valid.")
SYMBOL_BAD = (-1121, "Invalid symbol.")
BALANCE = (-2010, "Account has insufficient balance for requested action.")
DUPLICATE = (-2010, "Duplicate order sent.")
CLOSED = (-2010, "Market is closed.")
WOULD_TRIGGER = (-2010, "Order would trigger immediately.")
WOULD_MATCH = (-2010, "Order would immediately match and take.")
NOT_PERMITTED = (-2010, "This symbol is not permitted for this account.")
PRICES_UNRELATED = (-2010, "The relationship of the prices for the orders is not correct.")
UNKNOWN_ORDER = (-2011, "Unknown order sent.")
RESTRICTED = (-2011, "Order was not canceled due to cancel restrictions.")
NO_ORDER = (-2013, "Order does not exist.")
KEY_FORMAT = (-2014, "API-key format invalid.")
KEY_BAD = (-2015, "Invalid API-key, IP, or permissions for action.")
AMEND_LARGER = (-2038, "Order amend (quantity increase) is not supported.")
AMEND_SAME = (-2038, "The requested action would change no state; rejecting.")
CLIENT_ID_MISMATCH = (-2039, "Client order ID is not correct for this order ID.")
SUBSCRIBED = (-2035, "User Data Stream subscription already active.")
NOT_SUBSCRIBED = (-2036, "User Data Stream subscription not active.")
TOO_LATE = (-1021, "Timestamp for this request is outside of the recvWindow.")
TOO_EARLY = (-1021, "Timestamp for this request was 1000ms ahead of the server's time.")
DUPLICATE_VALUES = (-1101, "Duplicate values for a parameter detected.")
BAD_COMBINATION = (-1128, "Combination of optional parameters invalid.")
WINDOW_TOO_BIG = (-1127, "More than 24 hours between startTime and endTime.")
NO_REFERENCE = (-2043, "This symbol has no reference price.")
UNKEPT = (-1008, "Server has no room left to write down what is done. Please try again in a few minutes.")
GONE = (-1016, "This service is no longer available.")


class Refused(Exception):
    """A request is answered with an error; nothing was changed by it.

    status       the HTTP status, also the status of a WebSocket API reply
    data         what a cancel-replace says of its two halves
    retry_after  seconds, where the answer names them
    """

    def __init__(
        self, answer: tuple[int, str], status: int = 400, *, data: Any = None, retry_after: int | None = None
    ) -> None:
        super().__init__(answer[1])
        self.code, self.message = answer
        self.status = status
        self.data = data
        self.retry_after = retry_after

    def body(self) -> dict[str, Any]:
        """The JSON object of the answer."""
        found: dict[str, Any] = {"code": self.code, "msg": self.message}
        if self.data is not None:
            found["data"] = self.data
        return found


def missing(name: str) -> Refused:
    """A mandatory parameter is not there."""
    return Refused((-1102, f"Mandatory parameter '{name}' was not sent, was empty/null, or malformed."))


def either(name: str, other: str) -> Refused:
    """One of two mandatory parameters must be there."""
    return Refused((-1102, f"Param '{name}' or '{other}' must be sent, but both were empty/null!"))


def not_required(name: str) -> Refused:
    """A parameter that this order does not take."""
    return Refused((-1106, f"Parameter '{name}' sent when not required."))


def filter_failure(name: str) -> Refused:
    """An order breaks a filter."""
    return Refused((-1013, f"Filter failure: {name}"))
