"""A position in pieces, each with a stop of its own: one for every rung of a take-profit ladder, and the rest.

Piece k is what goes at the k-th rung, piece 0 what goes at none. A piece has two slots after the strategy's own, for
its stop and its target, and a link group: what is sold at a rung ends its own stop and no other, so that the remainder
is never bare and no coin is asked for twice. docs/rules.md section 6, docs/decisions/0015.
"""

from botswain.core.access import piece_at, row_of, rules_of, rung_at, set_piece
from botswain.core.codes import DONE
from botswain.core.entries import too_small
from botswain.core.rows import spent
from botswain.core.stops import entry_ticks
from botswain.core.wanted import renew, withdraw
from botswain.ledger.exact import E8, ratio_floor


def stop_slot(sim, k):
    """The slot of a piece's stop; that of its target is the next one."""
    return rules_of(sim).slots + 2 * k


def shares_upto(sim, k):
    """The shares of the rungs up to and with the k-th, in units of 1e-8."""
    return rung_at(sim, 2 * k - 1) if k > 0 else 0


def rung_ticks(sim, s, k, direction):
    """The price of the k-th rung."""
    return entry_ticks(sim, s, E8 + direction * rung_at(sim, 2 * k - 2), direction)


def gone_lots(sim, s, k):
    """What is filled of a piece in the present revs of its rows."""
    slot = stop_slot(sim, k)
    return row_of(sim, s, slot).filled + row_of(sim, s, slot + 1).filled


def left_of(sim, s, k):
    """Lots of a piece that are still to go."""
    return max(piece_at(sim, s, stop_slot(sim, k)) - gone_lots(sim, s, k), 0)


def put_piece(sim, s, k, lots):
    """Let a piece have so many lots left."""
    set_piece(sim, s, stop_slot(sim, k), lots + gone_lots(sim, s, k))


def is_spent(sim, s, k):
    """Whether one of a piece's rows was filled or ended by the venue."""
    slot = stop_slot(sim, k)
    return spent(sim, s, slot) or spent(sim, s, slot + 1)


def renew_piece(sim, s, k, lots):
    """Begin a piece anew, with so many lots."""
    slot = stop_slot(sim, k)
    renew(sim, s, slot)
    renew(sim, s, slot + 1)
    set_piece(sim, s, slot, lots)


def renew_pieces(sim, s):
    """Begin all of them anew, with nothing: no rung is taken."""
    for k in range(rules_of(sim).rungs + 1):
        renew_piece(sim, s, k, 0)


def fit_pieces(sim, s, direction, lots, stop):
    """Have the pieces be what the exits are for, `lots` together: as they stand where they are that, else laid anew.

    stop  where the stops stand, in ticks; 0: nowhere
    """
    together = 0
    small = False
    for k in range(rules_of(sim).rungs + 1):
        left = left_of(sim, s, k)
        together += left
        if left > 0:
            if is_spent(sim, s, k):
                renew_piece(sim, s, k, left)
            elif gone_lots(sim, s, k) == 0 and too_small(sim, s, left, least_ticks(sim, s, k, direction, stop)):
                small = True
    if small or together != lots:
        lay(sim, s, direction, lots, stop)


def lay(sim, s, direction, lots, stop):
    """Share lots out among rungs that are not taken, and the rest; what is too small joins the next, or the last."""
    rungs = rules_of(sim).rungs
    taken = taken_rungs(sim, s)
    if shares_upto(sim, taken) == E8:
        # All are, and there is more by now.
        renew_pieces(sim, s)
        taken = 0
    for k in range(1, taken + 1):
        put_piece(sim, s, k, 0)
    first = shares_upto(sim, taken)
    before = 0
    carried = 0
    last = 0 if shares_upto(sim, rungs) < E8 else rungs
    found = False
    for n in range(taken + 1, rungs + 2):
        k = n if n <= rungs else 0
        upto = lots
        if k > 0:
            upto = ratio_floor(lots, shares_upto(sim, k) - first, 1, E8 - first, 1, 1)
        mine = upto - before + carried
        before = upto
        carried = 0
        if mine > 0 and too_small(sim, s, mine, least_ticks(sim, s, k, direction, stop)):
            carried = mine
            mine = 0
        if mine > 0:
            last = k
            found = True
        lay_piece(sim, s, k, mine)
    if carried > 0:
        lay_piece(sim, s, last, carried + (left_of(sim, s, last) if found else 0))


def lay_piece(sim, s, k, lots):
    """Give a piece lots, whatever became of its rows before."""
    if lots > 0 and is_spent(sim, s, k):
        renew_piece(sim, s, k, lots)
    else:
        put_piece(sim, s, k, lots)


def taken_rungs(sim, s):
    """The number of the highest rung that is taken, its target filled and nothing left of it; those below are too."""
    taken = 0
    for k in range(1, rules_of(sim).rungs + 1):
        if row_of(sim, s, stop_slot(sim, k) + 1).state == DONE and left_of(sim, s, k) == 0:
            taken = k
    return taken


def least_ticks(sim, s, k, direction, stop):
    """The price at which a piece is worth least: at its stop or at its rung; of the rest without a stop, the last."""
    ticks = rung_ticks(sim, s, k if k > 0 else rules_of(sim).rungs, direction)
    if ticks <= 0:
        ticks = entry_ticks(sim, s, E8, direction)
    if stop > 0:
        ticks = stop if k == 0 else min(stop, ticks)
    return ticks


def withdraw_pieces(sim, s):
    """Nothing rests for the rungs any more, and no piece has anything left."""
    put_piece(sim, s, 0, 0)
    for k in range(1, rules_of(sim).rungs + 1):
        withdraw(sim, s, stop_slot(sim, k))
        withdraw(sim, s, stop_slot(sim, k) + 1)
        put_piece(sim, s, k, 0)


def leave_whole(sim, s):
    """The position goes as a whole, in the slot of the rest's stop."""
    withdraw_pieces(sim, s)
    if is_spent(sim, s, 0):
        renew_piece(sim, s, 0, 0)
