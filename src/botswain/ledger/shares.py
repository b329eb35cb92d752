"""Posting what a company does to its shares: a split changes the position, a dividend pays or costs cash.

Both are entries of the ledger like a fill, without one (docs/rules.md section 11). A position is in whole lots here:
no fee of shares is taken in shares, so there is no dust.
"""

from botswain.ledger.books import OVERFLOW, end_trip
from botswain.ledger.exact import mul_div_floor, ratio_ceil, ratio_floor


def share_of(direction, a, b, d):
    """a x b / d as whole money: what a long gets goes down, what a short pays goes up. All are >= 0."""
    return ratio_floor(a, b, 1, d, 1, 1) if direction > 0 else ratio_ceil(a, b, 1, d, 1, 1)


def too_much(account, a, b):
    """Whether a product of two numbers is more than the account's money is counted with."""
    return abs(float(a) * float(b)) > account.money_limit


def post_split(book, terms, account, action, mark):
    """Make the position what it is after `num` shares for `den`; the fraction of a lot goes for cash at the last close.

    Writes what became of it into the action. Returns flags as `books.post` does.
    """
    direction = 1 if book.pos > 0 else -1
    held = abs(book.pos)
    action.before = book.pos
    action.after = book.pos
    if held == 0:
        return 0
    if too_much(account, held, action.num):
        return OVERFLOW
    whole = held * action.num // action.den
    rest = held * action.num - whole * action.den  # in lots after the split, times den
    if rest > 0:
        # One of those is den / num lots before it, which were worth the last close each.
        cash = share_of(direction, rest, mark * terms.unit_money, action.num)
        out = mul_div_floor(book.cost, rest, held * action.num)
        book.cost -= out
        book.realized += direction * (cash - out)
        book.trip_realized += direction * (cash - out)
        action.cash = direction * cash
        account.cash += action.cash
        if abs(float(account.cash)) > account.money_limit:
            return OVERFLOW
    was = book.pos
    book.pos = direction * whole
    action.after = book.pos
    return end_trip(book, was)


def post_dividend(book, account, action):
    """Credit a long, debit a short: num / den money for each lot. Returns flags as `books.post` does."""
    direction = 1 if book.pos > 0 else -1
    held = abs(book.pos)
    action.before = book.pos
    action.after = book.pos
    if held == 0:
        return 0
    if too_much(account, held, float(action.num) / float(action.den) + 1.0):
        return OVERFLOW
    action.cash = direction * share_of(direction, held, action.num, action.den)
    account.cash += action.cash
    book.realized += action.cash
    book.trip_realized += action.cash
    book.dividends += action.cash
    return OVERFLOW if abs(float(account.cash)) > account.money_limit else 0
