"""The life of a deal: its base order, the safety orders behind it, its exits, and what ends it.

Slots: 0 the base; 1 to n the safety orders; then a limit for each step of the take profit, a stop for each (in one
link group with its limit, so that coins are locked once), and last the way out by the market. docs/rules.md section 8.
"""

from __future__ import annotations

from botswain.core.codes import (
    DONE,
    ENDED,
    LIMIT,
    MARKET,
    R_BELOW_MINIMUM,
    R_STOP_LOSS,
    R_TRAILING_STOP,
    REDUCE_ONLY,
    STOP,
)
from botswain.core.num import above
from botswain.strategies.dca_plan import MOST_STEPS
from botswain.strategies.ticks import NEAR, on_tick

IDLE, OPENING, OPEN, CLOSING = 0, 1, 2, 3
# Tags, by their place in Dca.tags.
BASE, SAFETY, PROFIT, STOPPED, CLOSED = 0, 1, 2, 3, 4
# Candles without another try after a base order was refused.
PAUSE = 12
FROM_FIRST = 1


def begin_deal(p, my, wanted):
    """Plan every order of the deal, so that the money for all of them is there, and ask for the first."""
    plan_deal(p, my, wanted)
    if my.mem.amount[0] < 1:
        my.mem.rest = max(p.cooldown, PAUSE)
        return
    my.mem.stage = OPENING
    my.mem.opened += 1
    buy_base(p, wanted, my.mem.amount[0])


def plan_deal(p, my, wanted):
    """Lines in ticks and lots of the base (0) and each safety order; fewer lots where the cash would not do for all."""
    weight = 1.0
    step = p.step
    far = 0.0
    cost = 0.0
    for k in range(int(p.ladder) + 1):
        line = my.close_ticks
        if k > 0:
            far += step
            step = step * p.step_scale
            line = on_tick(my, my.close_ticks * my.tick * (1.0 - p.side * far), -p.side)
            weight = p.volume if k == 1 else weight * p.volume_scale
        my.mem.line[k] = line
        my.mem.amount[k] = int(wanted.size(line) * weight / p.weights + NEAR)
        cost += my.mem.line[k] * my.mem.amount[k]
    cost = cost * my.tick * my.lot * (1.0 + my.taker_fee)
    if p.side > 0 and above(cost, my.cash):
        for k in range(int(p.ladder) + 1):
            my.mem.amount[k] = int(max(my.mem.amount[k] * my.cash / cost, 0.0))


def buy_part(p, my, wanted, dipped):
    """By the clock: the next part of the money, more of it in a dip, never more than is left."""
    my.mem.wait = p.every
    weight = p.dip_factor if dipped else 1.0
    weight = min(weight, p.parts - my.mem.used)
    lots = int(wanted.size(0) * weight / p.parts + NEAR)
    if lots < 1:
        return
    if my.mem.used == 0:
        my.mem.opened += 1
    my.mem.used += weight
    my.mem.asked = weight
    buy_base(p, wanted, lots)


def buy_base(p, wanted, lots):
    """The order that opens, by the market."""
    wanted.renew(0)
    wanted.row(0, MARKET, p.side, 0, lots)
    wanted.tag(0, BASE)


def take_fill(p, my, wanted):
    """A fill of any slot: go on from there, or end the deal where nothing is left of it."""
    slot = my.slot
    entry = slot <= p.ladder
    if my.mem.stage == IDLE and not entry:
        return
    if slot == 0:
        my.mem.asked = 0
    if entry and my.mem.stage < OPEN:
        open_deal(p, my, slot)
    elif entry and slot > 0:
        my.mem.armed = 0
        if wanted.state(slot) == DONE:
            my.mem.hit += 1
    lost = note_exit(my, wanted, slot - int(p.ladder) - 1)
    if my.lots * p.side <= 0:
        end_deal(p, my, wanted, lost and my.mem.safe == 0)
    elif my.mem.stage == OPEN:
        place_safety(p, my, wanted)
        lay_exits(p, my, wanted)


def open_deal(p, my, slot):
    """The first fill. One of a safety order of a deal that is over brings coins to be sold, and nothing more."""
    my.mem.stage = OPEN
    my.mem.first = my.nearest_tick(my.fill_price)
    my.mem.age = 0
    my.mem.safe = 0
    my.mem.armed = 0
    my.mem.one = 0
    my.mem.placed = 0 if slot == 0 else p.ladder
    my.mem.hit = my.mem.placed
    for k in range(MOST_STEPS):
        my.mem.done[k] = 0


def note_exit(my, wanted, place):
    """A step that was filled is done, by its limit or its stop. Whether this fill is of a stop."""
    if place < 0:
        return False
    if place < 2 * MOST_STEPS and wanted.state(my.slot) == DONE:
        my.mem.done[place % MOST_STEPS] = 1
        if place < MOST_STEPS:
            my.mem.safe = 1
    stopped = MOST_STEPS <= place < 2 * MOST_STEPS
    return stopped or (my.slot >= my.slots and (my.reason == R_STOP_LOSS or my.reason == R_TRAILING_STOP))


def place_safety(p, my, wanted):
    """Ask again for safety orders that were ended, and for the next while fewer than `active` stand."""
    for k in range(1, int(my.mem.placed) + 1):
        if wanted.state(k) == ENDED and wanted.why(k) != R_BELOW_MINIMUM:
            wanted.again(k)
    while my.mem.placed < p.ladder and my.mem.placed - my.mem.hit < p.active:
        my.mem.placed += 1
        k = int(my.mem.placed)
        if my.mem.amount[k] >= 1 and my.mem.line[k] >= 1:
            wanted.row(k, LIMIT, p.side, my.mem.line[k], my.mem.amount[k])
            wanted.tag(k, SAFETY)
        else:
            my.mem.hit += 1


def lay_exits(p, my, wanted):
    """Divide the position among the steps that are not done: a limit for each, and a stop for the same lots."""
    steps = int(p.steps)
    rest = 0.0
    for k in range(steps):
        if my.mem.done[k] == 0:
            rest += share_of(p, k)
    if rest == 0.0:
        # A safety order came before the last step: what it brought is sold by that step too.
        my.mem.done[steps - 1] = 0
        rest = share_of(p, steps - 1)
    left = abs(my.lots)
    stop = stop_line(p, my)
    for k in range(steps):
        lots = 0
        if my.mem.done[k] == 0:
            lots = left
            if my.mem.one == 0 and k < steps - 1:
                lots = int(left * share_of(p, k) / rest + NEAR)
            left -= lots
            rest -= share_of(p, k)
        limit = int(p.ladder) + 1 + k
        trails = p.trailing > 0 and k == steps - 1
        lay(p, wanted, limit, LIMIT, step_line(p, my, k), 0 if trails or far_of(p, k) == 0 else lots, k + 1)
        lay(p, wanted, limit + MOST_STEPS, STOP, stop, lots if stop > 0 else 0, k + 1)


def lay(p, wanted, slot, kind, ticks, lots, group):
    """One exit for so many lots more than its life has sold; none for none."""
    state = wanted.state(slot)
    if state == DONE or state == ENDED:
        wanted.renew(slot)
    if lots < 1:
        wanted.withdraw(slot)
        return
    wanted.row(slot, kind, -p.side, ticks, lots + wanted.filled(slot))
    wanted.flags(slot, REDUCE_ONLY)
    wanted.link(slot, group)
    wanted.tag(slot, PROFIT if kind == LIMIT else STOPPED)


def look_after(p, my, wanted):
    """At a close: what has become of the orders, and whether the deal is to be closed by the market."""
    if my.mem.asked > 0 and wanted.state(0) == ENDED:
        my.mem.used -= my.mem.asked
        my.mem.asked = 0
        if my.mem.stage == IDLE and my.mem.used == 0:
            my.mem.opened -= 1
    if my.mem.stage == OPENING and wanted.state(0) == ENDED:
        my.mem.stage = IDLE
        my.mem.opened -= 1
        my.mem.rest = max(p.cooldown, PAUSE)
    elif my.mem.stage == OPEN:
        my.mem.age += 1
        if (p.close_after > 0 and my.mem.age >= p.close_after) or (p.trailing > 0 and has_turned(p, my)):
            my.mem.stage = CLOSING
            wanted.clear()
            sell_all(p, my, wanted)
        else:
            mend_exits(p, my, wanted)
    elif my.mem.stage == CLOSING:
        out = my.slots - 1
        if wanted.state(out) == ENDED and wanted.why(out) == R_BELOW_MINIMUM:
            end_deal(p, my, wanted, False)
        elif wanted.state(out) == ENDED or wanted.state(out) == DONE:
            sell_all(p, my, wanted)


def mend_exits(p, my, wanted):
    """Lay anew what was ended. Parts too small to be sold go together; what is too small as a whole is left alone."""
    ended = False
    small = False
    standing = 0
    for k in range(int(p.steps)):
        if my.mem.done[k] == 0:
            standing += 1
            for slot in range(int(p.ladder) + 1 + k, int(p.ladder) + 2 + k + MOST_STEPS, MOST_STEPS):
                if wanted.state(slot) == ENDED:
                    ended = True
                    small = small or wanted.why(slot) == R_BELOW_MINIMUM
    if small and (standing == 1 or my.mem.one > 0):
        end_deal(p, my, wanted, False)
    elif ended:
        if small:
            my.mem.one = 1
        lay_exits(p, my, wanted)


def has_turned(p, my):
    """Trailing: whether the last step's line was reached at a close and this close is far enough below the best."""
    if my.mem.armed == 0:
        if (my.close_ticks - step_line(p, my, int(p.steps) - 1)) * p.side < 0:
            return False
        my.mem.armed = 1
        my.mem.best = my.close_ticks
    elif (my.close_ticks - my.mem.best) * p.side > 0:
        my.mem.best = my.close_ticks
    line = on_tick(my, my.mem.best * my.tick * (1.0 - p.side * p.trailing), p.side)
    return (my.close_ticks - line) * p.side <= 0


def sell_all(p, my, wanted):
    """The whole position by the market."""
    out = my.slots - 1
    wanted.renew(out)
    wanted.row(out, MARKET, -p.side, 0, abs(my.lots))
    wanted.flags(out, REDUCE_ONLY)
    wanted.tag(out, CLOSED)


def end_deal(p, my, wanted, lost):
    """Nothing is left, or nothing that can be sold: want nothing, and wait for the next deal."""
    for slot in range(my.slots):
        wanted.renew(slot)
    my.mem.stage = IDLE
    my.mem.rest = p.cooldown
    my.mem.used = 0
    my.mem.asked = 0
    my.mem.wait = 0
    if lost and p.stop_after_loss > 0:
        my.mem.over = 1


def step_line(p, my, k):
    """Where a step takes its profit, in ticks."""
    return on_tick(my, entry_of(my, p.take_profit_from) * (1.0 + p.side * far_of(p, k)), p.side)


def stop_line(p, my):
    """Where the stop stands, in ticks; 0 for none."""
    if p.break_even > 0 and my.mem.safe > 0:
        return on_tick(my, my.entry_price * (1.0 + p.side * 2.0 * my.taker_fee), p.side)
    if p.stop > 0:
        return on_tick(my, my.mem.first * my.tick * (1.0 - p.side * p.stop), p.side)
    return 0


def entry_of(my, origin):
    """The price that distances are measured from, in quote."""
    return my.mem.first * my.tick if origin == FROM_FIRST else my.entry_price


def far_of(p, k):
    """A step's distance."""
    if k == 0:
        return p.take_profit
    return p.take_profit_2 if k == 1 else p.take_profit_3


def share_of(p, k):
    """A step's share of the whole; the last has what is left."""
    if k == 0:
        return p.share if p.steps > 1 else 1.0
    if k == 1 and p.steps > 2:
        return p.share_2
    return 1.0 - p.share - (p.share_2 if p.steps > 2 else 0.0)
