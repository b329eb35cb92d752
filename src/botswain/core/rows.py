"""What stands of a wanted row: its lots, its leaves, what its order may do, and that it changed.

These read a row as it is; how it comes to be so is in `core.wanted`, `core.freeing` and `core.gate`.
"""

from botswain.core.access import book_of, dirty_at, lane_of, row_of, rules_of, set_dirty, terms_of
from botswain.core.codes import DONE, ENDED, MARKET, R_BELOW_MINIMUM, REDUCE_ONLY, REDUCING, WORKING
from botswain.ledger.books import whole_lots


def held_lots(sim, s):
    """Whole lots of the position, negative when short."""
    pos = book_of(sim, s).pos
    lots = whole_lots(abs(pos), terms_of(sim, s))
    return lots if pos >= 0 else -lots


def exit_lots(sim, s, lots):
    """Those of a position's whole lots that exits can close: what closes a short takes its dust back first."""
    book = book_of(sim, s)
    if book.pos < 0 and book.dust > 0:
        return whole_lots(-(book.pos + book.dust), terms_of(sim, s))
    return lots


def asked_lots(sim, s, slot):
    """Leaves that a row asks for: of a strategy's all in one order that the venue takes, of an exit one by one."""
    row = row_of(sim, s, slot)
    most = terms_of(sim, s).max_lots
    leaves = row.qty - row.filled
    if most == 0:
        return leaves
    return min(leaves, most if slot >= rules_of(sim).slots else max(most - row.filled, 0))


def wanted_leaves(sim, s, slot):
    """Lots that should be working for a row now, held ones included: none while it waits for its parent."""
    row = row_of(sim, s, slot)
    if row.state != WORKING:
        return 0
    if row.parent > 0 and row.freed == 0:
        return 0
    return row.eff - row.filled


def spent(sim, s, slot):
    """Whether a protective row was filled or ended by the venue while there is still something to protect."""
    row = row_of(sim, s, slot)
    return row.state == DONE or (row.state == ENDED and row.ended != R_BELOW_MINIMUM)


def works_only(sim, s, slot):
    """Whether a row's order may do nothing but close: it asks for that, or the gate passed it for nothing else.

    Two of such may together be more than the position. What goes by the market meets the one that was decided on.
    """
    row = row_of(sim, s, slot)
    if row.flag_bits & REDUCE_ONLY:
        return True
    return row.reducing == REDUCING and row.kind != MARKET and terms_of(sim, s).shortable != 0


def order_flags(sim, s, slot):
    """The flags of a row's order."""
    flags = row_of(sim, s, slot).flag_bits
    return flags | REDUCE_ONLY if works_only(sim, s, slot) else flags


def name_row(sim, s, slot, tag):
    """What the fills of a row are for; an order that is there already is told of it."""
    row = row_of(sim, s, slot)
    if row.tag != tag:
        row.tag = tag
        if row.state == WORKING:
            mark_dirty(sim, s, slot)


def mark_dirty(sim, s, slot):
    """Note that a slot changed, keeping the list ascending."""
    row = row_of(sim, s, slot)
    if row.dirty != 0:
        return
    row.dirty = 1
    lane = lane_of(sim, s)
    k = lane.dirty
    lane.dirty += 1
    while k > 0 and dirty_at(sim, s, k - 1) > slot:
        set_dirty(sim, s, k, dirty_at(sim, s, k - 1))
        k -= 1
    set_dirty(sim, s, k, slot)
