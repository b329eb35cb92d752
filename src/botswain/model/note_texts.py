"""What the two numbers of a note are, so that a person can read them: a price, money, a quantity or a count.

The core writes ticks, lots and money units; which of them depends on the code, and for a block on whether it is the
account's (slot -1) or an order's that it stopped.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from botswain.model.reasons import Reason


class Measure(StrEnum):
    """What a note's numbers count."""

    COUNT = "count"
    PRICE = "price"
    QTY = "qty"
    MONEY = "money"


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a note's value and limit are, and the words that go before them."""

    measure: Measure
    value: str
    limit: str


RECOVERED = Meaning(Measure.MONEY, "smoothed equity", "floor of the pause")
ORDER = Meaning(Measure.QTY, "wanted", "filled")
OF_ACCOUNT = {
    Reason.DAILY_LOSS: Meaning(Measure.MONEY, "equity", "floor of the day"),
    Reason.WEEKLY_LOSS: Meaning(Measure.MONEY, "equity", "floor of the week"),
    Reason.DRAWDOWN: Meaning(Measure.MONEY, "equity", "floor"),
    Reason.DRAWDOWN_PAUSE: Meaning(Measure.MONEY, "smoothed equity", "floor"),
    Reason.DRAWDOWN_FLATTEN: Meaning(Measure.MONEY, "smoothed equity", "floor"),
    Reason.COOL_DOWN: Meaning(Measure.COUNT, "losses in a row", "at most"),
}
# Notes that say that entries of the whole account are blocked, or are no more.
BLOCKING = frozenset((*OF_ACCOUNT, Reason.DRAWDOWN_OVER))
OF_SYMBOL = {Reason.SYMBOL_COOL_DOWN: Meaning(Measure.MONEY, "lost", "at most")}
OF_ORDER = {
    Reason.BELOW_MINIMUM: Meaning(Measure.QTY, "qty", "least"),
    Reason.ABOVE_MAXIMUM: Meaning(Measure.QTY, "qty", "at most"),
    Reason.MAX_ORDERS: Meaning(Measure.COUNT, "orders today", "at most"),
    Reason.ORDER_RATE: Meaning(Measure.COUNT, "orders in this time", "at most"),
    Reason.PRICE_COLLAR: Meaning(Measure.PRICE, "price", "last close"),
    Reason.MAX_OPEN_POSITIONS: Meaning(Measure.COUNT, "positions", "at most"),
    Reason.MAX_POSITION: Meaning(Measure.QTY, "qty", "room"),
    Reason.MAX_EXPOSURE: Meaning(Measure.QTY, "qty", "room"),
    Reason.MAX_CORRELATED_EXPOSURE: Meaning(Measure.QTY, "qty", "room"),
    Reason.MAX_TRADE_RISK: Meaning(Measure.QTY, "qty", "room"),
    Reason.DRAWDOWN_REDUCE: Meaning(Measure.QTY, "qty", "room"),
    Reason.BALANCE: Meaning(Measure.MONEY, "needs", "cash"),
}
# Of which it is told too how much the second lacks of the first.
LACKING = frozenset((Reason.BALANCE,))
NOTIONAL = Meaning(Measure.MONEY, "notional", "least")


def meaning_of(code: int, slot: int, *, notional: bool = False) -> Meaning:
    """The meaning of a note's numbers. `notional`: a BELOW_MINIMUM that was about the notional, not the quantity."""
    try:
        reason = Reason(code)
    except ValueError:
        return ORDER
    if reason is Reason.DRAWDOWN_OVER:
        return RECOVERED
    if slot < 0:
        return OF_ACCOUNT.get(reason) or OF_SYMBOL.get(reason, ORDER)
    if reason is Reason.BELOW_MINIMUM and notional:
        return NOTIONAL
    return OF_ORDER.get(reason, ORDER)


def is_of_notional(code: int, limit: float, min_notional: float, min_lots: float) -> bool:
    """Whether a note of a too small order is about its notional: told by its limit, in the core's units as the others.

    min_notional  0 where the venue has none
    min_lots      the fewest lots of an order, 1 or more
    """
    return code == Reason.BELOW_MINIMUM and 0 < min_notional == limit != min_lots


# How long the limits of the account, or of a symbol, keep entries back.
FOR_GOOD = "this limit does not end: nothing is opened any more"
UNTIL = {
    Reason.DAILY_LOSS: "until the next risk day begins",
    Reason.WEEKLY_LOSS: "until the next risk week begins",
    Reason.DRAWDOWN: FOR_GOOD,
    Reason.DRAWDOWN_PAUSE: "until it has recovered",
    Reason.DRAWDOWN_FLATTEN: FOR_GOOD,
    Reason.COOL_DOWN: "until the cool-down is over",
    Reason.SYMBOL_COOL_DOWN: "until the symbol has cooled down",
    Reason.OUTSIDE_WINDOW: "until the hours begin",
}
# What became of the order, by why.
GIVEN_UP = "an order at the market price is given up, others wait"
GATED = f"{GIVEN_UP} until there is room"
BLOCKED = {
    reason: f"{GIVEN_UP}, and {until}" if until == FOR_GOOD else f"{GIVEN_UP} {until}"
    for reason, until in UNTIL.items()
}
STOPPED = "entries were stopped; none had to be ended or made to wait"
FITTED = "made smaller so that it fits; where nothing does, an order at the market price is given up and others wait"
BY_VENUE = "ended by the venue"
THEN = {
    Reason.BELOW_MINIMUM: "not sent, ended; more capital or a larger size makes orders larger",
    Reason.ABOVE_MAXIMUM: "made as small as the venue takes",
    Reason.MAX_ORDERS: f"{GIVEN_UP} until the next risk day begins",
    Reason.ORDER_RATE: f"{GIVEN_UP} until the time begins anew",
    Reason.PRICE_COLLAR: "not sent, ended",
    Reason.MAX_OPEN_POSITIONS: GATED,
    Reason.MAX_POSITION: FITTED,
    Reason.MAX_EXPOSURE: FITTED,
    Reason.MAX_CORRELATED_EXPOSURE: FITTED,
    Reason.MAX_TRADE_RISK: FITTED,
    Reason.BALANCE: f"{GIVEN_UP} until the cash is there; more capital or a smaller size pays for it",
    **BLOCKED,
    Reason.DRAWDOWN_REDUCE: FITTED,
    Reason.POST_ONLY: BY_VENUE,
    Reason.NOT_FILLED: BY_VENUE,
    Reason.NOTHING_TO_REDUCE: BY_VENUE,
    Reason.INSUFFICIENT_BALANCE: BY_VENUE,
    Reason.LINKED: "ended, as its pair was filled",
    Reason.TIME_EXIT: "ended, as the position it was for is closed by the market",
    Reason.SESSION_END: "ended, as the position it was for is closed by the market",
    Reason.DRAWDOWN_EXIT: "ended, as the position it was for is closed by the market",
}
# Of those, what always ends an order for good. (The gate ends only what goes by the market.)
ENDS = frozenset(reason for reason, text in THEN.items() if "ended" in text and not text.startswith(GIVEN_UP))


def blocks(code: int) -> str:
    """What a limit that was reached does, after a semicolon; empty where the code is none of those."""
    until = next((text for reason, text in UNTIL.items() if reason == code), "")
    if not until:
        return ""
    return f"; {until}" if until == FOR_GOOD else f"; nothing is opened {until}"


def then(code: int) -> str:
    """What became of the order a note is about, after a semicolon; empty where there is nothing to be said."""
    try:
        found = THEN.get(Reason(code), "")
    except ValueError:
        return ""
    return f"; {found}" if found else ""


def all_too_small(codes: Sequence[int], written: int, *, reached: bool) -> bool:
    """Whether every order that was asked for was too small to be sent: there was one, and nothing but that was noted.

    codes    of the notes that are kept; of more than these nobody knows
    written  how many notes there were
    reached  whether an order ever came to the venue, or is on its way there
    """
    return not reached and 0 < written <= len(codes) and all(code == Reason.BELOW_MINIMUM for code in codes)


def too_small_text(meaning: Meaning, value: str, least: str, at: str) -> str:
    """What is said of a bot that traded nothing for that reason.

    value, least  of the latest, with their asset; at: when that was
    """
    return (
        f"every order that was asked for was too small, the latest {meaning.value} {value} on {at} where the least is "
        f"{least}; give more capital or a larger size"
    )
