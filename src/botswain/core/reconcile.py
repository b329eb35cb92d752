"""What to do so that the venue holds what is wanted: a pure function, safe to run again after anything at all.

It looks only at levels: the wanted rows and the orders believed to work. It plans nothing for a slot whose last
write is unresolved, and it never asks for two orders of one slot at once. A slot has one order at rest; only a
protective row may have a second one for the difference, where the venue can do no better. SEMANTICS 2.3; run until it
plans nothing, with truthful input, it always ends.
"""

from __future__ import annotations

from collections.abc import Iterable

from msgspec.structs import replace

from botswain.core.codes import LIMIT
from botswain.model.intents import Abilities, Action, Amend, Cancel, Certainty, Place, Replace, Wanted, Working

Slot = tuple[int, int]


def reconcile(wanted: Iterable[Wanted], working: Iterable[Working], abilities: Abilities) -> list[Action]:
    """The actions that bring `working` to `wanted`: cancels first, then what reduces positions, then the rest.

    Within a kind they stand by symbol and slot. An empty list means that there is nothing to do, or nothing that may be
    done before an unresolved write is resolved.
    """
    rows = {(one.symbol, one.slot): one for one in wanted}
    held: dict[Slot, list[Working]] = {}
    for order in working:
        held.setdefault((order.symbol, order.slot), []).append(order)
    cancels: list[Action] = []
    reducing: list[Action] = []
    others: list[Action] = []
    for slot in sorted(rows.keys() | held.keys()):
        row, orders = rows.get(slot), held.get(slot, [])
        if any(one.certainty is Certainty.UNKNOWN for one in orders):
            continue
        for action in plan_slot(row, orders, abilities):
            if isinstance(action, Cancel):
                cancels.append(action)
            elif row is not None and row.reducing:
                reducing.append(action)
            else:
                others.append(action)
    return [*cancels, *reducing, *others]


def plan_slot(row: Wanted | None, orders: list[Working], abilities: Abilities) -> list[Action]:
    """The actions for one slot."""
    if row is None or row.leaves <= 0:
        return [Cancel(one) for one in orders]
    if not orders:
        return [Place(row)]
    if row.protective:
        return protect(row, orders, abilities)
    kept = next((one for one in orders if satisfies(one, row, abilities)), orders[-1])
    surplus: list[Action] = [Cancel(one) for one in orders if one is not kept]
    if satisfies(kept, row, abilities):
        return surplus
    return surplus + change(row, kept, abilities, alone=not surplus)


def protect(row: Wanted, orders: list[Working], abilities: Abilities) -> list[Action]:
    """The actions for a slot that protects a position: it is never bare while the venue can do better.

    What fits stays. What is missing is put in the place of a stale order in one request, or of the one that fits; where
    the venue cannot, it is added. Only what is too much is taken off.
    """
    fitting = [one for one in orders if alike(one, row, abilities)]
    stale = [one for one in orders if one not in fitting]
    missing = row.leaves - sum(one.leaves for one in fitting)
    if missing == 0:
        return [Cancel(one) for one in stale]
    if missing < 0:
        return [*map(Cancel, stale), shrunk(row, fitting[-1], -missing, abilities)]
    if stale and abilities.replaces:
        return [Replace(stale[-1], replace(row, leaves=missing))]
    if stale:
        return [Cancel(one) for one in stale]
    if abilities.replaces and len(fitting) == 1:
        return [Replace(fitting[0], row)]
    return [Place(replace(row, leaves=missing))]


def shrunk(row: Wanted, order: Working, surplus: int, abilities: Abilities) -> Action:
    """Take a surplus off an order: all of it where it is no more than that."""
    left = order.leaves - surplus
    if left <= 0:
        return Cancel(order)
    return change(replace(row, leaves=left), order, abilities, alone=True)[0]


def satisfies(order: Working, row: Wanted, abilities: Abilities) -> bool:
    """Whether a working order is what the row wants."""
    return order.leaves == row.leaves and alike(order, row, abilities)


def alike(order: Working, row: Wanted, abilities: Abilities) -> bool:
    """Whether only the quantity may differ."""
    if (order.rev, order.side, order.kind, order.trigger) != (row.rev, row.side, row.kind, row.trigger):
        return False
    if (order.tif, order.flags, order.link, order.held) != (row.tif, row.flags, row.link, row.held):
        return False
    slack = abilities.hysteresis if row.kind == LIMIT else 0
    return abs(order.price - row.price) <= slack


def change(row: Wanted, order: Working, abilities: Abilities, *, alone: bool) -> list[Action]:
    """Bring one working order to the row: amend, replace, or cancel now and place once that is confirmed."""
    if abilities.amends_down and row.leaves < order.leaves and alike(order, row, abilities):
        return [Amend(order, row.leaves)]
    if abilities.replaces and alone:
        return [Replace(order, row)]
    return [Cancel(order)]
