"""One-cancels-other: a take-profit side and a stop side over one lock, tied together in the core by its link."""

from __future__ import annotations

from dataclasses import dataclass

from botswain.sandbox.account import Account
from botswain.sandbox.checks import check_counts, check_filters
from botswain.sandbox.desk import accept, bring, check_trigger
from botswain.sandbox.floor import KEPT_LISTS, Floor, OrderList
from botswain.sandbox.order import Lock, Terms
from botswain.sandbox.order_list import told
from botswain.sandbox.pair import TRADING, Pair
from botswain.sandbox.refusals import BALANCE, CLOSED, DUPLICATE, PRICES_UNRELATED, Refused, filter_failure
from botswain.sandbox.reports import list_status

STOPS = ("STOP_LOSS", "STOP_LOSS_LIMIT")
PROFITS = ("LIMIT_MAKER", "TAKE_PROFIT", "TAKE_PROFIT_LIMIT")


@dataclass(frozen=True, slots=True)
class Oco:
    """What was asked for: the order above the price and the one below."""

    above: Terms
    below: Terms
    list_client_id: str


def place_oco(floor: Floor, account: Account, pair: Pair, asked: Oco) -> OrderList:
    """A new list, both orders resting. Raises Refused; then nothing was changed."""
    both = (asked.above, asked.below)
    check_shape(pair, asked)
    if pair.status != TRADING or not account.can_trade:
        raise Refused(CLOSED)
    if any(one.client_id in account.open_names for one in both):
        raise Refused(DUPLICATE)
    for one in both:
        check_filters(pair, one, floor.market_ms)
        check_trigger(pair, one)
    check_counts(pair, account, (asked.above.type, asked.below.type))
    lists = {one.list_id for one in account.open.values() if one.facts is pair.facts and one.list_id >= 0}
    if len(lists) >= pair.filters.max_order_lists:
        raise filter_failure("MAX_NUM_ORDER_LISTS")
    facts, side = pair.facts, asked.above.side
    needed = max(facts.lock(side, one.lots, one.price or one.stop) for one in both)
    lock = Lock(facts.quote if side > 0 else facts.base, needed)
    if account.free.get(lock.asset, 0) < needed:
        raise Refused(BALANCE)
    account.hold(lock.asset, needed)
    list_id = floor.number("list")
    entry = OrderList(list_id, asked.list_client_id or floor.client_name(), pair.pair_id, [], floor.market_ms)
    entry.orders += [accept(floor, account, pair, one, one.lots, lock, list_id) for one in (asked.below, asked.above)]
    floor.lists[list_id] = entry
    if len(floor.lists) > KEPT_LISTS:
        del floor.lists[next(one.list_id for one in floor.lists.values() if one.status == "ALL_DONE")]
    floor.tell(account, list_status(told(entry, floor.market_ms), floor.market_ms))
    for order in entry.orders:
        if order.live:
            bring(floor, pair, order, [], link=list_id)
    return entry


def check_shape(pair: Pair, asked: Oco) -> None:
    """One profit side and one stop side, on the right sides of the price."""
    above, below = asked.above, asked.below
    profit, stop = (above, below) if above.side < 0 else (below, above)
    if profit.type not in PROFITS or stop.type not in STOPS:
        raise Refused((-1158, "Order list is not supported in this combination of aboveType and belowType."))
    # The direction in which the profit lies.
    if not below_of(below) < pair.last < below_of(above):
        raise Refused(PRICES_UNRELATED)


def below_of(terms: Terms) -> int:
    """The price an order of a list stands at: its trigger, or a maker's price."""
    return terms.stop or terms.price
