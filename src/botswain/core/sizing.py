"""How many lots: the unit of a target and the quantity of a row, exact to the lot.

Fractions (size, reserve, fees) come as one reduced ratio a symbol, made by `core.scale`; floats appear only in a
target's x, which counts to 8 decimals.
"""

from botswain.core.access import (
    account_of,
    book_of,
    column_at,
    lane_of,
    rules_of,
    size_of,
    symbols_of,
    terms_of,
    tick_of,
)
from botswain.core.codes import (
    FIXED,
    MOVE_PIECES,
    PERCENT,
    R_BAD_ORDER,
    R_MONEY_OVERFLOW,
    RISK,
    SINGLE,
    TIMER,
    VOLATILITY,
)
from botswain.ledger.books import worth_at
from botswain.ledger.exact import E8, ratio_floor

MOST_PIECES = float(1 << 53)


def equity_now(sim):
    """Cash, positions and dust at the last closes, and third-asset balances, in money units.

    The run stops with MONEY_OVERFLOW where that is more than the run can count.
    """
    account = account_of(sim)
    total = account.cash
    count = 1 if SINGLE else symbols_of(sim)
    for s in range(count):
        book = book_of(sim, s)
        terms = terms_of(sim, s)
        mark = lane_of(sim, s).mark
        total += worth_at(book, terms, mark)
        # In floats too: a product that wrapped in 64 bits may look harmless.
        worth = float(book.pos + book.dust) * float(mark) * float(terms.unit_money)
        if abs(worth) > account.money_limit or abs(float(total)) > account.money_limit:
            account.code = R_MONEY_OVERFLOW
    return total


def target_lots(sim, s, x):
    """floor(x x unit) in lots for x >= 0; 0 where there is no equity or no price."""
    x_e8 = int(x * E8 + 0.5)
    price_money = lane_of(sim, s).mark * terms_of(sim, s).lot_money
    if x_e8 == 0 or price_money <= 0:
        return 0
    size = size_of(sim, s)
    kind = rules_of(sim).sizing
    if kind == FIXED:
        return lots_for(sim, 1, x_e8, size.num, size.den, 1)
    if kind == PERCENT or kind == RISK or kind == VOLATILITY:
        equity = equity_now(sim)
        if equity <= 0:
            return 0
        of_start = rules_of(sim).of_start != 0
        money = account_of(sim).capital if of_start else equity
        by = price_money
        if kind == VOLATILITY:
            by = move_pieces(sim, s) * terms_of(sim, s).lot_money
            if by <= 0:
                return 0
        lots = lots_for(sim, money, x_e8, size.num, size.den, by)
        if kind != PERCENT or of_start:
            lots = min(lots, lots_for(sim, equity, x_e8, size.cap_num, size.cap_den, price_money))
        return lots
    return lots_for(sim, 1, x_e8, size.num, size.den, price_money)


def without_move(sim, s):
    """Whether sizes go by how far the market moves, and that is not known yet or not at all."""
    return rules_of(sim).sizing == VOLATILITY and move_pieces(sim, s) == 0


def move_pieces(sim, s):
    """How far a candle moves, in pieces of a tick, to the nearest; 0 where that is not known yet."""
    lane = lane_of(sim, s)
    at = lane.i if account_of(sim).event == TIMER else lane.last
    exact = column_at(sim, rules_of(sim).move, at) / tick_of(sim, s) * MOVE_PIECES
    if not 0.0 <= exact < MOST_PIECES:
        return 0
    return int(exact + 0.5)


def lots_for(sim, money, x_e8, num, den, price_money):
    """floor(money x num / den x x / price_money), x in units of 1e-8.

    The run stops with MONEY_OVERFLOW where that is more than the run can count.
    """
    account = account_of(sim)
    if float(money) * float(x_e8) * float(num) > account.money_limit * float(price_money) * float(den) * float(E8):
        account.code = R_MONEY_OVERFLOW
        return 0
    return ratio_floor(money, x_e8, num, price_money, den, E8)


def row_lots(sim, s, ticks):
    """Lots of a row that names no quantity, at a price in ticks.

    The run stops with BAD_ORDER where sizing is by risk or volatility: those are of a whole position, not of one row.
    """
    size = size_of(sim, s)
    kind = rules_of(sim).sizing
    if kind == RISK or kind == VOLATILITY:
        account_of(sim).code = R_BAD_ORDER
        return 0
    if kind == FIXED:
        return lots_for(sim, 1, E8, size.row_num, size.row_den, 1)
    price_money = ticks * terms_of(sim, s).lot_money
    if price_money <= 0:
        return 0
    money = account_of(sim).capital if kind == PERCENT else 1
    return lots_for(sim, money, E8, size.row_num, size.row_den, price_money)
