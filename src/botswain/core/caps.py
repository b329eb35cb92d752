"""Limits on entries that few bots have, asked before those of `core.entries`: compiled in where one is set (CAPS).

docs/rules.md section 7, in the same order.
"""

from botswain.core.access import account_of, lane_of, row_of, rules_of, symbols_of, terms_of
from botswain.core.alike import moves_with
from botswain.core.codes import (
    NO_TIER,
    R_DRAWDOWN_REDUCE,
    R_MAX_CORRELATED_EXPOSURE,
    R_MAX_EXPOSURE,
    R_MAX_TRADE_RISK,
    R_MONEY_OVERFLOW,
    R_ORDER_RATE,
)
from botswain.core.entries import cut_to, entry_lots, fit_room, refuse
from botswain.core.rows import asked_lots, held_lots
from botswain.core.sizing import lots_for
from botswain.ledger.exact import E8, ratio_floor


def pass_caps(sim, s, slot, part):
    """These limits, in order; the first that objects refuses the row, for good or for now."""
    rules = rules_of(sim)
    account = account_of(sim)
    row = row_of(sim, s, slot)
    if rules.order_rate > 0 and row.judged != row.rev and account.rate_orders >= rules.order_rate:
        refuse(sim, s, slot, R_ORDER_RATE, account.rate_orders, rules.order_rate)
        return False
    if account.tier != NO_TIER and not cut_in_tier(sim, s, slot, part):
        return False
    if rules.max_trade_risk > 0 and not cut_to(sim, s, slot, part, R_MAX_TRADE_RISK, risked_lots(sim, s)):
        return False
    if rules.max_exposure > 0:
        if not cut_to(sim, s, slot, part, R_MAX_EXPOSURE, exposed_lots(sim, s, rules.max_exposure, False)):
            return False
    if rules.max_alike > 0:
        return cut_to(sim, s, slot, part, R_MAX_CORRELATED_EXPOSURE, exposed_lots(sim, s, rules.max_alike, True))
    return True


def turn_rate(sim):
    """A window of order_rate began: none of its orders is let in yet, and what waits may ask again."""
    account = account_of(sim)
    if rules_of(sim).order_rate > 0:
        window = account.time_ms // rules_of(sim).rate_ms
        if window > account.rate_window:
            account.rate_window = window
            account.rate_orders = 0
            account.changes += 1


def cut_in_tier(sim, s, slot, part):
    """Leave an entry a share of all that it asks for."""
    row = row_of(sim, s, slot)
    whole = row.filled + asked_lots(sim, s, slot)
    most = ratio_floor(whole, rules_of(sim).fall_factor, 1, E8, 1, 1)
    return fit_room(sim, s, slot, R_DRAWDOWN_REDUCE, max(most - row.filled, part))


def risked_lots(sim, s):
    """Lots of a symbol, bought at its last close, that lose no more at their stop than a share of the equity."""
    account = account_of(sim)
    rules = rules_of(sim)
    price_money = lane_of(sim, s).mark * terms_of(sim, s).lot_money
    if account.equity <= 0 or price_money <= 0:
        return 0
    return lots_for(sim, account.equity, rules.max_trade_risk, E8, rules.stop_far, price_money)


def exposed_lots(sim, s, share, alike):
    """Lots of a symbol, at its last close, for which a share of the equity has room beside the other symbols.

    alike  only those that move together with it count
    """
    account = account_of(sim)
    price_money = lane_of(sim, s).mark * terms_of(sim, s).lot_money
    if account.equity <= 0 or price_money <= 0:
        return 0
    room = lots_for(sim, account.equity, share, 1, 1, 1)
    for other in range(symbols_of(sim)):
        if other != s:
            worth = worth_of(sim, other)
            if worth > 0 and (not alike or moves_with(sim, s, other)):
                room -= worth
    return max(room, 0) // price_money


def worth_of(sim, s):
    """A symbol's exposure: its position with all approved entries of one side, whichever is more, at the last close."""
    account = account_of(sim)
    held = held_lots(sim, s)
    lots = max(held + entry_lots(sim, s, 1), entry_lots(sim, s, -1) - held)
    mark = lane_of(sim, s).mark
    lot_money = terms_of(sim, s).lot_money
    if float(lots) * float(mark) * float(lot_money) > account.money_limit:
        # Asked for far below the price: at the close it is worth more than the run can count.
        account.code = R_MONEY_OVERFLOW
        return 0
    return lots * mark * lot_money
