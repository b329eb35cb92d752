"""What a venue does with orders and a candle: arrivals at the open, then resting orders along one path inside it.

Of a tape of trades it is `tape_matching`, with a book beside it `depth_matching`. How orders rest is in `resting`, how
they fill and end in `dealing`. Of what they meet they may get a part only (PARTS); then what is left of one waits.

The same functions serve the backtest, the paper venue and the sandbox. They know orders, prices and the venue's own
balances; they know nothing of wanted rows, strategies or profit. Everything that happens is a report; a report of
no lots is the end of an order. docs/rules.md sections 3 and 4.
"""

from botswain.core.access import (
    account_of,
    close_at,
    high_at,
    lane_of,
    low_at,
    open_at,
    order_of,
    set_down,
    set_up,
    slip_at,
    squares_at,
    terms_of,
    traded_at,
)
from botswain.core.codes import (
    DEPTH,
    FOK,
    GTC,
    LIMIT,
    MARKET,
    NO_DOWN,
    NO_UP,
    PARTS,
    POST_ONLY,
    R_NOT_FILLED,
    R_POST_ONLY,
    SLIPS,
    STOP,
    STOP_LIMIT,
)
from botswain.core.dealing import end_order, execute, fillable
from botswain.core.depth import best_price, stands_upto
from botswain.core.resting import refresh, rest
from botswain.core.taking import take_by_market, take_levels
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
    if DEPTH:
        price = best_price(sim, s, order.side)
    if (order.price - price) * order.side < 0:
        if order.tif == GTC:
            rest(sim, s, slot)
        else:
            end_order(sim, s, slot, R_NOT_FILLED)
    elif order.flag_bits & POST_ONLY:
        end_order(sim, s, slot, R_POST_ONLY)
    elif PARTS and order.tif == FOK and not all_there(sim, s, slot):
        end_order(sim, s, slot, R_NOT_FILLED)
    elif DEPTH:
        take_levels(sim, s, slot, order.price, 0)
    else:
        execute(sim, s, slot, price, 0)


def all_there(sim, s, slot):
    """Whether an order that arrives can be filled whole."""
    order = order_of(sim, s, slot)
    if DEPTH:
        return stands_upto(sim, s, order.side, order.price, order.leaves)
    return lane_of(sim, s).room >= order.leaves


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
    if DEPTH:
        take_by_market(sim, s, slot)
        return
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
