"""Where the lines of a grid stand: drawn once around a price, and one further up or down.

With + - x / only, so that it is the same everywhere; `grid_plan` has the same arithmetic for checks and pictures.
"""

from __future__ import annotations

from botswain.strategies.ticks import on_tick

# Place of the choice of `spacing`, as the step sees it.
ARITHMETIC = 0


def draw_lines(p, candle, my):
    """Put every line on its tick."""
    half = p.levels // 2
    middle = p.centre if p.centre > 0 else candle.close
    if p.upper > 0:
        half = 0
        middle = p.lower
    if p.spacing == ARITHMETIC:
        for k in range(p.levels + 1):
            if p.upper > 0:
                my.mem.lines[k] = my.nearest_tick(p.lower + (p.upper - p.lower) * k / p.levels)
            else:
                my.mem.lines[k] = my.nearest_tick(middle * (1.0 + p.step * (k - half)))
        return
    line = middle
    for k in range(half, p.levels + 1):
        my.mem.lines[k] = my.nearest_tick(line)
        line = line * p.ratio
    line = middle
    for k in range(half - 1, -1, -1):
        line = line / p.ratio
        my.mem.lines[k] = my.nearest_tick(line)


def draw_ends(p, candle, my):
    """The band's ends before they went to the tick, and the step between equal lines: what a trailing band goes by."""
    half = p.levels // 2
    middle = p.centre if p.centre > 0 else candle.close
    my.mem.gap = middle * p.step
    if p.upper > 0:
        half = 0
        middle = p.lower
        my.mem.gap = (p.upper - p.lower) / p.levels
    my.mem.low = middle
    my.mem.high = middle
    for _ in range(half):
        my.mem.low = line_below(p, my, my.mem.low)
    for _ in range(p.levels - half):
        my.mem.high = line_above(p, my, my.mem.high)


def line_above(p, my, line):
    """The next line up."""
    if p.spacing == ARITHMETIC:
        return line + my.mem.gap
    return line * p.ratio


def line_below(p, my, line):
    """The next line down."""
    if p.spacing == ARITHMETIC:
        return line - my.mem.gap
    return line / p.ratio


def sale_of(p, my, line, following):
    """Where what was bought at a line is sold, in ticks: at the following line, or by its own distance."""
    if p.profit == 0.0:
        return following
    return on_tick(my, line * my.tick * (1.0 + p.profit), 1)
