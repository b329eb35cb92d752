"""The risk gate: tells what reduces from what is an entry, and judges both.

It writes what may work (`eff`) beside what is wanted (`qty`), never over it, and notes a code with two numbers for
everything it did. What only reduces a position it neither takes off nor refuses nor delays; what entries must meet is
in `core.entries`, what blocks all of them in `core.blocks`. docs/rules.md section 7 is its text, in the same order.
"""

from botswain.core.access import account_of, dirty_at, lane_of, row_of, rules_of, terms_of, width_of
from botswain.core.blocks import blocked_by
from botswain.core.caps import pass_caps, turn_rate
from botswain.core.codes import (
    ASKED,
    CAPS,
    DEFERRED,
    DONE,
    ENDED,
    ENTRY,
    GATE,
    MARKET,
    R_ABOVE_MAXIMUM,
    R_BELOW_MINIMUM,
    R_MONEY_OVERFLOW,
    REDUCE_ONLY,
    REDUCING,
    STOP,
    STOP_LIMIT,
    WAITING,
    WORKING,
)
from botswain.core.entries import end_row, note, pass_gate, price_of, refuse, too_small
from botswain.core.freeing import approve, free_children, free_children_of_part, let_go
from botswain.core.rows import asked_lots, held_lots, mark_dirty
from botswain.core.windows import takes_off

# When a row is judged. Against the position: what goes by the market, what is reduce-only, stops, the others; in a
# block also those that were let in as entries, after those of their kind. Then, in slot order, all other rows.
NEVER = -1
AT_ONCE = 0
ONLY_REDUCING = 1
STOPPING = 2
RESTING = 4
LET_IN = 1
LAST = 6


def judge(sim, s, moved):
    """Judge the changed rows of a symbol, and those that waited: each ends up working, waiting or ended.

    moved  the position changed, so that a row which reduced it may be an entry by now
    """
    lane = lane_of(sim, s)
    if GATE:
        if CAPS:
            turn_rate(sim)
        code = blocked_by(sim, s)
        if code == 0 and lane.waiting != 0 and (lane.blocked != 0 or lane.seen != account_of(sim).changes):
            release(sim, s)
        lane.blocked = code
        if code != 0 or lane.dirty > 0 or moved:
            judge_in_order(sim, s, code)
            if account_of(sim).has_parents != 0 and just_freed(sim, s):
                judge_in_order(sim, s, code)
        return
    k = 0
    while k < lane.dirty:
        # The list may grow before this place and after it: a row that is found filled frees others, which then changed.
        slot = dirty_at(sim, s, k)
        row = row_of(sim, s, slot)
        if row.state == ASKED and fit_limits(sim, s, slot):
            approve(sim, s, slot)
        k += 1


def just_freed(sim, s):
    """Whether a row need not wait for its parent since the gate ended or held back the rest of that."""
    for slot in range(rules_of(sim).slots):
        row = row_of(sim, s, slot)
        if row.state == WORKING and row.reducing == DEFERRED and row.freed != 0:
            return True
    return False


def fit_asked(sim, s):
    """End what the strategy wants and the venue would not take, before exits count on it to close the position."""
    lane = lane_of(sim, s)
    k = 0
    while k < lane.dirty:
        slot = dirty_at(sim, s, k)
        if slot < rules_of(sim).slots and row_of(sim, s, slot).state == ASKED:
            fit_limits(sim, s, slot)
        k += 1


def release(sim, s):
    """What kept rows waiting, or a part of them, may be over: they are judged as if new."""
    lane_of(sim, s).waiting = 0
    for slot in range(rules_of(sim).slots):
        row = row_of(sim, s, slot)
        if row.state == WAITING or (row.state == WORKING and row.ended != 0):
            row.state = ASKED
            mark_dirty(sim, s, slot)


def judge_in_order(sim, s, code):
    """Judge what asks; in a block also what works; and what worked as reducing where it is not (or no more).

    Rows that close go before rows that rest, so that none of them is refused for the sake of another that may never
    fill; what all of them take together is no more than the position.
    """
    if lane_of(sim, s).dirty > 0:
        defer_children(sim, s)
        if account_of(sim).code == R_MONEY_OVERFLOW:
            return
    held = held_lots(sim, s)
    if held != 0 and terms_of(sim, s).shortable != 0:
        judge_closing(sim, s, code, held)
    shortable = terms_of(sim, s).shortable
    for slot in range(rules_of(sim).slots):
        if code == 0 and stands(row_of(sim, s, slot), held, shortable):
            continue
        if turn_of(sim, s, slot, held) == LAST:
            judge_row(sim, s, slot, code, 0)
    for slot in range(rules_of(sim).slots, width_of(sim)):
        row = row_of(sim, s, slot)
        if row.state == ASKED:
            # An exit: never larger than what is left of the position.
            row.reducing = REDUCING
            row.ended = 0
            approve(sim, s, slot)


def defer_children(sim, s):
    """Hold what asks to the venue's limits. A row that waits for its parent is judged when that is filled.

    Until then it takes no room from others and is no order of the day: the position it is for may not even be there.
    """
    for slot in range(width_of(sim)):
        row = row_of(sim, s, slot)
        if row.state == ASKED and fit_limits(sim, s, slot):
            row.reducing = ENTRY
            if row.parent > 0 and let_go(sim, s, slot):
                row.freed = 1
            if row.parent > 0 and row.freed == 0:
                row.reducing = DEFERRED
                row.state = WORKING
                row.ended = 0


def stands(row, held, shortable):
    """Whether a row works and to judge it again outside a block changes nothing: as an entry, or as all it may sell.

    Most rows of a ladder do whenever another one fills; those of which it is not plain are judged.
    """
    if row.state != WORKING or row.eff <= row.filled:
        return False
    if row.side > 0 or shortable != 0:
        return row.reducing == ENTRY and row.flag_bits & REDUCE_ONLY == 0
    return row.reducing == REDUCING and row.eff == row.qty and row.qty - row.filled <= held


def turn_of(sim, s, slot, held):
    """When a row is judged, of a position of `held` lots."""
    row = row_of(sim, s, slot)
    asks = row.state == ASKED
    if not asks and row.state != WORKING:
        return NEVER
    if row.reducing == DEFERRED:
        if row.freed == 0:
            return NEVER
        asks = True
    if row.side * held >= 0 or terms_of(sim, s).shortable == 0:
        return LAST
    if row.kind == MARKET:
        return AT_ONCE
    if row.flag_bits & REDUCE_ONLY:
        return ONLY_REDUCING
    turn = turn_of_kind(row)
    return turn if asks or row.reducing != ENTRY else turn + LET_IN


def turn_of_kind(row):
    """Stops go before what else rests."""
    return STOPPING if row.kind == STOP or row.kind == STOP_LIMIT else RESTING


def judge_closing(sim, s, code, held):
    """Judge the rows against a position of `held` lots, and keep count of what they leave of it.

    A reduce-only row that rests passes in any case; no stop makes way for it, or the gate would take the stop off a
    position that may fall. So there are two counts: `room`, and `beneath`, which such rows do not lessen, for stops.
    """
    room = abs(held)
    beneath = room
    for turn in range(LAST):
        if not takes_off(sim, code) and (turn == STOPPING + LET_IN or turn == RESTING + LET_IN):
            continue
        for slot in range(rules_of(sim).slots):
            if turn_of(sim, s, slot, held) == turn:
                row = row_of(sim, s, slot)
                shared = group_lots(sim, s, slot, turn, False)
                beside = group_lots(sim, s, slot, turn, True)
                space = max(room + shared, 0)
                if turn == STOPPING or turn == STOPPING + LET_IN:
                    space = max(space, beneath + beside)
                lots = judge_against(sim, s, slot, code, space)
                room -= max(lots - shared, 0)
                if not gives_way(row):
                    beneath -= max(lots - beside, 0)
    if lane_of(sim, s).waiting != 0:
        close_with_waiting(sim, s, held, room, beneath)


def judge_against(sim, s, slot, code, space):
    """Judge one row against the position that may close `space` lots of it. Returns how many of them it takes."""
    row = row_of(sim, s, slot)
    judge_row(sim, s, slot, code, space)
    if row.state != WORKING:
        return 0
    lots = row.eff - row.filled
    if row.reducing == ENTRY:
        # Through zero, and let in. What rests of such may wait for long: it keeps no other from closing.
        return min(lots, space) if row.kind == MARKET else 0
    return lots


def gives_way(row):
    """Whether a row is reduce-only and rests, and no stop: stops need no room beside it."""
    return row.flag_bits & REDUCE_ONLY != 0 and row.kind != MARKET and turn_of_kind(row) == RESTING


def group_lots(sim, s, slot, turn, beneath):
    """Leaves of the largest other row of a link group that was told to be reducing before this one: of one order fills.

    beneath  without what gives way to stops
    """
    row = row_of(sim, s, slot)
    most = 0
    if row.link == 0:
        return most
    held = held_lots(sim, s)
    for other in range(rules_of(sim).slots):
        one = row_of(sim, s, other)
        if other != slot and one.link == row.link and one.state == WORKING and one.reducing == REDUCING:
            if one.side * held >= 0:
                continue
            before = turn_of(sim, s, other, held)
            if (before < turn or (before == turn and other < slot)) and not (beneath and gives_way(one)):
                most = max(most, one.eff - one.filled)
    return most


def close_with_waiting(sim, s, held, room, beneath):
    """What waits at the gate, in whole or in part, closes what all others leave of the position.

    What it had to make way for may be gone, and a block may hold for good: a stop must not wait for its end.
    """
    for turn in (STOPPING, RESTING):
        for slot in range(rules_of(sim).slots):
            row = row_of(sim, s, slot)
            if row.side * held >= 0 or row.ended == 0 or turn_of_kind(row) != turn:
                continue
            if row.state == WAITING or row.state == WORKING:
                leaves = row.eff - row.filled
                shared = group_lots(sim, s, slot, LAST, False)
                beside = group_lots(sim, s, slot, LAST, True)
                space = room + max(leaves, shared)
                if turn == STOPPING:
                    space = max(space, beneath + max(leaves, beside))
                lots = widen(sim, s, slot, space)
                room -= max(lots - shared, 0) - max(leaves - shared, 0)
                if turn == STOPPING:
                    beneath -= max(lots - beside, 0) - max(leaves - beside, 0)


def widen(sim, s, slot, space):
    """Let a row that waits close up to `space` lots of the position, if it closes less. Returns its leaves."""
    row = row_of(sim, s, slot)
    leaves = row.eff - row.filled
    asked = asked_lots(sim, s, slot)
    lots = min(asked, space)
    if lots <= leaves or too_small(sim, s, lots, price_of(sim, s, slot)):
        return leaves
    row.eff = row.filled + lots
    row.reducing = REDUCING
    if lots == asked:
        row.ended = 0
        row.noted = 0
    approve(sim, s, slot)
    mark_dirty(sim, s, slot)
    return lots


def judge_row(sim, s, slot, code, space):
    """One row that the venue would take: what reduces passes, an entry meets the gate.

    space  lots of the position that it may close
    """
    row = row_of(sim, s, slot)
    asks = row.state == ASKED or row.reducing == DEFERRED
    only = row.flag_bits & REDUCE_ONLY
    if row.side < 0 and terms_of(sim, s).shortable == 0:
        only = REDUCE_ONLY
        fit_sale(sim, s, slot, asks)
    leaves = row.eff - row.filled
    before = row.reducing
    if only or leaves <= space:
        row.reducing = REDUCING
        if asks:
            approve(sim, s, slot)
            row.ended = 0
            row.noted = 0
        elif before != REDUCING:
            # Let in as an entry once; from here on its order does nothing but close.
            mark_dirty(sim, s, slot)
    elif asks or takes_off(sim, code) or row.reducing != ENTRY:
        if row.ended != 0:
            # What kept a part of it waiting is asked once more, for the whole of it.
            row.eff = row.filled + asked_lots(sim, s, slot)
        row.reducing = ENTRY
        row.state = ASKED
        judge_entry(sim, s, slot, code, min(leaves, space))
        if not asks and (row.state != WORKING or row.eff - row.filled != leaves or row.reducing != before):
            mark_dirty(sim, s, slot)


def fit_sale(sim, s, slot, asks):
    """Where none may be short a sale only closes; of one that is larger than the position, as much as that works.

    The venue would not take more. Where there is no position yet it is left for the one it is meant for.
    """
    row = row_of(sim, s, slot)
    # Cut to what the venue takes in one order it stays that, however much of it is filled by now.
    most = terms_of(sim, s).max_lots
    whole = max(row.eff, min(row.qty, most)) if most > 0 else row.qty
    lots = min(whole - row.filled, held_lots(sim, s))
    if lots > 0 and lots != row.eff - row.filled and not too_small(sim, s, lots, price_of(sim, s, slot)):
        row.eff = row.filled + lots
        if not asks:
            mark_dirty(sim, s, slot)
            # By the market it takes more of the position from the exits, or leaves them more.
            lane_of(sim, s).unsure = 1


def judge_entry(sim, s, slot, code, part):
    """An entry meets the block, then the limits; what is let in counts as an order of the day.

    part  lots of it that close the position whatever becomes of the rest
    """
    row = row_of(sim, s, slot)
    if code != 0:
        refuse(sim, s, slot, code, row.qty, row.filled)
    if code != 0 or (CAPS and not pass_caps(sim, s, slot, part)) or not pass_gate(sim, s, slot, part):
        keep_reducing_part(sim, s, slot, part)
        if row.state != WORKING:
            free_children_of_part(sim, s, slot)
        return
    approve(sim, s, slot)
    row.ended = 0
    row.noted = 0
    if row.judged != row.rev:
        row.judged = row.rev
        account_of(sim).orders_today += 1
        if CAPS:
            account_of(sim).rate_orders += 1


def keep_reducing_part(sim, s, slot, part):
    """An order through zero whose entry was refused still closes the position: the gate limits increases only.

    The rest of a market order is gone; that of another waits, as the row's reason says.
    """
    row = row_of(sim, s, slot)
    if too_small(sim, s, part, price_of(sim, s, slot)):
        return
    row.eff = row.filled + part
    row.reducing = REDUCING
    if row.state == ENDED:
        row.ended = 0
    approve(sim, s, slot)


def fit_limits(sim, s, slot):
    """Cut to the venue's maximum and end what is under its minimum. Returns whether the row may go on."""
    row = row_of(sim, s, slot)
    terms = terms_of(sim, s)
    asked = row.qty - row.filled
    leaves = asked_lots(sim, s, slot)
    known = row.eff == row.filled + leaves
    row.eff = row.filled + leaves
    if leaves == 0 and row.filled > 0:
        row.state = DONE
        if account_of(sim).has_parents != 0:
            free_children(sim, s, slot, False)
        return False
    if leaves < asked and row.ended == 0 and not known:
        note(sim, s, slot, R_ABOVE_MAXIMUM, asked, leaves)
    if leaves < terms.min_lots:
        end_row(sim, s, slot, R_BELOW_MINIMUM, leaves, terms.min_lots)
        free_children_of_part(sim, s, slot)
        return False
    price = price_of(sim, s, slot)
    if float(leaves) * float(price) * float(terms.lot_money) > account_of(sim).money_limit:
        account_of(sim).code = R_MONEY_OVERFLOW
        return False
    notional = leaves * price * terms.lot_money
    if notional < terms.min_notional:
        end_row(sim, s, slot, R_BELOW_MINIMUM, notional, terms.min_notional)
        free_children_of_part(sim, s, slot)
        return False
    return True
