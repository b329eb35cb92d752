"""The simulator: candles in, fills and an equity curve out, for any number of symbols on one account.

It is the venue (`matching`) and the bot (`pipeline`) around one table of wanted rows, instant by instant in the
order of docs/rules.md section 3. All its state is in the Sim, so it can stop at any candle and go on, and live can
call the same parts.

Most candles reach no order and find none on its way: with one symbol only the close of such a candle is gone through.
What can only change where something trades (room for reports, a halt) is looked at there.
"""

from botswain.core.access import (
    account_of,
    beat_at,
    candle_index,
    close_at,
    depth_of,
    dirty_at,
    expect_candle,
    expect_open,
    high_at,
    lane_of,
    low_at,
    open_at,
    order_of,
    report_room,
    room_at,
    row_of,
    rules_of,
    set_dirty,
    set_turn,
    symbols_of,
    terms_of,
    time_at,
    turn_at,
    view_at,
    width_of,
)
from botswain.core.actions import act
from botswain.core.codes import (
    ACTIONS,
    CLOCK,
    CURVE,
    DEPTH,
    FINISHED,
    FORMING,
    GATE,
    IDLE,
    LADDER,
    LATE,
    NEED_ROOM,
    NO_DOWN,
    NO_UP,
    PARTS,
    SINGLE,
    TRADES,
)
from botswain.core.depth import bring_book
from botswain.core.depth_matching import meet_depth
from botswain.core.matching import ON_ITS_WAY, arrive, walk
from botswain.core.pipeline import (
    apply_report,
    beat_candle,
    close_candle,
    judge_candle,
    leave_in_time,
    mark_account,
)
from botswain.core.resting import remove
from botswain.core.rows import order_flags, wanted_leaves, works_only
from botswain.core.tape_matching import meet_trade
from botswain.core.windows import outside, over_by

# What a changed row's `dirty` says while orders are brought to the venue.
SETTLED = 2
REDUCING = 3
UNHEARD = 4
# Opens are read where something fills, here and there, and each from far memory if nobody has asked for it: so many
# candles before.
AHEAD = 64
# Several symbols' candles are more streams than a processor follows by itself: of each a line is asked for when the one
# before it is begun, in another instant for each (5 % of what fifty cost). A line holds so many numbers.
LINE = 8
LINE_AHEAD = 12


def simulate(sim, last):
    """Run instants from where the Sim stands up to but not including `last`.

    Returns FINISHED, NEED_ROOM (give a longer reports array and call again) or a halt's reason code.
    """
    account = account_of(sim)
    count = 1 if SINGLE else symbols_of(sim)
    # What a split leaves nothing of ends before the candle, and any row may be one of those.
    room = report_room(sim) - (1 + ACTIONS) * count * most_reports(sim)
    lane = lane_of(sim, 0)
    k = account.instant
    while k < last:
        account.instant = k
        if IDLE and lane.started != 0:
            k = skip_untouched(sim, k, last)
            if k == last:
                break
        expect_open(sim, k + AHEAD)
        if CLOCK and over_by(sim, opening_at(sim, k)):
            turn(sim, account.window_end, count)
        if ACTIONS:
            if account.reports > room:
                return NEED_ROOM
            act(sim, k)
            if account.code != 0:
                return account.code
        found = place_candles(sim, k, count)
        account.open_ms = time_at(sim, k)
        if found > 0:
            if account.reports > room:
                return NEED_ROOM
            trade(sim, found)
            if account.code != 0:
                return account.code
        if FORMING:
            decide_after(sim, k, count)
        else:
            close(sim, k, count)
        if account.code != 0:
            return account.code
        k += 1
    account.instant = k
    return FINISHED


def most_reports(sim):
    """How many reports there may be of one symbol in one candle, or of one trade.

    Every row may be reported of, an exit of which lots are held twice, one of each piece of a position; what was to
    fill at once and did so in part ends too.
    """
    most = width_of(sim) + 1 + PARTS + (rules_of(sim).rungs if LADDER else 0)
    if DEPTH:
        # A fill that is not an order's last empties a level: of two sides, on arrival and again before the trade.
        most += 4 * depth_of(sim, 0).levels + 2 * width_of(sim)
    return most


def reached(sim, s, i):
    """Whether candle i reaches an order that rests; where none does, its prices are not even read."""
    lane = lane_of(sim, s)
    return (lane.lo != NO_DOWN and low_at(sim, i) <= lane.lo) or (lane.hi != NO_UP and high_at(sim, i) >= lane.hi)


def skip_untouched(sim, k, last):
    """One symbol and nobody to call at a close: go to the next candle that reaches an order or brings one."""
    lane = lane_of(sim, 0)
    if lane.dirty > 0:
        return k
    start = k
    lo = lane.lo
    hi = lane.hi
    while k < last and low_at(sim, k) > lo and high_at(sim, k) < hi:
        k += 1
    if k > start:
        lane.i = k - 1
        lane.last = k - 1
        lane.mark = close_at(sim, k - 1)
    return k


def trade(sim, found):
    """The venue's part of an instant, and what the bot makes of its reports."""
    account = account_of(sim)
    r = account.reports
    match(sim, found)
    while r < account.reports and account.code == 0:
        apply_report(sim, r)
        r += 1


def place_candles(sim, k, count):
    """Say which candle each symbol has at this instant. Returns how many have work for the venue: `turn_at` lists them.

    Those are the symbols that have a candle, and an order that is on its way or that the candle reaches. One's orders
    never change those of another, so none is to be added while the venue works.
    """
    if SINGLE:
        lane = lane_of(sim, 0)
        lane.i = k
        return 1 if DEPTH or lane.dirty != 0 or reached(sim, 0, k) else 0
    found = 0
    for s in range(count):
        lane = lane_of(sim, s)
        i = candle_index(sim, s, k)
        lane.i = i
        if (k + s) % LINE == 0:
            expect_candle(sim, s, k + LINE_AHEAD, i + LINE_AHEAD)
        if i >= 0 and (lane.dirty > 0 or reached(sim, s, i)):
            set_turn(sim, found, s)
            found += 1
    return found


def match(sim, found):
    """The venue's part of an instant: arrivals at the open, then the path of each symbol's candle."""
    account_of(sim).seq = 0
    waiting = 0
    for n in range(found):
        s = symbol_at(sim, n)
        waiting += lane_of(sim, s).dirty
        if PARTS:
            lane_of(sim, s).room = room_at(sim, lane_of(sim, s).i)
    if waiting > 0:
        if DEPTH:
            k = account_of(sim).instant
            book_of_arrival(sim, k, max(decided_at(sim, k - 1), depth_of(sim, 0).asked_ms))
        bring_orders(sim, found)
    for n in range(found):
        s = symbol_at(sim, n)
        i = lane_of(sim, s).i
        if DEPTH:
            meet_depth(sim, s, i)
        elif reached(sim, s, i):
            if TRADES:
                meet_trade(sim, s, i)
            else:
                walk(sim, s, i)


def book_of_arrival(sim, k, at_ms):
    """Bring the book to where what arrives at a time, before trade k, finds it."""
    bring_book(sim, 0, min(at_ms + 1, time_at(sim, k)))


def decided_at(sim, i):
    """The time of what is decided after trade i; its own where that is nothing."""
    if FORMING and beat_at(sim, i) != 0:
        return abs(beat_at(sim, i))
    return time_at(sim, i)


def symbol_at(sim, n):
    """The n-th symbol that has work for the venue."""
    return 0 if SINGLE else turn_at(sim, n)


def bring_orders(sim, found):
    """Bring what changed to the venue: cancels, then reducing orders, then the others, symbols in order."""
    for n in range(found):
        cancel_changed(sim, symbol_at(sim, n))
    for n in range(found):
        write_changed(sim, symbol_at(sim, n))
    for n in range(found):
        bring_changed(sim, symbol_at(sim, n), REDUCING)
    for n in range(found):
        s = symbol_at(sim, n)
        bring_changed(sim, s, 1)
        settle(sim, s)


def settle(sim, s):
    """All that changed is at the venue, but for what there is news of that the bot has not heard."""
    lane = lane_of(sim, s)
    kept = 0
    for k in range(lane.dirty):
        slot = dirty_at(sim, s, k)
        row = row_of(sim, s, slot)
        if LATE and row.dirty == UNHEARD:
            row.dirty = 1
            set_dirty(sim, s, kept, slot)
            kept += 1
        else:
            row.dirty = 0
    lane.dirty = kept


def cancel_changed(sim, s):
    """Cancel the orders of changed rows that are not exactly what is wanted now, and tell reducing rows from others.

    All are told apart before any arrives, by the position the decision saw.
    """
    for k in range(lane_of(sim, s).dirty):
        slot = dirty_at(sim, s, k)
        if LATE and order_of(sim, s, slot).unheard > 0 and wanted_leaves(sim, s, slot) > 0:
            row_of(sim, s, slot).dirty = UNHEARD
            continue
        if reduces(sim, s, slot):
            row_of(sim, s, slot).dirty = REDUCING
        if order_of(sim, s, slot).active != 0 and not satisfied(sim, s, slot):
            remove(sim, s, slot)


def satisfied(sim, s, slot):
    """Whether the order at the venue is the one the row wants. A stop-limit that fired still is.

    One of which a split left no lot is wanted by nobody, though its row, too, has none.
    """
    row = row_of(sim, s, slot)
    order = order_of(sim, s, slot)
    leaves = wanted_leaves(sim, s, slot)
    if leaves == 0 or order.leaves != leaves or order.rev != row.rev or order.side != row.side:
        return False
    if order.asked != row.kind or order.price != row.price or order.trigger != row.trigger:
        return False
    order.tag = row.tag
    if order.flag_bits != order_flags(sim, s, slot) or order.held != row.held:
        return False
    return order.link == row.link and order.tif == row.tif


def write_changed(sim, s):
    """Write the orders of changed rows that want one and have none.

    All are written before any arrives: one that fills on arrival ends those of its group that are still on their way.
    """
    for k in range(lane_of(sim, s).dirty):
        slot = dirty_at(sim, s, k)
        leaves = wanted_leaves(sim, s, slot)
        if LATE and row_of(sim, s, slot).dirty == UNHEARD:
            continue
        if order_of(sim, s, slot).active != 0 or leaves <= 0:
            row_of(sim, s, slot).dirty = SETTLED
        else:
            write_order(sim, s, slot, leaves)


def bring_changed(sim, s, which):
    """The written orders that reduce the position (REDUCING), or the others (1), arrive in slot order."""
    lane = lane_of(sim, s)
    for k in range(lane.dirty):
        slot = dirty_at(sim, s, k)
        if row_of(sim, s, slot).dirty == which and order_of(sim, s, slot).active != 0:
            arrive(sim, s, slot, open_at(sim, lane.i))


def reduces(sim, s, slot):
    """Whether a row is reduce-only, or against the position and no larger than it."""
    if works_only(sim, s, slot):
        return True
    row = row_of(sim, s, slot)
    against = -row.side * lane_of(sim, s).venue_pos
    return against >= wanted_leaves(sim, s, slot) * terms_of(sim, s).lot_units


def write_order(sim, s, slot, leaves):
    """Copy what a row wants into its order at the venue."""
    row = row_of(sim, s, slot)
    order = order_of(sim, s, slot)
    order.active = 1
    order.rev = row.rev
    order.side = row.side
    order.kind = row.kind
    order.price = row.price
    order.trigger = row.trigger
    order.tif = row.tif
    order.flag_bits = order_flags(sim, s, slot)
    order.link = row.link
    order.tag = row.tag
    order.leaves = leaves
    order.held = row.held
    order.asked = row.kind
    order.arrival = ON_ITS_WAY + slot + (0 if row.dirty == REDUCING else width_of(sim))


def decide_after(sim, k, count):
    """What the bot decides after an instant of finer candles: at the close of its own, between closes, or nothing."""
    for s in range(count):
        lane = lane_of(sim, s)
        if lane.i >= 0:
            lane.price = close_at(sim, lane.i)
    at_ms = beat_at(sim, k)
    if at_ms == 0:
        return
    account = account_of(sim)
    for s in range(count):
        lane_of(sim, s).i = view_at(sim, s, k)
    if at_ms > 0:
        account.time_ms = at_ms
        beat(sim, count)
        return
    account.open_ms = -at_ms - account.timeframe_ms
    close(sim, k, count)


def beat(sim, count):
    """Between closes: symbols decide in order on the candles that form, then the gate judges.

    A symbol whose candle forms has a row in `i` and its last price in `price`; before a bot's first close there is
    nothing to compare with, and it decides nothing. The marks are those of the last closes again afterwards: equity,
    limits on losses and exits move at closes only.
    """
    account = account_of(sim)
    for s in range(count):
        lane = lane_of(sim, s)
        if lane.last < 0:
            lane.i = -1
        if lane.i >= 0:
            swap_mark(sim, s)
    for s in range(count):
        if account.code == 0 and lane_of(sim, s).i >= 0:
            beat_candle(sim, s)
    for s in range(count):
        if account.code == 0 and lane_of(sim, s).i >= 0:
            judge_candle(sim, s)
    for s in range(count):
        if lane_of(sim, s).i >= 0:
            swap_mark(sim, s)


def opening_at(sim, k):
    """When the bot's own candle opens that an instant lies in."""
    time_ms = time_at(sim, k)
    return time_ms - time_ms % account_of(sim).timeframe_ms if FORMING else time_ms


def turn(sim, time_ms, count):
    """Hours are over at a time when no candle closed: exits and the gate act, the strategy is not called."""
    account = account_of(sim)
    account.time_ms = time_ms
    if DEPTH:
        depth_of(sim, 0).asked_ms = time_ms
    outside(sim)
    for s in range(count):
        if lane_of(sim, s).last >= 0:
            leave_in_time(sim, s)


def swap_mark(sim, s):
    """Let the price of a symbol's candle that forms be its mark, or put the mark back."""
    lane = lane_of(sim, s)
    mark = lane.mark
    lane.mark = lane.price
    lane.price = mark


def close(sim, k, count):
    """All candles of the instant are applied, equity is marked, then symbols decide in order, then the gate judges."""
    account = account_of(sim)
    account.time_ms = account.open_ms + account.timeframe_ms
    for s in range(count):
        lane = lane_of(sim, s)
        if has_candle(sim, s):
            lane.last = lane.i
            lane.mark = lane.price if FORMING else close_at(sim, lane.i)
    mark_account(sim, k)
    if CLOCK:
        outside(sim)
    for s in range(count):
        if (not SINGLE or CURVE or GATE) and account.code != 0:
            return
        if has_candle(sim, s):
            close_candle(sim, s)
    for s in range(count):
        if account.code != 0:
            return
        if has_candle(sim, s):
            judge_candle(sim, s)
        elif GATE:
            # It has no candle now, but its entries may be blocked, or have waited for what happened elsewhere.
            leave_in_time(sim, s)


def has_candle(sim, s):
    """Whether a symbol has a candle at this instant. The only one has one at each, or there would be no instant."""
    return SINGLE or lane_of(sim, s).i >= 0
