"""Where a scalper's entries stand: a ladder on each side that is open, laid anew when it is old or the price has moved.

An order that need not move is not touched: each request counts at the venue, and one that is replaced loses its place
in the queue. docs/rules.md section 8.
"""

from __future__ import annotations

from botswain.core.codes import ASKED, DONE, ENDED, LIMIT, POST_ONLY, WAITING, WORKING
from botswain.core.num import above, below
from botswain.strategies.scalper_costs import FILLS, QUOTES, paying_part, unit_at
from botswain.strategies.scalper_exits import lay_sales, standing_side
from botswain.strategies.ticks import NEAR, on_tick

# The most closes that a level waits after its orders were turned away again and again.
LONGEST = 63
QUOTE = 0


def quote(now, p, candle, my, wanted):
    """Both sides at a decision: lay what is missing, all of it where it is due, or take it off."""
    equity = my.equity
    if equity <= 0.0:
        return
    held = standing_side(my)
    share = abs(my.lots) * my.lot * candle.close / equity if held != 0 else 0.0
    fair = fair_price(now, p, my, held, share)
    unit = unit_at(now, p, my, fair)
    if is_due(p, my, fair, p.far[0] * unit):
        my.mem.laid = fair
        my.mem.size = unit
        my.mem.age = 0
        my.mem.stale[0] = 1
        my.mem.stale[1] = 1
        if p.exit == QUOTES:
            my.mem.relay = 1
    may = may_quote(now, p, candle, my)
    for place in range(int(p.sides)):
        side = p.first_side if place == 0 else -p.first_side
        if not may or held == -side:
            take_off(p, wanted, place)
        elif my.mem.wait[place] == 0 and (my.mem.stale[place] > 0 or is_missing(p, my, wanted, place)):
            base = min(fair, candle.close) if side > 0 else max(fair, candle.close)
            lay_side(now, p, my, wanted, place, base, share)
    if p.exit == QUOTES and held != 0 and my.mem.relay > 0:
        lay_sales(p, my, wanted)


def fair_price(now, p, my, held, share):
    """The price that quotes stand around, moved against what is held beyond its target."""
    fair = now.fair
    if p.price_skew == 0.0:
        return fair
    beyond = min(max((share - p.target_base) / p.max_base, -1.0), 1.0)
    side = held if held != 0 else p.first_side
    return fair - side * p.price_skew * beyond * p.far[0] * unit_at(now, p, my, fair)


def is_due(p, my, fair, first):
    """Whether all quotes are to be laid anew: never laid, too old, or the price has moved too far."""
    if my.mem.laid == 0.0 or (p.refresh > 0 and my.mem.age >= p.refresh):
        return True
    return my.mem.age >= p.settle and above(abs(fair - my.mem.laid), p.tolerance * first)


def may_quote(now, p, candle, my):
    """Whether entries may stand at all: no pause, trades left today, and a market that is neither still nor wild."""
    if my.mem.pause > 0 or my.mem.quiet > 0 or (p.trades_day > 0 and my.mem.trades >= p.trades_day):
        return False
    if p.min_volatility > 0.0 and below(now.range, p.min_volatility * candle.close):
        return False
    return not (p.max_volatility > 0.0 and above(now.range, p.max_volatility * candle.close))


def stands(state):
    """Whether an order is still to be filled."""
    return state == ASKED or state == WORKING or state == WAITING


def take_off(p, wanted, place):
    """No entries of a side; what is filled of one stays."""
    for k in range(p.levels):
        slot = place * p.levels + k
        if stands(wanted.state(slot)):
            wanted.withdraw(slot)


def is_missing(p, my, wanted, place):
    """Whether a level that is free has no order."""
    for k in range(p.levels):
        slot = place * p.levels + k
        if not is_shut(p, my, k, slot) and not stands(wanted.state(slot)):
            return True
    return False


def is_shut(p, my, k, slot):
    """Whether a level has no entry for now: it holds what it bought, or its orders were turned away."""
    return my.mem.rests[slot] > 0 or (p.exit == FILLS and my.mem.lots[k] > 0)


def lay_side(now, p, my, wanted, place, base, share):
    """The levels of a side from the nearest on, each within the money that the ones before have left."""
    side = p.first_side if place == 0 else -p.first_side
    unit = unit_at(now, p, my, base)
    step = my.tick * my.lot
    part = part_of_size(p, share)
    needed = paying_part(p, my)
    money = my.equity * max(p.max_base - share, 0.0)
    if side > 0:
        money = min(money, my.cash / (1.0 + my.taker_fee))
    moved = my.mem.stale[place] > 0
    my.mem.stale[place] = 0
    for k in range(p.levels):
        slot = place * p.levels + k
        there = stands(wanted.state(slot))
        if not there or moved:
            line = on_tick(my, base - side * p.far[k] * unit, -side)
            lots = int(wanted.size(line) * p.part[k] * part + NEAR)
            lots = min(lots, int(money / (line * step) + NEAR))
            shut = is_shut(p, my, k, slot)
            if shut or lots < 1 or not pays(now, p, my, k, line * my.tick, unit, needed):
                if there:
                    wanted.withdraw(slot)
                continue
            near = there and abs(line - my.mem.line[slot]) * my.tick <= p.keep * p.far[0] * unit
            if not near and p.orders_hour > 0 and my.mem.orders >= p.orders_hour:
                my.mem.stale[place] = 1
            elif not near:
                ask(p, my, wanted, slot, side, line, lots)
                there = True
        if there:
            money -= (wanted.quantity(slot) - wanted.filled(slot)) * my.mem.line[slot] * step


def part_of_size(p, share):
    """How much of its size an entry is asked for: all up to the target, less and less towards the most."""
    if share <= p.target_base:
        return 1.0
    if p.max_base <= p.target_base:
        return p.least_size
    return max(p.least_size, (p.max_base - share) / (p.max_base - p.target_base))


def pays(now, p, my, k, price, unit, needed):
    """Whether a fill of a level can pay what it costs: by its exit's distance, or the other side's quote."""
    if p.exit == QUOTES:
        return not below(2.0 * p.far[k] * unit, needed * price)
    return not below(p.take_profit * unit_at(now, p, my, price), needed * price)


def ask(p, my, wanted, slot, side, line, lots):
    """Lay a level's order, or move it."""
    my.mem.orders += 1
    state = wanted.state(slot)
    if state == DONE or state == ENDED:
        wanted.renew(slot)
    my.mem.line[slot] = line
    wanted.row(slot, LIMIT, side, line, lots + wanted.filled(slot))
    wanted.flags(slot, POST_ONLY if p.post_only > 0 else 0)
    wanted.tag(slot, QUOTE)


def count_refused(p, my, wanted):
    """Entries that were turned away, by the venue or a limit: a level asks anew at once the first time, and after that

    waits 1, 3, 7 ... closes. One whose order rested for a candle begins anew.
    """
    for slot in range(int(p.entries)):
        state = wanted.state(slot)
        if state == ENDED or state == WAITING:
            wanted.withdraw(slot)
            if state == ENDED:
                wanted.renew(slot)
            my.mem.rests[slot] = my.mem.refused[slot]
            my.mem.refused[slot] = min(2 * my.mem.refused[slot] + 1, LONGEST)
        elif state == WORKING:
            my.mem.refused[slot] = 0
        elif my.mem.rests[slot] > 0:
            my.mem.rests[slot] -= 1
