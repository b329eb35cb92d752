"""What a venue does with orders and a candle: arrivals at the open, then resting orders along one path inside it.

Or with orders and a trade, where a market is a tape of those (TRADES): `meet_trade`. Of a trade they may get a share
only (PARTS); then what is left of an order waits for the next ones.

The same functions serve the backtest, the paper venue and the sandbox. They know orders, prices and the venue's own
balances; they know nothing of wanted rows, strategies or profit. Everything that happens is a report; a report of
no lots is the end of an order. docs/rules.md sections 3 and 4.
"""

from botswain.core.access import (
    account_of,
    close_at,
    down_at,
    high_at,
    lane_of,
    low_at,
    open_at,
    order_of,
    report_of,
    set_down,
    set_up,
    slip_at,
    squares_at,
    symbols_of,
    terms_of,
    traded_at,
    up_at,
    width_of,
)
from botswain.core.codes import (
    ANY_DOWN,
    ANY_UP,
    FOK,
    GTC,
    IOC,
    LATE,
    LIMIT,
    MARKET,
    NO_DOWN,
    NO_UP,
    PARTS,
    POST_ONLY,
    PROTECTIVE,
    R_INSUFFICIENT_BALANCE,
    R_LINKED,
    R_MONEY_OVERFLOW,
    R_NOT_FILLED,
    R_NOTHING_TO_REDUCE,
    R_POST_ONLY,
    REDUCE_ONLY,
    SLIPS,
    STOP,
    STOP_LIMIT,
    TRADES,
)
from botswain.ledger.books import cash_change, fee_of, received_units, whole_lots
from botswain.ledger.exact import E8, root_of_ratio, with_slippage

# What `arrival` is of an order that is written and on its way: later than any that has arrived.
ON_ITS_WAY = 1 << 62


def arrive(sim, s, slot, price):
    """An active order reaches the book while it stands at `price` (ticks): it crosses, triggers, rests or ends."""
    order = order_of(sim, s, slot)
    order.arrival = account_of(sim).arrivals
    account_of(sim).arrivals += 1
    kind = order.kind
    if kind == MARKET:
        take(sim, s, slot, price)
    elif kind == LIMIT:
        arrive_limit(sim, s, slot, price)
    elif triggered(order, price):
        if kind == STOP_LIMIT:
            become_limit(sim, s, slot, price)
        else:
            take(sim, s, slot, price)
    else:
        rest(sim, s, slot)


def arrive_limit(sim, s, slot, price):
    """A limit order meets the book: what crosses fills at the book's price, what does not rests, by its flags."""
    order = order_of(sim, s, slot)
    if (order.price - price) * order.side < 0:
        if order.tif == GTC:
            rest(sim, s, slot)
        else:
            end_order(sim, s, slot, R_NOT_FILLED)
    elif order.flag_bits & POST_ONLY:
        end_order(sim, s, slot, R_POST_ONLY)
    elif PARTS and order.tif == FOK and lane_of(sim, s).room < order.leaves:
        end_order(sim, s, slot, R_NOT_FILLED)
    else:
        execute(sim, s, slot, price, 0)


def triggered(order, price):
    """Whether a stop or take-profit has its trigger at or behind `price`."""
    ahead = order.side if order.kind == STOP or order.kind == STOP_LIMIT else -order.side
    return (price - order.trigger) * ahead >= 0


def become_limit(sim, s, slot, price):
    """A stop-limit fires while the book stands at `price`: from here on it works as a limit order."""
    order_of(sim, s, slot).kind = LIMIT
    set_down(sim, s, slot, NO_DOWN)
    set_up(sim, s, slot, NO_UP)
    arrive_limit(sim, s, slot, price)


def take(sim, s, slot, price):
    """Fill by the market at a price made worse by slippage."""
    side = order_of(sim, s, slot).side
    if PARTS:
        order_of(sim, s, slot).kind = MARKET  # a trigger has fired for all of it
    share = slip_of(sim, s, slot) if SLIPS else terms_of(sim, s).slippage_e8
    execute(sim, s, slot, with_slippage(price, share, side), 0)


def slip_of(sim, s, slot):
    """What an order that goes by the market now slips by, by what was known when its candle opened: units of 1e-8.

    Where its own size counts (core.slips): with nothing traded it is the most there is, unless prices stood still too.
    """
    terms = terms_of(sim, s)
    i = lane_of(sim, s).i
    most = terms.most_slip_e8
    share = slip_at(sim, i)
    squares = squares_at(sim, i)
    if squares > 0:
        traded = traded_at(sim, i)
        if traded == 0:
            return most
        # Squares are in units of 1e-16 and the factor's in 1e-8: the root is in 1e-8 once divided by the latter's unit.
        share += root_of_ratio(squares, terms.impact_e8, fillable(sim, s, slot), traded, E8, most)
    return min(share, most)


def fillable(sim, s, slot):
    """The lots of an order that can fill: its leaves, or what is left of the position that it may only reduce."""
    order = order_of(sim, s, slot)
    if order.flag_bits & REDUCE_ONLY == 0:
        return order.leaves
    held = lane_of(sim, s).venue_pos * -order.side
    return min(order.leaves, whole_lots(held, terms_of(sim, s))) if held > 0 else 0


def rest(sim, s, slot):
    """Put an order on the book and keep the nearest prices at hand."""
    order = order_of(sim, s, slot)
    lane = lane_of(sim, s)
    limit = order.kind == LIMIT
    ticks = order.price if limit else order.trigger
    # Limit buys, stop sells and take-profit buys wait below; the others above.
    if order.kind == STOP or order.kind == STOP_LIMIT:
        downward = order.side < 0
    else:
        downward = order.side > 0
    through = terms_of(sim, s).through if limit else 0
    if TRADES and order.kind == MARKET:
        downward = order.side < 0
        ticks = ANY_DOWN if downward else ANY_UP
    if downward:
        ticks -= through
        set_down(sim, s, slot, ticks)
        if ticks > lane.lo or (ticks == lane.lo and order.arrival < order_of(sim, s, lane.lo_slot).arrival):
            lane.lo = ticks
            lane.lo_slot = slot
    else:
        ticks += through
        set_up(sim, s, slot, ticks)
        if ticks < lane.hi or (ticks == lane.hi and order.arrival < order_of(sim, s, lane.hi_slot).arrival):
            lane.hi = ticks
            lane.hi_slot = slot


def remove(sim, s, slot):
    """Take an order off the book."""
    lane = lane_of(sim, s)
    order_of(sim, s, slot).active = 0
    set_down(sim, s, slot, NO_DOWN)
    set_up(sim, s, slot, NO_UP)
    if lane.lo_slot == slot:
        find_lo(sim, s)
    if lane.hi_slot == slot:
        find_hi(sim, s)


def find_lo(sim, s):
    """Find the resting order that a falling price meets first; of equals, the earliest arrival."""
    best = NO_DOWN
    for slot in range(width_of(sim)):
        best = max(best, down_at(sim, s, slot))
    at = -1
    if best != NO_DOWN:
        for slot in range(width_of(sim)):
            if down_at(sim, s, slot) == best:
                if at < 0 or order_of(sim, s, slot).arrival < order_of(sim, s, at).arrival:
                    at = slot
    lane = lane_of(sim, s)
    lane.lo = best
    lane.lo_slot = at


def find_hi(sim, s):
    """Find the resting order that a rising price meets first; of equals, the earliest arrival."""
    best = NO_UP
    for slot in range(width_of(sim)):
        best = min(best, up_at(sim, s, slot))
    at = -1
    if best != NO_UP:
        for slot in range(width_of(sim)):
            if up_at(sim, s, slot) == best:
                if at < 0 or order_of(sim, s, slot).arrival < order_of(sim, s, at).arrival:
                    at = slot
    lane = lane_of(sim, s)
    lane.hi = best
    lane.hi_slot = at


def opened(sim, s, first, lo, hi):
    """A candle opens at `first`: fire what waits at or above `lo` for a fall, then at or below `hi` for a rise.

    All that the open has passed is fired by lo = hi = first; a part of it, in the same order, by others.
    """
    lane = lane_of(sim, s)
    while lane.lo >= lo:
        fire(sim, s, lane.lo_slot, first, True)
    while lane.hi <= hi:
        fire(sim, s, lane.hi_slot, first, True)


def walk(sim, s, i):
    """Match resting orders along candle i: what the open passed, then open, nearer extreme, other extreme."""
    first = open_at(sim, i)
    high = high_at(sim, i)
    low = low_at(sim, i)
    opened(sim, s, first, first, first)
    if first - low <= high - first:
        fall(sim, s, low)
        rise(sim, s, high)
        fall(sim, s, close_at(sim, i))
    else:
        rise(sim, s, high)
        fall(sim, s, low)
        rise(sim, s, close_at(sim, i))


def fall(sim, s, low):
    """The price falls to `low`: fire what it meets, highest first."""
    lane = lane_of(sim, s)
    while lane.lo >= low:
        fire(sim, s, lane.lo_slot, lane.lo, False)


def rise(sim, s, high):
    """The price rises to `high`: fire what it meets, lowest first."""
    lane = lane_of(sim, s)
    while lane.hi <= high:
        fire(sim, s, lane.hi_slot, lane.hi, False)


def fire(sim, s, slot, price, at_open):
    """The price reached a resting order: at the open, at the open's price; on the path, at the order's own."""
    order = order_of(sim, s, slot)
    if order.kind == LIMIT:
        execute(sim, s, slot, price if at_open else order.price, 1)
    elif order.kind == STOP_LIMIT:
        become_limit(sim, s, slot, price)
        if order_of(sim, s, slot).active != 0:
            refresh(sim, s)
    else:
        take(sim, s, slot, price)


def meet_trade(sim, s, i):
    """Match resting orders with trade i: triggers first, then limits, each at its own price as a maker.

    By the market goes what waits for it, as it arrived, before the limits of its side.
    """
    price = close_at(sim, i)
    trigger_all(sim, s, price)
    lane = lane_of(sim, s)
    while (not PARTS or lane.room > 0) and lane.lo >= price:
        fire(sim, s, lane.lo_slot, price, False)
    while (not PARTS or lane.room > 0) and lane.hi <= price:
        fire(sim, s, lane.hi_slot, price, False)


def trigger_all(sim, s, price):
    """Stops and take-profits that a trade reached go by the market from now on; a stop-limit arrives as a limit."""
    for slot in range(width_of(sim)):
        order = order_of(sim, s, slot)
        if down_at(sim, s, slot) == NO_DOWN and up_at(sim, s, slot) == NO_UP:
            continue
        if order.kind == LIMIT or order.kind == MARKET or not triggered(order, price):
            continue
        if order.kind == STOP_LIMIT:
            become_limit(sim, s, slot, price)
        else:
            order.kind = MARKET
            set_down(sim, s, slot, NO_DOWN)
            set_up(sim, s, slot, NO_UP)
            rest(sim, s, slot)
        refresh(sim, s)


def refresh(sim, s):
    """Find both nearest orders again, after one changed its place."""
    find_lo(sim, s)
    find_hi(sim, s)


def execute(sim, s, slot, price, maker):
    """Fill an order's leaves at a price, or end it where the account cannot pay or has nothing to reduce."""
    order = order_of(sim, s, slot)
    terms = terms_of(sim, s)
    lane = lane_of(sim, s)
    lots = fillable(sim, s, slot)
    if lots == 0:
        end_order(sim, s, slot, R_NOTHING_TO_REDUCE)
        return
    whole = lots
    if PARTS:
        lots = min(lots, lane.room)
        if lots == 0:
            wait(sim, s, slot)
            return
    rate = terms.maker_e8 if maker else terms.taker_e8
    fee = fee_of(terms, order.side, lots, price, rate)
    # What is paid back comes after the fill and cannot pay for it.
    change = cash_change(terms, order.side, lots, price, max(fee, 0))
    if not can_pay(sim, s, order.side, lots, change, price):
        end_order(sim, s, slot, R_INSUFFICIENT_BALANCE)
        return
    link = order.link
    sharing = 0
    if order.held > 0:
        sharing = order.side
        fill_in_parts(sim, s, slot, lots, price, maker)
    else:
        fill(sim, s, slot, lots, price, fee, maker)
    if PARTS:
        lane.room -= lots
    if PARTS and lots < whole:
        report_of(sim, account_of(sim).reports - 1).final = 0
        order.leaves -= lots
        order.held = min(order.held, order.leaves)
        wait(sim, s, slot)
    else:
        remove(sim, s, slot)
    if link > 0 or sharing != 0:
        end_linked(sim, s, link, sharing, slot)


def wait(sim, s, slot):
    """What a trade had no room for waits for the next ones, unless it was to be filled at once."""
    if order_of(sim, s, slot).tif == IOC:
        end_order(sim, s, slot, R_NOT_FILLED)
    else:
        rest(sim, s, slot)


def fill_in_parts(sim, s, slot, lots, price, maker):
    """Fill what rests of an order; then what is held of it arrives at the same price, as taker."""
    order = order_of(sim, s, slot)
    terms = terms_of(sim, s)
    resting = min(lots, order.leaves - order.held)
    if resting > 0:
        rate = terms.maker_e8 if maker else terms.taker_e8
        entry = fill(sim, s, slot, resting, price, fee_of(terms, order.side, resting, price, rate), maker)
        entry.final = 1 if resting == lots else 0
    if resting < lots:
        held = lots - resting
        fill(sim, s, slot, held, price, fee_of(terms, order.side, held, price, terms.taker_e8), 0)


def fill(sim, s, slot, lots, price, fee, maker):
    """Move a fill's money and coins and report it; returns the report."""
    order = order_of(sim, s, slot)
    terms = terms_of(sim, s)
    account_of(sim).venue_cash += cash_change(terms, order.side, lots, price, fee)
    lane_of(sim, s).venue_pos += order.side * received_units(terms, order.side, lots, fee)
    entry = report(sim, s, slot, lots, price)
    entry.fee = fee
    entry.maker = maker
    entry.reason = order.tag
    entry.final = 1
    return entry


def can_pay(sim, s, side, lots, change, price):
    """Whether the venue's balances cover a fill: cash for a buy, coins for a sell, margin for what is sold short."""
    terms = terms_of(sim, s)
    held = lane_of(sim, s).venue_pos
    units = lots * terms.lot_units
    if side > 0:
        if terms.shortable != 0 and held <= -units:
            return True
        return account_of(sim).venue_cash + change >= 0
    if units <= held:
        return True
    return terms.shortable != 0 and has_margin(sim, s, held - units, change, price)


def has_margin(sim, s, held, change, price):
    """Whether the account, worth what it is after a sale that leaves symbol s short, is half its shorts or more."""
    account = account_of(sim)
    worth = account.venue_cash + change
    shorts = 0
    for other in range(symbols_of(sim)):
        pos = held if other == s else lane_of(sim, other).venue_pos
        at = price if other == s else lane_of(sim, other).mark
        value = pos * at * terms_of(sim, other).unit_money
        # In floats too: a product that wrapped in 64 bits may look harmless.
        if abs(float(pos) * float(at) * float(terms_of(sim, other).unit_money)) > account.money_limit:
            account.code = R_MONEY_OVERFLOW
        worth += value
        shorts -= min(value, 0)
    return shorts - worth <= worth


def end_linked(sim, s, link, sharing, but):
    """One cancels the other: end every active order of a link group, the earliest arrival first.

    but      the slot of the order that filled: what is left of it works on
    sharing  the side of an exit that was held in part: the orders that kept it out of the book end too, which exits of
             other pieces of the position did not. 0: none
    Those on their way stand last, in the order in which they would arrive.
    """
    at = 0
    while at >= 0:
        at = -1
        for slot in range(width_of(sim)):
            order = order_of(sim, s, slot)
            shares = order.side == sharing and order.flag_bits & PROTECTIVE == 0
            if order.active != 0 and slot != but and ((link > 0 and order.link == link) or shares):
                if at < 0 or order.arrival < order_of(sim, s, at).arrival:
                    at = slot
        if at >= 0:
            end_order(sim, s, at, R_LINKED)


def end_order(sim, s, slot, code):
    """End an order with a reason and say so."""
    remove(sim, s, slot)
    entry = report(sim, s, slot, 0, 0)
    entry.reason = code
    entry.final = 1


def report(sim, s, slot, lots, price):
    """The next report, with what every report says."""
    account = account_of(sim)
    order = order_of(sim, s, slot)
    entry = report_of(sim, account.reports)
    account.reports += 1
    if LATE:
        order.unheard += 1
    entry.time_ms = account.open_ms
    entry.symbol = s
    entry.slot = slot
    entry.rev = order.rev
    entry.side = order.side
    entry.lots = lots
    entry.price = price
    entry.fee = 0
    entry.maker = 0
    entry.seq = 0
    if lots > 0:
        entry.seq = account.seq
        account.seq += 1
    return entry
