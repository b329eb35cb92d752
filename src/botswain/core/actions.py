"""What comes before the candles of an instant: splits and dividends (docs/rules.md 11), funding and borrow fees (12).

A split changes everything that is counted in shares or priced by the share: the position, resting orders and the rows
that want them, the exits' best price and pieces, what the strategy remembers, and which candle is the last closed one:
that is another row of the columns, the same candle restated. A dividend, or a charge, is cash and changes nothing else.
"""

from botswain.core.access import (
    account_of,
    action_of,
    book_of,
    candle_index,
    down_at,
    lane_of,
    meaning_at,
    mem_at,
    memory_of,
    order_of,
    piece_at,
    row_of,
    rules_of,
    set_down,
    set_mem,
    set_piece,
    set_up,
    terms_of,
    time_at,
    up_at,
    width_of,
)
from botswain.core.blocks import count_streak
from botswain.core.codes import (
    AGAIN,
    BORROW,
    DIVIDEND,
    EXITS,
    FORMING,
    GATE,
    LADDER,
    NO_DOWN,
    NO_UP,
    OF_PRICE,
    PLAIN,
    R_BELOW_MINIMUM,
    R_MONEY_OVERFLOW,
    R_SPLIT,
    SPLIT,
    TAKE_PROFIT,
    WAITING,
    WORKING,
)
from botswain.core.cover import hold
from botswain.core.dealing import end_order, report
from botswain.core.exits import protect
from botswain.core.gate import judge
from botswain.core.pipeline import apply_report, follow_trip, protect_again
from botswain.core.resting import rest
from botswain.ledger.books import OVERFLOW, TRIP_CLOSED
from botswain.ledger.charges import post_charge
from botswain.ledger.exact import ratio_ceil, ratio_floor
from botswain.ledger.shares import post_dividend, post_split


def act(sim, k):
    """What became so before the candles of instant k, in the order it came. One that was done is not done again."""
    account = account_of(sim)
    account.open_ms = time_at(sim, k)
    account.time_ms = account.open_ms
    while account.code == 0 and action_of(sim, account.acted).instant <= k:
        n = account.acted
        account.acted += 1
        kind = action_of(sim, n).kind
        if kind == SPLIT:
            split(sim, n, k)
        elif kind == DIVIDEND:
            pay(sim, n)
        elif kind != BORROW or book_of(sim, action_of(sim, n).symbol).pos < 0:
            charge(sim, n)


def pay(sim, n):
    """A dividend: cash for what is held, from whoever is short of it."""
    action = action_of(sim, n)
    account = account_of(sim)
    before = account.cash
    if post_dividend(book_of(sim, action.symbol), account, action) & OVERFLOW:
        account.code = R_MONEY_OVERFLOW
    account.venue_cash += account.cash - before


def charge(sim, n):
    """Funding, or the fee of what is borrowed: of what a position is worth at the last close, of orders' candles."""
    action = action_of(sim, n)
    account = account_of(sim)
    lane = lane_of(sim, action.symbol)
    mark = lane.price if FORMING else lane.mark
    before = account.cash
    if post_charge(book_of(sim, action.symbol), terms_of(sim, action.symbol), account, action, mark) & OVERFLOW:
        account.code = R_MONEY_OVERFLOW
    account.venue_cash += account.cash - before


def split(sim, n, k):
    """A split: all that is in shares, or by the share, is of the new ones from here on; then exits and the gate act."""
    action = action_of(sim, n)
    s = action.symbol
    lane = lane_of(sim, s)
    if not split_position(sim, n):
        account_of(sim).code = R_MONEY_OVERFLOW
        return
    lane.mark = nearest(lane.mark, action.num, action.den)
    lane.before = nearest(lane.before, action.num, action.den)
    lane.best = nearest(lane.best, action.num, action.den)
    split_orders(sim, s, action.num, action.den)
    split_memory(sim, s, action.num, action.den)
    if lane.last < 0:
        return
    lane.last = candle_index(sim, s, k) - 1 - AGAIN * splits_to_come(sim, n)
    first = account_of(sim).reports
    end_empty(sim, s)
    for r in range(first, account_of(sim).reports):
        apply_report(sim, r)
    account_of(sim).changes += 1
    if EXITS:
        protect(sim, s)
    judge(sim, s, True)
    if GATE or EXITS:
        protect_again(sim, s)
    if EXITS:
        hold(sim, s)


def splits_to_come(sim, n):
    """How many splits of the same symbol come after one before the same candle: each has its own last candles."""
    action = action_of(sim, n)
    count = 0
    n += 1
    while action_of(sim, n).instant == action.instant and action_of(sim, n).symbol == action.symbol:
        count += 1 if action_of(sim, n).kind == SPLIT else 0
        n += 1
    return count


def split_position(sim, n):
    """Book a split, here and at the venue; where somebody holds something it is among the reports. Whether it could."""
    action = action_of(sim, n)
    s = action.symbol
    account = account_of(sim)
    book = book_of(sim, s)
    held = book.pos
    r = account.reports
    if held != 0:
        entry = report(sim, s, 0, 0, lane_of(sim, s).mark)
        entry.slot = -1
        entry.rev = action.num
        entry.seq = action.den
        entry.side = -1 if held > 0 else 1
        entry.reason = R_SPLIT
        entry.final = 1
    before = account.cash
    flags = post_split(book, terms_of(sim, s), account, action, lane_of(sim, s).mark)
    if flags & OVERFLOW:
        return False
    account.venue_cash += account.cash - before
    lane_of(sim, s).venue_pos = book.pos
    if flags & TRIP_CLOSED:
        follow_trip(sim, s, r, flags)
        if GATE:
            count_streak(sim, s, account.time_ms)
    if EXITS and book.pos == 0:
        lane_of(sim, s).best_known = 0
    return True


def nearest(ticks, num, den):
    """A price that nobody asked for, by the share after a split: to the nearest tick, half up, and one at least."""
    low = ratio_floor(ticks, den, 1, num, 1, 1)
    # The products may wrap in 64 bits; their difference is small and is the true one.
    rest = ticks * den - low * num
    return max(low + (1 if 2 * rest >= num else 0), min(ticks, 1))


def upwards(ticks, num, den):
    """A price in ticks by the share after a split, up; none stays none."""
    return ratio_ceil(ticks, den, 1, num, 1, 1)


def downwards(ticks, num, den):
    """A price in ticks by the share after a split, down, but one at least; none stays none."""
    return max(ratio_floor(ticks, den, 1, num, 1, 1), min(ticks, 1))


def lots_after(lots, num, den):
    """Lots after a split, down."""
    return ratio_floor(max(lots, 0), num, 1, den, 1, 1)


def split_orders(sim, s, num, den):
    """All rows and orders of a symbol after a split; a venue of its own does this to its orders, and no more."""
    for slot in range(width_of(sim)):
        split_row(sim, s, slot, num, den)
    lay_again(sim, s)


def split_row(sim, s, slot, num, den):
    """A row and its order: prices to the tick as they were ordered, what is filled and what is left down to the lot."""
    row = row_of(sim, s, slot)
    order = order_of(sim, s, slot)
    asks = lots_after(row.qty - row.filled, num, den)
    leaves = lots_after(row.eff - row.filled, num, den)
    row.filled = lots_after(row.filled, num, den)
    row.qty = row.filled + asks
    row.eff = row.filled + leaves
    row.held = lots_after(row.held, num, den)
    row.price = limit_after(row.price, row.side, num, den)
    row.trigger = trigger_after(row.trigger, row.kind, row.side, num, den)
    order.leaves = lots_after(order.leaves, num, den)
    order.held = lots_after(order.held, num, den)
    order.price = limit_after(order.price, order.side, num, den)
    order.trigger = trigger_after(order.trigger, order.asked, order.side, num, den)
    if LADDER:
        set_piece(sim, s, slot, lots_after(piece_at(sim, s, slot), num, den))


def limit_after(ticks, side, num, den):
    """A limit price after a split: a purchase not dearer, a sale not cheaper."""
    return downwards(ticks, num, den) if side > 0 else upwards(ticks, num, den)


def trigger_after(ticks, kind, side, num, den):
    """A trigger after a split: that of a stop like a limit, that of a take-profit sooner."""
    return limit_after(ticks, -side if kind == TAKE_PROFIT else side, num, den)


def lay_again(sim, s):
    """What rests does so at its new price, in the order in which it arrived."""
    lane = lane_of(sim, s)
    lane.lo = NO_DOWN
    lane.lo_slot = -1
    lane.hi = NO_UP
    lane.hi_slot = -1
    for slot in range(width_of(sim)):
        if down_at(sim, s, slot) != NO_DOWN or up_at(sim, s, slot) != NO_UP:
            set_down(sim, s, slot, NO_DOWN)
            set_up(sim, s, slot, NO_UP)
            rest(sim, s, slot)


def end_empty(sim, s):
    """End what the strategy wants of which a split left no lot to work, or to wait: no venue has orders for none."""
    for slot in range(rules_of(sim).slots):
        row = row_of(sim, s, slot)
        works = row.state == WORKING and row.eff == row.filled
        if works or (row.state == WAITING and row.qty == row.filled):
            order = order_of(sim, s, slot)
            order.rev = row.rev
            order.side = row.side
            end_order(sim, s, slot, R_BELOW_MINIMUM)


def split_memory(sim, s, num, den):
    """What a strategy remembers of prices and quantities is of the new shares."""
    for k in range(memory_of(sim)):
        meaning = meaning_at(sim, k)
        if meaning == PLAIN:
            continue
        number = mem_at(sim, s, k)
        set_mem(sim, s, k, number * den / num if meaning == OF_PRICE else number * num / den)
