"""What is offered at once: never more of a position than is held, and no more buys than there is cash for. Pure."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence

from msgspec.structs import replace

from botswain.core.codes import MARKET, REDUCE_ONLY, STOP, STOP_LIMIT
from botswain.engine.bot import SHARED
from botswain.engine.order_lists import at, pairs_of
from botswain.model.intents import Amend, Wanted, Working

STOPS = (STOP, STOP_LIMIT)


def within_position(
    rows: Sequence[Wanted], doubtful: Collection[Working], position: Sequence[int], shortable: Sequence[bool]
) -> list[Wanted]:
    """What sells cut to what is held, where nothing may be sold short: together they never exceed the position.

    position   whole lots held, by symbol; shortable: whether it may be sold short
    doubtful   orders with a request on its way or in doubt: their rows are left out, and they count in full
    What goes by the market comes first, then what protects, stops, then the rest. The orders of a list count once.
    """
    left = [abs(one) for one in position]
    cut: dict[tuple[int, int], int] = {}
    linked: dict[tuple[int, int], int] = {}
    for order in doubtful:
        if order.side < 0:
            group = (order.symbol, order.link or -1 - order.slot)
            more = max(order.leaves - linked.get(group, 0), 0)
            linked[group] = linked.get(group, 0) + more
            left[order.symbol] = max(left[order.symbol] - more, 0)
        cut[at(order)] = order.leaves
    rows = [one for one in rows if at(one) not in cut]
    seconds = {at(two[1]): at(two[0]) for two in pairs_of(rows)}
    firsts = [one for one in rows if at(one) not in seconds]
    for row in sorted(firsts, key=urgency):
        if row.flags & REDUCE_ONLY or (row.side < 0 and not shortable[row.symbol]):
            lots = min(row.leaves, left[row.symbol])
            left[row.symbol] -= lots
            cut[at(row)] = lots
    cut |= {second: cut[first] for second, first in seconds.items() if first in cut}
    found = [(one, cut.get(at(one), one.leaves)) for one in rows]
    return [one if leaves == one.leaves else replace(one, leaves=leaves) for one, leaves in found]


def urgency(row: Wanted) -> tuple[bool, bool, bool, int, int]:
    """Which of what closes a position has its lots first: no stop makes way for what else rests."""
    return row.kind != MARKET, not row.protective, row.kind not in STOPS, row.symbol, row.slot


def within_cash(
    rows: list[Wanted],
    doubtful: Collection[Working],
    cash: int,
    working: Collection[Working],
    reserve: Callable[[Wanted | Working], int],
) -> list[Wanted]:
    """Buys that the bot's own cash covers: on a shared account the venue would let it spend the others' money.

    cash, reserve  what it has, and what a buy may cost, in money units
    doubtful       orders with a request on its way or in doubt: buys among them have their cash already
    What works already comes first, then symbols and slots in order. What is left out is sent when cash is free.
    """
    buys = [one for one in rows if one.side > 0 and one.leaves > 0 and not one.reducing]
    cash -= sum(reserve(one) for one in doubtful if one.side > 0)
    # A buy that is to become something else in one request works until that is answered, and it may fail.
    others = {at(one) for one in rows if one.side < 0 or one.reducing}
    cash -= sum(reserve(one) for one in working if one.side > 0 and one not in doubtful and at(one) in others)
    if sum(map(reserve, buys)) <= cash:
        return rows
    there = {at(one) for one in working}
    out: set[tuple[int, int]] = set()
    for row in sorted(buys, key=lambda one: (at(one) not in there, *at(one))):
        need = reserve(row)
        if need > cash:
            out.add(at(row))
        else:
            cash -= need
    return [one for one in rows if at(one) not in out]


def smaller(action: Amend) -> Wanted:
    """What an amended order is to be."""
    order = action.working
    shared = {name: getattr(order, name) for name in SHARED} | {"leaves": action.leaves}
    return Wanted(**shared, reducing=False)
