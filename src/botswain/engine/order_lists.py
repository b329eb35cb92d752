"""Orders that rest as one list at the venue, of which one ends the other: what is to be done about them. Pure.

`core.reconcile` looks at slots one by one. A list ties two slots together: its orders are placed in one request and
taken off in one, and neither is replaced or amended by itself. So the slots of lists that are wanted or work are
planned here together, and all others there. What changes is taken off and placed anew in the same breath: the coins
are locked once, so no venue can hold the new orders before the old are off.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from botswain.core.codes import LIMIT, STOP
from botswain.core.reconcile import reconcile, satisfies
from botswain.model.intents import (
    Abilities,
    Action,
    Cancel,
    CancelList,
    Certainty,
    Place,
    PlaceList,
    Replace,
    Wanted,
    Working,
)

Slot = tuple[int, int]
Group = tuple[int, int]
Pair = tuple[Wanted, Wanted]
Legs = tuple[Working, Working]


def planned(rows: Sequence[Wanted], working: Iterable[Working], abilities: Abilities) -> list[Action]:
    """What brings `working` to `rows`: what `reconcile` says, and lists. Two rows of one group are meant as a list."""
    orders = list(working)
    pairs = pairs_of(rows) if abilities.lists else []
    lists = lists_of(orders)
    doubtful = {(one.symbol, one.link) for one in orders if one.link and one.certainty is Certainty.UNKNOWN}
    if not pairs and not lists and not doubtful:
        return reconcile(rows, orders, abilities)
    # A group of which an order is in doubt waits as a whole: what takes that one's place needs its coins.
    both: list[Wanted | Working] = [*rows, *orders]
    waiting = [{at(one) for one in both if (one.symbol, one.link) == group} for group in doubtful]
    together = [*({at(row) for row in pair} for pair in pairs), *({at(one) for one in legs} for legs in lists)]
    tied = clusters([*together, *waiting])
    slots = {slot for one in tied for slot in one}
    cancels: list[Action] = []
    places: list[Action] = []
    for cluster in tied:
        wanted = [one for one in rows if at(one) in cluster and one.leaves > 0]
        there = [one for one in orders if at(one) in cluster]
        for action in planned_together(wanted, there, abilities):
            (cancels if isinstance(action, Cancel | CancelList) else places).append(action)
    others = reconcile(
        [one for one in rows if at(one) not in slots], [one for one in orders if at(one) not in slots], abilities
    )
    return [*cancels, *others, *places]


def planned_together(wanted: Sequence[Wanted], orders: Sequence[Working], abilities: Abilities) -> list[Action]:
    """The actions for slots that a list ties together; none while one of their orders is in doubt, or a list fills."""
    lists = lists_of(orders)
    if any(one.certainty is Certainty.UNKNOWN for one in orders) or any(one.filled for two in lists for one in two):
        return []
    pairs = pairs_of(wanted)
    single = [one for one in wanted if all(one not in two for two in pairs)]
    kept = [two for two in lists if any(same_list(two, pair, abilities) for pair in pairs)]
    lone = [one for one in orders if all(one not in two for two in lists)]
    fitting = [one for one in lone if any(at(one) == at(row) and satisfies(one, row, abilities) for row in single)]
    actions: list[Action] = [CancelList(two) for two in lists if two not in kept]
    actions += [Cancel(one) for one in lone if one not in fitting]
    actions += [PlaceList(pair) for pair in pairs if not any(same_list(two, pair, abilities) for two in kept)]
    actions += [Place(row) for row in single if all(at(row) != at(one) for one in fitting)]
    return actions


def same_list(legs: Legs, pair: Pair, abilities: Abilities) -> bool:
    """Whether a list that works is the one that is wanted."""
    return all(any(at(order) == at(row) and satisfies(order, row, abilities) for order in legs) for row in pair)


def pairs_of(rows: Iterable[Wanted]) -> list[Pair]:
    """Groups of which two rows are wanted that make a list, the stop first."""
    groups: dict[Group, list[Wanted]] = {}
    for row in rows:
        if row.link:
            groups.setdefault((row.symbol, row.link), []).append(row)
    found = (pair_of(group) for group in groups.values())
    return [one for one in found if one is not None]


def pair_of(group: Sequence[Wanted]) -> Pair | None:
    """Two rows as one list, the stop first: a stop and a limit order that reduce a position by the same quantity."""
    if len(group) != 2:
        return None
    stops = [one for one in group if one.kind == STOP]
    limits = [one for one in group if one.kind == LIMIT]
    if len(stops) != 1 or len(limits) != 1:
        return None
    stop, limit = stops[0], limits[0]
    if (stop.side, stop.leaves) != (limit.side, limit.leaves) or not all(one.reducing for one in group):
        return None
    return (stop, limit) if (limit.price - stop.trigger) * stop.side < 0 else None


def lists_of(orders: Iterable[Working]) -> list[Legs]:
    """Lists of which both orders work. One whose other order has ended works like any order by itself."""
    found: dict[str, list[Working]] = {}
    for one in orders:
        if one.listed:
            found.setdefault(one.listed, []).append(one)
    return [(two[0], two[1]) for two in found.values() if len(two) == 2]


def clusters(found: Iterable[set[Slot]]) -> list[set[Slot]]:
    """Sets of slots, those that share one put together."""
    merged: list[set[Slot]] = []
    for one in found:
        apart = [other for other in merged if not other & one]
        merged = [*apart, one.union(*(other for other in merged if other & one))]
    return merged


def slots_of(action: Action) -> set[Slot]:
    """The slots that an action concerns."""
    if isinstance(action, PlaceList):
        return {at(one) for one in action.legs}
    if isinstance(action, CancelList):
        return {at(one) for one in action.legs}
    return {at(action.wanted if isinstance(action, Place | Replace) else action.working)}


def at(one: Wanted | Working) -> Slot:
    """Where it belongs."""
    return one.symbol, one.slot
