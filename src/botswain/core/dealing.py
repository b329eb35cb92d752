"""Orders fill and end: money and coins move at the venue, and everything that happens is a report.

A report of no lots is the end of an order. Where orders get a part of what they meet (PARTS) the rest waits.
"""

from botswain.core.access import account_of, depth_of, lane_of, order_of, report_of, symbols_of, terms_of, width_of
from botswain.core.codes import (
    DEPTH,
    IOC,
    LATE,
    PARTS,
    PROTECTIVE,
    R_INSUFFICIENT_BALANCE,
    R_LINKED,
    R_MONEY_OVERFLOW,
    R_NOT_FILLED,
    R_NOTHING_TO_REDUCE,
    REDUCE_ONLY,
)
from botswain.core.resting import remove, rest
from botswain.ledger.books import cash_change, fee_of, received_units, whole_lots


def execute(sim, s, slot, price, maker):
    """Fill an order's leaves at a price, or end it where the account cannot pay or has nothing to reduce."""
    order = order_of(sim, s, slot)
    terms = terms_of(sim, s)
    lane = lane_of(sim, s)
    lots = fillable(sim, s, slot)
    if lots == 0:
        end_order(sim, s, slot, R_NOTHING_TO_REDUCE)
        return
    whole = lots
    if PARTS:
        lots = min(lots, lane.room)
        if lots == 0:
            wait(sim, s, slot)
            return
    rate = terms.maker_e8 if maker else terms.taker_e8
    fee = fee_of(terms, order.side, lots, price, rate)
    # What is paid back comes after the fill and cannot pay for it.
    change = cash_change(terms, order.side, lots, price, max(fee, 0))
    if not can_pay(sim, s, order.side, lots, change, price):
        end_order(sim, s, slot, R_INSUFFICIENT_BALANCE)
        return
    link = order.link
    sharing = 0
    if order.held > 0:
        sharing = order.side
        fill_in_parts(sim, s, slot, lots, price, maker)
    else:
        fill(sim, s, slot, lots, price, fee, maker)
    if PARTS:
        lane.room -= lots
    if PARTS and lots < whole:
        report_of(sim, account_of(sim).reports - 1).final = 0
        order.leaves -= lots
        order.held = min(order.held, order.leaves)
        wait(sim, s, slot)
    else:
        remove(sim, s, slot)
    if link > 0 or sharing != 0:
        end_linked(sim, s, link, sharing, slot)


def wait(sim, s, slot):
    """What a trade had no room for waits for the next ones, unless it was to be filled at once."""
    if DEPTH and depth_of(sim, s).walking != 0:
        return
    if order_of(sim, s, slot).tif == IOC:
        end_order(sim, s, slot, R_NOT_FILLED)
    else:
        rest(sim, s, slot)


def fillable(sim, s, slot):
    """The lots of an order that can fill: its leaves, or what is left of the position that it may only reduce."""
    order = order_of(sim, s, slot)
    if order.flag_bits & REDUCE_ONLY == 0:
        return order.leaves
    held = lane_of(sim, s).venue_pos * -order.side
    return min(order.leaves, whole_lots(held, terms_of(sim, s))) if held > 0 else 0


def fill_in_parts(sim, s, slot, lots, price, maker):
    """Fill what rests of an order; then what is held of it arrives at the same price, as taker."""
    order = order_of(sim, s, slot)
    terms = terms_of(sim, s)
    resting = min(lots, order.leaves - order.held)
    if resting > 0:
        rate = terms.maker_e8 if maker else terms.taker_e8
        entry = fill(sim, s, slot, resting, price, fee_of(terms, order.side, resting, price, rate), maker)
        entry.final = 1 if resting == lots else 0
    if resting < lots:
        held = lots - resting
        fill(sim, s, slot, held, price, fee_of(terms, order.side, held, price, terms.taker_e8), 0)


def fill(sim, s, slot, lots, price, fee, maker):
    """Move a fill's money and coins and report it; returns the report."""
    order = order_of(sim, s, slot)
    terms = terms_of(sim, s)
    account_of(sim).venue_cash += cash_change(terms, order.side, lots, price, fee)
    lane_of(sim, s).venue_pos += order.side * received_units(terms, order.side, lots, fee)
    entry = report(sim, s, slot, lots, price)
    entry.fee = fee
    entry.maker = maker
    entry.reason = order.tag
    entry.final = 1
    return entry


def can_pay(sim, s, side, lots, change, price):
    """Whether the venue's balances cover a fill: cash for a buy, coins for a sell, margin for what is sold short."""
    terms = terms_of(sim, s)
    held = lane_of(sim, s).venue_pos
    units = lots * terms.lot_units
    if side > 0:
        if terms.shortable != 0 and held <= -units:
            return True
        return account_of(sim).venue_cash + change >= 0
    if units <= held:
        return True
    return terms.shortable != 0 and has_margin(sim, s, held - units, change, price)


def has_margin(sim, s, held, change, price):
    """Whether the account, worth what it is after a sale that leaves symbol s short, is half its shorts or more."""
    account = account_of(sim)
    worth = account.venue_cash + change
    shorts = 0
    for other in range(symbols_of(sim)):
        pos = held if other == s else lane_of(sim, other).venue_pos
        at = price if other == s else lane_of(sim, other).mark
        value = pos * at * terms_of(sim, other).unit_money
        # In floats too: a product that wrapped in 64 bits may look harmless.
        if abs(float(pos) * float(at) * float(terms_of(sim, other).unit_money)) > account.money_limit:
            account.code = R_MONEY_OVERFLOW
        worth += value
        shorts -= min(value, 0)
    return shorts - worth <= worth


def end_linked(sim, s, link, sharing, but):
    """One cancels the other: end every active order of a link group, the earliest arrival first.

    but      the slot of the order that filled: what is left of it works on
    sharing  the side of an exit that was held in part: the orders that kept it out of the book end too, which exits of
             other pieces of the position did not. 0: none
    Those on their way stand last, in the order in which they would arrive.
    """
    at = 0
    while at >= 0:
        at = -1
        for slot in range(width_of(sim)):
            order = order_of(sim, s, slot)
            shares = order.side == sharing and order.flag_bits & PROTECTIVE == 0
            if order.active != 0 and slot != but and ((link > 0 and order.link == link) or shares):
                if at < 0 or order.arrival < order_of(sim, s, at).arrival:
                    at = slot
        if at >= 0:
            end_order(sim, s, at, R_LINKED)


def end_order(sim, s, slot, code):
    """End an order with a reason and say so."""
    remove(sim, s, slot)
    entry = report(sim, s, slot, 0, 0)
    entry.reason = code
    entry.final = 1


def report(sim, s, slot, lots, price):
    """The next report, with what every report says."""
    account = account_of(sim)
    order = order_of(sim, s, slot)
    entry = report_of(sim, account.reports)
    account.reports += 1
    if LATE:
        order.unheard += 1
    entry.time_ms = account.open_ms
    entry.symbol = s
    entry.slot = slot
    entry.rev = order.rev
    entry.side = order.side
    entry.lots = lots
    entry.price = price
    entry.fee = 0
    entry.maker = 0
    entry.seq = 0
    if lots > 0:
        entry.seq = account.seq
        account.seq += 1
    return entry
