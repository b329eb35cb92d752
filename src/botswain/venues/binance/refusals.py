"""The codes that prove that Binance did not do what was asked, each with the reason why it proves it.

A code that is not listed for the request at hand proves nothing: the outcome is unknown and is read, never assumed.
A refused cancel proves only that *this request* changed nothing: the order may be filled, and is to be queried (F26).
"""

from __future__ import annotations

from enum import Enum

from botswain.model.outcomes import Cause


class Purpose(Enum):
    """What a request is for, as far as its refusal goes."""

    READ = "read"
    PLACE = "place"
    CANCEL = "cancel"
    REPLACE = "replace"
    AMEND = "amend"


# Checked at the door, before the matching engine hears of a request, whatever it asks for.
DOOR = {
    -1003: "too many requests: the limiter stands before the engine",
    -1013: "a filter of the symbol or a malformed number; checked before the engine",
    -1015: "too many unfilled orders: the limiter stands before the engine",
    -1020: "an operation that does not exist",
    -1021: "the timestamp is outside of the window; checked at the door and again before matching",
    -1022: "the signature does not fit; nothing is done for an unproven caller",
    -1100: "illegal characters in a parameter",
    -1101: "too many parameters",
    -1102: "a mandatory parameter is missing",
    -1104: "parameters that nobody read",
    -1105: "an empty parameter",
    -1106: "a parameter that is not wanted here",
    -1111: "more decimals than the asset has",
    -1114: "time in force where none belongs",
    -1115: "an invalid time in force",
    -1116: "an invalid order type",
    -1117: "an invalid side",
    -1118: "an empty new client order id",
    -1119: "an empty original client order id",
    -1121: "an invalid symbol",
    -1128: "an invalid combination of optional parameters",
    -1130: "an invalid value of a parameter",
    -2014: "the key is malformed",
    -2015: "key, address or permission refused",
}
# A list whose two orders do not fit together: types, times in force, prices, triggers.
ORDER_SHAPE = dict.fromkeys([*range(-1168, -1157), *range(-1199, -1195)], "the orders of a list do not fit together")
# -2010 is the engine's own "no", with one exception: see DUPLICATE.
PLACE = DOOR | ORDER_SHAPE | {-2010: "the engine rejected the new order"}
CANCEL = DOOR | {
    -1145: "an invalid cancel restriction",
    -2011: "nothing was cancelled by this request: unknown, finished or restricted; query the order",
    -2013: "no such order; query again before believing it",
    -2039: "the two ids name different orders",
}
AMEND = DOOR | {
    -2013: "no such order to amend; query the order",
    -2038: "the engine rejected the amendment",
    -2039: "the two ids name different orders",
}
# The whole of a cancel-replace, where there are no halves in the reply to judge by themselves.
REPLACE = DOOR | ORDER_SHAPE | {-1145: "an invalid cancel restriction"}

PROOFS = {Purpose.PLACE: PLACE, Purpose.CANCEL: CANCEL, Purpose.AMEND: AMEND, Purpose.REPLACE: REPLACE}
# Listed codes come with these statuses; under any other the text in front of us is not the engine's answer.
STATUSES = frozenset({400, 401, 404, 409, 418, 429})

# "Duplicate order sent.": the id works already, so an earlier request of ours has arrived. Proof of the opposite.
DUPLICATE = "duplicate"

# The two codes of a cancel-replace whose halves have their own outcomes in `data`.
HALF_DONE, NOT_DONE = -2021, -2022

# Answers that say "there is none", as reads see them.
NO_SUCH_ORDER, ARCHIVED = -2013, -2026


def proof(purpose: Purpose, status: int, code: int, message: str) -> str | None:
    """Why (status, code, message) proves that nothing was done, or None where it does not prove it."""
    if status not in STATUSES or (code == -2010 and DUPLICATE in message.lower()):
        return None
    return PROOFS.get(purpose, DOOR).get(code)


# What to do next follows from a code, and for the engine's own "no" from its words.
CAUSES = (
    dict.fromkeys((-1003, -1015, -1021), Cause.LATER)
    | dict.fromkeys((-1022, -2014, -2015), Cause.FORBIDDEN)
    | dict.fromkeys((-1013, -1111, -1121), Cause.RULES)
    | dict.fromkeys((-2011, -2013, -2039), Cause.GONE)
)
WORDS = {
    "insufficient balance": Cause.FUNDS,
    "would immediately match": Cause.POST_ONLY,
    "would trigger immediately": Cause.TRIGGER_PASSED,
    "relationship of the prices": Cause.TRIGGER_PASSED,
    "market is closed": Cause.SHUT,
    "filter failure": Cause.RULES,
}


def cause(status: int, code: int, message: str) -> Cause:
    """What a proven refusal was about."""
    if status in (418, 429):
        return Cause.LATER
    found = CAUSES.get(code)
    if found is not None:
        return found
    text = message.lower()
    return next((one for words, one in WORDS.items() if words in text), Cause.OTHER)
