"""The step of a grid that does more than stand where it was drawn: it begins, follows, pauses and ends by its settings.

A grid without any of those settings has the plain step of `grid`, which decides at fills alone and costs less.
docs/rules.md section 8.
"""

from __future__ import annotations

from botswain.core.codes import CLOSE, DONE, EMPTY, END, ENDED, FILL, MARKET, R_BELOW_MINIMUM, REDUCE_ONLY, START
from botswain.core.num import above, below
from botswain.core.strategy import step as decision
from botswain.strategies.grid_cells import (
    ask_lost_again,
    filled_whole,
    lay,
    lose_cell,
    open_cells,
    turn_cell,
    wake_cells,
)
from botswain.strategies.grid_lines import draw_ends, draw_lines
from botswain.strategies.grid_parts import counted, leave_small, take_late
from botswain.strategies.grid_trail import follow

# What a managed grid is at.
WAITS, RUNS, SELLS, OVER = 0, 1, 2, 3
# Places of the choices of `beyond` and `at_end`, as the step sees them, and of the tag of the way out.
PAUSE, STOP = 1, 2
SELL = 0
OUT = 1


@decision
def manage(now, was, p, candle, my, wanted):  # noqa: ARG001
    """What it does at each event."""
    if my.event == FILL:
        if my.mem.stage == RUNS:
            take_fill(p, my, wanted)
    elif my.event == END:
        if my.slot < p.levels:
            lose_cell(my, wanted, my.slot)
    elif my.event == START:
        my.mem.fresh = 1
        my.mem.before = candle.close
        if p.trigger == 0.0 or candle.close == p.trigger:
            begin(p, candle, my, wanted)
        my.mem.from_below = 1 if candle.close < p.trigger else 0
    elif my.mem.fresh > 0:
        # The close that started it, once more: all of it is done.
        my.mem.fresh = 0
    else:
        look(p, candle, my, wanted)
        if my.event == CLOSE:
            my.mem.before = candle.close


def look(p, candle, my, wanted):
    """A close, or a look between closes."""
    if my.mem.stage == WAITS:
        if touched(p, candle, my):
            begin(p, candle, my, wanted)
    elif my.mem.stage == RUNS:
        run(p, candle, my, wanted)
    elif my.mem.stage == SELLS:
        sell_rest(p, my, wanted)


def touched(p, candle, my):
    """Whether the price has come to the trigger, from the side on which it was at first."""
    if my.mem.from_below > 0:
        return not below(candle.high, p.trigger)
    return not above(candle.low, p.trigger)


def begin(p, candle, my, wanted):
    """Draw the band and want every cell's first order."""
    my.mem.stage = RUNS
    my.mem.worth = my.equity
    draw_lines(p, candle, my)
    draw_ends(p, candle, my)
    my.mem.top = my.mem.lines[p.levels]
    open_cells(p, my, wanted)
    lay(p, my, wanted)


def take_fill(p, my, wanted):
    """A cell's fill turns it; that of a protective exit ends the grid."""
    if my.slot > p.levels:
        my.mem.stage = OVER
        wanted.clear()
    elif my.slot < p.levels:
        if not counted(my, wanted, my.slot):
            take_late(p, my, wanted, my.slot)
        elif filled_whole(my, wanted, my.slot):
            turn_cell(p, my, wanted, my.slot)
        ask_lost_again(p, my, wanted)
        leave_small(p, my, wanted)
        lay(p, my, wanted)


def run(p, candle, my, wanted):
    """Whether it ends here; else the band follows, and what may rest is laid."""
    if my.event == CLOSE:
        my.mem.age += 1
        if my.mem.paused > 0:
            my.mem.paused -= 1
    if ends(p, candle, my):
        end_grid(p, my, wanted)
        return
    if my.event == CLOSE:
        follow(p, my, wanted)
    over = my.close_ticks > my.mem.top
    under = my.close_ticks < my.mem.lines[int(my.mem.base)]
    if p.beyond == STOP and (over or under):
        end_grid(p, my, wanted)
        return
    hold(p, candle, my, over, under)
    leave_small(p, my, wanted)
    wake_cells(p, my)
    if my.mem.stale > 0:
        lay(p, my, wanted)


def ends(p, candle, my):
    """Whether a price, a profit or a time has come at which the whole grid ends."""
    if p.end_below > 0 and not above(candle.close, p.end_below):
        return True
    if p.end_above > 0 and not below(candle.close, p.end_above):
        return True
    if p.end_gain > 0 and not below(my.equity, my.mem.worth * (1.0 + p.end_gain)):
        return True
    if p.end_loss > 0 and not above(my.equity, my.mem.worth * (1.0 - p.end_loss)):
        return True
    return p.end_after > 0 and my.mem.age >= p.end_after


def hold(p, candle, my, over, under):
    """Which side's orders are held back until the next close: +1 buys, -1 sells, 0 neither."""
    if p.fall > 0 and below(candle.close, max(my.mem.before, candle.high) * (1.0 - p.fall)):
        my.mem.paused = p.fall_pause
    held = 0
    if my.mem.paused > 0 or (p.beyond == PAUSE and under):
        held = 1
    elif p.beyond == PAUSE and over:
        held = -1 if my.shortable > 0 else 1
    if held != my.mem.hold:
        my.mem.hold = held
        my.mem.stale = 1


def end_grid(p, my, wanted):
    """Take every order off; sell what is held, or keep it."""
    wanted.clear()
    my.mem.stage = OVER
    if p.at_end == SELL:
        my.mem.stage = SELLS
        sell_rest(p, my, wanted)


def sell_rest(p, my, wanted):
    """Want what is held sold by the market, again while something is left and its last order is over."""
    out = p.levels
    state = wanted.state(out)
    if my.lots == 0 or (state != EMPTY and state != DONE and state != ENDED):
        return
    if state == ENDED and wanted.why(out) == R_BELOW_MINIMUM:
        my.mem.stage = OVER
        return
    wanted.renew(out)
    wanted.row(out, MARKET, -1 if my.lots > 0 else 1, 0, abs(my.lots))
    wanted.flags(out, REDUCE_ONLY)
    wanted.tag(out, OUT)
