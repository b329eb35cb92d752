"""Posting a fill: position, cost, cash, fees, dust, realised profit and round trips.

One BOOK record per symbol and one account record; `post` is the only thing that changes the ledger's fields of
either. The rules are docs/rules.md section 2. Average cost is kept as a total, never as a price, so nothing is
rounded away.
"""

import numpy as np

from botswain.ledger.exact import mul_div_floor, rounded_fee

FEE_QUOTE = 0
FEE_BASE = 1
FEE_THIRD = 2

# Everything is int64. Units: base units, money units, fee-asset units (docs/rules.md section 1).
BOOK_FIELDS = (
    "pos",  # base units held, negative when short
    "cost",  # money, magnitude of what the position cost
    "dust",  # base units too few to sell
    "dust_cost",  # money, magnitude
    "realized",  # money, before fees other than base fees
    "fees_quote",  # money
    "fees_base",  # base units
    "fees_third",  # smallest units of the third asset
    "third",  # balance of the third asset
    "trips",  # round trips closed
    "trip_realized",  # of the round trip under way
    "trip_fees",  # money, of the round trip under way
    "trip_profit",  # money, of the last closed round trip
    "trip_paid",  # fees of the last closed round trip
    "volume",  # money traded, beyond volume_high x VOLUME_WRAP
    "volume_high",
    "won",  # round trips closed with a profit
    "dividends",  # money, those received less those paid; in `realized` too
)
BOOK = np.dtype([(name, np.int64) for name in BOOK_FIELDS])

# The part of an instrument that bookkeeping needs; `core.scale` fills it in.
TERMS_FIELDS = (
    "lot_units",  # base units in a lot
    "unit_money",  # money in one tick x one base unit
    "lot_money",  # money in one tick x one lot
    "maker_e8",
    "taker_e8",
    "fee_in",
    "quote_quantum",  # money in the quote fee's smallest unit
    "base_quantum",  # base units in the base fee's smallest unit
    "third_quantum",  # money in the third asset's smallest unit
    "shortable",
    "min_lots",
    "max_lots",
    "min_notional",  # money
    "slippage_e8",  # of a fill by the market, where it is the same for all
    "impact_e8",  # the square of the factor of what an order's own size costs
    "most_slip_e8",
    "through",
)
TERMS = np.dtype([(name, np.int64) for name in TERMS_FIELDS])

TRIP_CLOSED = 1
OVERFLOW = 2
VOLUME_WRAP = 1 << 62


def fee_kind(terms, side):
    """What a fee on this side is taken in: base fees are taken from what a buy receives, sells pay them in quote."""
    if terms.fee_in == FEE_BASE and side < 0:
        return FEE_QUOTE
    return terms.fee_in


def fee_of(terms, side, lots, price, rate_e8):
    """The fee of a fill in its asset's smallest unit (quote: money; base: base units; third: its smallest unit)."""
    kind = fee_kind(terms, side)
    if kind == FEE_BASE:
        return rounded_fee(lots * terms.lot_units, rate_e8, terms.base_quantum) * terms.base_quantum
    notional = price * lots * terms.lot_money
    if kind == FEE_QUOTE:
        return rounded_fee(notional, rate_e8, terms.quote_quantum) * terms.quote_quantum
    return rounded_fee(notional, rate_e8, terms.third_quantum)


def received_units(terms, side, lots, fee):
    """Base units that a fill adds to (buy) or takes from (sell) the position."""
    if side > 0 and terms.fee_in == FEE_BASE:
        return lots * terms.lot_units - fee
    return lots * terms.lot_units


def whole_lots(units, terms):
    """Whole lots in base units >= 0. A lot is one unit wherever fees are not finer, so the division is mostly saved."""
    if terms.lot_units == 1:
        return units
    return units // terms.lot_units


def cash_change(terms, side, lots, price, fee):
    """Money a fill adds to cash (sell) or takes from it (buy, negative)."""
    change = -side * price * lots * terms.lot_money
    if fee_kind(terms, side) == FEE_QUOTE:
        change -= fee
    return change


def post(book, terms, account, fill):
    """Book one fill. Returns flags: TRIP_CLOSED, OVERFLOW (then nothing after it can be trusted)."""
    side = fill.side
    price = fill.price
    notional = price * fill.lots * terms.lot_money
    if float(price) * float(fill.lots) * float(terms.lot_money) > account.money_limit:
        return OVERFLOW
    account.cash += cash_change(terms, side, fill.lots, price, fill.fee)
    count_volume(book, notional)
    post_fee(book, terms, side, fill.fee)
    units = received_units(terms, side, fill.lots, fill.fee)
    was = book.pos
    if side > 0 and book.dust != 0:
        take_back_dust(book)
    if book.pos * side >= 0:
        book.pos += side * units
        book.cost += notional
    else:
        reduce(book, terms, side, units, notional, price)
    flags = end_trip(book, was)
    if abs(float(account.cash)) > account.money_limit or float(book.cost) > account.money_limit:
        flags |= OVERFLOW
    return flags


def count_volume(book, notional):
    """Add to the money traded, which over many fills outgrows 64 bits long before anything else does."""
    book.volume += notional
    if book.volume >= VOLUME_WRAP:
        book.volume -= VOLUME_WRAP
        book.volume_high += 1


def traded(book):
    """Money traded in all, as one Python integer."""
    return int(book.volume) + int(book.volume_high) * VOLUME_WRAP


def post_fee(book, terms, side, fee):
    """Book a fill's fee to the account it belongs to."""
    kind = fee_kind(terms, side)
    if kind == FEE_QUOTE:
        book.fees_quote += fee
        book.trip_fees += fee
    elif kind == FEE_BASE:
        book.fees_base += fee
    else:
        book.fees_third += fee
        book.third -= fee
        book.trip_fees += fee * terms.third_quantum


def take_back_dust(book):
    """Bring dust back into the position; dust of the other sign closes as much of it, at what the dust cost."""
    dust = book.dust
    cost = book.dust_cost
    book.dust = 0
    book.dust_cost = 0
    if book.pos == 0 or (book.pos > 0) == (dust > 0):
        book.pos += dust
        book.cost += cost
    else:
        # Dust is less than a lot and a position against it is not, so this never passes through zero.
        close_units(book, abs(dust), cost)


def reduce(book, terms, side, units, notional, price):
    """Take `units` from the position against it; what goes beyond opens the other way, what is under a lot is dust."""
    closing = min(units, abs(book.pos))
    rest = units - closing
    # Where a fee is paid back in base, more comes in than was bought.
    worth = notional if rest == 0 else min(price * closing * terms.unit_money, notional)
    close_units(book, closing, worth)
    if rest > 0 and (worth < notional or rest >= terms.lot_units):
        book.pos = side * rest
        book.cost = notional - worth
    elif rest > 0:
        book.dust += side * rest
    elif abs(book.pos) < terms.lot_units:
        book.dust += book.pos
        book.dust_cost += book.cost
        book.pos = 0
        book.cost = 0


def close_units(book, units, worth):
    """Take units out of the position for what they are worth, at their share of its cost."""
    direction = 1 if book.pos > 0 else -1
    out = mul_div_floor(book.cost, units, abs(book.pos))
    # A long gains what came in less what it cost; a short the reverse.
    gain = direction * (worth - out)
    book.realized += gain
    book.trip_realized += gain
    book.cost -= out
    book.pos -= direction * units


def end_trip(book, was):
    """After a fill that found `was` base units: close the round trip if it ended it. Returns TRIP_CLOSED or 0."""
    if book.pos != 0 and (was == 0 or (was > 0) == (book.pos > 0)):
        return 0
    flags = 0
    # Dust that was only bought back (was 0) is no round trip.
    if was != 0:
        flags = TRIP_CLOSED
        book.trips += 1
        book.trip_profit = book.trip_realized - book.trip_fees
        book.trip_paid = book.trip_fees
        if book.trip_profit > 0:
            book.won += 1
    book.trip_realized = 0
    book.trip_fees = 0
    return flags


def worth_at(book, terms, price):
    """Money value of position, dust and third-asset balance at a price in ticks."""
    return (book.pos + book.dust) * price * terms.unit_money + book.third * terms.third_quantum
