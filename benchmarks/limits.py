"""The least that a machine allows: one strategy each, written by hand as a numba loop that can do nothing else.

No orders, no ledger worth the name, no reports: what the simulator is measured against, and what it must agree with
in fills and final equity.
"""

from __future__ import annotations

from typing import Any

import numba
import numpy as np

# Candles that are gone through together.
BLOCK = 2048


@numba.njit
def crossover(opens: Any, closes: Any, fast: int, slow: int, cash: float, fee: float) -> tuple[float, int]:
    """Long one unit while the fast average is above the slow one; fills at the next open. Returns (equity, fills)."""
    sum_fast = 0.0
    sum_slow = 0.0
    held = 0
    fills = 0
    wanted = 0
    for i in range(closes.size):
        if wanted != held:
            cash += (held - wanted) * opens[i] - fee * opens[i]
            held = wanted
            fills += 1
        sum_fast += closes[i]
        sum_slow += closes[i]
        if i >= fast:
            sum_fast -= closes[i - fast]
        if i >= slow:
            sum_slow -= closes[i - slow]
        if i >= slow - 1:
            wanted = 1 if sum_fast / fast - sum_slow / slow > 1e-6 else 0
    return cash + held * closes[-1], fills


@numba.njit
def ladder(opens: Any, highs: Any, lows: Any, closes: Any, lines: Any, cash: float, fee: float) -> tuple[float, int]:
    """One unit a cell: cells under the first close buy, cells above it sell short; each fill turns its cell over."""
    cells = lines.size - 1
    buys = np.zeros(cells, np.bool_)
    for cell in range(cells):
        buys[cell] = lines[cell] < closes[0]
    low_cell = -1
    for cell in range(cells):
        if buys[cell]:
            low_cell = cell
    high_cell = low_cell + 1
    held = 0
    fills = 0
    for i in range(1, closes.size):
        down = low_cell >= 0 and lows[i] <= lines[low_cell]
        up = high_cell < cells and highs[i] >= lines[high_cell + 1]
        if not down and not up:
            continue
        first_low = low_cell
        first_high = high_cell
        while low_cell >= 0 and lows[i] <= lines[low_cell]:
            price = min(lines[low_cell], opens[i])
            cash -= price * (1.0 + fee)
            held += 1
            fills += 1
            low_cell -= 1
        while high_cell < cells and highs[i] >= lines[high_cell + 1]:
            price = max(lines[high_cell + 1], opens[i])
            cash += price * (1.0 - fee)
            held -= 1
            fills += 1
            high_cell += 1
        # What was bought is for sale one line up and the other way round; both ends move by what the other filled.
        bought = first_low - low_cell
        sold = high_cell - first_high
        low_cell = first_low - bought + sold
        high_cell = low_cell + 1
    return cash + held * closes[-1], fills


@numba.njit
def crossovers(opens: Any, closes: Any, fasts: Any, slows: Any, cash: float, fee: float) -> tuple[Any, Any]:
    """`crossover` for every pair of averages, of fasts x slows. Returns (equity, fills), one for each pair.

    Averages come from one running sum. Of a pair a block of candles is gone through twice, first for what is wanted and
    then for the money, so that neither loop has a branch and both stay in the processor's own memory. Of each block
    slices are taken first, and lengths are made floats: places from the end of an array and division by zero are then
    no question inside, and several candles are done at once. With `sums[at - fast] / fast` there they are done one by
    one on some processors, four times as slow for the same numbers, and all that is compared with it looks fast.
    """
    count = closes.size
    sums = np.zeros(count + 1)
    for i in range(count):
        sums[i + 1] = sums[i] + closes[i]
    pairs = fasts.size * slows.size
    equity = np.empty(pairs)
    fills = np.empty(pairs, np.int64)
    held = np.empty(BLOCK + 1)
    for pair in range(pairs):
        fast = fasts[pair // slows.size]
        slow = slows[pair % slows.size]
        by_fast = float(fast)
        by_slow = float(slow)
        gained = 0.0
        turns = 0.0
        before = 0.0
        for first in range(slow, count, BLOCK):
            length = min(BLOCK, count - first)
            last = first + length
            upto, left, left_slow = sums[first:last], sums[first - fast : last - fast], sums[first - slow : last - slow]
            prices, was, now = opens[first:last], held[:length], held[1 : length + 1]
            held[0] = before
            for k in range(length):
                now[k] = 1.0 if (upto[k] - left[k]) / by_fast - (upto[k] - left_slow[k]) / by_slow > 1e-6 else 0.0
            for k in range(length):
                turn = now[k] - was[k]
                gained -= (turn + fee * abs(turn)) * prices[k]
                turns += abs(turn)
            before = held[length]
        equity[pair] = cash + gained + before * closes[-1]
        fills[pair] = int(turns)
    return equity, fills
