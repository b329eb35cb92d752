"""Parents and children: which rows wait for another one, and when they need not wait any more. docs/rules.md section 4.

A filled parent frees all its children, one that is over in part those that can do nothing but close.
"""

from botswain.core.access import account_of, row_of, rules_of, terms_of
from botswain.core.codes import ASKED, DONE, EMPTY, ENDED, REDUCE_ONLY, WAITING, WORKING
from botswain.core.rows import asked_lots, held_lots, mark_dirty, wanted_leaves


def approve(sim, s, slot):
    """A row may work. Where its parent stands filled it no longer waits for it, whatever becomes of the parent."""
    row = row_of(sim, s, slot)
    row.state = WORKING
    if row.parent > 0 and let_go(sim, s, slot):
        row.freed = 1


def let_go(sim, s, slot):
    """Whether the parent of a row stands filled; or in part, and no more of it works, which frees what only closes."""
    parent = row_of(sim, s, row_of(sim, s, slot).parent - 1)
    if parent.state == DONE:
        return True
    over = parent.state == ENDED or parent.state == WAITING or parent.state == EMPTY
    return over and parent.filled > 0 and only_closes(sim, s, slot)


def only_closes(sim, s, slot):
    """Whether a row can do nothing but close a position."""
    row = row_of(sim, s, slot)
    return row.flag_bits & REDUCE_ONLY != 0 or (row.side < 0 and terms_of(sim, s).shortable == 0)


def coming_lots(sim, s, slot):
    """Leaves of a row that are at the venue or go there next: while it is not judged yet, those that it asks for."""
    row = row_of(sim, s, slot)
    if row.state != ASKED:
        return wanted_leaves(sim, s, slot)
    if row.parent > 0 and row.freed == 0 and not let_go(sim, s, slot):
        return 0
    return asked_lots(sim, s, slot)


def free_children_of_part(sim, s, slot):
    """What is left of a row is wanted no more, or not now, whoever ended it: what was filled of it has its stop."""
    if row_of(sim, s, slot).filled > 0 and account_of(sim).has_parents != 0:
        free_children(sim, s, slot, True)


def free_children(sim, s, slot, part):
    """A row is filled: what waited for it is let go, for good in its present rev.

    part  it ended with a part of it filled: only what can do nothing but close goes, for that part has no other stop
    """
    for child in range(rules_of(sim).slots):
        row = row_of(sim, s, child)
        if row.parent == slot + 1 and row.freed == 0 and (not part or only_closes(sim, s, child)):
            if row.state == ASKED or row.state == WORKING or row.state == WAITING:
                row.freed = 1
            if row.state == WORKING:
                mark_dirty(sim, s, child)


def free_guards(sim, s, slot, side):
    """An older rev of a row filled late: what can do nothing but close the position that this left does not wait.

    side  of the fill. What it closed itself needs no guard.
    """
    if held_lots(sim, s) * side <= 0:
        return
    for child in range(rules_of(sim).slots):
        row = row_of(sim, s, child)
        if row.parent == slot + 1 and row.freed == 0 and row.side == -side and only_closes(sim, s, child):
            if row.state == ASKED or row.state == WORKING or row.state == WAITING:
                row.freed = 1
            if row.state == WORKING:
                mark_dirty(sim, s, child)
