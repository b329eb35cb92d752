"""What a step may read of its bot: `my.NAME` becomes one of these functions (the table is in `botswain.build.step`).

Each is clamped: a strategy has no arrays to run off. Numbers a person would read come as floats; `lots` and `ticks`
are whole.
"""

from botswain.core.access import (
    account_of,
    book_of,
    column_at,
    count_of,
    lane_of,
    lot_of,
    mem_at,
    place_of,
    row_of,
    rules_of,
    set_mem,
    terms_of,
    tick_of,
)
from botswain.core.rows import held_lots
from botswain.core.sizing import equity_now
from botswain.core.wanted import MOST_TICKS
from botswain.ledger.exact import E8


def my_event(sim, s):
    """The event that called the step: START, CLOSE, FILL, END or TIMER."""
    return account_of(sim).event


def my_time_ms(sim, s):
    """The time of this decision, milliseconds UTC."""
    return account_of(sim).time_ms


def my_symbol(sim, s):
    """The symbol's place in the bot's list, from 0."""
    return s


def my_slot(sim, s):
    """The slot that was filled (FILL) or whose order the venue ended (END)."""
    return account_of(sim).fill_slot


def my_side(sim, s):
    """The side that was filled (FILL): +1 or -1."""
    return account_of(sim).fill_side


def my_received(sim, s):
    """Whole lots that a fill added or took, after a base fee (FILL)."""
    return account_of(sim).fill_received


def my_reason(sim, s):
    """Why it was filled (FILL: a tag or an exit's code) or ended (END): a code of model.reasons."""
    return account_of(sim).fill_reason


def my_fill_price(sim, s):
    """The price of the fill in quote (FILL)."""
    return account_of(sim).fill_price * tick_of(sim, s)


def my_lots(sim, s):
    """Whole lots of the position, negative when short."""
    return held_lots(sim, s)


def my_position(sim, s):
    """The position in base, negative when short."""
    return book_of(sim, s).pos * (lot_of(sim, s) / terms_of(sim, s).lot_units)


def my_entry_price(sim, s):
    """Average price of the position in quote; NaN when flat."""
    pos = abs(book_of(sim, s).pos)
    if pos == 0:
        return float("nan")
    return book_of(sim, s).cost / (pos * terms_of(sim, s).unit_money) * tick_of(sim, s)


def my_cash(sim, s):
    """Cash of the account in quote; below zero only where borrowing is allowed."""
    return account_of(sim).cash * money_worth(sim, s)


def my_equity(sim, s):
    """What the account is worth in quote: cash and all positions at their last closes."""
    return equity_now(sim) * money_worth(sim, s)


def my_shortable(sim, s):
    """1 where selling without holding is allowed."""
    return terms_of(sim, s).shortable


def my_tick(sim, s):
    """The tick size in quote."""
    return tick_of(sim, s)


def my_lot(sim, s):
    """The lot size in base."""
    return lot_of(sim, s)


def my_maker_fee(sim, s):
    """The maker fee as a fraction; below zero where the venue pays makers."""
    return terms_of(sim, s).maker_e8 / E8


def my_taker_fee(sim, s):
    """The taker fee as a fraction (0.001 is 0.1 %)."""
    return terms_of(sim, s).taker_e8 / E8


def my_slots(sim, s):
    """How many slots the strategy has; a FILL of a slot at or beyond it was a protective exit."""
    return rules_of(sim).slots


def my_close_ticks(sim, s):
    """The last close in ticks."""
    return lane_of(sim, s).mark


def my_nearest_tick(sim, s, price):
    """A price meant to be on the grid as ticks: to the nearest, halves up; -1 for what is no price."""
    exact = price / tick_of(sim, s)
    return int(exact + 0.5) if 0.0 <= exact < MOST_TICKS else -1


def my_quantity(sim, s, slot):
    """Wanted lots of a slot."""
    return row_of(sim, s, clamp(slot, rules_of(sim).slots)).qty


def my_filled(sim, s, slot):
    """Filled lots of a slot's rev."""
    return row_of(sim, s, clamp(slot, rules_of(sim).slots)).filled


def my_state(sim, s, slot):
    """State of a slot (core.codes: EMPTY ... ENDED)."""
    return row_of(sim, s, clamp(slot, rules_of(sim).slots)).state


def my_why(sim, s, slot):
    """Why a slot waits or ended (a code of model.reasons), 0 where it does neither."""
    return row_of(sim, s, clamp(slot, rules_of(sim).slots)).ended


def money_worth(sim, s):
    """One money unit in quote."""
    return tick_of(sim, s) * lot_of(sim, s) / terms_of(sim, s).lot_money


def column_before(sim, s, k, i):
    """The k-th indicator one candle before candle i, NaN before the symbol's first."""
    if i <= lane_of(sim, s).first:
        return float("nan")
    return column_at(sim, k, i - 1)


def mem_index(sim, place, k):
    """Where the k-th number of a name of the memory stands, or of another pair of `places`; k kept inside."""
    return place_of(sim, place) + clamp(k, count_of(sim, place))


def cell_index(sim, place, width, k, j):
    """Where the j-th number of the k-th row of a table stands, both kept inside."""
    return place_of(sim, place) + clamp(k, count_of(sim, place)) * width + clamp(j, width)


def read_mem(sim, s, k):
    """A number of the memory."""
    return mem_at(sim, s, k)


def write_mem(sim, s, k, value):
    """Set a number of the memory."""
    set_mem(sim, s, k, value)


def clamp(k, count):
    """k kept within 0 and count - 1; NaN is 0."""
    if not k > 0:
        return 0
    return int(k) if k < count else count - 1
