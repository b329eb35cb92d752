"""Whether an order may stand: the filters, in the order the exchange tries them. Nothing is changed here."""

from __future__ import annotations

from botswain.sandbox.account import Account
from botswain.sandbox.amounts import UNIT
from botswain.sandbox.order import ALGO, Terms
from botswain.sandbox.pair import Pair
from botswain.sandbox.refusals import filter_failure


def check_price(pair: Pair, units: int) -> None:
    """PRICE_FILTER of a price or trigger in units."""
    one = pair.filters
    outside = (one.min_price and units < one.min_price) or (one.max_price and units > one.max_price)
    if outside or (one.tick_size and units % one.tick_size) or units % pair.facts.tick:
        raise filter_failure("PRICE_FILTER")


def check_lot(pair: Pair, units: int) -> None:
    """LOT_SIZE of a quantity in units."""
    one = pair.filters
    outside = units < one.min_qty or (one.max_qty and units > one.max_qty)
    if outside or (one.step_size and units % one.step_size) or units % pair.facts.lot:
        raise filter_failure("LOT_SIZE")


def check_band(pair: Pair, price: int, now_ms: int) -> None:
    """PERCENT_PRICE_BY_SIDE: the price within multiples of the average of the last minutes."""
    one, units = pair.filters, price * pair.facts.tick
    average = pair.tape.average(one.avg_price_mins, now_ms) or pair.last * pair.facts.tick
    if units * UNIT > average * one.multiplier_up or units * UNIT < average * one.multiplier_down:
        raise filter_failure("PERCENT_PRICE_BY_SIDE")


def check_notional(pair: Pair, notional: int) -> None:
    """NOTIONAL of an amount in quote."""
    one = pair.filters
    if notional < one.min_notional or (one.max_notional and notional > one.max_notional):
        raise filter_failure("NOTIONAL")


def check_counts(pair: Pair, account: Account, types: tuple[str, ...]) -> None:
    """MAX_NUM_ORDERS and MAX_NUM_ALGO_ORDERS with so many more."""
    plain, algo = (account.counts.get((pair.pair_id, one), 0) for one in (False, True))
    if plain + algo + len(types) > pair.filters.max_orders:
        raise filter_failure("MAX_NUM_ORDERS")
    more = sum(one in ALGO for one in types)
    if more and algo + more > pair.filters.max_algo_orders:
        raise filter_failure("MAX_NUM_ALGO_ORDERS")


def check_filters(pair: Pair, terms: Terms, now_ms: int) -> None:
    """All filters of one order but the counts."""
    facts = pair.facts
    price = terms.price or terms.stop
    for ticks in (terms.price, terms.stop):
        if ticks:
            check_price(pair, ticks * facts.tick)
    if terms.price:
        check_band(pair, terms.price, now_ms)
    if terms.lots or not terms.quote_qty:
        check_lot(pair, terms.lots * facts.lot)
        most = pair.filters.max_market_qty
        if terms.type == "MARKET" and most and terms.lots * facts.lot > most:
            raise filter_failure("MARKET_LOT_SIZE")
    if terms.quote_qty and not terms.lots:
        check_notional(pair, terms.quote_qty)
    elif terms.type == "MARKET":
        average = pair.tape.average(pair.filters.avg_price_mins, now_ms) or pair.last * facts.tick
        check_notional(pair, terms.lots * facts.lot * average // UNIT)
    else:
        check_notional(pair, terms.lots * price * facts.money)
