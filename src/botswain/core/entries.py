"""What the gate asks of an entry: its limits one by one, and what becomes of a row that one of them refuses.

docs/rules.md section 7, in the same order. Which rows are entries `core.gate` says.
"""

from botswain.core.access import (
    account_of,
    book_of,
    lane_of,
    note_of,
    note_room,
    row_of,
    rules_of,
    symbols_of,
    terms_of,
)
from botswain.core.codes import (
    ENDED,
    ENTRY,
    LIMIT,
    MARKET,
    R_BALANCE,
    R_MAX_OPEN_POSITIONS,
    R_MAX_ORDERS,
    R_MAX_POSITION,
    R_PRICE_COLLAR,
    STOP_LIMIT,
    WAITING,
    WORKING,
)
from botswain.core.freeing import coming_lots
from botswain.core.rows import held_lots
from botswain.core.sizing import lots_for
from botswain.ledger.exact import E8, ratio_ceil, ratio_floor


def pass_gate(sim, s, slot, part):
    """The limits on entries, in order; the first that objects refuses the row, for good or for now."""
    row = row_of(sim, s, slot)
    rules = rules_of(sim)
    account = account_of(sim)
    if rules.max_orders_day > 0 and row.judged != row.rev and account.orders_today >= rules.max_orders_day:
        refuse(sim, s, slot, R_MAX_ORDERS, account.orders_today, rules.max_orders_day)
        return False
    if rules.collar > 0 and (row.kind == LIMIT or row.kind == STOP_LIMIT):
        mark = lane_of(sim, s).mark
        if row.side * (row.price - mark) > ratio_floor(mark, rules.collar, 1, E8, 1, 1):
            if row.kind == STOP_LIMIT and row.side * held_lots(sim, s) < 0:
                # It protects: what took its room may end, and then it is let in as what closes.
                refuse(sim, s, slot, R_PRICE_COLLAR, row.price, mark)
            else:
                end_row(sim, s, slot, R_PRICE_COLLAR, row.price, mark)
            return False
    if rules.max_open > 0:
        others = open_symbols(sim, s)
        if others >= rules.max_open and not has_exposure(sim, s):
            refuse(sim, s, slot, R_MAX_OPEN_POSITIONS, others, rules.max_open)
            return False
    if rules.max_position > 0 and not cut_to(sim, s, slot, part, R_MAX_POSITION, position_lots(sim, s)):
        return False
    return row.side < 0 or has_balance(sim, s, slot)


def open_symbols(sim, s):
    """How many symbols but this one have a position or an approved unfilled entry."""
    count = 0
    for other in range(symbols_of(sim)):
        if other != s and has_exposure(sim, other):
            count += 1
    return count


def has_exposure(sim, s):
    """Whether a symbol has a position or an approved unfilled entry."""
    return book_of(sim, s).pos != 0 or entry_lots(sim, s, 1) > 0 or entry_lots(sim, s, -1) > 0


def entry_lots(sim, s, side):
    """Leaves of approved entries of one side. A row that is being judged is not among them."""
    total = 0
    for slot in range(rules_of(sim).slots):
        row = row_of(sim, s, slot)
        if row.state == WORKING and row.side == side and row.reducing == ENTRY:
            total += row.eff - row.filled
    return total


def position_lots(sim, s):
    """The most lots of a symbol by max_position, at the last close."""
    account = account_of(sim)
    price_money = lane_of(sim, s).mark * terms_of(sim, s).lot_money
    if account.equity <= 0 or price_money <= 0:
        return 0
    return lots_for(sim, account.equity, rules_of(sim).max_position, 1, 1, price_money)


def cut_to(sim, s, slot, part, code, most):
    """Shrink an entry to what `most` lots of its side leave it, but not below `part`, which closes."""
    row = row_of(sim, s, slot)
    held = held_lots(sim, s) * row.side
    room = most - held - entry_lots(sim, s, row.side)
    if part > 0:
        room = max(room, part)
    return fit_room(sim, s, slot, code, room)


def fit_room(sim, s, slot, code, room):
    """Let an entry have `room` lots at most. It ends, or waits, where that is too little.

    What the exits had made room for may not come: `unsure`.
    """
    row = row_of(sim, s, slot)
    leaves = row.eff - row.filled
    if leaves <= room:
        return True
    if too_small(sim, s, room, price_of(sim, s, slot)):
        refuse(sim, s, slot, code, leaves, room)
        return False
    note(sim, s, slot, code, leaves, room)
    row.eff = row.filled + room
    lane_of(sim, s).unsure = 1
    return True


def has_balance(sim, s, slot):
    """Whether cash, and what sales by the market bring before it, cover this buy beside what others hold reserved."""
    need = reserve_of(sim, s, slot)
    has = account_of(sim).cash
    for other in range(symbols_of(sim)):
        leaving = 0
        for k in range(rules_of(sim).slots):
            row = row_of(sim, other, k)
            if row.state == WORKING and row.side > 0 and row.reducing == ENTRY and row.eff > row.filled:
                need += reserve_of(sim, other, k)
            if row.kind == MARKET and row.side < 0:
                leaving += coming_lots(sim, other, k)
        if leaving > 0:
            has += proceeds_of(sim, other, min(leaving, max(held_lots(sim, other), 0)))
    if need <= has:
        return True
    refuse(sim, s, slot, R_BALANCE, need, has)
    return False


def proceeds_of(sim, s, lots):
    """Money that lots sold at the last close bring, less the taker fee, rounded down."""
    terms = terms_of(sim, s)
    notional = lots * lane_of(sim, s).mark * terms.lot_money
    return notional - ratio_ceil(notional, terms.taker_e8, 1, E8, 1, 1)


def reserve_of(sim, s, slot):
    """Money a buy may need: its leaves at its price with the taker fee, rounded up."""
    row = row_of(sim, s, slot)
    notional = (row.eff - row.filled) * price_of(sim, s, slot) * terms_of(sim, s).lot_money
    return notional + ratio_ceil(notional, terms_of(sim, s).taker_e8, 1, E8, 1, 1)


def refuse(sim, s, slot, code, value, limit):
    """An entry the gate does not let through now: gone for a market order, waiting for a resting one."""
    row = row_of(sim, s, slot)
    if row.kind == MARKET:
        end_row(sim, s, slot, code, value, limit)
        return
    if row.noted != code:
        note(sim, s, slot, code, value, limit)
        row.noted = code
    row.eff = row.filled
    row.state = WAITING
    row.ended = code
    lane = lane_of(sim, s)
    lane.waiting = 1
    lane.seen = account_of(sim).changes
    lane.unsure = 1


def end_row(sim, s, slot, code, value, limit):
    """End a row before it was sent, and say why."""
    row = row_of(sim, s, slot)
    row.eff = row.filled
    row.state = ENDED
    row.ended = code
    lane_of(sim, s).unsure = 1
    note(sim, s, slot, code, value, limit)


def note(sim, s, slot, code, value, limit):
    """Write down what was done and its numbers; the oldest notes give way when the book of notes is full."""
    account = account_of(sim)
    entry = note_of(sim, account.notes % note_room(sim))
    entry.time_ms = account.time_ms
    entry.symbol = s
    entry.slot = slot
    entry.rev = row_of(sim, s, slot).rev if slot >= 0 else 0
    entry.code = code
    entry.value = float(value)
    entry.limit = float(limit)
    account.notes += 1


def price_of(sim, s, slot):
    """The price a row is judged at: its limit, its trigger, or the last close."""
    row = row_of(sim, s, slot)
    if row.price > 0:
        return row.price
    if row.trigger > 0:
        return row.trigger
    return lane_of(sim, s).mark


def too_small(sim, s, lots, price):
    """Whether the venue would not take an order of that size."""
    terms = terms_of(sim, s)
    return lots < terms.min_lots or lots * price * terms.lot_money < terms.min_notional
