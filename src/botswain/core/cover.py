"""What of an exit is held: the coins that the strategy's own resting orders are for cannot be locked twice.

An exit protects the whole position; what own orders cover of it stays out of the book until the price comes to the
exit, and then goes in their place. Worked out last, from the table as it was judged. docs/rules.md section 6,
docs/decisions/0006.
"""

from botswain.core.access import row_of, rules_of
from botswain.core.codes import LADDER, MARKET, WORKING
from botswain.core.entries import price_of, too_small
from botswain.core.ladder import left_of, stop_slot
from botswain.core.rows import held_lots, mark_dirty, wanted_leaves


def hold(sim, s):
    """Say of the stop and of the target how many of their lots are held; with a ladder, of those of every piece."""
    if LADDER:
        hold_pieces(sim, s)
        return
    first = rules_of(sim).slots
    row = row_of(sim, s, first)
    if row.state != WORKING:
        row = row_of(sim, s, first + 1)
    if row.state == WORKING:
        hold_pair(sim, s, first, cover_of(sim, s, row.side))


def hold_pieces(sim, s):
    """Own orders cover the rest first, then the rungs in their order, each for what is left of it."""
    held = held_lots(sim, s)
    if held == 0:
        return
    covered = cover_of(sim, s, -1 if held > 0 else 1)
    for k in range(rules_of(sim).rungs + 1):
        hold_pair(sim, s, stop_slot(sim, k), covered)
        covered = max(covered - left_of(sim, s, k), 0)


def hold_pair(sim, s, first, covered):
    """The same of one stop, in slot `first`, and its target, of which own orders cover so many lots."""
    stop = row_of(sim, s, first)
    target = row_of(sim, s, first + 1)
    if stop.state == WORKING:
        price = price_of(sim, s, first)
        if target.state == WORKING:
            price = min(price, price_of(sim, s, first + 1))
        held = held_part(sim, s, first, price, covered)
        hold_row(sim, s, first, held)
        if target.state == WORKING:
            hold_row(sim, s, first + 1, held)
    elif target.state == WORKING:
        hold_row(sim, s, first + 1, held_part(sim, s, first + 1, price_of(sim, s, first + 1), covered))


def hold_row(sim, s, slot, lots):
    """Hold these lots of an exit, and send it anew where that was another number."""
    row = row_of(sim, s, slot)
    if row.held != lots:
        row.held = lots
        mark_dirty(sim, s, slot)


def held_part(sim, s, slot, price, covered):
    """Lots of an exit that own orders cover: all of it where a part would be too small to send at `price`."""
    row = row_of(sim, s, slot)
    wanted = row.qty - row.filled
    leaves = row.eff - row.filled
    resting = min(leaves, wanted - min(covered, wanted))
    if resting == leaves:
        return 0
    if too_small(sim, s, resting, price) or too_small(sim, s, leaves - resting, price):
        return leaves
    return leaves - resting


def cover_of(sim, s, side):
    """Leaves of the strategy's approved orders of a side that rest or will; a link group counts once."""
    total = 0
    for slot in range(rules_of(sim).slots):
        lots = covering(sim, s, slot, side)
        if lots > 0 and (row_of(sim, s, slot).link == 0 or is_largest(sim, s, slot, lots)):
            total += lots
    return total


def covering(sim, s, slot, side):
    """Leaves of a row that is not by the market, where it is of that side."""
    row = row_of(sim, s, slot)
    if row.side != side or row.kind == MARKET:
        return 0
    return wanted_leaves(sim, s, slot)


def is_largest(sim, s, slot, lots):
    """Whether no other row of its link group covers more; of equals, the first."""
    row = row_of(sim, s, slot)
    for other in range(rules_of(sim).slots):
        if other != slot and row_of(sim, s, other).link == row.link:
            more = covering(sim, s, other, row.side)
            if more > lots or (more == lots and other < slot):
                return False
    return True
