"""Posting what is paid for holding a position: the funding of a contract, the fee of what a short has borrowed.

Entries of the ledger like a dividend, of what the position is worth at a price (docs/rules.md section 12).
"""

from fractions import Fraction
from math import ceil, floor

from botswain.ledger.books import OVERFLOW
from botswain.ledger.exact import ratio_ceil, ratio_floor
from botswain.ledger.shares import too_much


def post_charge(book, terms, account, action, mark):
    """Of what is held `num` / `den` of its worth at `mark`: a long pays it and a short gets it, below 0 the reverse.

    What is paid is rounded up to the money unit, what is got down. Writes what became of it into the action. Returns
    flags as `books.post` does.
    """
    held = abs(book.pos)
    action.before = book.pos
    action.after = book.pos
    action.mark = mark
    if held == 0:
        return 0
    if too_much(account, held, float(mark) * float(terms.unit_money)):
        return OVERFLOW
    worth = held * mark * terms.unit_money
    if (book.pos > 0) == (action.num > 0):
        action.cash = -ratio_ceil(worth, abs(action.num), 1, action.den, 1, 1)
    else:
        action.cash = ratio_floor(worth, abs(action.num), 1, action.den, 1, 1)
    account.cash += action.cash
    book.realized += action.cash
    book.trip_realized += action.cash
    return OVERFLOW if abs(float(account.cash)) > account.money_limit else 0


def cash_of(held: int, worth: int, part: Fraction) -> int:
    """The same in Python's integers: money units that come in for holding what is worth so many, below 0: are paid.

    held   the position, below 0 when short; worth: what it is worth, without a sign
    part   of that, which longs pay and shorts get; below 0 the reverse
    """
    due = worth * abs(part)
    return -ceil(due) if (held > 0) == (part > 0) else floor(due)


def split_of(held: int, num: int, den: int, worth: int) -> tuple[int, int]:
    """What a position is after `num` shares for `den`, and the cash that came in for the fraction of a lot.

    held  whole lots, below 0 when short; worth: of a lot before the split, in money units
    """
    whole = abs(held) * num // den
    due = Fraction((abs(held) * num - whole * den) * worth, num)
    return (whole, floor(due)) if held >= 0 else (-whole, -ceil(due))


def dividend_of(held: int, a_lot: Fraction) -> int:
    """Money units that a dividend of so many a lot brings whoever holds so many lots, below 0: is short of them."""
    return floor(held * a_lot)
