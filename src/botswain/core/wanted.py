"""How a step says what it wants: slots of the wanted table, written through these functions only.

Every function is idempotent: wanting again what is already wanted changes nothing. A slot outside the table is not
written; the run stops with BAD_SLOT instead. docs/rules.md section 5.
"""

from botswain.core.access import account_of, lane_of, lot_of, row_of, rules_of, terms_of, tick_of
from botswain.core.codes import (
    ASKED,
    DONE,
    EMPTY,
    ENDED,
    FOK,
    GTC,
    IOC,
    LIMIT,
    MARKET,
    POST_ONLY,
    R_BAD_ORDER,
    R_BAD_SLOT,
    R_BAD_TARGET,
    R_CANCELED,
    R_EXPIRED,
    R_INSUFFICIENT_BALANCE,
    R_REFUSED,
    R_VENUE_CANCELED,
    REDUCE_ONLY,
    STOP,
    STOP_LIMIT,
    TAKE_PROFIT,
    WAITING,
    WORKING,
)
from botswain.core.freeing import free_children_of_part
from botswain.core.rows import held_lots, mark_dirty, name_row
from botswain.core.sizing import row_lots, target_lots, without_move

# From here on doubles and 64-bit integers no longer agree.
MOST_TICKS = 1 << 53
MOST_LOTS = 1 << 62
# An account that holds so much is counted with Python integers (`build.plan`), and may pay for more lots than those; up
# to what is no number that anybody means.
WIDE_MONEY = 4.0e18
MOST_OF_ALL = 1.0e300
# What `to_lots` says of a quantity above zero but under one lot, and of one that is no quantity.
UNDER_A_LOT = -1
NO_QUANTITY = -2
MOST_GROUPS = 1 << 30
# Reasons from here on are the core's own.
MOST_TAGS = 100


def want_target(sim, s, x):
    """Want a position of x times the sizing's unit; computed once, when x changes."""
    if x == row_of(sim, s, 0).x:
        return
    change_target(sim, s, x)


def change_target(sim, s, x):
    """Make slot 0 a market order for the difference between the new target and the position.

    A target other than 0 that comes to no lot, and finds no position, is an order of no lots: the gate ends it as too
    small, and so says why nothing is done. Where that is because nobody knows yet how far the market moves, it is not
    taken, so that it is a new one when it is asked for again.
    """
    if not -1000.0 <= x <= 1000.0:  # not by abs(), which -2^63 has none of in 64 bits
        account_of(sim).code = R_BAD_TARGET
        return
    row = row_of(sim, s, 0)
    asked = x
    if x < 0.0 and terms_of(sim, s).shortable == 0:
        x = 0.0
    lots = target_lots(sim, s, abs(x))
    if x < 0.0:
        lots = -lots
    change = lots - held_lots(sim, s)
    if change == 0 and lots == 0 and x != 0.0 and without_move(sim, s):
        return
    row.x = asked
    renew(sim, s, 0)
    if change == 0 and (lots != 0 or x == 0.0):
        return
    row.kind = MARKET
    row.side = 1 if change > 0 or (change == 0 and x > 0.0) else -1
    row.qty = abs(change)
    row.price = 0
    row.trigger = 0
    row.flag_bits = REDUCE_ONLY if x == 0.0 else 0
    row.goal = 1
    row.state = ASKED
    mark_dirty(sim, s, 0)


def good_slot(sim, slot):
    """Whether the strategy may write this slot; the run stops with BAD_SLOT where it may not. NaN is no slot."""
    if 0 <= slot < rules_of(sim).slots and slot == int(slot):
        return True
    account_of(sim).code = R_BAD_SLOT
    account_of(sim).code_slot = int(slot) if -MOST_TICKS < slot < MOST_TICKS else -1
    return False


def want_row(sim, s, slot, kind, side, ticks, lots):
    """Want an order in a slot. ticks: limit price or trigger (market: 0); lots 0: sized once, at this price."""
    known = kind == MARKET or kind == LIMIT or kind == STOP or kind == TAKE_PROFIT
    priced = kind == MARKET or ticks >= 1
    if good_slot(sim, slot) and good_order(sim, slot, known and priced, side, ticks, lots):
        put_row(sim, s, int(slot), int(kind), int(side), int(ticks), int(lots))


def good_order(sim, slot, known, side, ticks, lots):
    """Whether an order can be meant at all; the run stops with BAD_ORDER where it cannot. NaN fails all comparisons.

    known  its kind is one, and has its price. A price of nothing is no price: forgotten memory says 0.
    """
    if known and (side == 1 or side == -1) and 0 <= ticks < MOST_TICKS and ticks == int(ticks):
        if lots == UNDER_A_LOT or (countable(sim, lots) and lots == int(lots)):
            return True
    return bad_order(sim, slot)


def countable(sim, lots):
    """Whether an account can have anything to do with so many lots: below 2^62, or where it holds money beyond 64 bits.

    It is asked of the account and not of the form of the run, so that both forms take the same for an order.
    """
    if 0 <= lots < MOST_LOTS:
        return True
    account = account_of(sim)
    return MOST_LOTS <= lots < MOST_OF_ALL and max(account.cash, account.equity) >= WIDE_MONEY


def counts(number, below):
    """Whether a number is a whole one from 0 and below a bound. NaN is not."""
    return 0 <= number < below and number == int(number)


def bad_order(sim, slot):
    """Stop the run: the strategy asked a slot for something that no order can be."""
    account_of(sim).code = R_BAD_ORDER
    account_of(sim).code_slot = int(slot)
    return False


def put_row(sim, s, slot, kind, side, ticks, lots):
    """`want_row` for any slot, the core's own exit slots included. A stop-limit's limit price is in the row already."""
    row = row_of(sim, s, slot)
    if row.state == ENDED and row.ended == R_CANCELED:
        row.ended = R_VENUE_CANCELED  # it was withdrawn after its end, and is wanted as it was before that
    if row.state == DONE or row.state == ENDED:
        return
    price = row.price if kind == STOP_LIMIT else 0
    if kind == LIMIT:
        price = ticks
    trigger = 0 if kind == LIMIT or kind == MARKET else ticks
    sized = lots == 0
    lots = max(lots, 0)
    if row.state != EMPTY and row.kind == kind and row.side == side and row.price == price and row.trigger == trigger:
        if sized or row.qty == lots:
            return
    if sized:
        lots = row_lots(sim, s, ticks if ticks > 0 else lane_of(sim, s).mark)
    if row.side != side and row.qty != 0:
        # What was bought is no part of a sale: counted together they would be more than either asks for.
        renew(sim, s, slot)
    if row.rev == 0:
        row.rev = 1
    qty = max(lots, row.filled)
    if row.kind != kind or row.side != side or row.price != price or row.trigger != trigger or row.qty != qty:
        row.noted = 0
    row.kind = kind
    row.side = side
    row.price = price
    row.trigger = trigger
    row.qty = qty
    row.state = ASKED
    row.ended = 0
    mark_dirty(sim, s, slot)


def want_size(sim, s, ticks):
    """Lots of a row that names no quantity, at a price in ticks (0: the last close)."""
    return row_lots(sim, s, int(ticks) if 0 < ticks < MOST_TICKS else lane_of(sim, s).mark)


def want_limit(sim, s, slot, side, price, qty):
    """Want a limit order by price in quote and quantity in base; qty 0: sized once. Rounds by SEMANTICS 1.2."""
    want_row(sim, s, slot, LIMIT, side, to_ticks(sim, s, price, -side), to_lots(sim, s, qty))


def want_market(sim, s, slot, side, qty):
    """Want a market order for a quantity in base; qty 0: sized once, at the last close."""
    want_row(sim, s, slot, MARKET, side, 0, to_lots(sim, s, qty))


def want_trigger(sim, s, slot, kind, side, trigger, qty):
    """Want a stop or take-profit order: a market order once the trigger price is touched."""
    sooner = side if kind == TAKE_PROFIT else -side
    want_row(sim, s, slot, kind, side, to_ticks(sim, s, trigger, sooner), to_lots(sim, s, qty))


def want_stop(sim, s, slot, side, trigger, qty):
    """Want a market order once the price goes against its side: a buy risen to the trigger, a sell fallen to it."""
    want_trigger(sim, s, slot, STOP, side, trigger, qty)


def want_take_profit(sim, s, slot, side, trigger, qty):
    """Want a market order once the price comes to meet it: a buy fallen to the trigger, a sell risen to it."""
    want_trigger(sim, s, slot, TAKE_PROFIT, side, trigger, qty)


def want_stop_limit(sim, s, slot, side, trigger, price, qty):
    """Want a limit order that is sent once the trigger price is touched."""
    ticks = to_ticks(sim, s, price, -side)
    touched = to_ticks(sim, s, trigger, -side)
    lots = to_lots(sim, s, qty)
    if not good_slot(sim, slot) or not good_order(sim, slot, ticks >= 1 and touched >= 1, side, touched, lots):
        return
    slot = int(slot)
    row = row_of(sim, s, slot)
    if row.state != DONE and row.state != ENDED and (row.kind != STOP_LIMIT or row.price != ticks):
        row.price = ticks
        row.noted = 0
        row.state = EMPTY
    put_row(sim, s, slot, STOP_LIMIT, int(side), touched, lots)


def to_ticks(sim, s, price, direction):
    """A price in quote as ticks: to the nearest when within 1e-6 of the grid, else down (-1) or up (+1).

    -1 for what is no price.
    """
    exact = price / tick_of(sim, s)
    if not 0.0 <= exact < MOST_TICKS:
        return -1
    nearest = int(exact + 0.5)
    if abs(exact - nearest) <= 1e-6:
        return nearest
    low = int(exact)
    return low if direction < 0 else low + 1


def to_lots(sim, s, qty):
    """A quantity in base as lots, down, but to the nearest when within 1e-6 of a lot; 0 only for 0."""
    exact = qty / lot_of(sim, s)
    if not countable(sim, exact):
        return NO_QUANTITY
    lots = int(exact + 1e-6)
    return UNDER_A_LOT if lots == 0 and qty > 0 else lots


def flag_row(sim, s, slot, flags):
    """Set a row's flags (post-only, reduce-only)."""
    if not good_slot(sim, slot) or not (counts(flags, MOST_GROUPS) or bad_order(sim, slot)):
        return
    slot = int(slot)
    bits = int(flags) & (POST_ONLY | REDUCE_ONLY)
    if row_of(sim, s, slot).flag_bits != bits:
        row_of(sim, s, slot).flag_bits = bits
        ask_again(sim, s, slot)


def tif_row(sim, s, slot, tif):
    """How long a row's limit order may rest: GTC until withdrawn; IOC and FOK end unless they fill on arrival."""
    known = tif == GTC or tif == IOC or tif == FOK
    if not good_slot(sim, slot) or not (known or bad_order(sim, slot)):
        return
    slot = int(slot)
    if row_of(sim, s, slot).tif != int(tif):
        row_of(sim, s, slot).tif = int(tif)
        ask_again(sim, s, slot)


def link_row(sim, s, slot, group):
    """Put a row in a one-cancels-other group (0: none)."""
    if not good_slot(sim, slot) or not (counts(group, MOST_GROUPS) or bad_order(sim, slot)):
        return
    slot = int(slot)
    if row_of(sim, s, slot).link != int(group):
        row_of(sim, s, slot).link = int(group)
        ask_again(sim, s, slot)


def parent_row(sim, s, slot, parent):
    """Send this row only once the row in slot `parent` is filled; -1: at once. No row waits for itself."""
    if not good_slot(sim, slot) or not (parent == -1 or good_slot(sim, parent)):
        return
    if int(parent) == int(slot):
        bad_order(sim, slot)
        return
    slot = int(slot)
    place = int(parent) + 1
    if row_of(sim, s, slot).parent != place:
        row_of(sim, s, slot).parent = place
        row_of(sim, s, slot).freed = 0
        account_of(sim).has_parents = 1
        ask_again(sim, s, slot)


def tag_row(sim, s, slot, tag):
    """Name a row by the strategy's tag number (0 to 99); it becomes the reason of its fills."""
    if good_slot(sim, slot) and (counts(tag, MOST_TAGS) or bad_order(sim, slot)):
        name_row(sim, s, int(slot), int(tag))


def ask_again(sim, s, slot):
    """Have a changed row judged and sent again, if it wants anything."""
    row = row_of(sim, s, slot)
    if row.state == WORKING or row.state == WAITING or row.state == ASKED:
        row.state = ASKED
        row.ended = 0
        mark_dirty(sim, s, slot)


def renew(sim, s, slot):
    """Start a slot anew: rev + 1, nothing filled, nothing wanted until it is asked for."""
    row = row_of(sim, s, slot)
    if row.state == WORKING or row.state == ASKED:
        mark_dirty(sim, s, slot)
    if row.state != DONE:
        free_children_of_part(sim, s, slot)
    row.rev += 1
    row.freed = 0
    row.filled = 0
    row.eff = 0
    row.qty = 0
    row.state = EMPTY
    row.ended = 0
    row.noted = 0
    if row.goal != 0:
        # Reduce-only was the target's wish, not the strategy's: it ends with it.
        row.flag_bits = 0
        row.goal = 0


def renew_slot(sim, s, slot):
    """`renew` for a strategy's own slot."""
    if good_slot(sim, slot):
        renew(sim, s, int(slot))


def again(sim, s, slot):
    """Want what an ended row left unfilled once more: rev + 1, the same order. Nothing for a row that did not end."""
    if not good_slot(sim, slot):
        return
    slot = int(slot)
    row = row_of(sim, s, slot)
    left = row.qty - row.filled
    if row.state == ENDED and left > 0:
        begin_again(sim, s, slot, left)


def begin_again(sim, s, slot, lots):
    """The next rev of the same order, for so many lots."""
    row = row_of(sim, s, slot)
    bits = row.flag_bits
    goal = row.goal
    renew(sim, s, slot)
    row.flag_bits = bits
    row.goal = goal
    row.qty = lots
    row.state = ASKED
    mark_dirty(sim, s, slot)


def go_on_closing(sim, s, slot):
    """A target's order is filled that was cut to what the venue takes in one: the next follows while it closes.

    It is the same wish, and no other order of the day.
    """
    row = row_of(sim, s, slot)
    closing = -row.side * held_lots(sim, s)
    left = row.qty - row.filled
    if row.eff != terms_of(sim, s).max_lots or closing <= 0 or left <= 0:
        return
    counted = row.judged == row.rev
    begin_again(sim, s, slot, min(left, closing) if row.flag_bits & REDUCE_ONLY else left)
    if counted:
        row.judged = row.rev


def withdraw(sim, s, slot):
    """Want nothing in a slot any more; what rests there is cancelled.

    What the venue ended before is from then on as if it had been taken off here: a person who resumes the bot has what
    is still wanted asked for once more, and this is not.
    """
    row = row_of(sim, s, slot)
    if row.state == WORKING or row.state == ASKED:
        mark_dirty(sim, s, slot)
    if row.state == ENDED and ended_outside(row.ended):
        row.ended = R_CANCELED
    if row.state != DONE and row.state != ENDED:
        row.state = EMPTY
        row.eff = row.filled
        free_children_of_part(sim, s, slot)


def ended_outside(code):
    """Whether it was the venue, or somebody there, that ended a row: things may be otherwise by now."""
    return code == R_VENUE_CANCELED or code == R_EXPIRED or code == R_REFUSED or code == R_INSUFFICIENT_BALANCE


def withdraw_slot(sim, s, slot):
    """`withdraw` for a strategy's own slot."""
    if good_slot(sim, slot):
        withdraw(sim, s, int(slot))


def withdraw_all(sim, s):
    """Want nothing in any of the strategy's slots."""
    for slot in range(rules_of(sim).slots):
        withdraw(sim, s, slot)
