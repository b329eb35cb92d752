"""Orders on the floor: accepted, matched, filled, ended. What fires where is the core's word (`lane`), or the public
book's (`ladder`) where a market has one; the money is moved in `settling`.

An order that arrives meets the book as it stands. Behind candles that is the next candle's open (SEMANTICS 4.3).
"""

from __future__ import annotations

from botswain.core.codes import FOK, GTC, IOC, LIMIT, MARKET, POST_ONLY, R_LINKED, STOP, STOP_LIMIT, TAKE_PROFIT
from botswain.sandbox.account import Account
from botswain.sandbox.checks import check_counts, check_filters
from botswain.sandbox.floor import Floor
from botswain.sandbox.ladder import Level
from botswain.sandbox.lane import Entry, Said
from botswain.sandbox.order import CANCELED, EXPIRED, Lock, Order, Terms
from botswain.sandbox.pair import TRADING, Pair
from botswain.sandbox.refusals import (
    BALANCE,
    CLOSED,
    DUPLICATE,
    RESTRICTED,
    WOULD_MATCH,
    WOULD_TRIGGER,
    Refused,
    filter_failure,
)
from botswain.sandbox.reports import execution
from botswain.sandbox.settling import end, settle

KINDS = {
    "LIMIT": LIMIT,
    "LIMIT_MAKER": LIMIT,
    "MARKET": MARKET,
    "STOP_LOSS": STOP,
    "STOP_LOSS_LIMIT": STOP_LIMIT,
    "TAKE_PROFIT": TAKE_PROFIT,
    # The core has no such kind: it waits as a take-profit, and its limit arrives where that fires.
    "TAKE_PROFIT_LIMIT": TAKE_PROFIT,
}
TIFS = {"GTC": GTC, "IOC": IOC, "FOK": FOK}
UNFILLED = {"IOC": "UNFILLED_IOC_QUANTITY_EXPIRED", "FOK": "UNFILLED_FOK_ORDER_EXPIRED"}


def validate(floor: Floor, account: Account, pair: Pair, terms: Terms) -> list[Level]:
    """Refuse an order that may not stand; for a market order, the pieces it would take. Nothing is changed."""
    if pair.status != TRADING or not account.can_trade:
        raise Refused(CLOSED)
    if terms.client_id in account.open_names:
        raise Refused(DUPLICATE)
    check_filters(pair, terms, floor.market_ms)
    check_counts(pair, account, (terms.type,))
    check_trigger(pair, terms)
    if terms.type == "MARKET":
        return market_pieces(account, pair, terms)
    side, facts = terms.side, pair.facts
    needed = facts.lock(side, terms.lots, terms.price or terms.stop)
    if account.free.get(facts.quote if side > 0 else facts.base, 0) < needed:
        raise Refused(BALANCE)
    return []


def check_trigger(pair: Pair, terms: Terms) -> None:
    """Refuse a maker that would take and a trigger that is already passed."""
    if terms.type == "LIMIT_MAKER" and (terms.price - pair.ladder.best(terms.side)) * terms.side >= 0:
        raise Refused(WOULD_MATCH)
    if terms.stop:
        ahead = terms.side if KINDS[terms.type] in (STOP, STOP_LIMIT) else -terms.side
        if (pair.last - terms.stop) * ahead >= 0:
            raise Refused(WOULD_TRIGGER)


def market_pieces(account: Account, pair: Pair, terms: Terms) -> list[Level]:
    """What a market order would take from the book as it stands, refused where the account cannot pay for it."""
    side, facts = terms.side, pair.facts
    if terms.lots:
        pieces = pair.ladder.plan(side, 0, terms.lots)
    else:
        step = max(pair.filters.step_size // facts.lot, 1)
        pieces = pair.ladder.plan_money(side, terms.quote_qty, facts.money, step)
        if not pieces:
            raise filter_failure("NOTIONAL")
    cost = sum(lots for _, lots in pieces) * facts.lot
    if side > 0:
        cost = sum(lots * price * facts.money for price, lots in pieces)
        for price, lots in pieces:
            fee, asset = facts.fee(side, lots, price, False, account.free.get(facts.third, 0))
            cost += fee if asset == facts.quote else 0
    if account.free.get(facts.quote if side > 0 else facts.base, 0) < cost:
        raise Refused(BALANCE)
    return pieces


def place(floor: Floor, account: Account, pair: Pair, terms: Terms) -> Order:
    """A new order, through to where it fills, rests or ends. Raises Refused; then nothing was changed."""
    pieces = validate(floor, account, pair, terms)
    lots = terms.lots or sum(one for _, one in pieces)
    order = accept(floor, account, pair, terms, lots)
    bring(floor, pair, order, pieces)
    return order


def accept(
    floor: Floor, account: Account, pair: Pair, terms: Terms, lots: int, lock: Lock | None = None, list_id: int = -1
) -> Order:
    """Take an order on: it is named, its funds are locked (unless a list's lock is given), and its owner is told."""
    facts = pair.facts
    own = lock or Lock(facts.quote if terms.side > 0 else facts.base)
    number = floor.number("order")
    now = floor.market_ms
    name = terms.client_id or floor.client_name()
    order = Order(account.name, facts, number, name, terms, lots, now, own, list_id, update_ms=now)
    order.placed_ms = floor.now_ms
    if lock is None and terms.type != "MARKET":
        own.units = facts.lock(terms.side, lots, terms.price or terms.stop)
        account.hold(own.asset, own.units)
    if not terms.stop:
        order.working, order.working_ms = True, now
    account.add(order)
    floor.tell(account, execution(order, "NEW", floor.number("execution")))
    return order


def bring(floor: Floor, pair: Pair, order: Order, pieces: list[Level], link: int = 0) -> None:
    """Let an accepted order meet the book."""
    terms = order.terms
    if floor.faults.take("fill_before_reply", order.owner, pair.pair_id) and terms.price and not terms.stop:
        # What fills before its order is answered has taken, if it may.
        fill(floor, pair, order, terms.price, order.lots, maker=terms.type == "LIMIT_MAKER")
        end_partner(floor, pair, order)
        return
    if pair.ladder.stands or terms.stop:
        rest(floor, pair, order, pair.ladder.best(terms.side) if not terms.stop else pair.last, link)
        return
    if terms.type != "MARKET":
        pieces = pair.ladder.plan(terms.side, terms.price, order.lots)
    if terms.tif == "FOK" and sum(lots for _, lots in pieces) < order.lots:
        pieces = []
    pair.ladder.take(terms.side, pieces)
    for price, lots in pieces:
        fill(floor, pair, order, price, lots, maker=False)
    if order.live and order.leaves > 0:
        leave(floor, pair, order, link)


def leave(floor: Floor, pair: Pair, order: Order, link: int = 0) -> None:
    """What the book did not fill rests or expires."""
    terms = order.terms
    if terms.stop and not terms.price:
        # A stop that has fired goes by the market to its end.
        while order.live and order.leaves > 0:
            fill(floor, pair, order, pair.last, order.leaves, maker=False)
    elif terms.type == "MARKET" or terms.tif in UNFILLED:
        end(floor, order, EXPIRED, expiry=UNFILLED.get(terms.tif, "INSUFFICIENT_LIQUIDITY"))
    else:
        # One tick before its own price, so that what was just swept is not met again.
        rest(floor, pair, order, terms.price + terms.side, link)


def rest(floor: Floor, pair: Pair, order: Order, price: int, link: int = 0) -> None:
    """Hand an order to the core while the book stands at `price`."""
    terms = order.terms
    fired = order.working
    kind = LIMIT if fired and terms.price else KINDS[terms.type]
    flags = POST_ONLY if terms.type == "LIMIT_MAKER" else 0
    trigger = 0 if fired else terms.stop
    tif = TIFS.get(terms.tif, GTC)
    entry = Entry(terms.side, kind, order.leaves, terms.price, trigger, tif, flags, link)
    order.slot = pair.lane.write(entry)
    pair.resting[order.slot] = order
    if kind == STOP_LIMIT:
        pair.armed[order.slot] = order
    for said in pair.lane.arrive(order.slot, price):
        heard(floor, pair, said)


def heard(floor: Floor, pair: Pair, said: Said) -> None:
    """Act on what the core says of a resting order."""
    order = pair.resting.pop(said.slot)
    pair.lane.release(said.slot)
    pair.armed.pop(said.slot, None)
    order.slot = -1
    if said.lots == 0:
        reason = "OCO_TRIGGER" if said.reason == R_LINKED else UNFILLED.get(order.terms.tif, "REJECTED")
        end(floor, order, EXPIRED, expiry=reason)
        return
    if order.terms.stop and not order.working:
        order.working, order.working_ms = True, floor.market_ms
        if order.terms.type == "TAKE_PROFIT_LIMIT":
            rest(floor, pair, order, said.price)
            return
    # A print beyond a resting limit hit it first, at its own price; a candle that opens there fills at its open.
    own = said.maker and not pair.ladder.stands
    fill(floor, pair, order, order.terms.price if own else said.price, said.lots, maker=said.maker)
    if order.live and order.leaves > 0:
        leave(floor, pair, order)


def fill(floor: Floor, pair: Pair, order: Order, price: int, lots: int, *, maker: bool) -> None:
    """Fill an order, as faults have it; one that cannot pay for what it gets ends."""
    cut = floor.faults.take("partial_fills", order.owner, pair.pair_id) if lots > 1 else None
    if cut:
        lots = min(max(int(lots * float(cut["share"])), 1), lots)
    more = floor.faults.take("overfill", order.owner, pair.pair_id)
    if more and settle(floor, pair, order, price, lots + int(more["lots"]), maker):
        return
    if not settle(floor, pair, order, price, lots, maker):
        end(floor, order, EXPIRED, expiry="REJECTED", reject="INSUFFICIENT_BALANCES")


def walk(floor: Floor, pair: Pair, first: int, high: int, low: int, last: int) -> None:
    """Match resting orders along a path of prices."""
    if pair.resting:
        fired(floor, pair, pair.lane.walk(first, high, low, last))


def opened(floor: Floor, pair: Pair, first: int, lo: int, hi: int) -> None:
    """Match what a candle's open has passed: what waited at or above `lo` for a fall, at or below `hi` for a rise."""
    if pair.resting:
        fired(floor, pair, pair.lane.opened(first, lo, hi))


def fired(floor: Floor, pair: Pair, reports: list[Said]) -> None:
    """Act on what the core says of resting orders; then tell which stop-limits have fired and rest."""
    for said in reports:
        heard(floor, pair, said)
    for slot, order in list(pair.armed.items()):
        if slot in pair.armed and pair.lane.kind(slot) == LIMIT:
            del pair.armed[slot]
            order.working, order.working_ms, order.update_ms = True, floor.market_ms, floor.market_ms
            account = floor.accounts[order.owner]
            floor.tell(account, execution(order, "NEW", floor.number("execution")))
            end_partner(floor, pair, order)


def end_partner(floor: Floor, pair: Pair, order: Order) -> None:
    """An order of a list has fired: the other one ends."""
    partner = other_leg(floor, order)
    if partner is not None and partner.live:
        withdraw(pair, partner)
        end(floor, partner, EXPIRED, expiry="OCO_TRIGGER")


def other_leg(floor: Floor, order: Order) -> Order | None:
    """The other order of its list."""
    entry = floor.lists.get(order.list_id)
    return next((one for one in entry.orders if one is not order), None) if entry else None


def withdraw(pair: Pair, order: Order) -> None:
    """Take an order off the book."""
    if order.slot >= 0:
        pair.lane.remove(order.slot)
        pair.resting.pop(order.slot, None)
        pair.armed.pop(order.slot, None)
        order.slot = -1


def cancel(floor: Floor, pair: Pair, order: Order, cancel_id: str, status: str = CANCELED) -> None:
    """End a live order, and with it the list it belongs to."""
    partner = other_leg(floor, order)
    for one in (order, partner):
        if one is not None and one.live:
            withdraw(pair, one)
            end(floor, one, status, cancel_id=cancel_id)


def check_restriction(order: Order, restriction: str | None) -> None:
    """Refuse a cancel that its own condition forbids."""
    wants = {"ONLY_NEW": False, "ONLY_PARTIALLY_FILLED": True}
    if restriction in wants and wants[restriction] != (order.executed > 0):
        raise Refused(RESTRICTED)


def amend(floor: Floor, pair: Pair, order: Order, lots: int, name: str) -> None:
    """Make a resting order smaller; its place in the queue stays."""
    account = floor.accounts[order.owner]
    order.amends += 1
    order.lots = lots
    kept = order.lots - order.executed
    needed = pair.facts.lock(order.terms.side, kept, order.terms.price or order.terms.stop)
    account.hold(order.lock.asset, needed - order.lock.units)
    order.lock.units = needed
    order.update_ms = floor.market_ms
    account.drop(order)
    old, order.client_id = order.client_id, name
    account.add(order)
    if order.slot >= 0:
        pair.lane.set_leaves(order.slot, kept)
    said = execution(order, "REPLACED", floor.number("execution"))
    said["C"] = old
    floor.tell(account, said)
