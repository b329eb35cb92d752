"""What a scalper holds, and how it leaves: each fill by itself, the position as one, or by quotes of the other side.

What is held stands in parts, one a level where each fill leaves by itself, else one for all: lots, what they cost, the
unit of their distances, and how many closes ago they were bought. What was too small to be sold by itself goes with
the next fill. Written for both sides: `side` is that of the position. docs/rules.md section 8.
"""

from __future__ import annotations

from botswain.core.codes import CLOSE, DONE, ENDED, LIMIT, MARKET, R_BELOW_MINIMUM, REDUCE_ONLY, STOP
from botswain.core.num import above, below
from botswain.strategies.scalper_costs import FILLS, QUOTES, entry_fee, paying_part, unit_at
from botswain.strategies.ticks import NEAR, on_tick
from botswain.strategies.whole_lots import kept

# Tags, by their place in Scalper.tags.
PROFIT, STOPPED, TIMED, CLOSED = 1, 2, 3, 4


def take_fill(now, p, my, wanted):
    """A fill of any slot: what is held now, what it earned, and the orders that close it."""
    side = 1 if my.lots > 0 else -1 if my.lots < 0 else 0
    held = abs(my.lots)
    if my.slot < p.entries:
        place = my.slot // int(p.levels)
        my.mem.wait[place] = max(my.mem.wait[place], p.buy_cooldown if my.side > 0 else p.sell_cooldown)
        if wanted.state(my.slot) == DONE:
            my.mem.trades += 1
    if my.mem.side * my.side < 0:
        judge(p, my, wanted)
    if side != 0 and side == my.side:
        if my.mem.side != side:
            forget(p, my)
        grow(now, p, my, held - whole(p, my))
    else:
        shrink(p, my, whole(p, my) - held)
    my.mem.side = side
    if side == 0:
        forget(p, my)
        my.mem.closing = 0
        my.mem.average = 0.0
        for slot in range(int(p.entries), my.slots):
            take_back(wanted, slot)
        return
    my.mem.average = my.entry_price
    if my.mem.closing == 0:
        lay_exits(p, my, wanted)


def standing_side(my):
    """The side of what is held and can be closed: 0 with nothing but a rest that is too small."""
    return my.mem.side if abs(my.lots) > left_lots(my) else 0


def lots_of(my, c):
    """What a part holds, to the last lot: a float64 keeps that to 2^53, and what is beyond stands beside it."""
    return int(my.mem.lots[c]) + int(my.mem.lots_rest[c])


def put_lots(my, c, lots):
    """Let a part hold so many."""
    my.mem.lots[c] = kept(lots)
    my.mem.lots_rest[c] = lots - kept(lots)


def left_lots(my):
    """What is left over, likewise."""
    return int(my.mem.left) + int(my.mem.left_rest)


def put_left(my, lots):
    """Let so many be left over."""
    my.mem.left = kept(lots)
    my.mem.left_rest = lots - kept(lots)


def whole(p, my):
    """All lots that its parts say are held."""
    found = left_lots(my)
    for c in range(int(p.cells)):
        found += lots_of(my, c)
    return found


def forget(p, my):
    """As before the first fill."""
    for c in range(int(p.cells)):
        put_lots(my, c, 0)
        my.mem.since[c] = 0
    put_left(my, 0)
    my.mem.one = 0


def grow(now, p, my, lots):
    """An entry, or a part of it, comes to its level's part, and with it what was left over."""
    c = my.slot % int(p.levels) if p.exit == FILLS and my.slot < p.entries else 0
    before, left = lots_of(my, c), left_lots(my)
    total = before + lots + left
    if total <= 0:
        return
    if p.exit == FILLS:
        my.mem.cost[c] = (my.mem.cost[c] * before + my.fill_price * lots + my.mem.left_cost * left) / total
    else:
        my.mem.cost[c] = my.entry_price
    if before == 0:
        my.mem.since[c] = 0
    my.mem.unit[c] = unit_at(now, p, my, my.fill_price)
    put_lots(my, c, total)
    put_left(my, 0)
    my.mem.one = 0


def part_of(p, my):
    """Which part a slot of an exit closes; -1: any."""
    place = my.slot - int(p.entries)
    if place < 0 or my.slot >= my.slots - 1:
        return -1
    return place % int(p.rows) if p.exit == FILLS else 0


def shrink(p, my, lots):
    """What was closed leaves its own part first, then the others in their order, and last what was left over."""
    own = part_of(p, my)
    if own >= 0:
        lots -= take(my, own, lots)
    for c in range(int(p.cells)):
        lots -= take(my, c, lots)
    left = left_lots(my)
    put_left(my, left - min(lots, left))


def take(my, c, lots):
    """Of so many lots a part gives what it has; returns how many."""
    held = lots_of(my, c)
    taken = min(lots, held)
    put_lots(my, c, held - taken)
    return taken


def judge(p, my, wanted):
    """Count losses in a row, once an order that closes has filled whole; after a loss it pauses."""
    if my.slot < my.slots:
        if wanted.state(my.slot) != DONE:
            return
    elif my.lots != 0:
        return
    side = my.mem.side
    own = part_of(p, my)
    cost = my.mem.cost[own] if own >= 0 else my.mem.average
    rests = my.slot < p.entries + p.rows and my.reason != TIMED
    fee = max(my.maker_fee, 0.0) if rests else my.taker_fee
    gain = side * (my.fill_price * (1.0 - side * fee) - cost * (1.0 + side * entry_fee(p, my)))
    if gain >= 0.0:
        my.mem.streak = 0
        return
    my.mem.streak += 1
    my.mem.pause = max(my.mem.pause, p.loss_cooldown)
    if p.losses > 0 and my.mem.streak >= p.losses:
        my.mem.streak = 0
        my.mem.pause = max(my.mem.pause, p.pause)


def lay_exits(p, my, wanted):
    """The orders that close what is held."""
    my.mem.relay = 0
    if p.exit == QUOTES:
        lay_sales(p, my, wanted)
        return
    needed = paying_part(p, my)
    for c in range(int(p.cells)):
        lay_exit(p, my, wanted, c, needed)


def lay_exit(p, my, wanted, c, needed):
    """A part's limit and its stop; by the market once it was held too long."""
    limit = int(p.entries) + c
    stop = limit + int(p.rows)
    lots = lots_of(my, c)
    side = my.mem.side
    if p.hold > 0 and my.mem.since[c] >= p.hold:
        lay(wanted, limit, MARKET, -side, 0, lots, c + 1, TIMED)
        wanted.withdraw(stop)
        return
    far = needed * my.mem.cost[c]
    if p.tighten == 0 or my.mem.since[c] < p.tighten:
        far = max(far, p.take_profit * my.mem.unit[c])
    lay(wanted, limit, LIMIT, -side, on_tick(my, my.mem.cost[c] + side * far, side), lots, c + 1, PROFIT)
    if p.stop > 0.0:
        line = on_tick(my, my.mem.cost[c] - side * p.stop * my.mem.unit[c], side)
        lay(wanted, stop, STOP, -side, line, lots, c + 1, STOPPED)


def lay(wanted, slot, kind, side, ticks, lots, group, tag):
    """One order that closes so many lots more than its life has closed; none for none or what was too small already."""
    if lots < 1:
        take_back(wanted, slot)
        return
    state = wanted.state(slot)
    left = wanted.quantity(slot) - wanted.filled(slot)
    if state == ENDED and wanted.why(slot) == R_BELOW_MINIMUM and lots <= left:
        return
    if state == DONE or state == ENDED:
        wanted.renew(slot)
    wanted.row(slot, kind, side, ticks, lots + wanted.filled(slot))
    wanted.flags(slot, REDUCE_ONLY)
    wanted.link(slot, group)
    wanted.tag(slot, tag)


def lay_sales(p, my, wanted):
    """The other side's quotes for what is held, around the price that entries stand around; not below cost if so."""
    my.mem.relay = 0
    side = my.mem.side
    lots = lots_of(my, 0)
    if p.min_base > 0.0:
        least_held = int(p.min_base * my.equity / (my.close_ticks * my.tick * my.lot) + NEAR)
        lots = max(lots - max(least_held - left_lots(my), 0), 0)
    close = my.close_ticks * my.tick
    base = max(my.mem.laid, close) if side > 0 else min(my.mem.laid, close)
    least = my.mem.cost[0] * (1.0 + side * paying_part(p, my))
    left = lots
    for k in range(p.levels):
        count = left
        if k < p.levels - 1 and my.mem.one == 0:
            count = min(int(lots * p.part[k] + NEAR), left)
        left -= count
        price = base + side * p.far[k] * my.mem.size
        if p.above_cost > 0:
            price = max(price, least) if side > 0 else min(price, least)
        lay(wanted, int(p.entries) + k, LIMIT, -side, on_tick(my, price, side), count, 0, PROFIT)


def look_after(p, candle, my, wanted):
    """At a decision with a position: whether all of it is to be closed, and what became of the orders that close."""
    if my.mem.closing > 0:
        go_on_closing(p, my, wanted)
        return
    if standing_side(my) == 0:
        return
    if my.event == CLOSE:
        for c in range(int(p.cells)):
            if my.mem.lots[c] > 0:
                my.mem.since[c] += 1
                if my.mem.since[c] == p.tighten or my.mem.since[c] == p.hold:
                    my.mem.relay = 1
    if is_over(p, candle, my):
        my.mem.closing = 1
        wanted.clear()
        close_all(my, wanted)
        return
    mend(p, my, wanted)
    if my.mem.relay > 0 and p.exit != QUOTES and standing_side(my) != 0:
        lay_exits(p, my, wanted)


def is_over(p, candle, my):
    """Whether the position as a whole has earned or lost enough; with quotes also by its stop and its age."""
    average = my.mem.average
    gain = my.mem.side * (candle.close - average)
    if p.position_profit > 0.0 and not below(gain, p.position_profit * average):
        return True
    if p.position_stop > 0.0 and not above(gain, -p.position_stop * average):
        return True
    if p.exit != QUOTES:
        return False
    if p.hold > 0 and my.mem.since[0] >= p.hold:
        return True
    return p.stop > 0.0 and not above(gain, -p.stop * my.mem.unit[0])


def mend(p, my, wanted):
    """Orders that were ended are laid anew; what is too small to be closed by itself is left over for the next fill."""
    for c in range(int(p.rows)):
        limit = int(p.entries) + c
        part = c if p.exit == FILLS else 0
        if my.mem.lots[part] > 0:
            if wanted.state(limit) == ENDED:
                if wanted.why(limit) != R_BELOW_MINIMUM:
                    my.mem.relay = 1
                elif p.exit == QUOTES and my.mem.one == 0:
                    my.mem.one = 1
                    my.mem.relay = 1
                elif p.exit != QUOTES or (my.mem.relay == 0 and p.min_base == 0.0):
                    leave_over(p, my, wanted, part)
            elif p.exit != QUOTES and p.stop > 0.0:
                stop = limit + int(p.rows)
                if wanted.state(stop) == ENDED and wanted.why(stop) != R_BELOW_MINIMUM:
                    my.mem.relay = 1


def leave_over(p, my, wanted, part):
    """A part that no order can close waits for the next fill, and its level is free."""
    lots, left = lots_of(my, part), left_lots(my)
    total = left + lots
    my.mem.left_cost = (my.mem.left_cost * left + my.mem.cost[part] * lots) / total
    put_left(my, total)
    put_lots(my, part, 0)
    for slot in range(int(p.entries), my.slots - 1):
        if p.exit != FILLS or (slot - int(p.entries)) % int(p.rows) == part:
            take_back(wanted, slot)


def take_back(wanted, slot):
    """Nothing is wanted in a slot, and what was filled or ended there is over."""
    state = wanted.state(slot)
    wanted.withdraw(slot)
    if state == DONE or state == ENDED:
        wanted.renew(slot)


def close_all(my, wanted):
    """Everything by the market."""
    out = my.slots - 1
    wanted.renew(out)
    wanted.row(out, MARKET, -my.mem.side, 0, abs(my.lots))
    wanted.flags(out, REDUCE_ONLY)
    wanted.tag(out, CLOSED)


def go_on_closing(p, my, wanted):
    """Until nothing is left, or nothing that the venue takes: that is left over."""
    out = my.slots - 1
    state = wanted.state(out)
    if state == ENDED and wanted.why(out) == R_BELOW_MINIMUM:
        my.mem.closing = 0
        for c in range(int(p.cells)):
            if my.mem.lots[c] > 0:
                leave_over(p, my, wanted, c)
    elif state == ENDED or state == DONE:
        close_all(my, wanted)
