"""The risk gate: judges changed rows after sizing and exits, and watches the account at every close.

It writes what may work (`eff`) beside what is wanted (`qty`), never over it, and notes a code with two numbers for
everything it did. docs/rules.md section 7 is its text, in the same order.
"""

from botswain.core.access import (
    account_of,
    book_of,
    dirty_at,
    lane_of,
    note_of,
    note_room,
    row_of,
    rules_of,
    symbols_of,
    terms_of,
    width_of,
)
from botswain.core.codes import (
    ASKED,
    DONE,
    ENDED,
    GATE,
    LIMIT,
    MARKET,
    R_ABOVE_MAXIMUM,
    R_BALANCE,
    R_BELOW_MINIMUM,
    R_COOL_DOWN,
    R_DAILY_LOSS,
    R_DRAWDOWN,
    R_MAX_OPEN_POSITIONS,
    R_MAX_ORDERS,
    R_MAX_POSITION,
    R_MONEY_OVERFLOW,
    R_OUTSIDE_WINDOW,
    R_PRICE_COLLAR,
    REDUCE_ONLY,
    STOP_LIMIT,
    WAITING,
    WORKING,
)
from botswain.core.wanted import approve, asked_lots, coming_lots, free_children, held_lots, mark_dirty, wanted_leaves
from botswain.core.windows import outside
from botswain.ledger.exact import E8, ratio_ceil, ratio_floor

DAY_MS = 86_400_000


def watch_account(sim):
    """At a close instant, after marking: turn the risk day, keep the peak, start and end account-wide blocks."""
    account = account_of(sim)
    rules = rules_of(sim)
    equity = account.equity
    if account.day_known == 0 or account.time_ms >= account.day_end:
        into = (account.time_ms - rules.day_offset_ms) % DAY_MS
        account.day_end = account.time_ms - into + DAY_MS
        account.orders_today = 0
        account.day_halted = 0
        account.changes += 1
        account.day_start = equity if account.day_known != 0 else account.capital
        account.day_floor = fraction_of(account.day_start, E8 - rules.max_daily_loss)
        if account.day_known == 0:
            account.peak_floor = fraction_of(account.peak, E8 - rules.max_drawdown)
        account.day_known = 1
    if equity > account.peak:
        account.peak = equity
        account.peak_floor = fraction_of(equity, E8 - rules.max_drawdown)
    if rules.max_daily_loss > 0 and account.day_halted == 0 and equity <= account.day_floor:
        account.day_halted = 1
        note(sim, 0, -1, R_DAILY_LOSS, equity, account.day_floor)
    if rules.max_drawdown > 0 and account.drawn_down == 0 and equity <= account.peak_floor:
        account.drawn_down = 1
        note(sim, 0, -1, R_DRAWDOWN, equity, account.peak_floor)


def fraction_of(money, share_e8):
    """floor(money x share), share in units of 1e-8; for money below zero, the money itself."""
    if money <= 0:
        return money
    return ratio_floor(money, share_e8, 1, E8, 1, 1)


def count_streak(sim, s, time_ms):
    """After a round trip closed: lengthen or end the losing streak, and start a cool-down at its limit."""
    account = account_of(sim)
    rules = rules_of(sim)
    if book_of(sim, s).trip_profit >= 0:
        account.losses = 0
        return
    account.losses += 1
    if rules.max_losses > 0 and account.losses >= rules.max_losses:
        account.cool_until = time_ms + rules.cooldown_ms
        note(sim, s, -1, R_COOL_DOWN, account.losses, rules.max_losses)
        account.losses = 0


def blocked_by(sim):
    """The code of the account-wide block that holds now, or 0."""
    account = account_of(sim)
    if account.drawn_down != 0:
        return R_DRAWDOWN
    if account.day_halted != 0:
        return R_DAILY_LOSS
    if account.time_ms < account.cool_until:
        return R_COOL_DOWN
    if outside(sim):
        return R_OUTSIDE_WINDOW
    return 0


def judge(sim, s, moved):
    """Judge the changed rows of a symbol, and those that waited: each ends up working, waiting or ended.

    moved  the position changed, so that a row which reduced it may be an entry by now
    """
    lane = lane_of(sim, s)
    if GATE:
        code = blocked_by(sim)
        if code == 0 and lane.waiting != 0 and (lane.blocked != 0 or lane.seen != account_of(sim).changes):
            release(sim, s)
        lane.blocked = code
        if code != 0 or lane.dirty > 0 or moved:
            judge_in_order(sim, s, code)
        return
    for k in range(lane.dirty):
        slot = dirty_at(sim, s, k)
        row = row_of(sim, s, slot)
        if row.state == ASKED and fit_limits(sim, s, slot):
            approve(sim, s, slot)


def fit_asked(sim, s):
    """End what the strategy wants and the venue would not take, before exits count on it to close the position."""
    for k in range(lane_of(sim, s).dirty):
        slot = dirty_at(sim, s, k)
        if slot < rules_of(sim).slots and row_of(sim, s, slot).state == ASKED:
            fit_limits(sim, s, slot)


def release(sim, s):
    """What kept rows waiting may be over: they are judged as if new."""
    lane_of(sim, s).waiting = 0
    for slot in range(rules_of(sim).slots):
        row = row_of(sim, s, slot)
        if row.state == WAITING:
            row.state = ASKED
            mark_dirty(sim, s, slot)


def judge_in_order(sim, s, code):
    """Walk all rows in slot order, so that what earlier rows take is known.

    Rows that ask are judged; in a block, what works and is not (or no more) reducing is cut.
    """
    held = held_lots(sim, s)
    reducing_lots = 0
    for slot in range(width_of(sim)):
        row = row_of(sim, s, slot)
        if row.state != ASKED and row.state != WORKING:
            continue
        if row.state == ASKED and not fit_limits(sim, s, slot):
            continue
        leaves = row.eff - row.filled
        room = abs(held) - reducing_lots if row.side * held < 0 else 0
        part = min(leaves, room)
        fits = row.side * held < 0 and leaves <= room
        only = row.flag_bits & REDUCE_ONLY
        if row.state == ASKED:
            row.reducing = 1 if only or fits else 0
            judge_row(sim, s, slot, code, part)
        elif not only and leaves > 0 and not (row.reducing != 0 and fits) and (code != 0 or row.reducing != 0):
            row.reducing = 0
            row.state = ASKED
            judge_row(sim, s, slot, code, part)
            if row.state != WORKING or row.eff - row.filled != leaves:
                mark_dirty(sim, s, slot)
        if row.side * held < 0 and not only and row.reducing != 0:
            reducing_lots += wanted_leaves(sim, s, slot)


def keep_reducing_part(sim, s, slot, part):
    """A market order through zero whose entry was refused still closes the position: the gate limits increases only."""
    row = row_of(sim, s, slot)
    if row.kind != MARKET or part <= 0:
        return
    terms = terms_of(sim, s)
    if part < max(terms.min_lots, 1) or part * price_of(sim, s, slot) * terms.lot_money < terms.min_notional:
        return
    row.eff = row.filled + part
    row.reducing = 1
    approve(sim, s, slot)


def judge_row(sim, s, slot, code, part):
    """One row that the venue would take: what reduces passes, entries meet the gate in its order.

    part  lots of it that close the position whatever becomes of the rest
    """
    row = row_of(sim, s, slot)
    if row.reducing != 0:
        approve(sim, s, slot)
        row.ended = 0
        return
    if code != 0:
        refuse(sim, s, slot, code, row.qty, row.filled)
    if code != 0 or not pass_gate(sim, s, slot, part):
        keep_reducing_part(sim, s, slot, part)
        return
    approve(sim, s, slot)
    row.ended = 0
    if row.judged != row.rev:
        row.judged = row.rev
        account_of(sim).orders_today += 1


def refuse(sim, s, slot, code, value, limit):
    """An entry the gate does not let through now: gone for a market order, waiting for a resting one."""
    row = row_of(sim, s, slot)
    if row.kind == MARKET:
        end_row(sim, s, slot, code, value, limit)
        return
    if row.ended != code:
        note(sim, s, slot, code, value, limit)
    row.eff = row.filled
    row.state = WAITING
    row.ended = code
    lane = lane_of(sim, s)
    lane.waiting = 1
    lane.seen = account_of(sim).changes
    lane.unsure = 1


def fit_limits(sim, s, slot):
    """Cut to the venue's maximum and end what is under its minimum. Returns whether the row may go on."""
    row = row_of(sim, s, slot)
    terms = terms_of(sim, s)
    asked = row.qty - row.filled
    leaves = asked_lots(sim, s, slot)
    row.eff = row.filled + leaves
    if leaves == 0 and row.filled > 0:
        row.state = DONE
        if account_of(sim).has_parents != 0:
            free_children(sim, s, slot)
        return False
    if leaves < asked and row.ended == 0:
        note(sim, s, slot, R_ABOVE_MAXIMUM, asked, leaves)
    if leaves < max(terms.min_lots, 1):
        end_row(sim, s, slot, R_BELOW_MINIMUM, leaves, terms.min_lots)
        return False
    price = price_of(sim, s, slot)
    if float(leaves) * float(price) * float(terms.lot_money) > account_of(sim).money_limit:
        account_of(sim).code = R_MONEY_OVERFLOW
        return False
    notional = leaves * price * terms.lot_money
    if notional < terms.min_notional:
        end_row(sim, s, slot, R_BELOW_MINIMUM, notional, terms.min_notional)
        return False
    return True


def price_of(sim, s, slot):
    """The price a row is judged at: its limit, its trigger, or the last close."""
    row = row_of(sim, s, slot)
    if row.price > 0:
        return row.price
    if row.trigger > 0:
        return row.trigger
    return lane_of(sim, s).mark


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
            end_row(sim, s, slot, R_PRICE_COLLAR, row.price, mark)
            return False
    if rules.max_open > 0:
        others = open_symbols(sim, s)
        if others >= rules.max_open and not has_exposure(sim, s):
            refuse(sim, s, slot, R_MAX_OPEN_POSITIONS, others, rules.max_open)
            return False
    if rules.max_position > 0 and not cut_to_position(sim, s, slot, part):
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
        if row.state == WORKING and row.side == side and row.reducing == 0:
            total += row.eff - row.filled
    return total


def cut_to_position(sim, s, slot, part):
    """Shrink an entry to what max_position leaves, but not below `part`, which closes; end it where that is too little.

    What the exits had made room for may not come: `unsure`.
    """
    row = row_of(sim, s, slot)
    account = account_of(sim)
    price_money = lane_of(sim, s).mark * terms_of(sim, s).lot_money
    most = 0
    if account.equity > 0 and price_money > 0:
        most = ratio_floor(account.equity, rules_of(sim).max_position, 1, price_money, E8, 1)
    held = held_lots(sim, s) * row.side
    room = most - held - entry_lots(sim, s, row.side)
    if part > 0:
        room = max(room, part)
    leaves = row.eff - row.filled
    if leaves <= room:
        return True
    terms = terms_of(sim, s)
    notional = room * price_of(sim, s, slot) * terms.lot_money
    if room < max(terms.min_lots, 1) or notional < terms.min_notional:
        refuse(sim, s, slot, R_MAX_POSITION, leaves, room)
        return False
    note(sim, s, slot, R_MAX_POSITION, leaves, room)
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
            if row.state == WORKING and row.side > 0 and row.reducing == 0 and row.eff > row.filled:
                need += reserve_of(sim, other, k)
            if row.kind == MARKET and row.side < 0:
                leaving += coming_lots(sim, other, k)
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
